"""A reseller of the programme, his form's address, and the checklist of his start."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import STAYS, Refused, Stateful, move
from ogniwo.journal.record import record
from ogniwo.kernel import roles
from ogniwo.kernel.text import camel_slug
from ogniwo.people.models import User
from ogniwo.programme import letters

OWNER = frozenset({roles.RESELLER_OWNER})
SYSTEM = frozenset({roles.SYSTEM})
PANEL_AFTER_END = timedelta(days=90)
SLUG_TRIES = 50


class State(models.TextChoices):
    INVITED = "invited", pgettext_lazy("reseller", "Invited")
    AWAITING_TERMS = "awaiting_terms", pgettext_lazy("reseller", "Terms pending")
    ACTIVE = "active", pgettext_lazy("reseller", "Active")
    SUSPENDED = "suspended", pgettext_lazy("reseller", "Suspended")
    ENDED = "ended", pgettext_lazy("reseller", "Ended")


class ResellerQuerySet(models.QuerySet["Reseller"]):
    def visible_to(self, user: User) -> "ResellerQuerySet":
        if user.role in roles.VENDOR:
            return self.all()
        return self.filter(pk=user.firm)

    def active(self) -> "ResellerQuerySet":
        return self.filter(state=State.ACTIVE)


class Reseller(Stateful):
    """`R-014`. His company data are changed by staff or by an approved case."""

    State = State

    number = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.INVITED)
    company_name = models.CharField(_("company name"), max_length=200)
    nip = models.CharField("NIP", max_length=10, unique=True)
    street = models.CharField(_("street and number"), max_length=120)
    postcode = models.CharField(_("postcode"), max_length=6)
    city = models.CharField(_("city"), max_length=80)
    first_name = models.CharField(_("first name"), max_length=60)
    last_name = models.CharField(_("last name"), max_length=60)
    email = models.EmailField(_("e-mail"), max_length=254)
    phone = models.CharField(_("phone"), max_length=16)
    website = models.URLField(_("website"), max_length=200, blank=True)
    language = models.CharField(max_length=2, default="pl")
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    joined_at = models.DateTimeField()
    terms = models.ForeignKey(
        "programme.TermsVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    activated_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)

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
    )
    objects = ResellerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.company_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def may_write(self) -> bool:
        """Suspended, ended and those without terms read only."""
        return self.state == State.ACTIVE

    def panel_open(self, *, at: datetime) -> bool:
        """An ended reseller reads for 90 days more."""
        return self.ended_at is None or at < self.ended_at + PANEL_AFTER_END

    def frk_name(self) -> "FrkName | None":
        return self.frk_names.filter(is_current=True).first()

    def owner(self) -> User | None:
        owners = User.objects.active().filter(role=roles.RESELLER_OWNER, reseller=self)
        owner: User | None = owners.order_by("pk").first()
        return owner

    def rename_form(self, name: str, *, by: Actor, at: datetime) -> "FrkName":
        """A new address for the FRK; the old ones go on as redirects."""
        self.frk_names.filter(is_current=True).update(is_current=False)
        new = FrkName.give(self, name)
        record("programme.reseller.rename_form", self, by=by, at=at, slug=new.slug)
        return new

    # -- moves, in order of life -------------------------------------------------------------

    @move(State.INVITED, to=State.AWAITING_TERMS, roles=OWNER)
    def set_password(self, *, by: Actor, at: datetime) -> None:
        """The owner set his password by the invitation link."""

    @move(State.INVITED, State.AWAITING_TERMS, to=State.ACTIVE, roles=OWNER | roles.DESK)
    def accept_terms(self, *, version: models.Model, by: Actor, at: datetime) -> None:
        """Called by `accepting.accept`, which keeps the proof; opens the FRK at once."""
        self.terms_id = version.pk
        self.activated_at = self.activated_at or at

    @move(State.ACTIVE, to=STAYS, roles=OWNER | roles.DESK)
    def accept_newer_terms(self, *, version: models.Model, by: Actor, at: datetime) -> None:
        """An active reseller accepted the next version before its day."""
        self.terms_id = version.pk

    @move(State.ACTIVE, to=State.AWAITING_TERMS, roles=SYSTEM)
    def miss_terms(self, *, by: Actor, at: datetime) -> None:
        """A version came into force that he has not accepted: he reads, his FRK is closed."""
        letters.terms_to_accept(self, at=at)

    @move(
        State.ACTIVE,
        State.AWAITING_TERMS,
        to=State.SUSPENDED,
        roles=roles.DESK,
        journal=("reason",),
    )
    def suspend(self, *, reason: str, by: Actor, at: datetime) -> None:
        self.reason = _needed(reason)
        letters.reseller_suspended(self, at=at)

    @move(State.SUSPENDED, to=State.ACTIVE, roles=roles.DESK)
    def resume(self, *, by: Actor, at: datetime) -> None:
        if self.terms_id is None:
            raise Refused("no_terms", _("The terms have not been accepted yet."))
        self.reason = ""
        letters.reseller_resumed(self, at=at)

    @move(
        State.INVITED,
        State.AWAITING_TERMS,
        State.ACTIVE,
        State.SUSPENDED,
        to=State.ENDED,
        roles=roles.DESK,
        journal=("reason",),
    )
    def end(self, *, reason: str, by: Actor, at: datetime) -> None:
        self.reason, self.ended_at = _needed(reason), at
        letters.reseller_ended(self, at=at)

    @move(
        State.INVITED,
        State.AWAITING_TERMS,
        State.ACTIVE,
        State.SUSPENDED,
        to=STAYS,
        roles=roles.DESK,
    )
    def change_data(self, *, values: dict[str, str], by: Actor, at: datetime) -> None:
        """Company data; names outside `COMPANY_FIELDS` are refused."""
        if not set(values) <= set(self.COMPANY_FIELDS):
            raise Refused("closed_field", _("This field cannot be changed here."))
        nip = values.get("nip", self.nip)
        if Reseller.objects.filter(nip=nip).exclude(pk=self.pk).exists():
            raise Refused("nip_taken", _("Another reseller has this NIP."))
        for name, value in values.items():
            setattr(self, name, value)


class FrkName(models.Model):
    """`AnnaKowalska2` in /reseller_klient_AnnaKowalska2.html; old names stay as redirects."""

    slug = models.CharField(max_length=120)
    folded = models.CharField(max_length=120, unique=True)
    reseller = models.ForeignKey(Reseller, on_delete=models.PROTECT, related_name="frk_names")
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reseller"], name="frk_name_current", condition=models.Q(is_current=True)
            )
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def path(self) -> str:
        return f"/reseller_klient_{self.slug}.html"

    @classmethod
    def called(cls, name: str) -> "FrkName | None":
        """By any spelling people type: other case, or with Polish letters."""
        folded = {name.lower(), camel_slug(name).lower()}
        return cls.objects.filter(folded__in=folded).select_related("reseller").first()

    @classmethod
    def give(cls, reseller: Reseller, full_name: str) -> "FrkName":
        """Give the first free name: AnnaKowalska, AnnaKowalska2, AnnaKowalska3."""
        stem = camel_slug(full_name)[:110] or "Reseller"
        for turn in range(1, SLUG_TRIES):
            slug = stem if turn == 1 else f"{stem}{turn}"
            if cls.objects.filter(folded=slug.lower()).exists():
                continue
            try:
                with transaction.atomic():
                    return cls.objects.create(slug=slug, folded=slug.lower(), reseller=reseller)
            except IntegrityError:
                continue
        raise Refused("no_free_name", _("There is no free address for this name."))


class ChecklistItem(models.Model):
    """One step of a reseller's start (I.4), and when it was done."""

    class Key(models.TextChoices):
        ACCOUNT = "account", _("account: password set")
        TERMS = "terms", _("terms accepted")
        FRK = "frk", _("form link and QR card")
        PRICE_LIST = "price_list", _("price list")
        MATERIALS = "materials", _("materials")
        CONTACT = "contact", _("contact")

    reseller = models.ForeignKey(Reseller, on_delete=models.PROTECT, related_name="checklist")
    key = models.CharField(max_length=12, choices=Key.choices)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reseller", "key"], name="checklist_once")]

    def __str__(self) -> str:
        return self.get_key_display()

    @classmethod
    def tick(cls, reseller: Reseller, key: str, *, at: datetime) -> None:
        """Done now, unless it was done before."""
        cls.objects.filter(reseller=reseller, key=key, done_at__isnull=True).update(done_at=at)


def _needed(reason: str) -> str:
    if not reason.strip():
        raise Refused("no_reason", _("Give a reason."))
    return reason.strip()[:300]
