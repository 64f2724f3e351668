"""Links with a secret: an invitation, a status page, an acceptance of the terms."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.db import models

SECRET_BYTES = 16  # 128 bits
M = TypeVar("M", bound=models.Model)


class LinkRow(NamedTuple):
    """One link of many that are made at once."""

    purpose: str
    digest: str
    kind: str
    key: int
    made_at: datetime
    expires_at: datetime
    single_use: bool


class LinkGone(Exception):
    """Unknown, expired, used and withdrawn links are one and the same to the visitor."""


class LinkManager(models.Manager["Link"]):
    def make(  # noqa: PLR0913  # a link is these facts
        self,
        purpose: str,
        about: models.Model | None,
        *,
        at: datetime,
        lifetime: timedelta,
        single_use: bool,
        user: models.Model | None = None,
        binding: str = "",
    ) -> str:
        """A new link; returns its secret, which is kept only as a hash. Older ones stay valid."""
        token = secrets.token_urlsafe(SECRET_BYTES)
        self.create(
            purpose=purpose,
            digest=digest(token),
            kind=about._meta.label_lower if about else "",
            key=about.pk if about else None,
            user_id=user.pk if user else None,
            binding=binding,
            made_at=at,
            expires_at=at + lifetime,
            single_use=single_use,
        )
        return token

    def find(self, purpose: str, token: str, *, at: datetime, used: bool = False) -> "Link":
        """The living link of this purpose; a link of one purpose never opens another.

        With `used` one that was used up is found too: it may still show what it did.
        """
        link = self.filter(purpose=purpose, digest=digest(token)).first()
        if link is None or at >= link.expires_at or (link.is_gone(at=at) and not used):
            raise LinkGone
        return link

    def withdraw(self, purpose: str, about: models.Model, *, at: datetime) -> None:
        """Kill every living link of this purpose to this object."""
        living = self.filter(purpose=purpose, kind=about._meta.label_lower, key=about.pk)
        living.exclude(single_use=True, used_at__isnull=False).update(used_at=at, single_use=True)


class Link(models.Model):
    """One secret link. Random, stored hashed, single use by a conditional UPDATE."""

    purpose = models.CharField(max_length=30)
    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=60, blank=True)
    key = models.BigIntegerField(null=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    binding = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    single_use = models.BooleanField()
    used_at = models.DateTimeField(null=True)

    objects = LinkManager()

    class Meta:
        indexes = [models.Index(fields=["kind", "key", "purpose"], name="link_about")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.kind} {self.key}"

    def is_gone(self, *, at: datetime) -> bool:
        return at >= self.expires_at or (self.single_use and self.used_at is not None)

    def thing(self, model: type[M]) -> M:
        """What the link is about; gone when that was erased or is something else."""
        if self.kind != model._meta.label_lower:
            raise LinkGone
        found = model._default_manager.filter(pk=self.key).first()
        if found is None:
            raise LinkGone
        return found

    def use(self, *, at: datetime) -> None:
        """Use it up; of two who come at once the second gets LinkGone."""
        mine = Link.objects.filter(pk=self.pk, expires_at__gt=at)
        if self.single_use:
            mine = mine.filter(used_at__isnull=True)
        if not mine.update(used_at=at):
            raise LinkGone
        self.used_at = at


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
