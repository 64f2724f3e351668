"""What a run would issue: the same planning, nothing written."""

from datetime import date
from typing import Any

from ogniwo.billing.issue import StoredRates, read_dues, terms_of
from ogniwo.billing.models import BillingDetail, BillingPeriod
from ogniwo.billing.payer import payers
from ogniwo.billing.plan import Books, Due, Plan, plan
from ogniwo.billing.timetable import Coming, coming
from ogniwo.billing.whose import sold_by
from ogniwo.programme.models import Client

ORDER = ("bill_on", "client_id", "detail_id", "no")


def preview(*, on: date, issued_on: date | None = None, client: Client | None = None) -> Plan:
    """The invoices, held and free periods of a run on that day, dated `issued_on` (else `on`)."""
    waiting = BillingPeriod.objects.waiting().filter(bill_on__lte=on)
    behind = BillingDetail.objects.filter(made_on__lte=on, cancelled_at__isnull=True)
    if client is not None:
        waiting, behind = waiting.filter(client=client), behind.filter(client=client)
    dues = read_dues(waiting)
    for detail in behind.prefetch_related("spans"):
        dues += unmade(detail, on=on)
    dues = sold_by(dues)
    dues.sort(key=lambda due: tuple(getattr(due, name) for name in ORDER))
    clients = payers(Client.objects.filter(pk__in={due.client_id for due in dues}))
    terms = terms_of({due.detail_id for due in dues})
    return plan(dues, Books(clients, terms, StoredRates(), issued_on or on))


def unmade(detail: BillingDetail, *, on: date) -> list[Due]:
    """Due periods of a detail for which there are no rows yet."""
    spans = sorted(detail.spans.all(), key=lambda span: span.first_no)
    dues = []
    for period in coming(detail, spans, after=detail.made_no):
        if period.bill_on > on:
            break
        dues.append(due_of(detail, period))
    return dues


def due_of(detail: BillingDetail, period: Coming) -> Due:
    """A period without a row, as one that is due."""
    return Due(
        period_id=0,
        **period._asdict(),
        state=BillingPeriod.State.DUE,
        held_reason="",
        client_id=detail.client_id,
        detail_id=detail.pk,
        name=detail.name,
        unit=detail.unit,
        months=detail.months,
        basis=detail.basis,
        currency=detail.currency,
        separate=detail.separate,
        annex15=detail.annex15,
        commissionable=detail.commissionable,
        exemption=detail.exemption,
        reseller_id=detail.reseller_id,
        free_periods=detail.free_periods,
        discounts=detail.discounts,
    )


def summary(made: Plan) -> dict[str, Any]:
    """The preview as plain data, to be kept with its run."""
    return {
        "groups": [
            {
                "client": invoice.client_id,
                "lines": [[line.due.detail_id, line.due.no] for line in invoice.lines],
                "currency": invoice.first.currency,
                "net_grosze": invoice.totals.net,
                "vat_grosze": invoice.totals.vat,
                "gross_grosze": invoice.totals.gross,
            }
            for invoice in made.invoices
        ],
        "held": [[held.due.detail_id, held.due.no, held.reason] for held in made.held],
    }


def differences(shown: dict[str, Any], now: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """New, gone and changed groups between the preview that was shown and the present one."""
    before = {_key(group): group for group in shown.get("groups", [])}
    after = {_key(group): group for group in now["groups"]}
    return {
        "new": [group for key, group in after.items() if key not in before],
        "gone": [group for key, group in before.items() if key not in after],
        "changed": [
            group for key, group in after.items() if key in before and group != before[key]
        ],
    }


def _key(group: dict[str, Any]) -> tuple[int, int, int]:
    """A group is known by its client and first line."""
    detail, no = group["lines"][0]
    return group["client"], detail, no
