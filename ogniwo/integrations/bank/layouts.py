"""How the CSV of each big Polish bank looks: its columns, known by the names in its header."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ogniwo.kernel.text import fold

DAY_FORMATS: Final = ("%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%Y.%m.%d", "%d/%m/%Y", "%Y%m%d")
MAPPED: Final = (
    "day",
    "amount",
    "credit",
    "debit",
    "title",
    "name",
    "account",
    "reference",
    "currency",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which column is what; "" for none. Names are folded: no case, no diacritics, no #.

    `credit` and `debit` stand for `amount` where a bank keeps two columns. With `name_out` and
    `account_out` the other side of money out has columns of its own. `labels` names the sub-fields
    that PKO BP writes as „Nazwa nadawcy: …” into columns without a header.
    """

    bank: str
    day: str
    amount: str = ""
    credit: str = ""
    debit: str = ""
    title: str = ""
    name: str = ""
    name_out: str = ""
    account: str = ""
    account_out: str = ""
    reference: str = ""
    currency: str = ""
    own_account: str = ""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    day_format: str = ""
    decimal: str = ""
    needs: tuple[str, ...] = ()

    def fits(self, names: Sequence[str]) -> bool:
        """Whether a row of folded names is the header of this layout."""
        columns = [getattr(self, role) for role in MAPPED]
        return {column for column in (*columns, *self.needs) if column} <= set(names)


PKO_LABELS: Final = {
    "title": ("tytul", "tytulem"),
    "name": ("nazwa nadawcy", "nazwa odbiorcy"),
    "account": ("rachunek nadawcy", "rachunek odbiorcy"),
}

# The more a layout asks for, the earlier it stands: the first that fits is taken.
LAYOUTS: Final = (
    Layout(
        bank="mBank",
        day="data ksiegowania",
        amount="kwota",
        title="tytul",
        name="nadawca/odbiorca",
        account="numer konta",
        needs=("data operacji", "opis operacji"),
    ),
    Layout(
        bank="ING",
        day="data ksiegowania",
        amount="kwota transakcji (waluta rachunku)",
        title="tytul",
        name="dane kontrahenta",
        account="nr rachunku",
        currency="waluta",
        own_account="konto",
        # „Nr transakcji” is the same on every row of some exports: no reference to rely on.
        needs=("data transakcji", "nr transakcji"),
    ),
    Layout(
        bank="Pekao",
        day="data ksiegowania",
        amount="kwota operacji",
        title="tytulem",
        name="nadawca / odbiorca",
        account="rachunek zrodlowy",
        account_out="rachunek docelowy",
        reference="numer referencyjny",
        currency="waluta",
    ),
    Layout(
        bank="Millennium",
        day="data rozliczenia",
        credit="uznania",
        debit="obciazenia",
        title="opis",
        name="odbiorca/zleceniodawca",
        account="na konto/z konta",
        currency="waluta",
        own_account="numer rachunku/karty",
        needs=("data transakcji", "rodzaj transakcji", "numer rachunku/karty"),
    ),
    Layout(
        bank="Alior",
        day="data ksiegowania",
        amount="kwota w walucie rachunku",
        title="szczegoly transakcji",
        name="nazwa nadawcy",
        name_out="nazwa odbiorcy",
        account="numer rachunku nadawcy",
        account_out="numer rachunku odbiorcy",
        currency="waluta rachunku",
    ),
    Layout(
        bank="BNP Paribas",
        day="data zaksiegowania",
        amount="kwota",
        title="opis",
        name="nadawca",
        name_out="odbiorca",
        currency="waluta",
        needs=("data transakcji", "typ transakcji"),
    ),
    Layout(
        bank="PKO BP",
        day="data operacji",
        amount="kwota",
        currency="waluta",
        labels=PKO_LABELS,
        needs=("data waluty", "typ transakcji", "opis transakcji"),
    ),
)

# Santander's first row is no header but the account: day, day, '26 digits, owner, currency, …
SANTANDER: Final = Layout(
    bank="Santander",
    day="0",
    title="2",
    name="3",
    account="4",
    amount="5",
)
SANTANDER_NAMES: Final = ("0", "valued", "2", "3", "4", "5", "balance", "row")


def folded(cells: Sequence[str]) -> list[str]:
    """The names of a header row, comparable."""
    return [fold(cell).lstrip("# ").strip() for cell in cells]


def known_layout(names: Sequence[str]) -> Layout | None:
    """The bank whose header this is."""
    return next((layout for layout in LAYOUTS if layout.fits(names)), None)


def mapped_layout(mapping: Mapping[str, str]) -> Layout:
    """The layout a person has described.

    Keys: `day`, `amount` or `credit` and `debit`, and if there are any `title`, `name`, `account`,
    `reference`, `currency`, each the name of a column as `NeedsMapping.header` gives it; besides
    `day_format` (strptime), `decimal` ("," or ".") and `own_account`, a number.
    """
    columns = {role: folded([mapping[role]])[0] for role in MAPPED if mapping.get(role)}
    return Layout(
        bank="",
        day=columns.get("day", ""),
        amount=columns.get("amount", ""),
        credit=columns.get("credit", ""),
        debit=columns.get("debit", ""),
        title=columns.get("title", ""),
        name=columns.get("name", ""),
        account=columns.get("account", ""),
        reference=columns.get("reference", ""),
        currency=columns.get("currency", ""),
        day_format=mapping.get("day_format", ""),
        decimal=mapping.get("decimal", ""),
    )
