"""What a deed would write to people: it is done in a transaction that is taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction

from ogniwo.outbox.models import Message
from ogniwo.outbox.post import render


@dataclass(frozen=True)
class Draft:
    """A letter nobody has sent: to whom, and what stands in it; secrets are masked."""

    to: str
    subject: str
    text: str


def rehearse(deed: Callable[[], object], *, at: datetime) -> list[Draft]:
    """The letters the deed posts at that instant; nothing of the deed remains."""
    with transaction.atomic():
        last = Message.objects.aggregate(last=models.Max("pk"))["last"] or 0
        deed()
        # Others post at the same time: only what carries this very instant is ours.
        posted = Message.objects.filter(pk__gt=last, queued_at=at).order_by("pk")
        drafts = [_draft(message) for message in posted]
        transaction.set_rollback(True)
    return drafts


def _draft(message: Message) -> Draft:
    letter = render(message, masked=True)
    to = f"{message.to_name} <{message.to}>" if message.to_name else message.to
    return Draft(to, letter.subject, letter.text)
