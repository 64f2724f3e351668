"""To whom a letter for the vendor goes, and the reply address of an object's thread."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models

from ogniwo.outbox.post import frame, post
from ogniwo.people.models import Link
from ogniwo.people.models.link import digest

Facts = dict[str, Any]

REPLY_LIFETIME = timedelta(days=730)
REPLY_BYTES = 10  # 80 bits in 16 letters of base32, the least asked for is 50
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def reply_tag(about: models.Model, number: str, *, at: datetime) -> str:
    """`z0217.k3j9…`: whoever writes to this address has read our letter (DOMAIN §7)."""
    token = "".join(secrets.choice(ALPHABET) for _letter in range(REPLY_BYTES * 8 // 5))
    Link.objects.create(
        purpose="reply",
        digest=digest(token),
        kind=about._meta.label_lower,
        key=about.pk,
        made_at=at,
        expires_at=at + REPLY_LIFETIME,
        single_use=False,
    )
    return f"{number.replace('-', '').lower()}.{token}"


def address(path: str) -> str:
    """The full address of a page, from OGNIWO_URL only."""
    return f"{settings.URL.rstrip('/')}{path}"


def to_contact(
    template: str, about: models.Model, context: Facts, *, at: datetime, reply: str = ""
) -> None:
    """A letter to the contact address, where the vendor's people read."""
    post(template, to=frame().address, at=at, about=about, context=context, reply=reply)
