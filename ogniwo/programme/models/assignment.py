"""Whose client it is, day by day; and the lead as it was at its conversion."""

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.models import canonical
from ogniwo.journal.moves import Refused
from ogniwo.programme.models.reseller import Reseller

if TYPE_CHECKING:
    from ogniwo.programme.models.client import Client


class Assignment(models.Model):
    """Whose client it was from `start` to the day before `end`."""

    client = models.ForeignKey(
        "programme.Client", on_delete=models.PROTECT, related_name="assignments"
    )
    reseller = models.ForeignKey(Reseller, null=True, on_delete=models.PROTECT, related_name="+")
    start = models.DateField()
    end = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], name="assignment_open", condition=models.Q(end__isnull=True)
            ),
            models.CheckConstraint(
                name="assignment_forwards",
                condition=models.Q(end__isnull=True) | models.Q(end__gte=models.F("start")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.start}"


class LeadSnapshot(models.Model):
    """The lead as it was at its conversion (JSON and SHA-256)."""

    client = models.ForeignKey(
        "programme.Client", on_delete=models.PROTECT, related_name="snapshots"
    )
    at = models.DateTimeField()
    body = models.JSONField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.sha256

    @classmethod
    def keep(cls, client: "Client", *, at: datetime) -> "LeadSnapshot":
        body = client.snapshot()
        digest = hashlib.sha256(canonical(body)).hexdigest()
        return cls.objects.create(client=client, at=at, body=body, sha256=digest)


def assign(client: "Client", reseller: Reseller | None, *, on: date, reason: str) -> None:
    """End the running assignment on a day and begin the next; the same reseller goes on."""
    running = client.assignments.filter(end__isnull=True).first()
    client.reseller = reseller
    if running and running.reseller_id == (reseller.pk if reseller else None):
        return
    if running:
        if on < running.start:
            raise Refused("bad_day", _("The client was assigned on %s.") % running.start)
        Assignment.objects.filter(pk=running.pk).update(end=on)
    Assignment.objects.create(client=client, reseller=reseller, start=on, reason=reason.strip())
