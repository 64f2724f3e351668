"""What must hold in the books of billing; each breach is named with its object."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import (
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import Coalesce, Lag

from ogniwo.billing import check_notes, check_papers, check_proformas, check_statements
from ogniwo.billing.models import (
    NOTE,
    WAITING,
    Allocation,
    BillingDetail,
    BillingPeriod,
    BillingRun,
    BillingSpan,
    Invoice,
    InvoiceLine,
    NoteAllocation,
    Payment,
    Reminder,
    Series,
)
from ogniwo.journal.models import Event
from ogniwo.journal.seal import Breach
from ogniwo.kernel.workdays import is_working


def breaches(at: datetime) -> Iterator[Breach]:
    """All invariants of billing, by their numbers in the rules."""
    yield from _living_lines()
    yield from _tiling()
    yield from _series()
    yield from _dates()
    yield from check_papers.breaches()
    yield from check_proformas.breaches()
    yield from _debts()
    yield from _payments()
    yield from _allocations()
    yield from check_statements.breaches()
    yield from _credit_beside_debt()
    yield from _left_undone()
    yield from _mixed()
    yield from _due_days()
    yield from _ladder()
    yield from check_notes.breaches()


def _living_lines() -> Iterator[Breach]:
    """1 and 3: a period, and a one-off, has at most one living line."""
    living = InvoiceLine.objects.filter(zeroed=False).order_by()
    twice = living.values("detail", "period_no").annotate(n=Count("pk")).filter(n__gt=1)
    for row in twice:
        name = f"detail {row['detail']}/{row['period_no']}"
        yield Breach("period_invoiced_twice", name, f"{name} has {row['n']} living lines.")
    one_offs = living.filter(detail__kind=BillingDetail.Kind.ONE_OFF)
    for detail, n in one_offs.values_list("detail").annotate(n=Count("pk")).filter(n__gt=1):
        name = f"detail {detail}"
        yield Breach("one_off_twice", name, f"{name} is one-off and has {n} living lines.")


def _tiling() -> Iterator[Breach]:
    """2: each period begins where the one before ended, unless a span begins there.

    One that was invoiced before an end was set stays behind it, whatever is cut in front (§2.3).
    """
    before = Window(Lag("end"), partition_by="detail", order_by="no")
    starts_span = BillingSpan.objects.filter(detail=OuterRef("detail"), first_no=OuterRef("no"))
    apart = BillingPeriod.objects.annotate(end_before=before, starts_span=Exists(starts_span))
    gap = ~Q(end_before=F("start")) & Q(starts_span=False) & ~Q(detail__end_on__lte=F("end_before"))
    wrong = apart.filter(end_before__isnull=False).filter(gap | Q(end_before__gt=F("start")))
    for period in wrong.order_by("detail", "no"):
        name = f"detail {period.detail_id}/{period.no}"
        yield Breach("periods_do_not_tile", name, f"{name} does not begin where the last ended.")
    end_before = Window(Lag("end"), partition_by="detail", order_by="first_no")
    spans = BillingSpan.objects.annotate(end_before=end_before)
    for span in spans.filter(end_before__gt=F("start")):
        yield Breach("spans_overlap", f"detail {span.detail_id}", "Two spans of it overlap.")


def _series() -> Iterator[Breach]:
    """4: numbers of a series are exactly 1…last."""
    of_invoices = Series.objects.exclude(kind=NOTE)
    counted = of_invoices.annotate(n=Count("invoices"), highest=Max("invoices__serial"))
    for series in counted.exclude(n=F("last")) | counted.exclude(highest=F("last")).filter(n__gt=0):
        name = str(series)
        yield Breach("series_gap", name, f"{name} should have numbers 1 to {series.last}.")
    for invoice in Invoice.objects.select_related("series").iterator(chunk_size=2_000):
        if invoice.number != invoice.series.number(invoice.serial):
            yield Breach("invoice_number", invoice.number, "The number is not that of its series.")


def _dates() -> Iterator[Breach]:
    """5: the order of numbers is the order of dates."""
    before = Window(Lag("issued_on"), partition_by="kind", order_by=["series__span", "serial"])
    for invoice in Invoice.objects.annotate(before=before).filter(before__gt=F("issued_on")):
        yield Breach("date_before_last", invoice.number, "It is dated before its predecessor.")


def _debts() -> Iterator[Breach]:
    """8 and 10: nothing is paid above what is owed; the kept sums are the sums of their rows."""
    owed = F("gross_grosze") + F("corrected_grosze")
    wrong = Invoice.objects.sales().filter(
        Q(paid_grosze__lt=0) | Q(paid_grosze__gt=owed) | Q(corrected_grosze__lt=-F("gross_grosze"))
    )
    for invoice in wrong:
        yield Breach("paid_above_owed", invoice.number, "It is paid above what is owed.")
    upwards = Q(corrections__gross_grosze__gt=0)
    total = Allocation.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    paid = Invoice.objects.annotate(
        allocated=Coalesce(Subquery(total.annotate(total=Sum("grosze")).values("total")), Value(0))
    )
    for invoice in paid.exclude(allocated=F("paid_grosze")):
        yield Breach("paid_sum", invoice.number, "The paid sum is not that of its allocations.")
    sums = Invoice.objects.annotate(
        lowered_or_raised=Coalesce(Sum("corrections__gross_grosze"), Value(0)),
        raised=Coalesce(Sum("corrections__gross_grosze", filter=upwards), Value(0)),
    )
    for invoice in sums.exclude(lowered_or_raised=F("corrected_grosze"), raised=F("raised_grosze")):
        yield Breach("corrected_sum", invoice.number, "The corrected sum is not that of its rows.")


def _payments() -> Iterator[Breach]:
    """9: what is allocated, refunded and left is the whole payment; of a returned one nothing."""
    total = Allocation.objects.filter(payment=OuterRef("pk")).order_by().values("payment")
    of_notes = NoteAllocation.objects.filter(payment=OuterRef("pk")).order_by().values("payment")
    living = Payment.objects.filter(part_of=OuterRef("pk"), reversed_at__isnull=True)
    parts = living.order_by().values("part_of")
    sums = Payment.objects.annotate(
        allocated=Coalesce(Subquery(total.annotate(total=Sum("grosze")).values("total")), Value(0))
        + Coalesce(Subquery(of_notes.annotate(total=Sum("grosze")).values("total")), Value(0))
        # The parts of a split transfer carry its money.
        + Coalesce(Subquery(parts.annotate(total=Sum("amount_grosze")).values("total")), Value(0))
    )
    spent = F("allocated") + F("refunded_grosze") + F("unallocated_grosze")
    wrong = sums.filter(
        Q(reversed_at__isnull=True) & ~Q(amount_grosze=spent)
        | Q(reversed_at__isnull=False) & (Q(allocated__gt=0) | Q(unallocated_grosze__gt=0))
    )
    for payment in wrong:
        yield Breach("payment_sum", f"payment {payment.pk}", "Its parts are not the whole of it.")


def _allocations() -> Iterator[Breach]:
    """11: payment and invoice are of one client and one currency."""
    astray = Allocation.objects.exclude(
        payment__client=F("invoice__client"), payment__currency=F("invoice__currency")
    )
    for row in astray.select_related("invoice"):
        number = row.invoice.number
        yield Breach("allocation_astray", number, "Money of another client or currency pays it.")


def _credit_beside_debt() -> Iterator[Breach]:
    """12: no client has credit and an open undisputed invoice in one currency."""
    debts = Invoice.objects.unpaid().filter(
        client=OuterRef("client"), currency=OuterRef("currency"), disputed_at__isnull=True
    )
    for payment in Payment.objects.credits().filter(Exists(debts)).select_related("client"):
        name = payment.client.shown_number if payment.client else ""
        yield Breach("credit_beside_debt", name, "It has credit and an open invoice at once.")


def _left_undone() -> Iterator[Breach]:
    """13: what was due on the day of the last complete run is invoiced, free or held."""
    states = [BillingRun.State.DONE, BillingRun.State.ERRORS]
    run = BillingRun.objects.filter(state__in=states, is_partial=False).order_by("-pk").first()
    begun = Event.objects.about(run).filter(verb="billing.billingrun.start") if run else None
    if run is None or begun is None or not begun.exists():
        return
    # What was changed since, the next run will see to.
    later = Event.objects.filter(pk__gt=begun[0].pk)
    of_detail = later.filter(kind="billing.billingdetail", key=OuterRef("detail"))
    of_client = later.filter(kind="programme.client", key=OuterRef("client"))
    corrected = later.filter(verb="billing.invoice.correct").values("key")
    of_invoice = Invoice.objects.filter(client=OuterRef("client"), pk__in=corrected)
    due = BillingPeriod.objects.filter(state=BillingPeriod.State.DUE, bill_on__lte=run.on)
    due = due.filter(~Exists(of_detail), ~Exists(of_client), ~Exists(of_invoice))
    for period in due:
        name = f"detail {period.detail_id}/{period.no}"
        yield Breach("due_left_undone", name, f"{name} was due on {run.on} and left out.")


def _mixed() -> Iterator[Breach]:
    """16: the lines of an invoice are of one client, currency, basis and billing day."""
    lines = InvoiceLine.objects.exclude(
        detail__client=F("invoice__client"),
        detail__currency=F("invoice__currency"),
        detail__basis=F("invoice__basis"),
    )
    for line in lines.select_related("invoice"):
        yield Breach("line_astray", line.invoice.number, f"Line {line.no} does not belong to it.")
    days = Count("lines__period__bill_on", distinct=True)
    for invoice in Invoice.objects.annotate(days=days).filter(days__gt=1):
        yield Breach("billing_days_mixed", invoice.number, "It has lines of several billing days.")
    lost = BillingPeriod.objects.filter(state__in=WAITING, line__isnull=False)
    for period in lost:
        name = f"detail {period.detail_id}/{period.no}"
        yield Breach("period_state", name, f"{name} waits, but has a line.")


def _due_days() -> Iterator[Breach]:
    """17: a due day is a working day, not before the day of issue."""
    for invoice in Invoice.objects.filter(due_on__lt=F("issued_on")):
        yield Breach("due_before_issue", invoice.number, "It is due before it was issued.")
    days = Invoice.objects.filter(due_on__isnull=False).order_by("due_on").values_list("due_on")
    for (day,) in days.distinct():
        if day is not None and not is_working(day):
            first = Invoice.objects.filter(due_on=day).order_by("pk")[0]
            yield Breach("due_on_a_day_off", first.number, f"{day} is not a working day.")


def _ladder() -> Iterator[Breach]:
    """18: the steps of a due day rise with time."""
    before = Window(Lag("step"), partition_by=["invoice", "due_on"], order_by=["on", "pk"])
    falling = Reminder.objects.annotate(before=before).filter(before__gte=F("step"))
    for row in falling.select_related("invoice"):
        yield Breach("reminder_steps", row.invoice.number, "A lower step followed a higher one.")
