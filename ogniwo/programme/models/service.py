"""The price list: services and what they cost from which day."""

from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.actors import Actor
from ogniwo.journal.record import record
from ogniwo.kernel.fingerprint import fingerprint


class Cycle(models.IntegerChoices):
    """How often a service is invoiced; 0 stands for once."""

    ONCE = 0, _("once")
    MONTHLY = 1, _("every month")
    HALF_YEARLY = 6, _("every 6 months")
    YEARLY = 12, _("every 12 months")
    THREE_YEARLY = 36, _("every 36 months")


class ServiceQuerySet(models.QuerySet["Service"]):
    def offered(self) -> "ServiceQuerySet":
        return self.filter(is_active=True).order_by("position", "pk")


class Service(models.Model):
    """One item of the catalogue; its prices stand in `Price`, one per cycle and day."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.CharField(_("description"), max_length=300, blank=True)
    unit = models.CharField(_("unit"), max_length=20, default="szt.")
    vat_rate = models.CharField(_("VAT rate"), max_length=5, default="23")
    exemption = models.CharField(_("legal basis of the exemption"), max_length=256, blank=True)
    commissionable = models.BooleanField(_("basic service (counts for commission)"), default=True)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveIntegerField(default=0)

    FIELDS = (
        "code",
        "name",
        "description",
        "unit",
        "vat_rate",
        "exemption",
        "commissionable",
        "is_active",
    )
    objects = ServiceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def version(self) -> int:
        """Another number whenever a field is another one, for forms that were open long."""
        return fingerprint(getattr(self, name) for name in self.FIELDS)

    def price_on(self, day: date, *, months: int) -> "Price | None":
        """The price that holds on a day for a cycle (0: once)."""
        prices = self.prices.filter(months=months, from_on__lte=day)
        return prices.order_by("-from_on", "-pk").first()

    def set_price(
        self, *, months: int, grosze: int, from_on: date, by: Actor, at: datetime
    ) -> None:
        """A new net price from a day on; the price before stays for the days before."""
        price, _made = Price.objects.update_or_create(
            service=self, months=months, from_on=from_on, defaults={"net_grosze": grosze}
        )
        record(
            "programme.service.set_price",
            self,
            by=by,
            at=at,
            months=months,
            grosze=grosze,
            from_on=from_on.isoformat(),
            price=price.pk,
        )


class Price(models.Model):
    """Net price of one unit and one full period, from a day."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="prices")
    months = models.PositiveSmallIntegerField(_("cycle"), choices=Cycle.choices)
    net_grosze = models.BigIntegerField(_("net price"))
    from_on = models.DateField(_("from"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "months", "from_on"], name="price_once"),
            models.CheckConstraint(name="price_above_zero", condition=models.Q(net_grosze__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.months} {self.from_on}"
