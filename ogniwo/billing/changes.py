"""Changes of a running detail. What a period cost is fixed only at issue; nothing goes back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.agreeing import (
    AGREERS,
    BAD_ANCHOR_DAY,
    LAST_DAY,
    Agreement,
    Discount,
    add_detail,
    price_rules,
    refuse_wrong,
)
from ogniwo.billing.issue import lock_rows
from ogniwo.billing.models import BillingDetail, BillingPeriod, BillingSpan, DetailTerms
from ogniwo.billing.models.detail import DetailQuerySet, PeriodQuerySet
from ogniwo.billing.paying import lock
from ogniwo.billing.timetable import coming, rewrite
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel.amounts import FULL_BP, indexed

BILLED = (BillingPeriod.State.INVOICED, BillingPeriod.State.FREE)
WIDEST_INDEX = FULL_BP // 2
DAY = "%d.%m.%Y"
NOTICE_DAYS = 30  # advice for the proposed end of a service, nothing is refused by it


@transaction.atomic
def change_terms(  # noqa: PLR0913  # terms are these facts
    detail: BillingDetail,
    *,
    from_on: date,
    price_grosze: int | None = None,
    quantity: Decimal | str | None = None,
    rate: str | None = None,
    by: Actor,
    at: datetime,
) -> DetailTerms:
    """New price, quantity or rate for periods that start on that day or later."""
    detail = opened(detail, by=by)
    from_on = from_on if detail.is_recurring else detail.start_on
    old = detail.terms_on(max(from_on, detail.start_on))
    price = old.price_grosze if price_grosze is None else price_grosze
    amount = old.quantity if quantity is None else quantity
    code = old.rate if rate is None else rate
    for broken, refusal, sentence in price_rules(
        price_grosze=price, quantity=amount, rate=code, exemption=detail.exemption
    ):
        if broken:
            raise Refused(refusal, sentence)
    refuse_cancelled(detail)
    refuse_billed(detail, detail.periods.filter(start__gte=from_on))
    terms, _made = DetailTerms.objects.update_or_create(
        detail=detail,
        from_on=max(from_on, detail.start_on),
        defaults={
            "price_grosze": price,
            "quantity": Decimal(amount),
            "rate": code,
            "why": DetailTerms.Why.AGREED,
            "before_grosze": None,
        },
    )
    changed(detail, "change_terms", by=by, at=at, from_on=from_on, price_grosze=price, rate=code)
    return terms


@transaction.atomic
def index_prices(
    details: Sequence[BillingDetail], *, from_on: date, bp: int, by: Actor, at: datetime
) -> None:
    """Raise or lower prices by an index from a day; terms agreed for later stay as they are."""
    if bp == 0 or abs(bp) > WIDEST_INDEX:
        raise Refused("bad_index", _("Indexation is from −50% to 50%, not zero."))
    # All clients in the one order in which everybody locks them; `opened` alone would take the
    # order of details, and wait crosswise with a run.
    lock_rows(sorted({detail.client_id for detail in details}))
    for stale in details:
        detail = opened(stale, by=by)
        if not detail.is_recurring or _is_over(detail, from_on) or detail.start_on > from_on:
            continue  # a price agreed for a later start stays as it is
        _index(detail, from_on=from_on, bp=bp)
        changed(detail, "index_prices", by=by, at=at, from_on=from_on, bp=bp)


def running(*, on: date) -> DetailQuerySet:
    """Recurring details that have periods on that day or later, for indexation."""
    later = BillingPeriod.objects.filter(detail=OuterRef("pk"), end__gt=on)
    goes_on = Q(made_on__isnull=False) | Q(paused_on__isnull=False) | Exists(later)
    recurring = BillingDetail.objects.living().filter(kind=BillingDetail.Kind.RECURRING)
    found = recurring.filter(start_on__lte=on)
    return found.filter(Q(end_on__isnull=True) | Q(end_on__gt=on), goes_on).order_by("pk")


@transaction.atomic
def pause(detail: BillingDetail, *, from_on: date, by: Actor, at: datetime) -> None:
    """From the start of a period not yet invoiced; paused time costs nothing."""
    detail = opened(detail, by=by)
    span = refuse_no_boundary(detail, from_on)
    BillingSpan.objects.filter(pk=span.pk).update(end=from_on)
    BillingDetail.objects.filter(pk=detail.pk).update(paused_on=from_on)
    rewrite(detail)
    changed(detail, "pause", by=by, at=at, from_on=from_on)


@transaction.atomic
def resume(
    detail: BillingDetail,
    *,
    from_on: date,
    anchor_day: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """A new span with an anchor of its own; the numbers of periods go on."""
    detail = opened(detail, by=by)
    if anchor_day is not None and not 1 <= anchor_day <= LAST_DAY:
        raise Refused(*BAD_ANCHOR_DAY)
    refuse_ended(detail, by=from_on)
    if detail.paused_on is None:
        raise Refused("not_paused", _("The service is not paused."))
    if from_on < detail.paused_on:
        raise Refused("resume_before_pause", _("The service cannot resume before its pause."))
    detail.spans.filter(end=F("start")).delete()  # paused before anything was used
    BillingSpan.objects.create(
        detail=detail,
        start=from_on,
        end=detail.end_on,
        anchor_day=from_on.day if anchor_day is None else anchor_day,
        first_no=_next_no(detail),
    )
    BillingDetail.objects.filter(pk=detail.pk).update(paused_on=None)
    rewrite(detail)
    changed(detail, "resume", by=by, at=at, from_on=from_on)


@transaction.atomic
def terminate(detail: BillingDetail, *, end_on: date, by: Actor, at: datetime) -> None:
    """End on any day; a period not yet invoiced is cut, an invoiced one stays."""
    detail = opened(detail, by=by)
    if not detail.is_recurring:
        cancel(detail, by=by, at=at)
        return
    span = last_span(detail)
    if end_on < span.start:
        raise Refused("end_before_start", _("The end must come after the start."))
    refuse_cancelled(detail)
    refuse_ended(detail, by=end_on)
    if span.end is None or end_on < span.end:
        BillingSpan.objects.filter(pk=span.pk).update(end=end_on)
    BillingDetail.objects.filter(pk=detail.pk).update(end_on=end_on)
    detail.end_on = end_on
    rewrite(detail)
    changed(detail, "terminate", by=by, at=at, end_on=end_on)


@transaction.atomic
def change_cycle(  # noqa: PLR0913  # a cycle is these facts
    detail: BillingDetail,
    *,
    from_on: date,
    months: int,
    price_grosze: int,
    timing: str | None = None,
    by: Actor,
    at: datetime,
) -> BillingDetail:
    """The detail ends where a period not yet invoiced begins; a successor goes on from there."""
    detail = opened(detail, by=by)
    terms = detail.terms_on(max(from_on, detail.start_on))
    agreement = _succeeding(
        detail, terms, from_on=from_on, months=months, timing=timing or detail.timing
    )
    agreement = replace(agreement, price_grosze=price_grosze)
    refuse_wrong(replace(agreement, end_on=None), on=from_on)
    if BillingDetail.objects.filter(successor_of=detail).exists():
        refuse_ended(detail, by=date.max)  # its successor goes on already
    span = refuse_no_boundary(detail, from_on)
    successor = add_detail(detail.client, agreement, successor_of=detail, by=by, at=at)
    BillingSpan.objects.filter(pk=span.pk).update(end=from_on)
    BillingDetail.objects.filter(pk=detail.pk).update(end_on=from_on)
    detail.end_on = from_on
    rewrite(detail)
    changed(detail, "change_cycle", by=by, at=at, from_on=from_on, successor=successor.pk)
    return successor


@transaction.atomic
def cancel(detail: BillingDetail, *, by: Actor, at: datetime) -> None:
    """Never to be invoiced: only while nothing is."""
    detail = opened(detail, by=by)
    refuse_cancelled(detail)
    refuse_billed(detail, detail.periods.all())
    detail.cancelled_at = at
    detail.save(update_fields=["cancelled_at"])
    rewrite(detail)
    changed(detail, "cancel", by=by, at=at)


def opened(detail: BillingDetail, *, by: Actor) -> BillingDetail:
    """The detail as it stands now, its client locked; only for people who may change it."""
    if by.role not in AGREERS:
        raise NotAllowed
    lock(detail.client_id)
    return BillingDetail.objects.get(pk=detail.pk)


def changed(detail: BillingDetail, verb: str, *, by: Actor, at: datetime, **facts: Any) -> None:
    """Count the version up and leave a line in the journal."""
    BillingDetail.objects.filter(pk=detail.pk).update(version=F("version") + 1)
    plain: dict[str, Any] = {name: str(value) for name, value in facts.items()}
    record(f"billing.billingdetail.{verb}", detail, by=by, at=at, **plain)


def refuse_cancelled(detail: BillingDetail) -> None:
    if detail.cancelled_at is not None:
        raise Refused("already_ended", _("The billing detail is cancelled already."))


def refuse_ended(detail: BillingDetail, *, by: date) -> None:
    """An end that is set, as a day or as a number of periods, may be moved earlier only."""
    ends = ends_on(detail)
    if ends is not None and by >= ends:
        raise Refused(
            "already_ended",
            _("The service ends on %(day)s already.") % {"day": ends.strftime(DAY)},
        )


def ends_on(detail: BillingDetail) -> date | None:
    """The first day without service, also where the number of periods decides it."""
    if detail.months is None or detail.periods_limit is None or detail.paused_on is not None:
        return detail.end_on
    span = last_span(detail)
    last = detail.periods_limit - span.first_no + 1
    ends = span.grid(detail.months).period(last).end if last > 0 else span.start
    return ends if detail.end_on is None else min(ends, detail.end_on)


def refuse_billed(detail: BillingDetail, periods: PeriodQuerySet) -> None:
    """A period on an invoice is not changed; its invoice is corrected."""
    last = periods.filter(state__in=BILLED).order_by("-no").first()
    if last is None:
        return
    number = last.line.invoice.number if last.line else "—"
    raise Refused(
        "already_invoiced",
        _(
            "The period from %(start)s is on invoice %(number)s already. "
            "Change the terms from %(next)s or issue a correction."
        )
        % {"start": last.start.strftime(DAY), "number": number, "next": last.end.strftime(DAY)},
    )


def refuse_no_boundary(detail: BillingDetail, day: date) -> BillingSpan:
    """Pause and cycle begin where a period not yet invoiced begins; the span it belongs to."""
    if not detail.is_recurring:
        raise Refused("one_off", _("A one-off service cannot be paused."))
    refuse_cancelled(detail)
    refuse_ended(detail, by=day)
    if detail.paused_on is not None:
        raise Refused("already_ended", _("The service is paused already."))
    refuse_billed(detail, detail.periods.filter(end__gt=day))
    span = last_span(detail)
    if day < span.start or not span.grid(detail.months or 1).is_boundary(day):
        days = ", ".join(near.strftime(DAY) for near in boundaries(detail, after=day, count=2))
        raise Refused(
            "not_a_boundary", _("Possible from the start of a period: %(days)s.") % {"days": days}
        )
    return span


def last_span(detail: BillingDetail) -> BillingSpan:
    return detail.spans.order_by("-first_no")[0]


def boundaries(detail: BillingDetail, *, after: date, count: int = 6) -> list[date]:
    """The next days on which a period not yet invoiced begins: what a form may offer."""
    if detail.months is None or detail.paused_on is not None:
        return []
    span = last_span(detail)
    billed = detail.periods.filter(state__in=BILLED).order_by("-no").first()
    first = max(after, billed.end if billed else span.start)
    days = (day for day in span.grid(detail.months).boundaries() if day >= first)
    found = [day for day, _place in zip(days, range(count), strict=False)]
    return [day for day in found if detail.end_on is None or day < detail.end_on]


def _is_over(detail: BillingDetail, day: date) -> bool:
    """Cancelled, ended by that day, or out of periods."""
    ended = detail.end_on is not None and detail.end_on <= day
    exhausted = not detail.periods.filter(end__gt=day).exists() and detail.made_on is None
    return detail.cancelled_at is not None or ended or (exhausted and detail.paused_on is None)


def _index(detail: BillingDetail, *, from_on: date, bp: int) -> None:
    base, before = index_base(detail, from_on=from_on)
    DetailTerms.objects.update_or_create(
        detail=detail,
        from_on=from_on,
        defaults={
            "price_grosze": indexed(before, bp),
            "quantity": base.quantity,
            "rate": base.rate,
            "why": DetailTerms.Why.INDEX,
            "before_grosze": before,
        },
    )


def index_base(detail: BillingDetail, *, from_on: date) -> tuple[DetailTerms, int]:
    """The terms of that day and the price an index is applied to.

    A second change from one day replaces the first.
    """
    base = detail.terms_on(from_on)
    if base.from_on == from_on and base.before_grosze is not None:
        return base, base.before_grosze
    return base, base.price_grosze


def _succeeding(
    detail: BillingDetail, terms: DetailTerms, *, from_on: date, months: int, timing: str
) -> Agreement:
    """What a successor takes over; not the free periods, their number, or later terms."""
    return Agreement(
        service=detail.service,
        price_grosze=terms.price_grosze,
        start_on=from_on,
        months=months,
        timing=timing,
        name=detail.name,
        anchor_day=last_span(detail).anchor_day if detail.is_recurring else None,
        end_on=detail.end_on,
        basis=detail.basis,
        quantity=terms.quantity,
        rate=terms.rate,
        exemption=detail.exemption,
        currency=detail.currency,
        discounts=[Discount.of_row(row) for row in detail.discounts],
        lead_days=detail.lead_days if timing == BillingDetail.Timing.ADVANCE else 0,
        separate=detail.separate,
        annex15=detail.annex15,
        commissionable=detail.commissionable,
        reseller=detail.reseller,
    )


def _next_no(detail: BillingDetail) -> int:
    """The number after the last period of the spans so far, all of which have an end."""
    spans = list(detail.spans.order_by("first_no"))
    return max((period.no for period in coming(detail, spans)), default=0) + 1
