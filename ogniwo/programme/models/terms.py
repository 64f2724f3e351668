"""The terms of the programme, their versions, and the proof that somebody accepted them."""

import hashlib
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.actors import Actor
from ogniwo.journal.record import record


class TermsQuerySet(models.QuerySet["TermsVersion"]):
    def announced(self) -> "TermsQuerySet":
        return self.filter(announced_at__isnull=False).order_by("-number")

    def in_force(self, *, on: date) -> "TermsVersion | None":
        """The version that holds on a day."""
        return self.announced().filter(valid_from__lte=on).first()

    def to_accept(self, *, on: date) -> "TermsVersion | None":
        """The newest announced version, even when its day is still to come."""
        return self.announced().first() or self.in_force(on=on)

    def publish(self, text: str, *, valid_from: date, by: Actor, at: datetime) -> "TermsVersion":
        """Announce a new version; from now on its text never changes."""
        number = (self.aggregate(last=models.Max("number"))["last"] or 0) + 1
        version = self.create(
            number=number, text=text, sha256=sha256(text), valid_from=valid_from, announced_at=at
        )
        record("programme.terms.publish", version, by=by, at=at, sha256=version.sha256)
        return version


class TermsVersion(models.Model):
    """One version. Immutable once announced (a trigger says so as well)."""

    number = models.PositiveIntegerField(unique=True)
    text = models.TextField(_("text (Markdown)"))
    sha256 = models.CharField(max_length=64)
    valid_from = models.DateField(_("valid from"))
    announced_at = models.DateTimeField(null=True)

    objects = TermsQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.number)


class Acceptance(models.Model):
    """Who accepted which text, when, how, and everything that proves it (I.5)."""

    class Channel(models.TextChoices):
        LINK = "link", _("link")
        EMAIL = "email", _("e-mail")
        PAPER = "paper", _("paper")

    reseller = models.ForeignKey(
        "programme.Reseller", on_delete=models.PROTECT, related_name="acceptances"
    )
    version = models.ForeignKey(TermsVersion, on_delete=models.PROTECT)
    sha256 = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    channel = models.CharField(max_length=5, choices=Channel.choices)
    address = models.CharField(max_length=254, blank=True)
    network = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    letter = models.ForeignKey("programme.InboundLetter", null=True, on_delete=models.PROTECT)
    message_id = models.CharField(max_length=300, blank=True)
    proof = models.JSONField(default=dict)
    scan = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reseller", "version"], name="acceptance_once")
        ]

    def __str__(self) -> str:
        return f"{self.reseller} {self.version}"


def sha256(text: str) -> str:
    """Of the exact bytes shown."""
    return hashlib.sha256(text.encode()).hexdigest()
