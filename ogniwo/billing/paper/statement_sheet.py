"""The account of a client as a sheet of paper: opening, lines with a balance, what is open."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from ogniwo.billing.client_statement import Deed, Statement
from ogniwo.billing.paper.labels import LABELS, day_range, long_day
from ogniwo.billing.paper.render import set_sheet
from ogniwo.billing.paper.sheet import party_of, turnable
from ogniwo.billing.snapshot import Buyer, Seller
from ogniwo.kernel.money import format_money

TEMPLATE: Final = Path(__file__).parent / "statement.typ"
LANGUAGE: Final = "pl"
LONGEST_TITLE: Final = 90
DEEDS: Final = {
    Deed.INVOICE: "Faktura",
    Deed.CORRECTION: "Korekta",
    Deed.PAYMENT: "Wpłata",
    Deed.NOTE: "Na notę odsetkową",
    Deed.REVERSAL: "Cofnięta wpłata",
    Deed.REFUND: "Zwrot",
}


def statement_as_pdf(
    parts: Sequence[Statement], *, seller: Seller, buyer: Buyer, on: date
) -> bytes:
    """The statements of one client and period, a part for each currency, as of the day `on`."""
    return set_sheet(_sheet(parts, seller, buyer, on), TEMPLATE, issued=on)


def _sheet(parts: Sequence[Statement], seller: Seller, buyer: Buyer, on: date) -> dict[str, Any]:
    words, first = LABELS[LANGUAGE], parts[0]
    return {
        "language": LANGUAGE,
        "kind": "Rozliczenia klienta",
        "number": buyer["number"],
        "initial": seller["name"].strip()[:1].upper(),
        "brand": turnable(seller["name"]),
        "facts": [
            ["Okres", day_range(first.start, first.end, LANGUAGE)],
            ["Sporządzono", long_day(on, LANGUAGE)],
        ],
        "seller": party_of(seller, words["seller"], words),
        "buyer": party_of(buyer, "Klient", words),
        "head": ["Dzień", "Zdarzenie", "Numer, tytuł", "Obciążenie", "Uznanie", "Saldo"],
        "open_title": "Nierozliczone",
        "open_head": ["Faktura", words["due"], "Pozostało"],
        "parts": [_part(part) for part in parts],
        "page": words["page"],
    }


def _part(made: Statement) -> dict[str, Any]:
    return {
        "title": made.currency,
        "lines": list(_lines(made)),
        "closing": [_closing_word(made), format_money(abs(made.closing), made.currency)],
        "open": [
            [
                item.number,
                f"{item.due_on:%d.%m.%Y}" if item.due_on else "",
                format_money(item.left_grosze),
            ]
            for item in made.open_items
        ],
    }


def _closing_word(made: Statement) -> str:
    day = long_day(made.end, LANGUAGE)
    if made.closing < 0:
        return f"Nadpłata na dzień {day}"
    return f"Do zapłaty na dzień {day}"


def _lines(made: Statement) -> Iterator[list[str]]:
    yield [f"{made.start:%d.%m.%Y}", "Saldo początkowe", "", "", "", format_money(made.opening)]
    for entry, balance in made.lines:
        amount = format_money(abs(entry.grosze))
        sides = [amount, ""] if entry.grosze > 0 else ["", amount]
        title = turnable(entry.title[:LONGEST_TITLE])
        day = f"{entry.day:%d.%m.%Y}"
        yield [day, DEEDS[entry.deed], title, *sides, format_money(balance)]
