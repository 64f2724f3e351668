"""What a stranger typed into an FRK, kept until the reseller's code confirms it."""

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import models

FORGET_AFTER = timedelta(hours=24)
SECRET_BYTES = 16  # 128 bits


class FrkDraftManager(models.Manager["FrkDraft"]):
    def keep(
        self, reseller: models.Model, values: dict[str, Any], services: list[str], *, at: datetime
    ) -> tuple["FrkDraft", str]:
        """A new draft and the secret of its page, which is kept only as a hash."""
        token = secrets.token_urlsafe(SECRET_BYTES)
        draft = self.create(
            reseller_id=reseller.pk, key=key_of(token), values=values, services=services, made_at=at
        )
        return draft, token

    def opened_by(self, token: str, *, at: datetime) -> "FrkDraft | None":
        """The draft behind a page, for a day."""
        young = self.filter(key=key_of(token), made_at__gt=at - FORGET_AFTER)
        return young.select_related("reseller", "client").first()


class FrkDraft(models.Model):
    """Nothing is created or looked up before the code; unconfirmed drafts are erased."""

    reseller = models.ForeignKey("programme.Reseller", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=43, unique=True)
    values = models.JSONField()
    services = models.JSONField(default=list)
    made_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True)
    client = models.ForeignKey("programme.Client", null=True, on_delete=models.PROTECT)

    objects = FrkDraftManager()

    def __str__(self) -> str:
        return self.key


def key_of(token: str) -> str:
    """SHA-256 of the secret in 43 letters."""
    digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def forget_drafts(at: datetime, limit: int) -> int:
    """Erase drafts older than a day; how many."""
    old = FrkDraft.objects.filter(made_at__lt=at - FORGET_AFTER)
    keys = list(old.values_list("pk", flat=True)[:limit])
    return FrkDraft.objects.filter(pk__in=keys).delete()[0]
