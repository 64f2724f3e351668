"""The frozen copy of an interest note: the paper and the letter read only this."""

from typing import TypedDict

from ogniwo.billing.snapshot import Buyer, Seller

# A row has keys that are keywords of Python ("from"), so it is written in the other form.
Piece = TypedDict(
    "Piece",
    {
        "from": str,  # ISO day
        "to": str,  # last day, charged too
        "days": int,
        "late_grosze": int,
        "basis_points": int,  # yearly rate, percent × 100
    },
)


class NoteLine(TypedDict):
    """One invoice: its late days cut where sum or rate change, and the sum rounded once."""

    no: int
    invoice: str
    due_on: str
    pieces: list[Piece]
    grosze: int


class NoteSnapshot(TypedDict):
    """Days are ISO strings, money is whole grosze (cents)."""

    kind: str  # NO
    number: str
    issued_on: str
    until_on: str
    due_on: str
    currency: str
    seller: Seller
    buyer: Buyer
    lines: list[NoteLine]
    grosze: int
    in_words: str
