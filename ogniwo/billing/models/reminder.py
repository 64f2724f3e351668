"""Reminders sent, and the rates of statutory interest the desk adds."""

from django.db import models

from ogniwo.billing.models.invoice import Invoice


class Reminder(models.Model):
    """One step of the ladder of one due day, sent once for ever."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    step = models.SmallIntegerField()
    on = models.DateField()
    left_grosze = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "due_on", "step"], name="reminder_once_a_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.step:+d}"


class InterestRate(models.Model):
    """The yearly rate from a day on, as Monitor Polski gives it each half-year."""

    from_on = models.DateField(unique=True)
    basis_points = models.PositiveIntegerField()
    source = models.CharField(max_length=80, blank=True)  # M.P. 2026 poz. 123

    def __str__(self) -> str:
        return f"{self.from_on}: {self.basis_points}"
