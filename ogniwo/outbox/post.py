"""Post a letter: a row in the transaction of the deed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.db import models
from django.template import Context, Engine
from django.utils import translation
from django.utils.module_loading import import_string

from ogniwo.journal.actors import Actor
from ogniwo.journal.bulk import insert
from ogniwo.outbox import seal
from ogniwo.outbox.models import Message

MASK = "•••"
GAPS = re.compile(r"\n\s*\n")
SUBJECT_LENGTH = 200


@dataclass(frozen=True)
class Frame:
    """What every letter carries: who writes, from which address, under which roof."""

    sender: str
    address: str
    firm: str
    nip: str
    url: str
    colour: str
    is_demo: bool


def frame() -> Frame:
    """The vendor's frame; the app that knows the vendor is named in the settings."""
    found: Frame = import_string(settings.OUTBOX_FRAME)()
    return found


def post(  # noqa: PLR0913  # a letter is these facts
    template: str,
    *,
    to: str,
    at: datetime,
    about: models.Model | None = None,
    language: str = "pl",
    to_name: str = "",
    context: Mapping[str, Any] | None = None,
    links: Mapping[str, str] | None = None,
    reply: str = "",
    attachments: Sequence[Mapping[str, Any]] = (),
    in_reply_to: str = "",
    by: Actor | None = None,
) -> Message:
    """Add a letter to the outbox.

    `template` "programme/letters/welcome" stands for welcome.subject.txt, welcome.txt and
    welcome.html. `links` are addresses with secrets, kept encrypted; `reply` is the tag of the
    reply address ("z0217.k3j9x2m7qa"). An attachment is {"make": dotted name of a function,
    "args": […], "name": …, "type": …}, made when the letter is sent.
    """
    letter = letter_of(
        template,
        to=to,
        at=at,
        about=about,
        language=language,
        to_name=to_name,
        context=context,
        links=links,
        reply=reply,
        attachments=attachments,
        in_reply_to=in_reply_to,
        by=by,
    )
    letter.save(force_insert=True)
    return letter


def letter_of(  # noqa: PLR0913  # a letter is these facts
    template: str,
    *,
    to: str,
    at: datetime,
    about: models.Model | None = None,
    language: str = "pl",
    to_name: str = "",
    context: Mapping[str, Any] | None = None,
    links: Mapping[str, str] | None = None,
    reply: str = "",
    attachments: Sequence[Mapping[str, Any]] = (),
    in_reply_to: str = "",
    by: Actor | None = None,
) -> Message:
    """The letter, not saved: for processes that add many with `post_all`."""
    secrets = {**(links or {}), **({"reply": reply} if reply else {})}
    facts = dict(context or {})
    return Message(
        template=template,
        to=to,
        to_name=to_name[:120],
        language=language,
        subject=_subject(template, facts, language),
        context=facts,
        sealed=seal.close(secrets),
        attachments=[dict(row) for row in attachments],
        in_reply_to=in_reply_to,
        kind=about._meta.label_lower if about else "",
        key=about.pk if about else None,
        label=str(getattr(about, "number", "") or getattr(about, "lead_number", "") or "")[:60],
        by_id=by.pk if by else None,
        message_id=make_msgid(domain="ogniwo"),
        queued_at=at,
        next_try_at=at,
    )


def post_all(letters: Sequence[Message]) -> None:
    """Add many letters in one statement."""
    insert(letters)


@dataclass(frozen=True)
class Rendered:
    """The letter as it is read."""

    subject: str
    text: str
    html: str


def render(message: Message, *, masked: bool = False) -> Rendered:
    """Make text and HTML; `masked` hides the secrets (for people who only look at it)."""
    links = seal.open_sealed(message.sealed)
    if masked:
        links = dict.fromkeys(links, MASK)
    context = {**message.context, **links, "frame": frame(), "subject": message.subject}
    with translation.override(message.language):
        return Rendered(
            subject=message.subject,
            text=GAPS.sub("\n\n", _filled(f"{message.template}.txt", context)).strip() + "\n",
            html=_filled(f"{message.template}.html", context),
        )


def _subject(template: str, context: Mapping[str, Any], language: str) -> str:
    with translation.override(language):
        text = _filled(f"{template}.subject.txt", context)
    return " ".join(text.split())[:SUBJECT_LENGTH]


def _filled(name: str, facts: Mapping[str, Any]) -> str:
    """Values are escaped in HTML only: in plain text "&amp;" would be read as it stands."""
    plain = name.endswith(".txt")
    template = Engine.get_default().get_template(name)
    return str(template.render(Context(dict(facts), autoescape=not plain)))
