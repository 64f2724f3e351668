"""Letters as rows, written with the deed they tell of; and the turns of scheduled work."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

LEASE = timedelta(minutes=2)
GIVE_UP_AFTER = timedelta(days=3)


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, *, at: datetime) -> "MessageQuerySet":
        """Letters to send now: not sent, not given up, and nobody is at it."""
        waiting = self.filter(sent_at__isnull=True, failed_at__isnull=True, next_try_at__lte=at)
        return waiting.exclude(lease_until__gt=at).order_by("next_try_at", "pk")

    def waiting(self) -> "MessageQuerySet":
        return self.filter(sent_at__isnull=True, failed_at__isnull=True)

    def failed(self) -> "MessageQuerySet":
        return self.filter(failed_at__isnull=False)

    def about(self, obj: models.Model) -> "MessageQuerySet":
        return self.filter(kind=obj._meta.label_lower, key=obj.pk).order_by("-pk")


class Message(models.Model):
    """One letter to one person. Its text is made when it is sent or looked at.

    `context` holds plain facts; `sealed` holds links with secrets, encrypted.
    """

    template = models.CharField(max_length=100)
    to = models.EmailField(max_length=254)
    to_name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200)
    context = models.JSONField(default=dict)
    sealed = models.TextField(blank=True)
    attachments = models.JSONField(default=list)
    in_reply_to = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    key = models.BigIntegerField(null=True)
    label = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    message_id = models.CharField(max_length=200, unique=True)
    queued_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    lease = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="message_due",
                condition=models.Q(sent_at__isnull=True, failed_at__isnull=True),
            ),
            models.Index(fields=["kind", "key", "-id"], name="message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"

    @property
    def state(self) -> str:
        """queued, sent, bounced or failed."""
        if self.bounced_at:
            return "bounced"
        if self.failed_at:
            return "failed"
        return "sent" if self.sent_at else "queued"


class Turn(models.Model):
    """When a sweep had its last turn, claimed by a conditional UPDATE: ten workers, one turn."""

    name = models.CharField(max_length=60, primary_key=True)
    last_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """A worker process that lives."""

    worker = models.CharField(max_length=80, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.worker
