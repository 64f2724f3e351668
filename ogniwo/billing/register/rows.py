"""A month as the accountant's file: the columns of a sales row of JPK_V7M(3).

The names are those of the ministry's structure (SprzedazWiersz of crd.gov.pl/wzor/2025/12/19/14090,
in force from February 2026); what it has no column for is named in plain Polish behind them. They
are part of the file, so they are not in the catalogue.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from ogniwo.billing.register.reading import Entry, Sums
from ogniwo.billing.snapshot import Buyer
from ogniwo.kernel.amounts import RATES

# Rate → column of the net, column of the tax. Abroad counts twice: in K_11 and, where the buyer
# is a business of the Union, in K_12 too. A reverse charge has no column of the seller's.
COLUMNS: Final = {
    "zw": ("K_10", ""),
    "np": ("K_11", ""),
    "np_eu": ("K_11", ""),
    "0": ("K_13", ""),
    "5": ("K_15", "K_16"),
    "8": ("K_17", "K_18"),
    "23": ("K_19", "K_20"),
    "oo": ("NettoOdwrotneObciazenie", ""),
}
EU_BUSINESS: Final = "np_eu"
OF_UNION: Final = "K_12"
AMOUNTS: Final = (
    "K_10", "K_11", "K_12", "K_13", "K_15", "K_16", "K_17", "K_18", "K_19", "K_20",
    "NettoOdwrotneObciazenie",
)  # fmt: skip
# Outside KSeF. With KSeF on, a document has its number, or OFF or DI while it waits for one.
OUTSIDE: Final = "BFK"
NO_NUMBER: Final = "BRAK"
PREFIX_LETTERS: Final = 2

Cells = dict[str, str | int | None]


class Column(NamedTuple):
    """A column of the file; money is in grosze."""

    label: str
    value: Callable[[Cells], Any]
    money: bool = False


@dataclass(frozen=True)
class Table:
    """What a file of rows is called and made of."""

    name: str
    columns: tuple[Column, ...]


def cells_of(entry: Entry) -> Cells:
    """One row: texts, ISO days and grosze by the name of their column."""
    copy = entry.snapshot
    prefix, number = tax_number(copy["buyer"])
    corrects = copy["corrects"]
    fx = copy["fx"]
    tax_on = entry.tax_on.isoformat()
    return {
        "KodKrajuNadaniaTIN": prefix,
        "NrKontrahenta": number,
        "NazwaKontrahenta": copy["buyer"]["name"],
        "DowodSprzedazy": copy["number"],
        "DataWystawienia": copy["issued_on"],
        "DataSprzedazy": tax_on if tax_on != copy["issued_on"] else "",
        "NrKSeF": "",
        "OznaczenieKSeF": OUTSIDE,
        "TypDokumentu": "",
        "GTU": "",
        "Procedura": "",
        **_amounts(entry),
        "RazemNetto": entry.net,
        "RazemVAT": entry.vat,
        "AdresKontrahenta": address_of(copy["buyer"]),
        "RodzajDokumentu": copy["kind"],
        "FakturaKorygowana": corrects["number"] if corrects else "",
        "PrzyczynaKorekty": corrects["reason"] if corrects else "",
        "Waluta": copy["currency"],
        "Kurs": fx["mid"] if fx else "",
        "Przedplata": "1" if entry.is_prepaid else "",
    }


def _amounts(entry: Entry) -> dict[str, int | None]:
    """Grosze by column; empty where the document has no such rate."""
    found: dict[str, int | None] = dict.fromkeys(AMOUNTS)
    for rate, sums in entry.rates.items():
        net, vat = COLUMNS[rate]
        found[net] = (found[net] or 0) + sums.net
        if vat:
            found[vat] = sums.vat
        if rate == EU_BUSINESS:
            found[OF_UNION] = sums.net
    return found


def tax_number(buyer: Buyer) -> tuple[str, str]:
    """The country's letters and the number without them; PL and the NIP at home."""
    if buyer["nip"] and buyer["country"] == "PL":
        return "PL", buyer["nip"]
    union = buyer["vat_ue"]
    if union[:PREFIX_LETTERS].isalpha():
        return union[:PREFIX_LETTERS].upper(), union[PREFIX_LETTERS:]
    return buyer["country"], union or buyer["nip"] or NO_NUMBER


def address_of(buyer: Buyer) -> str:
    town = " ".join(filter(None, [buyer["postcode"], buyer["city"]]))
    return ", ".join(filter(None, [buyer["street"], town]))


def table_of(month: date) -> Table:
    """The file of a month, for CSV and XLSX."""
    names = [*TEXTS_BEFORE, *AMOUNTS, "RazemNetto", "RazemVAT", *TEXTS_BEHIND]
    money = {*AMOUNTS, "RazemNetto", "RazemVAT"}
    columns = [Column(name, _cell(name), name in money) for name in names]
    return Table(f"rejestr-sprzedazy-{month:%Y-%m}", tuple(columns))


TEXTS_BEFORE: Final = (
    "KodKrajuNadaniaTIN", "NrKontrahenta", "NazwaKontrahenta", "DowodSprzedazy",
    "DataWystawienia", "DataSprzedazy", "NrKSeF", "OznaczenieKSeF", "TypDokumentu", "GTU",
    "Procedura",
)  # fmt: skip
TEXTS_BEHIND: Final = (
    "AdresKontrahenta", "RodzajDokumentu", "FakturaKorygowana", "PrzyczynaKorekty", "Waluta",
    "Kurs", "Przedplata",
)  # fmt: skip


def _cell(name: str) -> Callable[[Cells], Any]:
    return lambda cells: cells.get(name)


def sums_by_rate(entries: Iterable[Entry]) -> dict[str, Sums]:
    """Net and tax of a month, in the order of the rates."""
    found: dict[str, Sums] = {}
    for entry in entries:
        for rate, sums in entry.rates.items():
            so_far = found.get(rate, Sums(0, 0))
            found[rate] = Sums(so_far.net + sums.net, so_far.vat + sums.vat)
    return {rate: found[rate] for rate in RATES if rate in found}
