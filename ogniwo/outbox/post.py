"""Post a letter: a row in the transaction of the deed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import make_msgid
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import models
from django.template import Context, Engine
from django.utils import translation
from django.utils.module_loading import import_string

from ogniwo.journal.actors import Actor
from ogniwo.journal.bulk import as_json, insert
from ogniwo.journal.record import label_of
from ogniwo.outbox import seal
from ogniwo.outbox.models import Message

MASK = "•••"
GAPS = re.compile(r"\n\s*\n")
SUBJECT_LENGTH = 200


class LetterRow(NamedTuple):
    """One letter as it goes into the table; JSON as text."""

    template: str
    to: str
    to_name: str
    language: str
    subject: str
    context: str
    sealed: str
    attachments: str
    kind: str
    key: int | None
    label: str
    message_id: str
    queued_at: datetime
    next_try_at: datetime


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
    secrets = {**(links or {}), **({"reply": reply} if reply else {})}
    row = letter_of(
        template,
        to=to,
        at=at,
        about=About.of(about),
        language=language,
        to_name=to_name,
        context=context,
        links=secrets,
        attachments=attachments,
    )
    plain = {"context": dict(context or {}), "attachments": [dict(one) for one in attachments]}
    letter = Message(**row._asdict() | plain, in_reply_to=in_reply_to, by_id=by.pk if by else None)
    letter.save(force_insert=True)
    return letter


class About(NamedTuple):
    """What a letter is about: kind, key and human number of an object."""

    kind: str = ""
    key: int | None = None
    label: str = ""

    @classmethod
    def of(cls, obj: models.Model | None) -> "About":
        if obj is None:
            return cls()
        return cls(obj._meta.label_lower, obj.pk, label_of(obj))


NOTHING: Final = About()


def letter_of(  # noqa: PLR0913  # a letter is these facts
    template: str,
    *,
    to: str,
    at: datetime,
    about: About = NOTHING,
    language: str = "pl",
    to_name: str = "",
    subject: str = "",
    context: Mapping[str, Any] | None = None,
    links: Mapping[str, str] | None = None,
    attachments: Sequence[Mapping[str, Any]] = (),
) -> LetterRow:
    """The letter, not written: for processes that add many with `post_all`.

    A `subject` in the letter's language takes the place of the template's.
    """
    facts = dict(context or {})
    return LetterRow(
        template=template,
        to=to,
        to_name=to_name[:120],
        language=language,
        subject=subject or _subject(template, facts, language),
        context=as_json(facts),
        sealed=seal.close(dict(links or {})),
        attachments=as_json([dict(row) for row in attachments]),
        kind=about.kind,
        key=about.key,
        label=about.label,
        message_id=make_msgid(domain="ogniwo"),
        queued_at=at,
        next_try_at=at,
    )


def post_all(letters: Sequence[LetterRow]) -> None:
    """Add many letters in one statement."""
    insert(Message, letters)


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
