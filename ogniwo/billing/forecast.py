"""What the agreements of today will bring: the run's own planning, months ahead. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from ogniwo.billing.issue import dues_of, terms_of
from ogniwo.billing.models import BillingDetail, BillingPeriod
from ogniwo.billing.models.detail import DetailQuerySet
from ogniwo.billing.payer import payer_of
from ogniwo.billing.plan import Books, Due, Plan, PlannedInvoice, Rate, plan
from ogniwo.billing.preview import ORDER, unmade
from ogniwo.billing.whose import sold_by
from ogniwo.kernel.amounts import Totals, VatRow, vat_parts
from ogniwo.kernel.money import Grosze
from ogniwo.kernel.periods import ONE_DAY, anchor_date
from ogniwo.programme.models import Client

MONTHS = 12
AT_ONCE = 1_000  # details that are planned in half a second
ONE_OFF = 0  # beside the cycles of 1, 6, 12 and 36 months
NOTHING = Totals(0, 0, 0)

Place = tuple[date, str, int]  # first day of the month, currency, cycle in months
Sums = list[tuple[str, str, int, Grosze, Grosze]]


@dataclass(slots=True)
class Forecast:
    """Sums by month of the billing day, currency and cycle; grosze (cents).

    What is late is billed by the next run and stands in the first month, of which only the rest
    is forecast. What the run would hold is not in the sums.
    """

    months: list[date]
    sums: dict[Place, Totals] = field(default_factory=dict)
    held: int = 0

    @classmethod
    def ahead(cls, on: date, *, months: int = MONTHS) -> "Forecast":
        """An empty one, from the month of that day."""
        first = on.replace(day=1)
        return cls([anchor_date(first, 1, ahead) for ahead in range(months)])

    @property
    def last_day(self) -> date:
        return anchor_date(self.months[-1], 1, 1) - ONE_DAY

    @property
    def currencies(self) -> list[str]:
        return sorted({currency for _month, currency, _cycle in self.sums}, reverse=True)

    def cycles(self, currency: str) -> list[int]:
        return sorted({cycle for _month, other, cycle in self.sums if other == currency})

    def of(self, month: date, currency: str, cycle: int | None = None) -> Totals:
        """One month: one cycle, or all."""
        found = [
            sums
            for (when, money, length), sums in self.sums.items()
            if (when, money) == (month, currency) and cycle in {None, length}
        ]
        net, vat = sum(row.net for row in found), sum(row.vat for row in found)
        return Totals(net, vat, net + vat)

    def count(self, invoice: PlannedInvoice) -> None:
        """One more invoice to be."""
        due = invoice.first
        month = max(due.bill_on.replace(day=1), self.months[0])
        for row in invoice.vat:
            for cycle, part in _by_cycle(invoice, row):
                self._add((month, due.currency, cycle), part.net, part.vat)

    def add(self, held: int, sums: Sequence[Any]) -> None:
        """Another forecast of the same day, as `plain` tells it."""
        self.held += held
        for month, currency, cycle, net, vat in sums:
            self._add((date.fromisoformat(month), currency, cycle), net, vat)

    def plain(self) -> Sums:
        """The sums as plain data, to be kept."""
        return [(f"{m:%Y-%m-%d}", c, cycle, t.net, t.vat) for (m, c, cycle), t in self.sums.items()]

    def _add(self, place: Place, net: Grosze, vat: Grosze) -> None:
        so_far = self.sums.get(place, NOTHING)
        net, vat = so_far.net + net, so_far.vat + vat
        self.sums[place] = Totals(net, vat, net + vat)


class AnyRate:
    """Days to come have no rate yet, and no sum of a forecast depends on one."""

    def on(self, _currency: str, day: date) -> Rate:
        return Rate("", day, Decimal(1))


def forecast(clients: QuerySet[Client], *, on: date, months: int = MONTHS) -> Forecast:
    """What the runs of this and the next months will issue to the clients if nothing changes."""
    made = Forecast.ahead(on, months=months)
    agreed, last = agreements_of(clients), 0
    while details := next_of(agreed, after=last, most=AT_ONCE):
        last = details[-1].client_id
        take_in(made, planned(details, on=on, until=made.last_day))
    return made


def agreements_of(clients: QuerySet[Client]) -> DetailQuerySet:
    """What a forecast is made of, with whose it is."""
    living = BillingDetail.objects.living().filter(client__in=clients)
    return living.select_related("client")


def next_of(agreed: DetailQuerySet, *, after: int, most: int) -> list[BillingDetail]:
    """The next details in the order of clients: those of whole clients, at most so many.

    A client with more of them comes alone, with all. `after` is the key of the last client.
    """
    rows = agreed.filter(client_id__gt=after).order_by("client_id", "pk")
    found = list(rows[: most + 1])
    if len(found) <= most:
        return found
    cut = found[-1].client_id
    whole = [detail for detail in found if detail.client_id != cut]
    return whole or list(rows.filter(client_id=cut))


def planned(details: Sequence[BillingDetail], *, on: date, until: date) -> Plan:
    """What the runs up to `until` issue of these details, all of their clients: five statements."""
    keys = [detail.pk for detail in details]
    waiting = BillingPeriod.objects.waiting().filter(detail__among=keys, bill_on__lte=until)
    dues: list[Due] = dues_of(waiting)
    behind = [one for one in details if one.made_on is not None and one.made_on <= until]
    prefetch_related_objects(behind, "spans")
    for detail in behind:
        dues += unmade(detail, on=until)
    dues = sold_by(dues)
    dues.sort(key=attrgetter(*ORDER))
    clients = {detail.client_id: payer_of(detail.client) for detail in details}
    return plan(dues, Books(clients, terms_of(keys), AnyRate(), on))


def take_in(made: Forecast, found: Plan) -> None:
    """Count all that is planned."""
    made.held += len(found.held)
    for invoice in found.invoices:
        made.count(invoice)


def _by_cycle(invoice: PlannedInvoice, row: VatRow) -> list[tuple[int, VatRow]]:
    """The sums of one rate by cycle; they share the tax of the invoice."""
    values: dict[int, Grosze] = {}
    for line in invoice.lines:
        if line.rate == row.rate:
            cycle = line.due.months or ONE_OFF
            values[cycle] = values.get(cycle, 0) + line.amount_grosze
    if len(values) == 1:
        return [(cycle, row) for cycle in values]
    return vat_parts(row, dict(sorted(values.items())), invoice.first.basis)
