"""Which periods a detail has and when each may be invoiced; always counted from the anchor."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ogniwo.billing.models import BillingDetail, BillingPeriod, BillingSpan
from ogniwo.billing.rows import PeriodRow
from ogniwo.journal.bulk import insert
from ogniwo.kernel.periods import Period

ONE_DAY = timedelta(days=1)


class Coming(NamedTuple):
    """A period as it will be, before there is a row for it."""

    no: int
    start: date
    end: date
    of_days: int
    bill_on: date

    @property
    def last_day(self) -> date:
        return self.end - ONE_DAY


def coming(
    detail: BillingDetail, spans: Sequence[BillingSpan], *, after: int = 0
) -> Iterator[Coming]:
    """The periods numbered above `after`, without end unless the detail has one."""
    if detail.months is None:
        if after < 1 and (detail.end_on is None or detail.end_on > detail.start_on):
            day = detail.start_on
            yield Coming(1, day, day + ONE_DAY, 1, day)
        return
    for span in spans:
        first = max(1, after + 2 - span.first_no)
        periods = span.grid(detail.months).periods(first=first, until=span.end)
        for no, period in enumerate(periods, span.first_no + first - 1):
            if detail.periods_limit is not None and no > detail.periods_limit:
                return
            yield Coming(no, period.start, period.end, period.whole.days, bill_day(detail, period))


def bill_day(detail: BillingDetail, period: Period) -> date:
    """The first day on which a period may be invoiced."""
    if detail.timing == BillingDetail.Timing.ARREARS:
        return period.end
    return period.start - timedelta(days=detail.lead_days)


def make_ahead(
    detail: BillingDetail, spans: Sequence[BillingSpan], *, until: date | None = None
) -> list[PeriodRow]:
    """New rows up to and including the first that is billed after `until`, not written.

    Without a day: the next row only. `made_no` and `made_on` of the detail move along.
    """
    rows = []
    for period in coming(detail, spans, after=detail.made_no):
        rows.append(PeriodRow(detail.pk, detail.client_id, *period))
        detail.made_no, detail.made_on = period.no, period.bill_on
        if until is None or period.bill_on > until:
            return rows
    detail.made_on = None
    return rows


def rewrite(detail: BillingDetail) -> None:
    """Bring rows not yet invoiced into line with the spans; the caller holds the client's lock.

    Rows that no longer come are deleted, cut or moved ones changed; one row ahead is made.
    """
    spans = list(detail.spans.order_by("first_no"))
    kept = {row.no: row for row in detail.periods.all()}
    wanted: dict[int, Coming] = {}
    for period in coming(detail, spans):
        if period.no > detail.made_no:
            break
        wanted[period.no] = period
    for no, row in kept.items():
        if row.state not in {BillingPeriod.State.DUE, BillingPeriod.State.HELD}:
            continue
        if no not in wanted or detail.cancelled_at is not None:
            row.delete()
        else:
            _bring_into_line(row, wanted[no])
    detail.made_no = max((no for no in kept if no in wanted), default=0)
    detail.made_on = None
    if detail.cancelled_at is None:
        _make_one_waiting(detail, spans)
    detail.save(update_fields=["made_no", "made_on"])


def _bring_into_line(row: BillingPeriod, wanted: Coming) -> None:
    values = wanted._asdict()
    if any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))


def _make_one_waiting(detail: BillingDetail, spans: Sequence[BillingSpan]) -> None:
    last = detail.periods.filter(no=detail.made_no).first() if detail.made_no else None
    if last is not None and last.state in {BillingPeriod.State.DUE, BillingPeriod.State.HELD}:
        follows = next(coming(detail, spans, after=detail.made_no), None)
        detail.made_on = last.bill_on if follows is not None else None
        return
    insert(BillingPeriod, make_ahead(detail, spans))
