"""Interest notes: what a client owes for having paid late; no tax document, outside every sum."""

from datetime import date, datetime
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as word

from ogniwo.billing.models.invoice import Invoice
from ogniwo.billing.models.payment import Payment
from ogniwo.billing.models.series import Series
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Refused, Stateful, move
from ogniwo.kernel.roles import MONEY, VENDOR
from ogniwo.people.models import User

NOTE: Final = "NO"  # the kind of the series


class NoteQuerySet(models.QuerySet["InterestNote"]):
    def visible_to(self, user: User) -> "NoteQuerySet":
        """A matter between the vendor and the client: resellers see nothing of it."""
        return self.all() if user.role in VENDOR else self.none()

    def newest_first(self) -> "NoteQuerySet":
        return self.order_by("-issued_on", "-pk")

    def standing(self) -> "NoteQuerySet":
        return self.filter(state=InterestNote.State.ISSUED)

    def unpaid(self) -> "NoteQuerySet":
        return self.standing().filter(paid_grosze__lt=F("grosze"))


class InterestNote(Stateful):
    """The interest of one client in one currency up to a day (BILLING §8.7); born issued."""

    class State(models.TextChoices):
        ISSUED = "issued", word("interest note", "Issued")
        CANCELLED = "cancelled", word("interest note", "Cancelled")

    state = models.CharField(max_length=9, choices=State.choices, default=State.ISSUED)
    number = models.CharField(_("number"), max_length=35, unique=True)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="notes")
    serial = models.PositiveIntegerField()
    client = models.ForeignKey(
        "programme.Client", on_delete=models.PROTECT, related_name="interest_notes"
    )
    currency = models.CharField(max_length=3)
    issued_on = models.DateField(_("date of issue"))
    issued_at = models.DateTimeField()
    until_on = models.DateField()  # the last day charged
    due_on = models.DateField(_("due day"))
    grosze = models.BigIntegerField(_("amount"))
    snapshot = models.JSONField()
    hash = models.CharField(max_length=64)
    paid_grosze = models.BigIntegerField(default=0)

    objects = NoteQuerySet.as_manager()

    # All that a trigger leaves changeable on an issued note.
    CHANGING = ("state", "version", "paid_grosze")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "serial"], name="note_serial_once"),
            models.CheckConstraint(
                name="note_paid_at_most_whole",
                condition=Q(grosze__gt=0, paid_grosze__gte=0, paid_grosze__lte=F("grosze")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def left_grosze(self) -> int:
        return self.grosze - self.paid_grosze if self.state == self.State.ISSUED else 0

    def status(self, *, on: date) -> str:
        """The word beside the number; derived, never stored."""
        if self.state == self.State.CANCELLED:
            return "cancelled"
        if not self.left_grosze:
            return "paid"
        return "overdue" if self.due_on < on else "unpaid"

    @move(State.ISSUED, to=State.CANCELLED, roles=MONEY, journal=("reason",))
    def cancel(self, *, reason: str, by: Actor, at: datetime) -> None:
        """Issued by mistake: its days may be charged again.

        The number stays taken. Refused: no_reason; note_paid; later_note, because days are given
        back from the end only.
        """
        if not reason.strip():
            raise Refused("no_reason", _("Give the reason."))
        if InterestNote.objects.filter(pk=self.pk, paid_grosze__gt=0).exists():
            raise Refused("note_paid", _("Something was paid for this note already."))
        for line in self.lines.select_related("invoice").order_by("pk"):
            line.give_back()


class InterestNoteLine(models.Model):
    """The days of one invoice that one note charges: `[from_on, to_on]`, both charged."""

    note = models.ForeignKey(InterestNote, on_delete=models.PROTECT, related_name="lines")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="note_lines")
    no = models.PositiveIntegerField()
    from_on = models.DateField()
    to_on = models.DateField()
    grosze = models.BigIntegerField()
    noted_before = models.DateField(null=True)  # `noted_to` of the invoice until this note
    void = models.BooleanField(default=False)  # the note was cancelled

    # All that a trigger leaves changeable.
    CHANGING = ("void",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note", "no"], name="note_line_once"),
            models.UniqueConstraint(
                fields=["invoice", "from_on"],
                condition=Q(void=False),
                name="note_line_charges_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.no}. {self.from_on} – {self.to_on}"

    def give_back(self) -> None:
        """Its days are charged no longer; later ones must have been given back before."""
        mine = Invoice.objects.filter(pk=self.invoice_id, noted_to=self.to_on)
        if not mine.update(noted_to=self.noted_before):
            raise Refused(
                "later_note",
                _("A later note charges the invoice %(number)s. Cancel that one first.")
                % {"number": self.invoice.number},
            )
        InterestNoteLine.objects.filter(pk=self.pk).update(void=True)


class NoteAllocation(models.Model):
    """The part of a payment that pays an interest note."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="note_allocations")
    note = models.ForeignKey(InterestNote, on_delete=models.PROTECT, related_name="allocations")
    grosze = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="note_allocation_above_zero", condition=Q(grosze__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.note_id}: {self.grosze}"

    @classmethod
    def release(cls, payment: Payment) -> None:
        """The payment was returned: what it paid of notes is open again."""
        for row in list(cls.objects.filter(payment=payment)):
            InterestNote.objects.filter(pk=row.note_id).update(
                paid_grosze=F("paid_grosze") - row.grosze
            )
            row.delete()
