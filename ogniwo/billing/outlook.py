"""What a detail will cost in its coming periods, and how a change alters that."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max

from ogniwo.billing.changes import BILLED
from ogniwo.billing.models import BillingDetail, Invoice
from ogniwo.billing.plan import Terms, priced
from ogniwo.billing.preview import due_of
from ogniwo.billing.timetable import coming
from ogniwo.kernel.amounts import vat_row

COMING = 6


class Cost(NamedTuple):
    """One coming period and its price; nothing when it is free."""

    start: date
    last_day: date
    bill_on: date
    part: str  # "17/31" of a period that is cut
    discount_bp: int
    net_grosze: int
    gross_grosze: int


def billed_numbers(detail: BillingDetail) -> set[int]:
    """The numbers of the periods that are invoiced or were free."""
    return set(detail.periods.filter(state__in=BILLED).values_list("no", flat=True))


def outlook(
    detail: BillingDetail, *, billed: Collection[int] | None = None, count: int = COMING
) -> list[Cost]:
    """The next periods that are not invoiced, priced as the run will price them.

    `billed`: their numbers, where the caller has read them.
    """
    if detail.cancelled_at is not None:
        return []
    billed = billed_numbers(detail) if billed is None else billed
    spans = sorted(detail.spans.all(), key=attrgetter("first_no"))
    known = sorted(detail.terms.all(), key=attrgetter("from_on"), reverse=True)
    terms = [Terms(one.from_on, one.price_grosze, one.quantity, one.rate) for one in known]
    left = (period for period in coming(detail, spans) if period.no not in billed)
    found = []
    for period in islice(left, count):
        line = priced(due_of(detail, period), terms)
        row = vat_row(line.rate, line.amount_grosze, detail.basis)
        discount = detail.discount_on(period.start)
        found.append(
            Cost(
                period.start, period.last_day, period.bill_on, line.part, discount, row.net,
                row.gross,
            )
        )  # fmt: skip
    return found


class Compared(NamedTuple):
    """One period before and after a change; None where there is none."""

    start: date
    before: Cost | None
    after: Cost | None

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a deed changes: coming periods, and documents it issues at once."""

    rows: list[Compared]
    documents: list[Invoice] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.documents) or any(row.changed for row in self.rows)


def effect_of(detail: BillingDetail, deed: Callable[[], Any]) -> Effect:
    """The effect of exactly this deed: it is done, looked at and taken back."""
    before = {cost.start: cost for cost in outlook(detail)}
    with transaction.atomic():
        mine = Invoice.objects.filter(client=detail.client_id)
        last = mine.aggregate(last=Max("pk"))["last"] or 0
        made = deed()
        after = {cost.start: cost for cost in outlook(BillingDetail.objects.get(pk=detail.pk))}
        if isinstance(made, BillingDetail):  # a successor goes on from there
            after |= {cost.start: cost for cost in outlook(made)}
        documents = list(mine.filter(pk__gt=last).select_related("corrects").order_by("pk"))
        transaction.set_rollback(True)
    starts = sorted(before.keys() | after.keys())[:COMING]
    rows = [Compared(start, before.get(start), after.get(start)) for start in starts]
    return Effect(rows=rows, documents=documents)
