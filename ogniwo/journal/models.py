"""The journal: events that are never changed, their personal details, and the chain of seals."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import models

from ogniwo.journal.alongside import Children, alongside

GENESIS = "0" * 64


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, obj: models.Model) -> "EventQuerySet":
        """The history of one object, newest first."""
        return self.filter(kind=obj._meta.label_lower, key=obj.pk).order_by("-pk")

    def about_any(self, *objs: models.Model) -> "EventQuerySet":
        """The history of several objects together, newest first."""
        either = models.Q()
        for obj in objs:
            either |= models.Q(kind=obj._meta.label_lower, key=obj.pk)
        return self.filter(either).order_by("-at", "-pk")

    def told(self) -> "EventQuerySet":
        """With who did it and what changed, in the same statement."""
        details = Children("details", EventDetail.objects.order_by("pk"), by="event")
        return alongside(self.select_related("by"), details)

    def unsealed(self) -> "EventQuerySet":
        return self.filter(seal__isnull=True).order_by("pk")


class Event(models.Model):
    """One deed, written in its transaction; triggers refuse UPDATE and DELETE."""

    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    role = models.CharField(max_length=20)
    verb = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    key = models.BigIntegerField()
    label = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "key", "-id"], name="event_object"),
            models.Index(
                fields=["by", "-id"], name="event_by_person", condition=models.Q(by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.label}"

    @property
    def name(self) -> str:
        """The verb alone, `accept` of `programme.application.accept`."""
        return self.verb.rpartition(".")[2]

    def digest(self, previous: str) -> str:
        """SHA-256 over the previous seal and this event in canonical JSON (hex)."""
        body = {
            "id": self.pk,
            "at": self.at.isoformat(),
            "by": self.by_id,
            "role": self.role,
            "verb": self.verb,
            "kind": self.kind,
            "key": self.key,
            "label": self.label,
            "facts": self.facts,
        }
        return hashlib.sha256(previous.encode() + canonical(body)).hexdigest()


class EventDetail(models.Model):
    """Old and new value of one field: may be erased, since the chain has only its hash."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="details")
    field = models.CharField(max_length=60)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    salt = models.CharField(max_length=32)

    def __str__(self) -> str:
        return f"{self.field}: {self.old} → {self.new}"

    def digest(self) -> str:
        return hashlib.sha256(canonical([self.salt, self.field, self.old, self.new])).hexdigest()


class Seal(models.Model):
    """The event's place in the chain; given in the order in which commits became visible."""

    no = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.no} {self.hash[:12]}"


def canonical(body: Any) -> bytes:
    """JSON with sorted keys and no spaces: the same bytes for the same facts."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
