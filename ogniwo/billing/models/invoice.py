"""Issued documents: born issued, never edited, never deleted."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import status
from ogniwo.billing.models.detail import NAME_LENGTH, RATE_CHOICES, BillingDetail
from ogniwo.billing.models.run import BillingRun
from ogniwo.billing.models.series import Series
from ogniwo.kernel import roles
from ogniwo.people.models import User

LEFT = F("gross_grosze") + F("corrected_grosze") - F("paid_grosze")
DUE_NOW, STATUS = "due_now_grosze", "payment_status"
IS_OPEN = Q(paid_grosze__lt=F("gross_grosze") + F("corrected_grosze"))


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, user: User) -> "InvoiceQuerySet":
        """The vendor's people see all; a reseller's people what was sold through their firm.

        An offer to pay is no sale: resellers do not see pro formas.
        """
        if user.role in roles.VENDOR:
            return self.all()
        return self.filter(reseller=user.reseller_id or 0).exclude(kind=Invoice.Kind.PRO)

    def newest_first(self) -> "InvoiceQuerySet":
        return self.order_by("-issued_on", "-pk")

    def sales(self) -> "InvoiceQuerySet":
        """Invoices proper: the documents that are owed."""
        return self.filter(kind=Invoice.Kind.FV)

    def unpaid(self) -> "InvoiceQuerySet":
        """Something is left to pay, late or not."""
        return self.sales().filter(IS_OPEN)

    def with_status(self, *, on: date) -> "InvoiceQuerySet":
        """With `due_now_grosze` and `payment_status` of that day, for filters and lists."""
        late = self._due_now(on=on)
        owed = F("gross_grosze") + F("corrected_grosze")
        code = Case(
            When(kind=Invoice.Kind.KOR, then=Value(status.CORRECTION)),
            When(kind=Invoice.Kind.PRO, then=Value(status.PROFORMA)),
            When(gross_grosze=-F("corrected_grosze"), then=Value(status.ZEROED)),
            When(paid_grosze__gte=owed, then=Value(status.PAID)),
            When(
                paid_grosze__gt=0,
                paid_grosze__lt=F("due_now_grosze"),
                then=Value(status.PART_OVERDUE),
            ),
            When(paid_grosze__gt=0, then=Value(status.PART_PAID)),
            When(paid_grosze__lt=F("due_now_grosze"), then=Value(status.OVERDUE)),
            default=Value(status.UNPAID),
            output_field=models.CharField(),
        )
        # By name, because the model declares them for those who read them.
        return self.annotate(**{DUE_NOW: late}).annotate(**{STATUS: code})

    def overdue(self, *, on: date) -> "InvoiceQuerySet":
        """Money that should have come before that day and has not."""
        possible = self.unpaid().filter(Q(due_on__lt=on) | Q(raised_grosze__gt=0))
        late = Q(payment_status__in=[status.OVERDUE, status.PART_OVERDUE])
        return possible.with_status(on=on).filter(late)

    def _due_now(self, *, on: date) -> Greatest:
        """§8.4 in SQL: the sub-query is asked only for invoices that were raised."""
        raised = (
            Invoice.objects.filter(corrects=OuterRef("pk"), gross_grosze__gt=0, due_on__lt=on)
            .order_by()
            .values("corrects")
            .annotate(sum=Sum("gross_grosze"))
            .values("sum")
        )
        number = models.BigIntegerField()
        own = Case(
            When(
                due_on__lt=on,
                then=F("gross_grosze") + F("corrected_grosze") - F("raised_grosze"),
            ),
            default=Value(0),
            output_field=number,
        )
        later = Case(
            When(raised_grosze=0, then=Value(0)),
            default=Coalesce(Subquery(raised, output_field=number), Value(0)),
            output_field=number,
        )
        owed = F("gross_grosze") + F("corrected_grosze")
        return Greatest(Value(0), Least(own + later, owed), output_field=number)


class Invoice(models.Model):
    """A document of sale. What changes after issue is only what is paid, corrected and disputed."""

    class Kind(models.TextChoices):
        FV = "FV", _("Invoice")
        KOR = "KOR", _("Correction")
        PRO = "PRO", _("Proforma")

    kind = models.CharField(max_length=3, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=35, unique=True)
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, related_name="invoices", db_index=False
    )
    serial = models.PositiveIntegerField()
    client = models.ForeignKey(
        "programme.Client", on_delete=models.PROTECT, related_name="invoices", db_index=False
    )
    reseller = models.ForeignKey(
        "programme.Reseller",
        null=True,
        on_delete=models.PROTECT,
        related_name="invoices",
        db_index=False,
    )
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="corrections", db_index=False
    )
    run = models.ForeignKey(
        BillingRun, null=True, on_delete=models.PROTECT, related_name="invoices", db_index=False
    )
    issued_on = models.DateField(_("date of issue"))
    issued_at = models.DateTimeField()
    sale_from = models.DateField()
    sale_to = models.DateField()
    due_on = models.DateField(_("due day"), null=True)
    currency = models.CharField(max_length=3)
    basis = models.CharField(max_length=5)
    net_grosze = models.BigIntegerField()
    vat_grosze = models.BigIntegerField()
    gross_grosze = models.BigIntegerField()
    mpp = models.BooleanField(default=False)
    snapshot = models.JSONField()
    hash = models.CharField(max_length=64)
    paid_grosze = models.BigIntegerField(default=0)
    corrected_grosze = models.BigIntegerField(default=0)
    raised_grosze = models.BigIntegerField(default=0)
    raises = models.JSONField(default=list)  # [["2026-02-16", 6150]]: corrections upwards
    disputed_at = models.DateTimeField(null=True)
    noted_to = models.DateField(null=True)  # the last day an interest note has charged
    handed_over_at = models.DateTimeField(null=True)  # to those who collect debts

    objects = InvoiceQuerySet.as_manager()

    # All that a trigger leaves changeable on an issued document.
    CHANGING = (
        "paid_grosze", "corrected_grosze", "raised_grosze", "raises", "disputed_at",
        "noted_to", "handed_over_at",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["-issued_on", "-id"], name="invoice_newest"),
            models.Index(fields=["reseller", "-issued_on", "-id"], name="invoice_of_reseller"),
            models.Index(fields=["client", "-issued_on", "-id"], name="invoice_of_client"),
            models.Index(fields=["due_on", "id"], name="invoice_open", condition=IS_OPEN),
            models.Index(
                fields=["corrects"], name="invoice_corrects", condition=Q(corrects__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "serial"], name="invoice_serial_once"),
            models.CheckConstraint(
                name="invoice_adds_up",
                condition=Q(gross_grosze=F("net_grosze") + F("vat_grosze")),
            ),
            models.CheckConstraint(
                name="invoice_paid_at_most_owed",
                condition=Q(paid_grosze__gte=0)
                & (
                    Q(paid_grosze__lte=F("gross_grosze") + F("corrected_grosze"))
                    | Q(kind="KOR", paid_grosze=0)
                ),
            ),
            models.CheckConstraint(
                name="invoice_corrects_by_kind",
                condition=Q(kind="KOR", corrects__isnull=False)
                | ~Q(kind="KOR") & Q(corrects__isnull=True),
            ),
        ]

    # Annotated by `with_status`.
    payment_status: str
    due_now_grosze: int

    def __str__(self) -> str:
        return self.number

    @property
    def owed_grosze(self) -> int:
        return self.gross_grosze + self.corrected_grosze

    @property
    def left_grosze(self) -> int:
        return self.owed_grosze - self.paid_grosze

    @property
    def is_disputed(self) -> bool:
        return self.disputed_at is not None

    @property
    def is_corrected(self) -> bool:
        """The mark beside the status of an invoice that has corrections."""
        return bool(self.corrected_grosze or self.raises)

    @property
    def pay_to(self) -> str:
        """The account to pay into, 26 digits."""
        return str(self.snapshot["seller"]["account"])

    def due_now(self, *, on: date) -> int:
        """What should have been paid before that day."""
        return status.due_now(
            on=on,
            due_on=self.due_on,
            gross=self.gross_grosze,
            corrected=self.corrected_grosze,
            raises=[(date.fromisoformat(day), grosze) for day, grosze in self.raises],
        )

    def status(self, *, on: date) -> str:
        """Code of the payment status on that day; never stored."""
        return status.status(
            kind=self.kind,
            owed=self.owed_grosze,
            paid=self.paid_grosze,
            due_now=self.due_now(on=on),
        )

    def oldest_due_on(self) -> date | None:
        """The due day of the oldest part of the debt that is not paid."""
        unpaid = (day for day, sum_so_far in self._ladder() if self.paid_grosze < sum_so_far)
        return next(unpaid, None)

    def days_late(self, *, on: date) -> int:
        """How many days the oldest unpaid part is late; 0 when nothing is."""
        due_on = self.oldest_due_on()
        return max((on - due_on).days, 0) if due_on else 0

    def _ladder(self) -> list[tuple[date, int]]:
        """Due days with what should be paid by each: the invoice, then its raises."""
        if self.due_on is None:
            return []
        total = self.owed_grosze - self.raised_grosze
        steps = [(self.due_on, total)]
        for day, grosze in sorted(self.raises):
            total += grosze
            steps.append((date.fromisoformat(day), total))
        return steps


class InvoiceLine(models.Model):
    """One row of a document. Unique for a period until a correction brings it to zero."""

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    no = models.PositiveIntegerField()
    detail = models.ForeignKey(
        BillingDetail, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    period_no = models.PositiveIntegerField()
    name = models.CharField(max_length=NAME_LENGTH)
    unit = models.CharField(max_length=20)
    from_on = models.DateField()
    to_on = models.DateField()
    part = models.CharField(max_length=12, blank=True)
    quantity = models.DecimalField(max_digits=15, decimal_places=6)
    unit_grosze = models.BigIntegerField()
    rate = models.CharField(max_length=5, choices=RATE_CHOICES)
    exemption = models.CharField(max_length=256, blank=True)
    amount_grosze = models.BigIntegerField()
    tax_point_on = models.DateField()
    commissionable = models.BooleanField()
    annex15 = models.BooleanField()
    zeroed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "no"], name="line_once"),
            models.UniqueConstraint(
                fields=["detail", "period_no"],
                condition=Q(zeroed=False),
                name="line_one_living_per_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.no}. {self.name}"


class InvoiceVat(models.Model):
    """Net, tax and gross of one rate; of a correction the differences."""

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="vat", db_index=False
    )
    rate = models.CharField(max_length=5, choices=RATE_CHOICES)
    net_grosze = models.BigIntegerField()
    vat_grosze = models.BigIntegerField()
    gross_grosze = models.BigIntegerField()
    vat_pln_grosze = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "rate"], name="vat_once_a_rate"),
            models.CheckConstraint(
                name="vat_adds_up", condition=Q(gross_grosze=F("net_grosze") + F("vat_grosze"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.rate}"


class LineChange(models.Model):
    """What one correction changed in one line of the original: the state before and after."""

    correction = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="changes", db_index=False
    )
    line = models.ForeignKey(InvoiceLine, on_delete=models.PROTECT, related_name="changes")
    quantity_before = models.DecimalField(max_digits=15, decimal_places=6)
    unit_before = models.BigIntegerField()
    rate_before = models.CharField(max_length=5, choices=RATE_CHOICES)
    amount_before = models.BigIntegerField()
    quantity_after = models.DecimalField(max_digits=15, decimal_places=6)
    unit_after = models.BigIntegerField()
    rate_after = models.CharField(max_length=5, choices=RATE_CHOICES)
    amount_after = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["correction", "line"], name="change_once_a_line")
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.amount_before} → {self.amount_after}"


class NbpRate(models.Model):
    """The mid rate of a currency in one table A of the National Bank of Poland."""

    currency = models.CharField(max_length=3)
    on = models.DateField()
    table = models.CharField(max_length=20)
    mid = models.DecimalField(max_digits=10, decimal_places=6)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["currency", "on"], name="nbp_once_a_day")]

    def __str__(self) -> str:
        return f"{self.currency} {self.on}: {self.mid}"


def plain_quantity(quantity: Decimal) -> str:
    """A decimal without needless zeros: 2.5, not 2.500000."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
