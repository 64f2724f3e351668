"""Invoice one detail today, alone, ahead of its billing day: a prepayment."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.changes import BILLED, opened
from ogniwo.billing.issue import (
    Occasion,
    books_of,
    lock_clients,
    read_dues,
    write_invoices,
)
from ogniwo.billing.models import BillingDetail, BillingPeriod, BillingSpan, Invoice, Series
from ogniwo.billing.plan import plan
from ogniwo.billing.run import numbered, occasion_of
from ogniwo.billing.timetable import make_ahead
from ogniwo.journal.actors import Actor
from ogniwo.journal.bulk import insert
from ogniwo.journal.moves import Conflict, NotAllowed, Refused
from ogniwo.kernel.roles import MONEY, SYSTEM

MOST_DAYS_AHEAD = 60
SENTENCES = {
    "not_account": _("The client is a Lead. Convert it to an Account."),
    "client_held": _("Billing of this client is stopped."),
    "no_address": _("The client has no address."),
    "bad_nip": _("The client has no correct NIP."),
    "no_email": _("The client has no e-mail address for invoices."),
    "no_vat_ue": _("The buyer has no VAT-UE number."),
    "no_fx_rate": _("The exchange rate of the day before is missing."),
    "error": _("It could not be computed; the administrator has been told."),
}


def bill_now(
    detail: BillingDetail, *, shown_no: int | None = None, by: Actor, at: datetime
) -> Invoice:
    """The next period not yet invoiced, or the one-off; at most 60 days before it begins.

    `shown_no` is the number of the period a person was shown; refused (stale) when that one is
    invoiced by now, so that nobody issues the one after it without having seen it.
    """
    if by.role not in MONEY | {SYSTEM}:
        raise NotAllowed
    occasion = occasion_of(None, by=by, at=at)
    Series.refuse_backdating(Invoice.Kind.FV, on=occasion.issued_on)
    return numbered(lambda: _issue(detail, occasion, shown_no=shown_no))


def next_no(detail: BillingDetail) -> int:
    """The number of the period that would be invoiced next; there may be no row for it yet."""
    waiting = detail.waiting()
    return waiting[0].no if waiting else detail.made_no + 1


@transaction.atomic
def _issue(stale: BillingDetail, occasion: Occasion, *, shown_no: int | None) -> Invoice:
    detail = opened(stale, by=occasion.by)
    if detail.cancelled_at is not None:
        raise _nothing()
    spans = list(detail.spans.order_by("first_no"))
    period = _next_period(detail, spans)
    if shown_no not in {None, period.no}:
        raise Conflict("stale", _("Somebody changed this in the meantime."), obj=detail)
    _refuse_early(period, on=occasion.issued_on)
    clients = lock_clients([detail.client_id])
    dues = read_dues(BillingPeriod.objects.filter(pk=period.pk))
    made = plan(dues, books_of([detail.pk], clients, occasion))
    if made.free:
        raise Refused("period_is_free", _("This period is free."))
    if made.held:
        reason = made.held[0].reason
        raise Refused(reason, SENTENCES[reason])
    row = write_invoices(made.invoices, clients, occasion)[0]
    if not detail.waiting():
        _make_next(detail, spans)
    return Invoice.objects.get(pk=row.id)


def _next_period(detail: BillingDetail, spans: list[BillingSpan]) -> BillingPeriod:
    waiting = detail.waiting() or _make_next(detail, spans)
    if not waiting:
        raise _nothing()
    return waiting[0]


def _nothing() -> Refused:
    return Refused("nothing_to_bill", _("There is no period to invoice."))


def _make_next(detail: BillingDetail, spans: list[BillingSpan]) -> list[BillingPeriod]:
    """One more row; the one-off has one for ever."""
    if not detail.is_recurring and detail.periods.filter(state__in=BILLED).exists():
        return []
    insert(BillingPeriod, make_ahead(detail, spans))
    detail.save(update_fields=["made_no", "made_on"])
    return list(detail.waiting())


def _refuse_early(period: BillingPeriod, *, on: date) -> None:
    earliest = period.start - timedelta(days=MOST_DAYS_AHEAD)
    if on < earliest:
        raise Refused(
            "too_early",
            _("The invoice can be issued on %(day)s at the earliest.")
            % {"day": earliest.strftime("%d.%m.%Y")},
        )
