"""What a client agreed to pay for: details, their spans of service, terms and periods."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as word

from ogniwo.journal.alongside import Children, alongside
from ogniwo.kernel import roles
from ogniwo.kernel.amounts import NET, RATES, line_value, unit_price, vat_row
from ogniwo.kernel.periods import Grid
from ogniwo.people.models import User

CYCLES = (1, 6, 12, 36)
WAITING_PERIODS = "waiting_periods"
NAME_LENGTH = 512  # P_7 of FA(3)
RATE_CHOICES = [(rate, rate) for rate in RATES]


class DetailQuerySet(models.QuerySet["BillingDetail"]):
    def visible_to(self, user: User) -> "DetailQuerySet":
        """The vendor's people see all; a reseller's people those of the clients that are theirs."""
        if user.role in roles.VENDOR:
            return self.all()
        return self.filter(client__reseller=user.reseller_id or 0)

    def of(self, client: models.Model) -> "DetailQuerySet":
        """A client's details in the order in which they were agreed."""
        return self.filter(client_id=client.pk).order_by("pk")

    def living(self) -> "DetailQuerySet":
        return self.filter(cancelled_at__isnull=True)

    def with_next(self, *more: Children) -> "DetailQuerySet":
        """With what state and next invoice are told from, in the same statement."""
        waiting = BillingPeriod.objects.filter(state__in=WAITING).order_by("no")
        return alongside(
            self,
            # The name is read back by `waiting`.
            Children(WAITING_PERIODS, waiting, by="detail"),
            Children("terms", DetailTerms.objects.order_by("from_on"), by="detail"),
            *more,
        )


@dataclass(frozen=True)
class NextBill:
    """The next invoice of a detail: from which day, and how much (this detail alone)."""

    day: date
    net_grosze: int
    gross_grosze: int


