"""The frozen copy of an issued document: printing, XML and exports read only this."""

import hashlib
import json
from typing import NotRequired, TypedDict


class Party(TypedDict):
    """What seller and buyer have in common."""

    name: str
    nip: str
    street: str
    postcode: str
    city: str
    country: str
    email: str


class Seller(Party):
    account: str  # 26 digits without spaces: the one to pay into, the client's own where he has one
    bank: str


class Buyer(Party):
    number: str  # K-0142
    vat_ue: str


class Values(TypedDict):
    """The changeable part of a line, as a correction shows it before and after."""

    quantity: str  # a decimal without needless zeros: "2.5"
    unit_grosze: int
    rate: str  # 23 8 5 0 zw np np_eu oo
    amount_grosze: int  # in the basis of the invoice


# A line has keys that are keywords of Python ("from"), so it is written in the other form.
Line = TypedDict(
    "Line",
    {
        "no": int,
        "detail": int,
        "name": str,  # with the days of a part: "ASI 1 hurtownia (17 z 31 dni)"
        "unit": str,
        "period_no": int,
        "from": str,  # ISO day
        "to": str,  # last day, inclusive
        "part": str | None,  # "17/31"
        "quantity": str,
        "unit_grosze": int,
        "rate": str,
        "amount_grosze": int,
        "tax_point_on": str,
        "exemption": NotRequired[str],  # legal basis of a zw line
        "before": NotRequired[Values],  # only on a correction
        "after": NotRequired[Values],
    },
)


class VatRow(TypedDict):
    """One per rate, in the order of the rates; of a correction: the differences."""

    rate: str
    net_grosze: int
    vat_grosze: int
    gross_grosze: int


class Fx(TypedDict):
    """The exchange rate of a foreign invoice and the tax in PLN."""

    table: str
    on: str
    mid: str
    vat_pln_grosze: dict[str, int]


class Corrected(TypedDict):
    """What a correction corrects, and why."""

    number: str
    issued_on: str
    reason: str
    cause: str  # error | later


class Snapshot(TypedDict):
    """Days are ISO strings, money is whole grosze (cents), quantities are decimal strings."""

    kind: str  # FV KOR PRO
    number: str
    issued_on: str
    sale_from: str
    sale_to: str
    due_on: str | None
    currency: str  # PLN EUR
    basis: str  # net gross
    seller: Seller
    buyer: Buyer
    lines: list[Line]
    vat: list[VatRow]
    net_grosze: int
    vat_grosze: int
    gross_grosze: int
    in_words: str
    mpp: bool
    fx: Fx | None
    notes: list[str]  # codes: reverse_charge, exempt; the paper has the sentences
    corrects: Corrected | None


def canonical(snapshot: Snapshot) -> str:
    """JSON with sorted keys and no spaces: the same text for the same document."""
    return json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(text: str) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest(snapshot: Snapshot) -> str:
    """The digest of a frozen copy: stored at issue, recomputed by `check`."""
    return digest_of(canonical(snapshot))
