"""What running services bring a month, in any number of clients: told from details loaded once."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from ogniwo.billing.models import BillingDetail, BillingSpan
from ogniwo.billing.models.detail import DetailQuerySet
from ogniwo.journal.alongside import Children
from ogniwo.kernel.amounts import line_value, unit_price, vat_row
from ogniwo.kernel.money import PLN, round_ratio
from ogniwo.kernel.periods import ONE_DAY, anchor_date
from ogniwo.programme.models import Client

BILLED = (Client.State.ACCOUNT, Client.State.CLOSED)


def running_details(details: DetailQuerySet) -> DetailQuerySet:
    """Details with all this module asks of them, in one statement."""
    return details.living().with_next(spans()).order_by("pk")


def spans() -> Children:
    """The stretches of service of a detail, to be read with it."""
    return Children("spans", BillingSpan.objects.order_by("first_no"), by="detail")


def runs_on(detail: BillingDetail, day: date) -> bool:
    """Whether the service is rendered on that day: begun, not ended, not paused."""
    if detail.months is None or detail.cancelled_at is not None:
        return False
    stretches = list(detail.spans.all())
    if detail.periods_limit is not None and stretches:
        grid = stretches[-1].grid(detail.months)
        last = grid.period(max(1, detail.periods_limit - stretches[-1].first_no + 1))
        if day >= last.end:
            return False
    return any(one.start <= day and (one.end is None or day < one.end) for one in stretches)


def monthly_net(detail: BillingDetail, *, on: date) -> int:
    """Net of one month on the terms of that day: a year's price is twelve of them."""
    if detail.months is None or detail.currency != PLN:
        return 0
    day = max(on, detail.start_on)
    terms = detail.terms_on(day)
    unit = unit_price(terms.price_grosze, detail.discount_on(day))
    net = vat_row(terms.rate, line_value(terms.quantity, unit), detail.basis).net
    return round_ratio(net, detail.months)


def monthly_sum(details: Iterable[BillingDetail], *, on: date) -> int:
    """What all that runs on that day brings a month."""
    return sum(monthly_net(detail, on=on) for detail in details if runs_on(detail, on))


def month_by_month(
    details: Sequence[BillingDetail], *, on: date, months: int = 12
) -> list[tuple[date, int]]:
    """The last so many months with what ran at their end (this month: what runs today)."""
    rows = []
    for back in range(months - 1, -1, -1):
        first = anchor_date(on, 1, -back)
        day = on if back == 0 else anchor_date(first, 1, 1) - ONE_DAY
        rows.append((first, monthly_sum(details, on=day)))
    return rows


class Upcoming(NamedTuple):
    """The next invoice of a client: its day and sums, in one currency."""

    day: date
    net_grosze: int
    gross_grosze: int
    currency: str


def next_bill_of(details: Iterable[BillingDetail]) -> Upcoming | None:
    """The first day on which something is billed, with all that is billed on it."""
    bills = [(bill, detail.currency) for detail in details if (bill := detail.next_bill())]
    if not bills:
        return None
    first, currency = min(bills, key=lambda row: row[0].day)
    same = [bill for bill, money in bills if bill.day == first.day and money == currency]
    net, gross = sum(bill.net_grosze for bill in same), sum(bill.gross_grosze for bill in same)
    return Upcoming(first.day, net, gross, currency)


def ending_between(details: Iterable[BillingDetail], start: date, end: date) -> list[BillingDetail]:
    """Services whose last day lies in `[start, end)`, the soonest first."""
    found = [d for d in details if d.end_on is not None and start < d.end_on <= end and d.months]
    return sorted(found, key=lambda detail: (detail.end_on or end, detail.pk))
