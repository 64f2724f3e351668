"""The forecast as a page shows it: months as bars and as a table, and the file. All faces."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ogniwo.billing.forecast import ONE_OFF, Forecast
from ogniwo.billing.foreseeing import Foreseen, foresee
from ogniwo.kernel.amounts import Totals
from ogniwo.kernel.formats import MONTHS_SHORT
from ogniwo.kernel.money import PLN, Grosze
from ogniwo.people.limits import Limit
from ogniwo.people.models import User
from ogniwo.programme.models import Reseller
from ogniwo.programme.models.client import ClientQuerySet
from ogniwo.web.components.formats import cycle, language, money
from ogniwo.web.lists import Column

OF_PERSON = Limit(30, timedelta(minutes=1))  # each may plan a year of many agreements


def forecast_for(
    person: User, clients: ClientQuerySet, *, of: Reseller | None = None, at: datetime
) -> Foreseen | None:
    """What the clients (`of` one reseller, or all) will bring; None while it is being made.

    Raises TooMany for one who asks without end.
    """
    OF_PERSON.take(f"forecast:{person.pk}", at=at)
    return foresee(clients, of=of, at=at)


@dataclass(frozen=True)
class Row:
    """One month in one currency."""

    month: date
    currency: str
    cycles: list[Grosze]  # net, in the order of the heads
    sums: Totals


class Table(NamedTuple):
    """All months in one currency."""

    currency: str
    heads: list[str]
    rows: list[Row]
    total: Row


def tables_of(made: Forecast) -> list[Table]:
    """A table for each currency, złoty first."""
    return [_table(made, currency) for currency in made.currencies]


def _table(made: Forecast, currency: str) -> Table:
    cycles = made.cycles(currency)
    rows = [
        Row(
            month=one,
            currency=currency,
            cycles=[made.of(one, currency, length).net for length in cycles],
            sums=made.of(one, currency),
        )
        for one in made.months
    ]
    heads = [str(cycle(length or None)) for length in cycles]
    return Table(currency, heads, rows, _total(rows, currency))


def _total(rows: Sequence[Row], currency: str) -> Row:
    net, vat = sum(row.sums.net for row in rows), sum(row.sums.vat for row in rows)
    cycles = [sum(column) for column in zip(*(row.cycles for row in rows), strict=True)]
    return Row(rows[0].month, currency, cycles, Totals(net, vat, net + vat))


def context_of(seen: Foreseen | None) -> dict[str, Any]:
    """What `components/forecast.html` shows; the bars are the net of złoty."""
    if seen is None:
        return {"is_being_made": True}
    tables = tables_of(seen.made)
    charted = next((table for table in tables if table.currency == PLN), None)
    bars = [(_short(row.month), row.sums.net) for row in charted.rows] if charted else []
    total = money(charted.total.sums.net) if charted else ""
    return {
        "as_of": seen.at,
        "is_kept": seen.is_kept,
        "tables": tables,
        "held": seen.made.held,
        "bars": bars,
        "bars_label": _("Net by month, together %(total)s") % {"total": total},
    }


def _short(first: date) -> str:
    return MONTHS_SHORT[language()][first.month - 1]


@dataclass(frozen=True)
class File:
    """The forecast as a file: a row for each month and currency."""

    columns: Sequence[Column]
    name: str = "prognoza"


def file_of(seen: Foreseen) -> tuple[File, list[Row]]:
    """Net by cycle, the sums, and as of when."""
    made = seen.made
    lengths = sorted({length for _month, _currency, length in made.sums})
    rows = [
        Row(
            month=one,
            currency=currency,
            cycles=[made.of(one, currency, length).net for length in lengths],
            sums=made.of(one, currency),
        )
        for currency in made.currencies
        for one in made.months
    ]
    columns = [
        Column(gettext_lazy("Month"), lambda row: f"{row.month:%Y-%m}"),
        Column(gettext_lazy("Currency"), lambda row: row.currency),
        *(_of_cycle(place, length) for place, length in enumerate(lengths)),
        Column(gettext_lazy("Net"), lambda row: row.sums.net, money=True),
        Column(gettext_lazy("VAT"), lambda row: row.sums.vat, money=True),
        Column(gettext_lazy("Gross"), lambda row: row.sums.gross, money=True),
        Column(gettext_lazy("As of"), lambda _row: seen.at),
    ]
    return File(columns), rows


def _of_cycle(place: int, length: int) -> Column:
    label = str(cycle(None if length == ONE_OFF else length))
    return Column(label, lambda row: row.cycles[place], money=True)
