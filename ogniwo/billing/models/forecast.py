"""The forecast of very many agreements, kept: a pass over all of them, and each reseller's share.

Derived from the agreements and told as of the pass: nothing is booked from it.
"""

from django.db import models

from ogniwo.kernel import roles
from ogniwo.people.models import User


class ForecastPass(models.Model):
    """One look at all living agreements, a bounded number at a time, in the order of clients.

    Pages show the last that ended; the worker takes away the ones before it.
    """

    no = models.PositiveIntegerField(primary_key=True)
    on = models.DateField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reached = models.PositiveBigIntegerField(default=0)  # key of the last client that is in it
    held = models.PositiveIntegerField(default=0)
    # [[first day of the month, currency, cycle in months, net, VAT]], grosze or cents
    sums = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.no} ({self.on})"


class ShareQuerySet(models.QuerySet["ForecastShare"]):
    def visible_to(self, user: User) -> "ShareQuerySet":
        """The vendor's people see all, a reseller's people that of their firm."""
        if user.role in roles.VENDOR:
            return self.all()
        return self.filter(reseller_id=user.firm)

    def ended(self) -> "ShareQuerySet":
        """Of passes that saw every client, with their pass."""
        return self.filter(of__ended_at__isnull=False).select_related("of").order_by("-of")


class ForecastShare(models.Model):
    """What the clients of one reseller bring in a pass; each counts where the pass met him."""

    of = models.ForeignKey(ForecastPass, on_delete=models.CASCADE, related_name="shares")
    reseller = models.ForeignKey("programme.Reseller", on_delete=models.CASCADE, related_name="+")
    held = models.PositiveIntegerField(default=0)
    sums = models.JSONField(default=list)  # as in its pass

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "reseller"], name="forecast_share_once")
        ]

    def __str__(self) -> str:
        return f"{self.reseller_id} in {self.of_id}"
