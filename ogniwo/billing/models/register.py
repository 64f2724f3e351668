"""The sales register of a month as it was given to the accountant."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ogniwo.kernel import roles
from ogniwo.people.models import User


class RegisterQuerySet(models.QuerySet["RegisterExport"]):
    def visible_to(self, user: User) -> "RegisterQuerySet":
        """The books are the vendor's business alone."""
        return self.all() if user.role in roles.VENDOR else self.none()

    def newest_of(self, month: date) -> "RegisterExport | None":
        """What the accountant was given last for that month."""
        return self.filter(month=month).order_by("version").last()


class RegisterExport(models.Model):
    """The rows of one month, kept as they were; a month given again is a further version."""

    month = models.DateField(_("month"))  # its first day
    version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    rows = models.JSONField()  # the cells of the file by name of column, amounts in grosze
    hash = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    net_grosze = models.BigIntegerField()
    vat_grosze = models.BigIntegerField()

    objects = RegisterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "version"], name="register_version_once"),
            models.CheckConstraint(name="register_whole_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} ({self.version})"
