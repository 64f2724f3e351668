"""Statements of a bank: what a file held, the money that left, and how an unknown CSV is read."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as word

from ogniwo.billing.models.payment import Payment
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Stateful, move
from ogniwo.kernel.roles import MONEY, SYSTEM
from ogniwo.people.models import User


class StatementQuerySet(models.QuerySet["BankStatement"]):
    def visible_to(self, user: User) -> "StatementQuerySet":
        """Whoever books money; to others a statement does not exist."""
        return self.all() if user.role in MONEY else self.none()

    def newest_first(self) -> "StatementQuerySet":
        return self.order_by("-entered_at", "-pk")

    def of_file(self, digest: str) -> "StatementQuerySet":
        """The statements read from a file of this SHA-256, in its order."""
        return self.filter(digest=digest).order_by("part")

    def of_other_formats(self, account: str, *, file_format: str) -> "StatementQuerySet":
        """The statements of an account that files of other formats brought."""
        return self.filter(account=account).exclude(format=file_format)

    def of_days(self, first: date, *, last: date) -> "StatementQuerySet":
        """Those that may hold rows of these days, both included."""
        return self.exclude(from_on__gt=last).exclude(to_on__lt=first)


class BankStatement(Stateful):
    """One statement of a file. Its rows count from the one UPDATE that makes it imported.

    `rows` are those of the file; each became a payment (`credits`), a debit (`debits`) or was
    there already (`known`). A process that died leaves it `reading`, or imported and not yet
    `matched_at`: the same file read again goes on from there.
    """

    class State(models.TextChoices):
        READING = "reading", word("bank statement", "Being read")
        IMPORTED = "imported", word("bank statement", "Read in")

    account = models.CharField(_("account"), max_length=40)
    currency = models.CharField(_("currency"), max_length=3)
    number = models.CharField(_("number"), max_length=50, blank=True)
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    opening_grosze = models.BigIntegerField(_("opening balance"), null=True)
    closing_grosze = models.BigIntegerField(_("closing balance"), null=True)
    format = models.CharField(_("format"), max_length=8)
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    part = models.PositiveSmallIntegerField(default=0)  # which statement of the file it is
    state = models.CharField(max_length=8, choices=State.choices, default=State.READING)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    credits = models.PositiveIntegerField(_("credits"), default=0)
    debits = models.PositiveIntegerField(_("debits"), default=0)
    known = models.PositiveIntegerField(_("already there"), default=0)
    credits_grosze = models.BigIntegerField(default=0)
    debits_grosze = models.BigIntegerField(default=0)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # The last payment the rules were asked about, so that a killed matching goes on behind it.
    matched_to = models.BigIntegerField(default=0)
    matched_at = models.DateTimeField(null=True)

    objects = StatementQuerySet.as_manager()

    # Sums and what the file said of itself; nothing a person typed.
    UNJOURNALLED = Stateful.UNJOURNALLED | {
        "rows", "credits", "debits", "known", "credits_grosze", "debits_grosze",
    }  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["-entered_at", "-id"], name="statement_newest")]
        constraints = [
            models.UniqueConstraint(fields=["digest", "part"], name="statement_once"),
            models.CheckConstraint(
                name="statement_rows_add_up",
                condition=Q(state="reading") | Q(rows=F("credits") + F("debits") + F("known")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.number}".strip()

    @move(State.READING, to=State.IMPORTED, roles=MONEY | {SYSTEM})
    def finish(self, *, by: Actor, at: datetime) -> None:
        """All its rows are there: from now on they count."""


class DebitQuerySet(models.QuerySet["Debit"]):
    def visible_to(self, user: User) -> "DebitQuerySet":
        """Whoever books money, once its statement is read in (§8.4)."""
        read_in = self.exclude(statement__state=BankStatement.State.READING)
        return read_in if user.role in MONEY else self.none()

    def newest_first(self) -> "DebitQuerySet":
        return self.order_by("-booked_on", "-pk")

    def proposed(self) -> "DebitQuerySet":
        """They seem to give a payment back; a person has not decided yet."""
        return self.filter(state=Debit.State.PROPOSED)


class Debit(Stateful):
    """Money that left: stored, and skipped unless it seems to give a payment back."""

    class State(models.TextChoices):
        SKIPPED = "skipped", word("debit", "Left out")
        PROPOSED = "proposed", word("debit", "Seems a return")
        REVERSED = "reversed", word("debit", "Return")

    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="outgoing")
    booked_on = models.DateField(_("day"))
    amount_grosze = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    title = models.CharField(_("title"), max_length=500, blank=True)
    name = models.CharField(_("receiver"), max_length=200, blank=True)
    account = models.CharField(_("receiver's account"), max_length=40, blank=True)
    bank_key = models.CharField(max_length=200)
    is_return = models.BooleanField(default=False)  # the bank or the title says so
    proposes = models.ForeignKey(
        Payment, null=True, on_delete=models.PROTECT, related_name="returns"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.SKIPPED)

    objects = DebitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-booked_on", "-id"], name="debit_newest"),
            models.Index(fields=["state", "-booked_on", "-id"], name="debit_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["bank_key"], name="debit_once"),
            models.CheckConstraint(name="debit_above_zero", condition=Q(amount_grosze__gt=0)),
            models.CheckConstraint(
                name="debit_proposes_a_payment",
                condition=Q(state="skipped") | Q(proposes__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount_grosze}"

    @move(State.SKIPPED, to=State.PROPOSED, roles=MONEY | {SYSTEM})
    def propose(self, *, payment: Payment, by: Actor, at: datetime) -> None:
        """It seems to give this payment back; a person decides."""
        self.proposes = payment

    @move(State.PROPOSED, to=State.REVERSED, roles=MONEY)
    def take_back(self, *, by: Actor, at: datetime) -> None:
        """It is the return of the payment it proposes, which was reversed."""

    @move(State.REVERSED, to=State.PROPOSED, roles=MONEY)
    def propose_again(self, *, by: Actor, at: datetime) -> None:
        """Its payment is no longer reversed: a person decides anew."""

    @move(State.PROPOSED, to=State.SKIPPED, roles=MONEY)
    def dismiss(self, *, by: Actor, at: datetime) -> None:
        """It gives nothing back."""
        self.proposes = None


class CsvMapping(models.Model):
    """How a CSV nobody knows was read once, so that the next one with its header is recognised."""

    signature = models.CharField(max_length=64, unique=True)  # SHA-256 of the header
    mapping = models.JSONField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.signature[:12]
