"""The vendor: who runs the programme, and what he decides about it in daily life."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.actors import Actor
from ogniwo.journal.record import record
from ogniwo.kernel.fingerprint import fingerprint
from ogniwo.outbox.post import Frame


class NotSetUp(Exception):
    """There is no vendor yet: the installation waits for its set-up."""


class Vendor(models.Model):
    """One row. Changed by `change`, which leaves old and new values in the journal."""

    class Span(models.TextChoices):
        MONTH = "month", _("monthly")
        YEAR = "year", _("yearly")

    company_name = models.CharField(_("company name"), max_length=200)
    brand_name = models.CharField(_("short name"), max_length=40, blank=True)
    nip = models.CharField("NIP", max_length=10)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=6, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    contact_address = models.EmailField(_("contact address"), max_length=254)
    account = models.CharField(_("bank account"), max_length=26, blank=True)
    bank = models.CharField(_("bank"), max_length=80, blank=True)
    # Not printed on invoices: their statements are read all the same, e.g. that of an EUR account.
    more_accounts = models.TextField(_("further bank accounts, one a line"), blank=True)
    brand_colour = models.CharField(_("brand colour"), max_length=7, default="#1f5f5b")
    alias = models.SlugField(_("old address of the application form"), default="reseller-verosoft")
    target_days = models.PositiveSmallIntegerField(_("promised days for a decision"), default=7)
    limit_days = models.PositiveSmallIntegerField(_("longest days for a decision"), default=30)
    protection_days = models.PositiveSmallIntegerField(_("days a Lead is protected"), default=90)
    open_leads_cap = models.PositiveSmallIntegerField(_("open Leads per reseller"), default=50)
    due_days = models.PositiveSmallIntegerField(
        _("days to pay"), default=14, validators=[MinValueValidator(0), MaxValueValidator(60)]
    )
    series_span = models.CharField(
        _("invoice numbers run"), max_length=5, choices=Span.choices, default=Span.MONTH
    )
    amounts_shown = models.BooleanField(_("resellers see amounts"), default=True)
    bill_unapproved = models.BooleanField(_("issue without approval"), default=False)
    is_demo = models.BooleanField(default=False)
    set_up_at = models.DateTimeField()

    SETTINGS = (
        "company_name",
        "brand_name",
        "nip",
        "street",
        "postcode",
        "city",
        "phone",
        "contact_address",
        "account",
        "bank",
        "more_accounts",
        "brand_colour",
        "alias",
        "target_days",
        "limit_days",
        "protection_days",
        "open_leads_cap",
        "due_days",
        "series_span",
        "amounts_shown",
        "bill_unapproved",
    )

    class Meta:
        constraints = [models.CheckConstraint(name="vendor_one", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.brand

    @property
    def accounts(self) -> frozenset[str]:
        """All accounts the vendor is paid to."""
        return frozenset({self.account, *self.more_accounts.split()} - {""})

    @classmethod
    def load(cls) -> "Vendor":
        vendor = cls.objects.filter(pk=1).first()
        if vendor is None:
            raise NotSetUp
        return vendor

    @property
    def brand(self) -> str:
        return self.brand_name or self.company_name

    @property
    def version(self) -> int:
        """Another number whenever a setting is another one, for forms that were open long."""
        return fingerprint(getattr(self, name) for name in self.SETTINGS)

    def change(self, *, by: Actor, at: datetime, **values: Any) -> None:
        """Change settings; refuses names that are none."""
        unknown = set(values) - set(self.SETTINGS)
        if unknown:
            raise TypeError(f"not settings: {sorted(unknown)}")
        changed = {k: (getattr(self, k), v) for k, v in values.items() if getattr(self, k) != v}
        if not changed:
            return
        for name, (_old, new) in changed.items():
            setattr(self, name, new)
        with transaction.atomic():
            self.save(update_fields=list(changed))
            record("programme.vendor.change", self, by=by, at=at, details=changed)


def letter_frame() -> Frame:
    """What the outbox puts around every letter."""
    vendor = Vendor.load()
    return Frame(
        sender=vendor.brand,
        address=vendor.contact_address,
        firm=vendor.company_name,
        nip=vendor.nip,
        url=settings.URL,
        colour=vendor.brand_colour,
        is_demo=vendor.is_demo,
    )
