"""Money received, and which invoices it pays."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as word

from ogniwo.billing.models.invoice import Invoice
from ogniwo.kernel import roles
from ogniwo.people.models import User

TO_CLARIFY = Q(
    client__isnull=True, reversed_at__isnull=True, ignored_at__isnull=True, split_at__isnull=True
)
TO_CONFIRM = Q(confirmed_at__isnull=True, reversed_at__isnull=True) & (
    Q(matched_by="iban") | Q(matched_by="nip")
)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: User) -> "PaymentQuerySet":
        """Money is the vendor's business: resellers see only the status of their invoices.

        Rows of a statement that is still being read do not count yet (§8.4).
        """
        read_in = self.exclude(statement__state="reading")
        return read_in if user.role in roles.VENDOR else self.none()

    def newest_first(self) -> "PaymentQuerySet":
        return self.order_by("-booked_on", "-pk")

    def to_clarify(self) -> "PaymentQuerySet":
        """Money of nobody known, about which nobody has said anything yet."""
        return self.filter(TO_CLARIFY)

    def to_confirm(self) -> "PaymentQuerySet":
        """Booked by a rule that is only probable (§8.1, 4 and 5), and nobody looked at it yet."""
        return self.filter(TO_CONFIRM)

    def waiting(self) -> "PaymentQuerySet":
        """What a person is asked about, by the indexes of both kinds."""
        kinds = Payment.objects.to_clarify(), Payment.objects.to_confirm()
        first, second = (rows.order_by().values("pk") for rows in kinds)
        return self.filter(pk__in=first.union(second, all=True))

    def of_the_bank(self) -> "PaymentQuerySet":
        """What came as it came: transfers that were split count, their parts do not."""
        return self.filter(part_of__isnull=True)

    def credits(self) -> "PaymentQuerySet":
        """Money of a known client that pays nothing yet, the oldest first."""
        found = self.filter(client__isnull=False, unallocated_grosze__gt=0)
        return found.order_by("booked_on", "pk")


class Payment(models.Model):
    """A transfer or cash. Its allocations say what it pays; the rest is the client's credit."""

    class State(models.TextChoices):
        REVERSED = "reversed", word("payment", "Returned")
        SPLIT = "split", word("payment", "Split")
        IGNORED = "ignored", word("payment", "Left out")
        TO_CLARIFY = "to_clarify", word("payment", "To clarify")
        CREDIT = "credit", word("payment", "Credit")
        ALLOCATED = "allocated", word("payment", "Allocated")

    class MatchedBy(models.TextChoices):
        VIRTUAL_ACCOUNT = "virtual_account", _("the client's own account")
        TITLE = "title", _("number in the title")
        IBAN = "iban", _("sender's account")
        NIP = "nip", _("NIP in the title")
        MANUAL = "manual", _("by hand")

    class Doubt(models.TextChoices):
        """Why no rule decided, where there is more to say than that none applied."""

        NUMBERS = "numbers", _("It names documents of several clients.")
        SENDER = "sender", _("Several clients pay from this account.")
        NIP = "nip", _("It names the NIPs of several clients.")
        NOTE = "note", _("It names an interest note; settle it on the page of the note.")
        TWICE = "twice", _("It may be here already, from a file of another format.")
        ERROR = "error", _("It could not be matched; the administrator was told.")

    # The rules whose matches stay listed until a person has looked at them.
    PROBABLE = frozenset({MatchedBy.IBAN, MatchedBy.NIP})

    statement = models.ForeignKey(
        "billing.BankStatement",
        null=True,
        on_delete=models.PROTECT,
        related_name="payments",
        db_index=False,
    )
    account = models.CharField(_("account credited"), max_length=40, blank=True)
    payer_account = models.CharField(_("sender's account"), max_length=40, blank=True)
    payer_name = models.CharField(_("sender"), max_length=200, blank=True)
    amount_grosze = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="PLN")
    title = models.CharField(_("title"), max_length=500, blank=True)
    booked_on = models.DateField(_("day"))
    # What makes it the same transfer in every statement that holds it (§8.1, 0).
    bank_key = models.CharField(max_length=200, null=True)
    # The bank's own reference: a debit that names it gives this money back.
    reference = models.CharField(max_length=100, null=True)
    client = models.ForeignKey(
        "programme.Client",
        null=True,
        on_delete=models.PROTECT,
        related_name="payments",
        db_index=False,
    )
    matched_by = models.CharField(max_length=15, choices=MatchedBy.choices, blank=True)
    doubt = models.CharField(max_length=7, choices=Doubt.choices, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    ignored_at = models.DateTimeField(null=True)
    ignore_reason = models.CharField(_("reason"), max_length=200, blank=True)
    # A transfer for several clients: the bank's row stays, its parts carry the money.
    split_at = models.DateTimeField(null=True)
    part_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    refunded_grosze = models.BigIntegerField(default=0)
    # Neither allocated nor refunded; kept with the allocations, so that credit is an index.
    unallocated_grosze = models.BigIntegerField()
    reversed_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    version = models.PositiveIntegerField(default=1)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["client", "unallocated_grosze"],
                name="payment_of_client",
                condition=Q(client__isnull=False),
            ),
            models.Index(fields=["-booked_on", "-id"], name="payment_newest"),
            models.Index(
                fields=["-booked_on", "-id"], name="payment_to_clarify", condition=TO_CLARIFY
            ),
            models.Index(
                fields=["-booked_on", "-id"], name="payment_to_confirm", condition=TO_CONFIRM
            ),
            models.Index(
                fields=["statement", "id"],
                name="payment_of_statement",
                condition=Q(statement__isnull=False),
            ),
            models.Index(
                fields=["-booked_on", "-id"],
                name="payment_ignored",
                condition=Q(ignored_at__isnull=False),
            ),
            models.Index(
                fields=["-booked_on", "-id"],
                name="payment_reversed",
                condition=Q(reversed_at__isnull=False),
            ),
            models.Index(
                fields=["part_of"], name="payment_parts", condition=Q(part_of__isnull=False)
            ),
            models.Index(
                fields=["reference"], name="payment_reference", condition=Q(reference__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["bank_key"], name="payment_once"),
            models.CheckConstraint(
                name="payment_ignored_is_nobodys",
                condition=Q(ignored_at__isnull=True)
                | Q(client__isnull=True, split_at__isnull=True),
            ),
            models.CheckConstraint(
                name="payment_split_has_no_money",
                condition=Q(split_at__isnull=True)
                | Q(client__isnull=True, unallocated_grosze=0, refunded_grosze=0),
            ),
            models.CheckConstraint(
                name="payment_part_is_no_row_of_the_bank",
                condition=Q(part_of__isnull=True) | Q(bank_key__isnull=True, split_at__isnull=True),
            ),
            models.CheckConstraint(name="payment_above_zero", condition=Q(amount_grosze__gt=0)),
            models.CheckConstraint(
                name="payment_spent_at_most_once",
                condition=Q(refunded_grosze__gte=0, unallocated_grosze__gte=0)
                & Q(unallocated_grosze__lte=F("amount_grosze") - F("refunded_grosze")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount_grosze}"

    @property
    def state(self) -> str:
        """Derived: returned, split, left out, of nobody known, with something left, all used."""
        if self.reversed_at is not None:
            return self.State.REVERSED
        if self.split_at is not None:
            return self.State.SPLIT
        if self.ignored_at is not None:
            return self.State.IGNORED
        if self.client_id is None:
            return self.State.TO_CLARIFY
        return self.State.CREDIT if self.unallocated_grosze else self.State.ALLOCATED

    @property
    def is_to_confirm(self) -> bool:
        """Booked by a probable rule, not looked at yet."""
        probable = self.matched_by in self.PROBABLE
        return probable and self.confirmed_at is None and self.reversed_at is None


class Allocation(models.Model):
    """The part of a payment that pays one invoice."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    grosze = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="allocation_above_zero", condition=Q(grosze__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.invoice_id}: {self.grosze}"


class SenderAccount(models.Model):
    """An account a client pays from: entered, or learnt from a payment matched to him."""

    client = models.ForeignKey(
        "programme.Client",
        on_delete=models.PROTECT,
        related_name="sender_accounts",
        db_index=False,
    )
    account = models.CharField(max_length=40, db_index=True)
    learnt_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "account"], name="sender_account_once")
        ]

    def __str__(self) -> str:
        return self.account

    @classmethod
    def learn(cls, *, client_id: int, account: str, on: date) -> None:
        if account:
            cls.objects.get_or_create(
                client_id=client_id, account=account, defaults={"learnt_on": on}
            )
