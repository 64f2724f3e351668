"""An application to become a reseller: from the form to the decision."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Refused, Stateful, move
from ogniwo.kernel import roles
from ogniwo.kernel.days import warsaw_day
from ogniwo.people.models import User
from ogniwo.programme import letters
from ogniwo.programme.models.counter import Counter
from ogniwo.programme.models.vendor import Vendor

APPLICANT = frozenset({roles.APPLICANT})
SYSTEM = frozenset({roles.SYSTEM})
LAPSE_AFTER = timedelta(days=30)
NOTE_LENGTH = 500


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> "ApplicationQuerySet":
        """Applications are the desk's; the accountant and resellers do not know of them."""
        if user.role in roles.DESK or user.role == roles.READER:
            return self.all()
        return self.none()

    def open(self) -> "ApplicationQuerySet":
        """Those that wait for somebody and block a second application."""
        return self.filter(state__in=Application.OPEN)

    def to_decide(self) -> "ApplicationQuerySet":
        return self.filter(state__in=[State.SUBMITTED, State.IN_REVIEW])

    def like(self, *, nip: str, email: str) -> "ApplicationQuerySet":
        """Applications of the same firm or the same address."""
        return self.filter(models.Q(nip=nip) | models.Q(email=email.lower()))


class State(models.TextChoices):
    UNVERIFIED = "unverified", pgettext_lazy("application", "Address not confirmed")
    SUBMITTED = "submitted", pgettext_lazy("application", "Submitted")
    IN_REVIEW = "in_review", pgettext_lazy("application", "In review")
    NEEDS_COMPLETION = "needs_completion", pgettext_lazy("application", "Awaiting details")
    ACCEPTED = "accepted", pgettext_lazy("application", "Accepted")
    REJECTED = "rejected", pgettext_lazy("application", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("application", "Lapsed")


class Activity(models.TextChoices):
    AGENCY = "agency", _("Agency")
    INTEGRATOR = "integrator", _("Integrator")
    FREELANCER = "freelancer", _("Freelancer")
    SHOP = "shop", _("Online shop")
    OTHER = "other", _("Something else")


class ExpectedClients(models.TextChoices):
    NONE = "0", _("None yet")
    FEW = "1-10", "1–10"
    SOME = "11-50", "11–50"
    MANY = "51+", _("More than 50")


class RejectReason(models.TextChoices):
    NO_VAT = "not_vat_payer", _("not an active VAT payer")
    UNFIT = "does_not_fit", _("does not fit the programme")
    INCOMPLETE = "incomplete", _("incomplete")
    DUPLICATE = "duplicate", _("duplicate")
    OTHER = "other", _("other")


class Reapply(models.TextChoices):
    NOW = "now", _("at once")
    LATER = "later", _("after 30 days")
    NEVER = "never", _("never")


class Application(Stateful):
    """One application (`W-0081`). The number is given when the address is confirmed."""

    State, Activity, ExpectedClients = State, Activity, ExpectedClients
    RejectReason, Reapply = RejectReason, Reapply
    OPEN = (State.SUBMITTED, State.IN_REVIEW, State.NEEDS_COMPLETION)

    number = models.CharField(max_length=12, null=True, unique=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.UNVERIFIED)
    company_name = models.CharField(_("company name"), max_length=200)
    nip = models.CharField("NIP", max_length=10)
    street = models.CharField(_("street and number"), max_length=120)
    postcode = models.CharField(_("postcode"), max_length=6)
    city = models.CharField(_("city"), max_length=80)
    first_name = models.CharField(_("first name"), max_length=60)
    last_name = models.CharField(_("last name"), max_length=60)
    email = models.EmailField(_("e-mail"), max_length=254)
    phone = models.CharField(_("phone"), max_length=16)
    website = models.URLField(_("website"), max_length=200, blank=True)
    regon = models.CharField("REGON", max_length=14, blank=True)
    krs = models.CharField("KRS", max_length=10, blank=True)
    activity = models.CharField(_("what you do"), max_length=12, choices=Activity.choices)
    expected_clients = models.CharField(
        _("clients expected in a year"), max_length=6, choices=ExpectedClients.choices
    )
    message = models.TextField(_("how you work with clients"), max_length=2000)
    consent_information_at = models.DateTimeField()
    consent_terms_at = models.DateTimeField()
    language = models.CharField(max_length=2, default="pl")
    applied_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    open_fields = models.JSONField(default=list)
    question = models.TextField(blank=True)
    asked_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    paused_days = models.PositiveIntegerField(default=0)
    clock_step = models.PositiveSmallIntegerField(default=0)
    lapse_warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    reject_reason = models.CharField(max_length=16, blank=True, choices=RejectReason.choices)
    reject_note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    reapply = models.CharField(max_length=5, blank=True, choices=Reapply.choices)
    reseller = models.OneToOneField(
        "programme.Reseller", null=True, on_delete=models.PROTECT, related_name="application"
    )

    COMPANY_FIELDS = (
        "company_name",
        "nip",
        "street",
        "postcode",
        "city",
        "first_name",
        "last_name",
        "email",
        "phone",
        "website",
        "activity",
        "expected_clients",
        "message",
    )
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[field],
                name=f"application_open_{field}",
                condition=models.Q(state__in=["submitted", "in_review", "needs_completion"]),
            )
            for field in ("nip", "email")
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="application_queue")]

    def __str__(self) -> str:
        return self.number or self.company_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def day(self, *, on: date) -> int:
        """Day n of the clock: Warsaw days since it counts, less the days it stood still."""
        if self.submitted_at is None:
            return 0
        still = (on - warsaw_day(self.asked_at)).days if self.asked_at else 0
        return (on - warsaw_day(self.submitted_at)).days - self.paused_days - still

    def target_by(self, vendor: Vendor, *, on: date) -> date | None:
        """The promised day of the decision, moved by the days the clock stood still."""
        return self._by(vendor.target_days, on=on)

    def decide_by(self, vendor: Vendor, *, on: date) -> date | None:
        """The last day for the decision."""
        return self._by(vendor.limit_days, on=on)

    def _by(self, days: int, *, on: date) -> date | None:
        return on + timedelta(days=days - self.day(on=on)) if self.submitted_at else None

    def may_reapply(self, *, on: date) -> bool:
        """Whether a rejection leaves the way open today."""
        if self.state != State.REJECTED or self.reapply == Reapply.NOW:
            return True
        first_day = self.reapply_on()
        return first_day is not None and on >= first_day

    def reapply_on(self) -> date | None:
        """The first day for another application after a rejection that asks to wait."""
        if self.reapply != Reapply.LATER or self.decided_at is None:
            return None
        return warsaw_day(self.decided_at) + LAPSE_AFTER

    # -- moves, in order of life -------------------------------------------------------------

    @move(State.UNVERIFIED, to=State.SUBMITTED, roles=APPLICANT)
    def verify_email(self, *, by: Actor, at: datetime) -> None:
        """The address is confirmed: now the application counts and its clocks start."""
        self.number = Counter.take("W")
        self.submitted_at = at
        letters.application_received(self, at=at)

    @move(State.SUBMITTED, to=State.IN_REVIEW, roles=roles.DESK)
    def take(self, *, by: Actor, at: datetime) -> None:
        self.owner_id = by.pk

    @move(State.IN_REVIEW, to=State.NEEDS_COMPLETION, roles=roles.DESK, journal=("fields",))
    def ask(self, *, fields: list[str], question: str, by: Actor, at: datetime) -> None:
        """Open the named fields to the applicant and stop the clock."""
        if not question.strip() or not set(fields) <= set(self.COMPANY_FIELDS):
            raise Refused("bad_question", _("Name the fields to complete and write a question."))
        self.open_fields, self.question, self.answer = list(fields), question.strip(), ""
        self.asked_at, self.lapse_warned_at = at, None
        letters.application_question(self, at=at)

    @move(State.NEEDS_COMPLETION, to=State.IN_REVIEW, roles=APPLICANT)
    def complete(
        self, *, values: dict[str, Any], answer: str = "", by: Actor, at: datetime
    ) -> None:
        """Only the fields that were opened change; the clock goes on."""
        if not set(values) <= set(self.open_fields):
            raise Refused("closed_field", _("Only the fields we asked about can be changed."))
        for name, value in values.items():
            setattr(self, name, value)
        self.answer = answer.strip()
        self._go_on(at=at)
        letters.application_completed(self, at=at)

    @move(State.IN_REVIEW, to=State.ACCEPTED, roles=roles.DESK)
    def accept(self, *, by: Actor, at: datetime) -> None:
        """Becomes a reseller, in one transaction with all he gets (see onboarding)."""
        from ogniwo.programme.onboarding import welcome  # noqa: PLC0415  # it needs this model

        self.decided_at = at
        self.reseller = welcome(self, by=by, at=at)

    @move(State.IN_REVIEW, to=State.REJECTED, roles=roles.DESK, journal=("reason", "reapply"))
    def reject(
        self, *, reason: str, note: str = "", reapply: str = "now", by: Actor, at: datetime
    ) -> None:
        if reason not in RejectReason.values or reapply not in Reapply.values:
            raise Refused("bad_reason", _("Choose a reason."))
        if len(note) > NOTE_LENGTH:
            raise Refused("note_too_long", _("The note may have up to 500 characters."))
        self.reject_reason, self.reject_note, self.reapply = reason, note.strip(), reapply
        self.decided_at = at
        letters.application_rejected(self, at=at)

    @move(*OPEN, to=State.WITHDRAWN, roles=APPLICANT)
    def withdraw(self, *, by: Actor, at: datetime) -> None:
        self.decided_at = at
        self.asked_at = None
        letters.application_withdrawn(self, at=at)

    @move(State.NEEDS_COMPLETION, to=State.LAPSED, roles=SYSTEM)
    def lapse(self, *, by: Actor, at: datetime) -> None:
        """Thirty days without an answer."""
        self.decided_at = at
        self.asked_at = None
        letters.application_lapsed(self, at=at)

    def _go_on(self, *, at: datetime) -> None:
        if self.asked_at:
            self.paused_days += (warsaw_day(at) - warsaw_day(self.asked_at)).days
        self.asked_at, self.open_fields = None, []


def verify(application: Application, *, by: Actor, at: datetime) -> bool:
    """Confirm the address; False when a first application is open already (I.1: once only)."""
    try:
        with transaction.atomic():
            application.verify_email(by=by, at=at)
    except IntegrityError:
        return False
    return True