class BillingDetail(models.Model):
    """One client's agreement for one service: what, how much, how often.

    Its state is derived. Who changes it locks its client first: a client is billed by one process
    at a time.
    """

    class Kind(models.TextChoices):
        ONE_OFF = "one_off", _("one-off")
        RECURRING = "recurring", _("recurring")

    class Timing(models.TextChoices):
        ADVANCE = "advance", _("in advance")
        ARREARS = "arrears", _("in arrears")

    class Basis(models.TextChoices):
        NET = "net", _("net")
        GROSS = "gross", _("gross")

    class Currency(models.TextChoices):
        PLN = "PLN", "PLN"
        EUR = "EUR", "EUR"

    class State(models.TextChoices):
        CANCELLED = "cancelled", word("billing detail", "Cancelled")
        DONE = "done", word("billing detail", "Invoiced")
        ENDED = "ended", word("billing detail", "Ended")
        PAUSED = "paused", word("billing detail", "Paused")
        ENDING = "ending", word("billing detail", "Ending")
        PLANNED = "planned", word("billing detail", "Planned")
        ACTIVE = "active", word("billing detail", "Active")

    client = models.ForeignKey(
        "programme.Client", on_delete=models.PROTECT, related_name="billing_details"
    )
    service = models.ForeignKey("programme.Service", on_delete=models.PROTECT, related_name="+")
    reseller = models.ForeignKey(
        "programme.Reseller", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("name on the invoice"), max_length=NAME_LENGTH)
    unit = models.CharField(_("unit"), max_length=20, default="szt.")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    timing = models.CharField(
        _("invoiced"), max_length=7, choices=Timing.choices, default=Timing.ADVANCE
    )
    months = models.PositiveSmallIntegerField(_("cycle"), null=True, blank=True)
    start_on = models.DateField(_("first day of service"))
    anchor_day = models.PositiveSmallIntegerField(_("billing day"))
    end_on = models.DateField(_("first day without service"), null=True, blank=True)
    periods_limit = models.PositiveIntegerField(_("number of periods"), null=True, blank=True)
    basis = models.CharField(
        _("the price is"), max_length=5, choices=Basis.choices, default=Basis.NET
    )
    currency = models.CharField(
        _("currency"), max_length=3, choices=Currency.choices, default=Currency.PLN
    )
    exemption = models.CharField(_("legal basis of the exemption"), max_length=256, blank=True)
    lead_days = models.PositiveSmallIntegerField(_("days ahead of the period"), default=0)
    free_periods = models.PositiveSmallIntegerField(_("free periods"), default=0)
    discounts = models.JSONField(default=list)  # [{"bp": 1000, "from": "2026-02-01", "to": null}]
    separate = models.BooleanField(_("always on an invoice of its own"), default=False)
    annex15 = models.BooleanField(_("goods or services of annex 15"), default=False)
    commissionable = models.BooleanField(_("counts for commission"), default=True)
    paused_on = models.DateField(null=True)
    successor_of = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="successor"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    cancelled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    # How far rows of `periods` are made: number and billing day of the last; no day when none
    # will ever follow. The run makes the rows after it.
    made_no = models.PositiveIntegerField(default=0)
    made_on = models.DateField(null=True)

    objects = DetailQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["made_on", "id"], name="detail_made")]
        constraints = [
            models.CheckConstraint(
                name="detail_cycle",
                condition=Q(kind="one_off", months__isnull=True)
                | Q(kind="recurring", months__in=CYCLES),
            ),
            models.CheckConstraint(
                name="detail_three_years_in_advance",
                condition=Q(months__isnull=True) | Q(months__lt=36) | Q(timing="advance"),
            ),
            models.CheckConstraint(
                name="detail_lead_days",
                condition=Q(lead_days=0) | Q(lead_days__lte=60, timing="advance"),
            ),
            models.CheckConstraint(
                name="detail_anchor_day", condition=Q(anchor_day__gte=1, anchor_day__lte=31)
            ),
            models.CheckConstraint(
                name="detail_end_not_before_start",
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_recurring(self) -> bool:
        return self.kind == self.Kind.RECURRING

    @property
    def last_day(self) -> date | None:
        """The last day of service, as people enter and read it."""
        return None if self.end_on is None else date.fromordinal(self.end_on.toordinal() - 1)

    def waiting(self) -> "list[BillingPeriod]":
        """Periods not yet invoiced, by number; asks the database unless `with_next` has."""
        found: list[BillingPeriod] | None = vars(self).get(WAITING_PERIODS)
        return self.load_waiting() if found is None else found

    def load_waiting(self) -> "list[BillingPeriod]":
        return list(self.periods.filter(state__in=WAITING).order_by("no"))

    def state(self, *, on: date) -> str:
        """Derived from the facts, the first that fits."""
        for fits, state in (
            (self.cancelled_at is not None, self.State.CANCELLED),
            (not self.is_recurring and not self.waiting(), self.State.DONE),
            (self.end_on is not None and self.end_on <= on, self.State.ENDED),
            (self.paused_on is not None and self.paused_on <= on, self.State.PAUSED),
            (self.end_on is not None, self.State.ENDING),
            (self.start_on > on, self.State.PLANNED),
        ):
            if fits:
                return state
        return self.State.ACTIVE

    def next_bill(self) -> NextBill | None:
        """Day and sum of the next invoice of this detail; free periods are passed over."""
        if self.cancelled_at is not None:
            return None
        for period in self.waiting():
            terms = self.terms_on(period.start)
            net, gross = self._sums(period, terms)
            if gross:
                return NextBill(day=period.bill_on, net_grosze=net, gross_grosze=gross)
        return None

    def _sums(self, period: "BillingPeriod", terms: "DetailTerms") -> tuple[int, int]:
        if period.no <= self.free_periods:
            return 0, 0
        days = (period.end - period.start).days
        unit = unit_price(terms.price_grosze, self.discount_on(period.start), days, period.of_days)
        row = vat_row(terms.rate, line_value(terms.quantity, unit), self.basis)
        return row.net, row.gross

    def terms_on(self, day: date) -> "DetailTerms":
        """The terms that hold for a period that starts on that day."""
        fitting = [terms for terms in self.terms.all() if terms.from_on <= day]
        return max(fitting, key=lambda terms: terms.from_on)

    def discount_on(self, day: date) -> int:
        return discount_on(self.discounts, day)


def discount_on(discounts: list[dict[str, Any]], day: date) -> int:
    """Basis points of the discount for periods that start on that day; they never overlap."""
    text = day.isoformat()
    for row in discounts:
        end = row.get("to")
        if row["from"] <= text and (end is None or text < end):
            return int(row["bp"])
    return 0


class BillingSpan(models.Model):
    """An unbroken stretch of service: from a start or resumption to an end or pause."""

    detail = models.ForeignKey(BillingDetail, on_delete=models.PROTECT, related_name="spans")
    start = models.DateField()
    end = models.DateField(null=True)
    anchor_day = models.PositiveSmallIntegerField()
    first_no = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["detail"], condition=Q(end__isnull=True), name="span_one_open"
            ),
            models.UniqueConstraint(fields=["detail", "first_no"], name="span_numbers_once"),
            models.CheckConstraint(
                name="span_ends_after_start", condition=Q(end__isnull=True) | Q(end__gte=F("start"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start}–{self.end or ''}"

    def grid(self, months: int) -> Grid:
        return Grid(self.start, self.anchor_day, months)


class DetailTerms(models.Model):
    """Price, quantity and rate that hold for periods that start on `from_on` or later."""

    class Why(models.TextChoices):
        AGREED = "agreed", _("agreed")
        INDEX = "index", _("indexed")

    detail = models.ForeignKey(BillingDetail, on_delete=models.PROTECT, related_name="terms")
    from_on = models.DateField()
    price_grosze = models.BigIntegerField(_("price"))
    quantity = models.DecimalField(
        _("quantity"), max_digits=15, decimal_places=6, default=Decimal(1)
    )
    rate = models.CharField(_("VAT rate"), max_length=5, choices=RATE_CHOICES, default="23")
    why = models.CharField(max_length=6, choices=Why.choices, default=Why.AGREED)
    # The price an index was applied to, so that another index from the same day replaces it.
    before_grosze = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["detail", "from_on"], name="terms_once_a_day"),
            models.CheckConstraint(name="terms_price", condition=Q(price_grosze__gt=0)),
            models.CheckConstraint(name="terms_quantity", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="terms_rate", condition=Q(rate__in=RATES)),
        ]

    def __str__(self) -> str:
        return f"{self.from_on}: {self.price_grosze}"

    def net_and_gross(self, basis: str = NET) -> tuple[int, int]:
        """A full period without a discount."""
        row = vat_row(self.rate, line_value(self.quantity, self.price_grosze), basis)
        return row.net, row.gross


class PeriodQuerySet(models.QuerySet["BillingPeriod"]):
    def visible_to(self, user: User) -> "PeriodQuerySet":
        if user.role in roles.VENDOR:
            return self.all()
        return self.filter(client__reseller=user.reseller_id or 0)

    def waiting(self) -> "PeriodQuerySet":
        return self.filter(state__in=WAITING)

    def held(self) -> "PeriodQuerySet":
        """Due, but something is missing; the longest waiting first."""
        return self.filter(state=BillingPeriod.State.HELD).order_by("bill_on", "client", "no", "pk")


class BillingPeriod(models.Model):
    """One period of a detail: the key that makes a second invoice for it impossible.

    Written only by the billing run and the verbs of a detail. Rows are made ahead to the next
    billing day, never years ahead.
    """

    class State(models.TextChoices):
        DUE = "due", word("period", "To be invoiced")
        HELD = "held", word("period", "Held")
        FREE = "free", word("period", "Free")
        INVOICED = "invoiced", word("period", "Invoiced")

    detail = models.ForeignKey(
        BillingDetail, on_delete=models.PROTECT, related_name="periods", db_index=False
    )
    # Copied from the detail, whose client never changes: the order of the run is an index.
    client = models.ForeignKey(
        "programme.Client", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    no = models.PositiveIntegerField()
    start = models.DateField()
    end = models.DateField()
    of_days = models.PositiveIntegerField()
    bill_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    held_reason = models.CharField(max_length=20, blank=True)
    line = models.OneToOneField(
        "billing.InvoiceLine", null=True, on_delete=models.PROTECT, related_name="period"
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "bill_on", "client", "detail", "no"], name="period_order")
        ]
        constraints = [
            models.UniqueConstraint(fields=["detail", "no"], name="period_once"),
            models.CheckConstraint(name="period_not_empty", condition=Q(end__gt=F("start"))),
            models.CheckConstraint(
                name="period_held_for_a_reason",
                condition=Q(state="held") & ~Q(held_reason="")
                | ~Q(state="held") & Q(held_reason=""),
            ),
            models.CheckConstraint(
                name="period_invoiced_by_a_line",
                condition=Q(state="invoiced", line__isnull=False)
                | ~Q(state="invoiced") & Q(line__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.detail_id}/{self.no}"

    @property
    def last_day(self) -> date:
        return date.fromordinal(self.end.toordinal() - 1)


WAITING = (BillingPeriod.State.DUE, BillingPeriod.State.HELD)
