"""What the agreements of today will bring: the run's own planning, months ahead. Writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from ogniwo.billing.issue import read_dues, terms_of
from ogniwo.billing.models import BillingDetail, BillingPeriod, NbpRate
from ogniwo.billing.payer import payers
from ogniwo.billing.plan import Books, Due, Plan, PlannedInvoice, Rate, plan
from ogniwo.billing.preview import ORDER, unmade
from ogniwo.billing.whose import sold_by
from ogniwo.kernel.amounts import Totals, VatRow, vat_parts
from ogniwo.kernel.money import Grosze
from ogniwo.kernel.periods import ONE_DAY, anchor_date
from ogniwo.programme.models import Client

MONTHS = 12
CLIENTS_AT_ONCE = 500
ONE_OFF = 0  # beside the cycles of 1, 6, 12 and 36 months
NOTHING = Totals(0, 0, 0)

Place = tuple[date, str, int]  # first day of the month, currency, cycle in months


@dataclass(slots=True)
class Forecast:
    """Sums by month of the billing day, currency and cycle; grosze (cents).

    What is late is billed by the next run and stands in the first month, of which only the rest
    is forecast. What the run would hold is not in the sums.
    """

    months: list[date]
    sums: dict[Place, Totals] = field(default_factory=dict)
    held: int = 0

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

    def add(self, place: Place, net: Grosze, vat: Grosze) -> None:
        so_far = self.sums.get(place, NOTHING)
        net, vat = so_far.net + net, so_far.vat + vat
        self.sums[place] = Totals(net, vat, net + vat)


class LastRates:
    """The newest stored rate of a currency: those of days to come are not known."""

    def __init__(self) -> None:
        self.known: dict[str, Rate] = {}

    def on(self, currency: str, day: date) -> Rate:
        if currency not in self.known:
            row = NbpRate.objects.filter(currency=currency).order_by("-on").first()
            found = Rate(row.table, row.on, row.mid) if row else Rate("", day, Decimal(1))
            self.known[currency] = found
        return self.known[currency]


def forecast(clients: QuerySet[Client], *, on: date, months: int = MONTHS) -> Forecast:
    """What the runs of this and the next months will issue to the clients if nothing changes."""
    first = on.replace(day=1)
    made = Forecast([anchor_date(first, 1, ahead) for ahead in range(months)])
    last_day = anchor_date(first, 1, months) - ONE_DAY
    rates = LastRates()
    for some in _chunks(clients):
        planned = _planned(some, rates, on=on, until=last_day)
        made.held += len(planned.held)
        for invoice in planned.invoices:
            _count(made, invoice)
    return made


def _chunks(clients: QuerySet[Client]) -> Iterator[list[int]]:
    """Keys of the clients, a bounded number at a time."""
    last, more = 0, True
    while more:
        rows = clients.order_by("pk").filter(pk__gt=last).values_list("pk", flat=True)
        keys = list(rows[:CLIENTS_AT_ONCE])
        more = len(keys) == CLIENTS_AT_ONCE
        if keys:
            yield keys
            last = keys[-1]


def _planned(client_ids: list[int], rates: LastRates, *, on: date, until: date) -> Plan:
    waiting = BillingPeriod.objects.waiting().filter(client__in=client_ids, bill_on__lte=until)
    behind = BillingDetail.objects.living().filter(client__in=client_ids, made_on__lte=until)
    dues: list[Due] = read_dues(waiting)
    for detail in behind.prefetch_related("spans"):
        dues += unmade(detail, on=until)
    dues = sold_by(dues)
    dues.sort(key=lambda due: tuple(getattr(due, name) for name in ORDER))
    clients = payers(Client.objects.filter(pk__in=client_ids))
    terms = terms_of({due.detail_id for due in dues})
    return plan(dues, Books(clients, terms, rates, on))


def _count(made: Forecast, invoice: PlannedInvoice) -> None:
    due = invoice.first
    month = max(due.bill_on.replace(day=1), made.months[0])
    for row in invoice.vat:
        for cycle, part in _by_cycle(invoice, row):
            made.add((month, due.currency, cycle), part.net, part.vat)


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
