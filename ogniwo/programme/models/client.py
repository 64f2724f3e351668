"""A client: a Lead until an employee converts it, then an Account. One row, two times of life."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import STAYS, Refused, Stateful, move
from ogniwo.kernel import roles
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.text import fold
from ogniwo.people.models import User
from ogniwo.programme import letters
from ogniwo.programme.models.assignment import LeadSnapshot, assign
from ogniwo.programme.models.counter import Counter
from ogniwo.programme.models.reseller import Reseller

WRITERS = roles.RESELLER_WRITERS | roles.DESK
SYSTEM = frozenset({roles.SYSTEM})
UNDO_WITHIN = timedelta(hours=24)
NOT_A_CLIENT_FIELD = _("This field cannot be changed here.")


class State(models.TextChoices):
    LEAD = "lead", pgettext_lazy("client", "Lead")
    NEEDS_COMPLETION = "needs_completion", pgettext_lazy("client", "Lead · needs details")
    ACCOUNT = "account", pgettext_lazy("client", "Account")
    CLOSED = "closed", pgettext_lazy("client", "Account closed")
    REJECTED = "rejected", pgettext_lazy("client", "Lead rejected")
    EXPIRED = "expired", pgettext_lazy("client", "Lead expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("client", "Lead withdrawn")


class Platform(models.TextChoices):
    SHOPER = "shoper", "Shoper"
    WOOCOMMERCE = "woocommerce", "WooCommerce"
    PRESTASHOP = "prestashop", "PrestaShop"
    MAGENTO = "magento", "Magento"
    IDOSELL = "idosell", "IdoSell"
    OTHER = "other", pgettext_lazy("platform", "Other")
    NONE = "none", _("No shop")


class StatementHow(models.TextChoices):
    PHONE = "phone", pgettext_lazy("statement", "by phone")
    EMAIL = "email", pgettext_lazy("statement", "by e-mail")
    MEETING = "meeting", pgettext_lazy("statement", "at a meeting")
    OTHER = "other", pgettext_lazy("statement", "otherwise")


class RejectReason(models.TextChoices):
    DUPLICATE = "duplicate", _("duplicate")
    NOT_INTERESTED = "not_interested", _("not interested")
    UNREACHABLE = "unreachable", _("unreachable")
    NOT_OUR_MARKET = "not_our_market", _("not our market")
    OBJECTED = "client_objected", _("the client objected")
    OTHER = "other", _("other")


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, user: User) -> "ClientQuerySet":
        """The vendor's people see all, a reseller's people those of their firm."""
        if user.role in roles.VENDOR:
            return self.all()
        return self.filter(reseller_id=user.firm)

    def leads(self) -> "ClientQuerySet":
        return self.filter(state__in=Client.LEADS)

    def accounts(self) -> "ClientQuerySet":
        return self.filter(state__in=[State.ACCOUNT, State.CLOSED])

    def holding(self, nip: str) -> "ClientQuerySet":
        """The client that holds the claim on a NIP: at most one; without a number there is none."""
        return self.filter(nip=nip, state__in=Client.CLAIMS).exclude(nip="")

    def numbered(self, number: str) -> "ClientQuerySet":
        """By L- or K- number, in any case of letters."""
        number = number.upper()
        return self.filter(models.Q(number=number) | models.Q(lead_number=number))


class Client(Stateful):
    """`L-0311`, later `K-0142`. NIP unique among those that hold a claim (II.4)."""

    State, Platform, StatementHow, RejectReason = State, Platform, StatementHow, RejectReason
    LEADS = (State.LEAD, State.NEEDS_COMPLETION)
    CLAIMS = (State.LEAD, State.NEEDS_COMPLETION, State.ACCOUNT, State.CLOSED)

    state = models.CharField(max_length=16, choices=State.choices, default=State.LEAD)
    lead_number = models.CharField(max_length=12, unique=True)
    number = models.CharField(max_length=12, null=True, unique=True)
    company_name = models.CharField(_("company name"), max_length=200)
    nip = models.CharField("NIP", max_length=20, blank=True)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, default="PL")
    vat_ue = models.CharField(_("VAT-UE number"), max_length=14, blank=True)
    regon = models.CharField("REGON", max_length=14, blank=True)
    krs = models.CharField("KRS", max_length=10, blank=True)
    contact_person = models.CharField(_("contact person"), max_length=120)
    phone = models.CharField(_("phone"), max_length=16)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    invoice_email = models.EmailField(_("e-mail for invoices"), max_length=254, blank=True)
    second_contact = models.CharField(_("second contact"), max_length=200, blank=True)
    platform = models.CharField(_("shop platform"), max_length=12, choices=Platform.choices)
    shop_url = models.TextField(_("shop addresses, one a line"), blank=True)
    services = models.ManyToManyField(
        "programme.Service", blank=True, verbose_name=_("services of interest")
    )
    statement_on = models.DateField(_("day of the client's consent to contact"), null=True)
    statement_how = models.CharField(
        _("how it was given"), max_length=8, choices=StatementHow.choices, blank=True
    )
    notes = models.TextField(_("notes"), max_length=2000, blank=True)
    language = models.CharField(max_length=2, default="pl")

    reseller = models.ForeignKey(
        Reseller, null=True, on_delete=models.PROTECT, related_name="clients"
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField()
    receipt = models.CharField(max_length=64)
    protected_until = models.DateField(null=True)
    expiry_step = models.PositiveSmallIntegerField(default=0)
    information_sent_at = models.DateTimeField(null=True)
    objected_at = models.DateTimeField(null=True)
    open_fields = models.JSONField(default=list)
    question = models.TextField(blank=True)
    asked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    converted_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)

    due_days = models.PositiveSmallIntegerField(_("days to pay"), null=True, blank=True)
    billing_held = models.CharField(_("billing stopped because"), max_length=200, blank=True)
    virtual_account = models.CharField(_("own account to pay into"), max_length=34, blank=True)
    no_reminders = models.BooleanField(_("no reminders"), default=False)
    no_invoice_letters = models.BooleanField(_("no invoices by e-mail"), default=False)

    folded = models.TextField(blank=True)
    sort_name = models.CharField(max_length=200, blank=True)

    COMPANY_FIELDS = (
        "company_name",
        "nip",
        "street",
        "postcode",
        "city",
        "contact_person",
        "phone",
        "email",
        "platform",
        "shop_url",
        "statement_on",
        "statement_how",
        "notes",
        "invoice_email",
        "regon",
        "krs",
        "second_contact",
    )
    BILLING_FIELDS = (
        "due_days",
        "billing_held",
        "no_reminders",
        "no_invoice_letters",
        "virtual_account",
        "country",
        "vat_ue",
    )
    UNJOURNALLED = Stateful.UNJOURNALLED | {"folded", "sort_name", "receipt"}
    objects = ClientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nip"],
                name="client_nip_once",
                condition=models.Q(state__in=["lead", "needs_completion", "account", "closed"])
                & ~models.Q(nip=""),
            ),
            models.CheckConstraint(
                name="client_account_has_number",
                condition=~models.Q(state__in=["account", "closed"])
                | models.Q(number__isnull=False, converted_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["reseller", "state", "-id"], name="client_of_reseller"),
            models.Index(fields=["state", "-id"], name="client_state"),
            models.Index(fields=["state", "protected_until"], name="client_expiry"),
            models.Index(fields=["virtual_account"], name="client_virtual_account"),
        ]

    def __str__(self) -> str:
        return self.company_name

    @property
    def is_lead(self) -> bool:
        return self.state in self.LEADS

    @property
    def is_account(self) -> bool:
        return self.state in {State.ACCOUNT, State.CLOSED}

    @property
    def shown_number(self) -> str:
        """K- of an Account, L- of a Lead."""
        return self.number if self.is_account and self.number else self.lead_number

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postcode} {self.city}"

    @property
    def invoices_to(self) -> str:
        """Where invoices go."""
        return self.invoice_email or self.email

    def set_fields(self, values: dict[str, Any], *, allowed: tuple[str, ...]) -> None:
        """Set facts and what is derived from them for searching and sorting."""
        if not set(values) <= set(allowed):
            raise Refused("closed_field", NOT_A_CLIENT_FIELD)
        for name, value in values.items():
            setattr(self, name, value)
        words = [
            self.company_name,
            self.nip,
            self.city,
            self.email,
            self.contact_person,
            self.lead_number,
            self.number or "",
        ]
        self.folded, self.sort_name = fold(" ".join(words)), fold(self.company_name)[:200]

    def snapshot(self) -> dict[str, Any]:
        """The lead as it was registered and corrected: what a conversion freezes."""
        names = ("lead_number", *self.COMPANY_FIELDS)
        return {name: _plain(getattr(self, name)) for name in names}

    def undo_until(self) -> datetime | None:
        """Until when a conversion may be undone."""
        return self.converted_at + UNDO_WITHIN if self.converted_at else None

    # -- moves, in order of life (registration: `registering.register`) ------------------------

    @move(*LEADS, to=State.LEAD, roles=WRITERS)
    def edit(self, *, values: dict[str, Any], by: Actor, at: datetime) -> None:
        """Correct a Lead, NIP too; an edit answers an open question (II.6, III.4)."""
        self.set_fields(values, allowed=self.COMPANY_FIELDS)
        self.question, self.open_fields, self.asked_at = "", [], None

    @move(State.LEAD, to=State.NEEDS_COMPLETION, roles=roles.DESK, journal=("fields",))
    def ask(self, *, fields: list[str], question: str, by: Actor, at: datetime) -> None:
        if not question.strip() or not set(fields) <= set(self.COMPANY_FIELDS):
            raise Refused("bad_question", _("Name the fields to complete and write a question."))
        self.open_fields, self.question, self.asked_at = list(fields), question.strip(), at
        letters.lead_question(self, at=at)

    @move(*LEADS, to=State.REJECTED, roles=roles.DESK | SYSTEM, journal=("reason",))
    def reject(self, *, reason: str, note: str = "", by: Actor, at: datetime) -> None:
        """Frees the NIP."""
        if reason not in RejectReason.values:
            raise Refused("bad_reason", _("Choose a reason."))
        self.reason = note.strip()[:300]
        letters.lead_rejected(self, reason=reason, at=at)

    @move(*LEADS, to=State.EXPIRED, roles=SYSTEM)
    def expire(self, *, by: Actor, at: datetime) -> None:
        """The protection window is over; frees the NIP."""
        letters.lead_expired(self, at=at)

    @move(*LEADS, to=STAYS, roles=roles.DESK)
    def extend(self, *, until: date, by: Actor, at: datetime) -> None:
        """Protect the Lead for longer."""
        if until <= warsaw_day(at):
            raise Refused("bad_day", _("The day must lie ahead."))
        self.protected_until, self.expiry_step = until, 0

    @move(*LEADS, to=State.WITHDRAWN, roles=roles.RESELLER_WRITERS)
    def withdraw(self, *, by: Actor, at: datetime) -> None:
        """Frees the NIP."""

    @move(*LEADS, to=State.ACCOUNT, roles=roles.DESK, journal=("reason", "unverified_because"))
    def convert(
        self,
        *,
        reseller: Reseller | None,
        reason: str = "",
        unverified_because: str = "",
        by: Actor,
        at: datetime,
    ) -> None:
        """Becomes an Account (III.3). Called by `billing.accounts.convert`, which adds details."""
        if reseller != self.reseller and not reason.strip():
            raise Refused("no_reason", _("Give a reason for another reseller."))
        LeadSnapshot.keep(self, at=at)
        self.number = self.number or Counter.take("K")
        self.converted_at = at
        self.question, self.open_fields, self.asked_at = "", [], None
        self.set_fields({}, allowed=())
        assign(self, reseller, on=warsaw_day(at), reason=reason)
        letters.lead_converted(self, at=at)

    @move(State.ACCOUNT, to=State.LEAD, roles=roles.DESK, journal=("reason",))
    def undo_convert(self, *, reason: str = "", by: Actor, at: datetime) -> None:
        """Within 24 hours; called by `billing.accounts.undo_convert`, which minds the details."""
        until = self.undo_until()
        if until is None or at >= until:
            raise Refused("too_late", _("A conversion can be undone within 24 hours."))
        letters.conversion_undone(self, at=at)

    @move(State.ACCOUNT, to=STAYS, roles=roles.DESK_AND_MONEY, journal=("case",))
    def change_account(
        self, *, values: dict[str, Any], case: str = "", by: Actor, at: datetime
    ) -> None:
        """Company and billing data of an Account: by the vendor's people only (III.4)."""
        nip = values.get("nip", "")
        if nip and Client.objects.holding(nip).exclude(pk=self.pk).exists():
            raise Refused("nip_taken", _("This NIP belongs to another client."))
        self.set_fields(values, allowed=self.COMPANY_FIELDS + self.BILLING_FIELDS)

    @move(State.ACCOUNT, to=STAYS, roles=roles.DESK, journal=("reason",))
    def reassign(
        self, *, reseller: Reseller | None, on: date, reason: str, by: Actor, at: datetime
    ) -> None:
        """To another reseller from a day; the history of assignments keeps the one before."""
        if not reason.strip():
            raise Refused("no_reason", _("Give a reason for another reseller."))
        assign(self, reseller, on=on, reason=reason)

    @move(State.ACCOUNT, to=State.CLOSED, roles=roles.DESK, journal=("reason",))
    def close(self, *, on: date, reason: str = "", by: Actor, at: datetime) -> None:
        """The NIP stays taken. Called by `billing.accounts.close`, which ends the details."""
        self.closed_on = on

    @move(State.CLOSED, to=State.ACCOUNT, roles=roles.DESK)
    def reopen(self, *, by: Actor, at: datetime) -> None:
        self.closed_on = None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
