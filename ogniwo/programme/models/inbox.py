"""Letters that came to the contact mailbox: stored raw once, then acted on or queued."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ogniwo.kernel import roles
from ogniwo.people.models import User


class InboundQuerySet(models.QuerySet["InboundLetter"]):
    def visible_to(self, user: User) -> "InboundQuerySet":
        """The queue and the raw messages are the desk's alone."""
        return self.all() if user.role in roles.DESK else self.none()

    def queued(self) -> "InboundQuerySet":
        """The Skrzynka: what nobody has looked at and nothing could be done with."""
        return self.filter(handled_at__isnull=True).order_by("received_at", "pk")


class InboundLetter(models.Model):
    """One message, raw; `what` came of it, and who proved to be its writer."""

    class What(models.TextChoices):
        TERMS = "terms_acceptance", _("acceptance of the terms")
        REPLY = "reply_to_case", _("reply to a case")
        CASE = "new_case", _("new case")
        APPLICATION = "application_reply", _("reply to an application")
        BOUNCE = "bounce", _("bounce")
        AUTO = "auto_reply", _("auto-reply")
        UNKNOWN = "unknown", _("unknown sender")
        FORGED = "forged", _("forged sender")
        UNREADABLE = "unreadable", _("unreadable")

    received_at = models.DateTimeField()
    message_id = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, unique=True)
    raw = models.BinaryField()
    from_address = models.CharField(max_length=254, blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    what = models.CharField(max_length=20, choices=What.choices)
    verdict = models.CharField(max_length=10)
    proof = models.JSONField(default=dict)
    attachments = models.JSONField(default=list)
    reseller = models.ForeignKey(
        "programme.Reseller", null=True, on_delete=models.PROTECT, related_name="+"
    )
    case = models.ForeignKey(
        "programme.Case", null=True, on_delete=models.PROTECT, related_name="+"
    )
    handled_at = models.DateTimeField(null=True)
    handled_as = models.CharField(max_length=200, blank=True)

    objects = InboundQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["handled_at", "received_at"], name="inbound_queue"),
            models.Index(fields=["message_id"], name="inbound_message_id"),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id
