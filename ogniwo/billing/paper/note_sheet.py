"""The interest note on paper: the frozen copy turned into words, ready to be set.

Its fixed words are part of the document, so they are not in the catalogue (see `labels`).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from ogniwo.billing.note_snapshot import NoteLine, NoteSnapshot
from ogniwo.billing.paper.labels import LABELS, day_range, long_day
from ogniwo.billing.paper.render import HERE, set_sheet
from ogniwo.billing.paper.sheet import in_fours, party_of, turnable
from ogniwo.kernel.money import NBSP, PLN, format_money

TEMPLATE: Final = HERE / "note.typ"
POLISH: Final = {
    "kind": "Nota odsetkowa",
    "until": "Odsetki naliczono do",
    "from": "Wystawca",
    "to": "Dłużnik",
    "invoice": "Faktura",
    "days_late": "Okres opóźnienia",
    "days": "Dni",
    "late": "Zaległość",
    "rate": "Stawka roczna",
    "interest": "Odsetki",
    "due_of": "termin {day}",
    "to_pay": "Do zapłaty",
    "law": "Odsetki ustawowe za opóźnienie w transakcjach handlowych: zaległość × stawka roczna "
    "× dni / 365, zaokrąglone raz dla każdej faktury. Podstawa: art. 4 pkt 3 i art. 7 ust. 1 "
    "ustawy o przeciwdziałaniu nadmiernym opóźnieniom w transakcjach handlowych.",
    "no_vat": "Nota nie podlega VAT i nie jest fakturą.",
}  # fmt: skip
ENGLISH: Final = {
    "kind": "Interest note",
    "until": "Interest counted until",
    "from": "Issued by",
    "to": "Debtor",
    "invoice": "Invoice",
    "days_late": "Days late",
    "days": "Number",
    "late": "Sum late",
    "rate": "Yearly rate",
    "interest": "Interest",
    "due_of": "due {day}",
    "to_pay": "To pay",
    "law": "Statutory interest for late payment in commercial transactions: sum late × yearly "
    "rate × days / 365, rounded once for each invoice. Legal basis: Articles 4(3) and 7(1) of the "
    "Polish act on counteracting excessive delays in commercial transactions.",
    "no_vat": "The note is outside VAT and is not an invoice.",
}  # fmt: skip
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "pl": {**LABELS["pl"], **POLISH},
    "en": {**LABELS["en"], **ENGLISH},
}


def note_pdf(snapshot: NoteSnapshot, *, language: str = "pl") -> bytes:
    """The note as PDF/A-3a and PDF/UA-1: the same copy gives the same bytes."""
    sheet = note_sheet_of(snapshot, language=language)
    return set_sheet(sheet, TEMPLATE, issued=_day(snapshot["issued_on"]))


def note_sheet_of(snapshot: NoteSnapshot, *, language: str) -> dict[str, Any]:
    """Everything printed, as plain strings: the template sets them and decides nothing."""
    words, seller, email = WORDS[language], snapshot["seller"], snapshot["seller"]["email"]
    account = in_fours(seller["account"], foreign=snapshot["currency"] != PLN)
    pay = [
        [words["account"], account],
        [words["bank"], turnable(seller["bank"])],
        [words["title"], snapshot["number"]],
    ]
    return {
        "language": language,
        "kind": words["kind"],
        "number": snapshot["number"],
        "initial": seller["name"].strip()[:1].upper(),
        "brand": turnable(seller["name"]),
        "facts": [
            [words[name], long_day(_day(day), language)]
            for name, day in (
                ("issued", snapshot["issued_on"]),
                ("until", snapshot["until_on"]),
                ("due", snapshot["due_on"]),
            )
        ],
        "seller": party_of(seller, words["from"], words),
        "buyer": party_of(snapshot["buyer"], words["to"], words),
        "head": [
            words[name] for name in ("invoice", "days_late", "days", "late", "rate", "interest")
        ],
        "lines": [row for line in snapshot["lines"] for row in _rows(line, words, language)],
        "due_label": words["to_pay"],
        "due": format_money(snapshot["grosze"], snapshot["currency"]),
        "in_words": snapshot["in_words"],
        "pay": [row for row in pay if row[1]],
        "notes": [words["law"], words["no_vat"]],
        "fine": f"{words['questions']}: {email}." if email else "",
        "page": words["page"],
    }


def _rows(line: NoteLine, words: Mapping[str, str], language: str) -> Iterator[dict[str, str]]:
    """A row for each stretch; number and interest of the invoice stand in the first one."""
    due = words["due_of"].format(day=long_day(_day(line["due_on"]), language))
    for place, piece in enumerate(line["pieces"]):
        yield {
            "invoice": "" if place else line["invoice"],
            "below": "" if place else due,
            "days_late": day_range(_day(piece["from"]), _day(piece["to"]), language),
            "days": str(piece["days"]),
            "late": format_money(piece["late_grosze"]),
            "rate": f"{format_money(piece['basis_points'])}{NBSP}%",
            "interest": "" if place else format_money(line["grosze"]),
        }


def _day(iso: str) -> date:
    return date.fromisoformat(iso)
