"""Interest notes: how much is not noted yet, issuing a note, and paying it (BILLING §8.7)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import late_letters
from ogniwo.billing.freeze import buyer_of
from ogniwo.billing.interest import Stretch, missing_rate, rates_by_day, stretches, sum_of
from ogniwo.billing.issue import Occasion
from ogniwo.billing.models import (
    NOTE,
    Allocation,
    InterestNote,
    InterestNoteLine,
    Invoice,
    NbpRate,
    NoteAllocation,
    NumbersMoved,
    Payment,
    Series,
)
from ogniwo.billing.models.invoice import IS_OPEN, InvoiceQuerySet
from ogniwo.billing.note_snapshot import NoteLine, NoteSnapshot, Piece
from ogniwo.billing.payer import Payer, payers
from ogniwo.billing.paying import allowed, book, lock, locked, refuse_gone
from ogniwo.billing.run import numbered, occasion_of
from ogniwo.billing.snapshot import digest
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel.amounts import in_pln
from ogniwo.kernel.days import ONE_DAY, warsaw_day
from ogniwo.kernel.money import EUR, PLN, format_money
from ogniwo.kernel.roles import MONEY
from ogniwo.kernel.words import amount_in_words
from ogniwo.kernel.workdays import previous_working
from ogniwo.programme.models import Client

# Compensation for the cost of recovery: up to so many grosze of debt, so many euros.
THRESHOLDS: Final = ((500_000, 40), (4_999_999, 70))
HIGHEST_EUROS: Final = 100


@dataclass(frozen=True)
class Charge:
    """The interest of one invoice that no note has charged yet."""

    invoice: Invoice
    from_on: date
    to_on: date
    stretches: Sequence[Stretch]

    @property
    def grosze(self) -> int:
        """Rounded once for an invoice."""
        return sum_of(self.stretches)

    @property
    def days(self) -> int:
        return sum(one.days for one in self.stretches)


def charges(client: Client, currency: str, *, until: date) -> list[Charge]:
    """What a note up to that day would charge, an invoice a row; nothing of disputed invoices."""
    rates = rates_by_day()
    found = chargeable(until=until).filter(client=client, currency=currency)
    rows = []
    for invoice in found.order_by("due_on", "pk").prefetch_related("allocations__payment"):
        since = invoice.noted_to or invoice.due_on or until
        late = stretches(invoice, rates=rates, until=until, since=since)
        charge = Charge(invoice, since + ONE_DAY, until, late)
        if charge.grosze:
            rows.append(charge)
    return rows


def chargeable(*, until: date) -> InvoiceQuerySet:
    """Invoices with late days that may not be noted: open ones, and those paid after that."""
    noted_to = Coalesce("noted_to", "due_on")
    later = Allocation.objects.filter(
        invoice=OuterRef("pk"), payment__booked_on__gt=OuterRef("since_on")
    )
    found = Invoice.objects.sales().filter(due_on__lt=until, disputed_at__isnull=True)
    found = found.alias(since_on=noted_to).filter(since_on__lt=until)
    return found.filter(IS_OPEN | Q(Exists(later)))


def issue_note(
    client: Client,
    currency: str,
    *,
    until: date,
    shown_grosze: int | None = None,
    by: Actor,
    at: datetime,
) -> InterestNote:
    """Issue a note over all days up to `until` that no note has charged; the letter goes with it.

    Refused: until_ahead, rate_missing, no_interest, sum_changed (it is no longer `shown_grosze`),
    date_before_last, no_seller_data.
    """
    if by.role not in MONEY:
        raise NotAllowed
    if until > warsaw_day(at):
        raise Refused("until_ahead", _("Interest is counted up to today at the latest."))
    occasion = occasion_of(None, by=by, at=at)
    return numbered(lambda: _issue(client, currency, occasion, until=until, shown=shown_grosze))


@transaction.atomic
def _issue(
    client: Client, currency: str, occasion: Occasion, *, until: date, shown: int | None
) -> InterestNote:
    client = lock(client.pk)
    refuse_missing_rate(on=until)
    found = charges(client, currency, until=until)
    total = sum(one.grosze for one in found)
    if not found:
        raise Refused("no_interest", _("There is no interest to charge up to that day."))
    if shown is not None and shown != total:
        raise Refused(
            "sum_changed",
            _("The interest has changed: it is %(sum)s now. Check it and issue the note again.")
            % {"sum": format_money(total, currency)},
        )
    Series.refuse_backdating(NOTE, on=occasion.issued_on)
    payer = payers(Client.objects.filter(pk=client.pk))[client.pk]
    note = _document(payer, currency, occasion, found, until=until)
    note.save(force_insert=True)
    _charge(note, found)
    record(
        "billing.interestnote.issue", note, by=occasion.by, at=occasion.at,
        hash=note.hash, grosze=note.grosze,
    )  # fmt: skip
    late_letters.interest_note(note, client, at=occasion.at)
    return note


def refuse_missing_rate(*, on: date) -> None:
    """A note may not be counted with the rate of a half-year that is over."""
    day = missing_rate(rates_by_day(), on=on)
    if day is not None:
        raise Refused(
            "rate_missing",
            _("The interest rate from %(day)s is missing. Add it in Settings, from Monitor Polski.")
            % {"day": day.strftime("%d.%m.%Y")},
        )


def _document(
    payer: Payer, currency: str, occasion: Occasion, found: Sequence[Charge], *, until: date
) -> InterestNote:
    """The note with its frozen copy, not saved; its number is taken now, so others wait."""
    series = Series.at_work(NOTE, on=occasion.issued_on, by_year=occasion.by_year)
    serial = series.last + 1
    series.advance(begin=series.last, end=serial, on=occasion.issued_on)
    note = InterestNote(
        number=series.number(serial),
        series=series,
        serial=serial,
        client_id=payer.id,
        currency=currency,
        issued_on=occasion.issued_on,
        issued_at=occasion.at,
        until_on=until,
        due_on=occasion.due_on(payer),
        grosze=sum(one.grosze for one in found),
    )
    note.snapshot = _snapshot(note, payer, occasion, found)
    note.hash = digest(note.snapshot)
    return note


def _snapshot(
    note: InterestNote, payer: Payer, occasion: Occasion, found: Sequence[Charge]
) -> NoteSnapshot:
    return NoteSnapshot(
        kind=NOTE,
        number=note.number,
        issued_on=note.issued_on.isoformat(),
        until_on=note.until_on.isoformat(),
        due_on=note.due_on.isoformat(),
        currency=note.currency,
        seller=occasion.seller,
        buyer=buyer_of(payer),
        lines=[
            NoteLine(
                no=no,
                invoice=one.invoice.number,
                due_on=one.invoice.due_on.isoformat() if one.invoice.due_on else "",
                pieces=[_piece(stretch) for stretch in one.stretches],
                grosze=one.grosze,
            )
            for no, one in enumerate(found, 1)
        ],
        grosze=note.grosze,
        in_words=amount_in_words(note.grosze, note.currency),
    )


def _piece(one: Stretch) -> Piece:
    return {
        "from": one.from_on.isoformat(),
        "to": one.to_on.isoformat(),
        "days": one.days,
        "late_grosze": one.late_grosze,
        "basis_points": one.basis_points,
    }


def _charge(note: InterestNote, found: Iterable[Charge]) -> None:
    """The lines, and on each invoice how far it is noted: the second to come charges nothing."""
    for no, one in enumerate(found, 1):
        invoice = one.invoice
        mine = Invoice.objects.filter(pk=invoice.pk, noted_to=invoice.noted_to)
        if invoice.noted_to is None:
            mine = Invoice.objects.filter(pk=invoice.pk, noted_to__isnull=True)
        if not mine.update(noted_to=one.to_on):
            raise NumbersMoved
        InterestNoteLine.objects.create(
            note=note,
            invoice=invoice,
            no=no,
            from_on=one.from_on,
            to_on=one.to_on,
            grosze=one.grosze,
            noted_before=invoice.noted_to,
        )


@transaction.atomic
def pay_note(payment: Payment, note: InterestNote, *, by: Actor, at: datetime) -> int:
    """What of the payment pays nothing yet pays the note; the rest is booked as ever.

    A payment of nobody becomes the client's. Refused: payment_reversed, payment_split,
    payment_ignored, other_client, note_cancelled, note_paid, nothing_unallocated.
    """
    allowed(by)
    client = lock(note.client_id)
    payment = locked(payment)
    note = InterestNote.objects.select_for_update().get(pk=note.pk)
    _refuse_pay(payment, note)
    grosze = min(payment.unallocated_grosze, note.left_grosze)
    NoteAllocation.objects.create(payment=payment, note=note, grosze=grosze, at=at)
    # The version as well, so that whoever cancels the note at this moment is refused.
    InterestNote.objects.filter(pk=note.pk).update(
        paid_grosze=F("paid_grosze") + grosze, version=F("version") + 1
    )
    payment.unallocated_grosze -= grosze
    Payment.objects.filter(pk=payment.pk).update(
        unallocated_grosze=F("unallocated_grosze") - grosze, version=F("version") + 1
    )
    record("billing.interestnote.pay", note, by=by, at=at, payment=payment.pk, grosze=grosze)
    if payment.client_id is None:
        book(payment, client.pk, matched_by=Payment.MatchedBy.MANUAL, by=by, at=at)
    return grosze


def _refuse_pay(payment: Payment, note: InterestNote) -> None:
    refuse_gone(payment)
    whose = payment.client_id or note.client_id
    if whose != note.client_id or payment.currency != note.currency:
        raise Refused("other_client", _("The note belongs to another client or currency."))
    if note.state == InterestNote.State.CANCELLED:
        raise Refused("note_cancelled", _("The note was cancelled."))
    if not note.left_grosze:
        raise Refused("note_paid", _("The note is paid."))
    if not payment.unallocated_grosze:
        raise Refused("nothing_unallocated", _("Nothing is left of this payment."))


@dataclass(frozen=True)
class Compensation:
    """What the law gives for the cost of recovery; shown only, never charged by itself."""

    euros: int
    grosze: int
    mid: str


def compensations(invoices: Collection[Invoice]) -> dict[int, Compensation]:
    """By invoice 40, 70 or 100 EUR, at the rate of the month before it was due [law, mem: art. 10].

    The table is that of the month's last working day; nothing where it is not stored.
    """
    days = {
        one.pk: previous_working(one.due_on.replace(day=1))
        for one in invoices
        if one.currency == PLN and one.due_on
    }
    rates = NbpRate.objects.filter(currency=EUR, on__in=set(days.values()))
    mids = dict(rates.values_list("on", "mid"))
    return {
        one.pk: _compensation(one.owed_grosze, mids[days[one.pk]])
        for one in invoices
        if one.pk in days and days[one.pk] in mids
    }


def _compensation(debt: int, mid: Decimal) -> Compensation:
    euros = next((euros for most, euros in THRESHOLDS if debt <= most), HIGHEST_EUROS)
    return Compensation(euros, in_pln(euros * 100, mid), str(mid))
