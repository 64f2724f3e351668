"""Changes of the agreement itself: discounts at any time, all else before the first invoice."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.agreeing import (
    Agreement,
    Discount,
    detail_of,
    discount_rules,
    first_span,
    refuse_wrong,
)
from ogniwo.billing.changes import BILLED, changed, opened, refuse_billed, refuse_cancelled
from ogniwo.billing.models import BillingDetail, DetailTerms
from ogniwo.billing.models.detail import discount_on
from ogniwo.billing.timetable import rewrite
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Refused
from ogniwo.kernel.days import warsaw_day

# All of an agreement but the service and whose detail it is.
REVISED = (
    "name", "kind", "timing", "months", "start_on", "anchor_day", "end_on", "periods_limit",
    "basis", "currency", "exemption", "lead_days", "free_periods", "discounts", "separate",
    "annex15", "commissionable",
)  # fmt: skip


@transaction.atomic
def set_discounts(
    detail: BillingDetail, *, discounts: Sequence[Discount], by: Actor, at: datetime
) -> None:
    """Replace the discounts; those of periods on an invoice stay as they were."""
    detail = opened(detail, by=by)
    for broken, code, sentence in discount_rules(discounts):
        if broken:
            raise Refused(code, sentence)
    refuse_cancelled(detail)
    rows = [one.as_row() for one in sorted(discounts, key=lambda one: one.start)]
    billed = detail.periods.filter(state__in=BILLED)
    altered = [
        period.pk
        for period in billed
        if discount_on(rows, period.start) != detail.discount_on(period.start)
    ]
    refuse_billed(detail, detail.periods.filter(pk__in=altered))
    detail.discounts = rows
    detail.save(update_fields=["discounts"])
    changed(detail, "set_discounts", by=by, at=at, discounts=rows)


@transaction.atomic
def revise(detail: BillingDetail, *, agreement: Agreement, by: Actor, at: datetime) -> None:
    """A new agreement in the place of the old, before the first invoice or free period.

    Terms agreed for later, pauses and ends that were set are replaced as well.
    """
    detail = opened(detail, by=by)
    refuse_wrong(agreement, on=warsaw_day(at))
    refuse_cancelled(detail)
    refuse_billed(detail, detail.periods.all())
    if was_invoiced(detail):
        raise Refused(
            "already_invoiced",
            _("It was invoiced before, so its agreement is fixed. End it and add a new one."),
        )
    wanted = detail_of(detail.client, agreement, successor_of=detail.successor_of, by=by, at=at)
    for name in REVISED:
        setattr(detail, name, getattr(wanted, name))
    detail.paused_on, detail.made_no, detail.made_on = None, 0, None
    detail.periods.all().delete()
    detail.spans.all().delete()
    detail.terms.all().delete()
    detail.save()
    if detail.months is not None:
        first_span(detail).save(force_insert=True)
    DetailTerms.objects.create(
        detail=detail,
        from_on=detail.start_on,
        price_grosze=agreement.price_grosze,
        quantity=Decimal(agreement.quantity),
        rate=agreement.rate_or_usual,
    )
    rewrite(detail)
    changed(
        detail, "revise", by=by, at=at, price_grosze=agreement.price_grosze,
        months=detail.months, start_on=detail.start_on,
    )  # fmt: skip


def was_invoiced(detail: BillingDetail) -> bool:
    """Whether it ever stood on an invoice, also one that was corrected to zero (§2.3: frozen)."""
    return detail.lines.exists()


def agreement_of(detail: BillingDetail, *, on: date) -> Agreement:
    """What stands now, as it was agreed: what a form of a revision begins with."""
    terms = detail.terms_on(max(on, detail.start_on))
    return Agreement(
        service=detail.service,
        price_grosze=terms.price_grosze,
        start_on=detail.start_on,
        kind=detail.kind,
        months=detail.months,
        timing=detail.timing,
        name=detail.name,
        anchor_day=detail.anchor_day,
        end_on=detail.end_on,
        periods=detail.periods_limit,
        basis=detail.basis,
        quantity=terms.quantity,
        rate=terms.rate,
        exemption=detail.exemption,
        currency=detail.currency,
        free_periods=detail.free_periods,
        discounts=[Discount.of_row(row) for row in detail.discounts],
        lead_days=detail.lead_days,
        separate=detail.separate,
        annex15=detail.annex15,
        commissionable=detail.commissionable,
        reseller=detail.reseller,
    )
