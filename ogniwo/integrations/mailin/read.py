"""A raw message made readable; hostile ones are refused with a sentence, never with a crash."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from ogniwo.integrations.mailin.attachments import Attachment, attachment_of
from ogniwo.integrations.mailin.bounce import Bounce, bounce_of
from ogniwo.integrations.mailin.headers import (
    addresses,
    decoded,
    first_value,
    message_ids,
    only_address,
    raw_values,
    text_of,
)
from ogniwo.integrations.mailin.text import LONGEST, own_words, text_from_html
from ogniwo.kernel.text import clean_text

LARGEST: Final = 40 * 1024 * 1024
HEAD: Final = 256 * 1024
MOST_BOUNDARIES: Final = 250
MOST_PARTS: Final = 400
MOST_RECIPIENTS: Final = 200
MOST_REFERENCES: Final = 30
LONGEST_SUBJECT: Final = 300
REPORT_TYPES: Final = {"message/delivery-status", "text/rfc822-headers"}

RECIPIENT_HEADERS: Final = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
TAG: Final = re.compile(r"\+([a-z])(\d{1,9})\.([a-z2-7]{10,64})@")
AUTOMATIC_SUBJECT: Final = re.compile(
    r"^(automatyczna odpowied[zź]|autoodpowied[zź]|odpowied[zź] automatyczna|automatic reply"
    r"|auto:|out of office|poza biurem)",
    re.IGNORECASE,
)
SENTENCES: Final = {
    "empty": _("The message is empty."),
    "no_message": _("This is not a message that can be read."),
    "too_large": _("The message is larger than 40 MB."),
    "long_headers": _("The headers of the message are too long."),
    "too_many_parts": _("The message has too many parts."),
}
AUTOMATIC_PRECEDENCE: Final = {"bulk", "junk", "list", "auto_reply"}


class Unreadable(Exception):
    """The bytes are no letter that can be taken in; `code` and the sentence say why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(SENTENCES[self.code])


@dataclass(frozen=True)
class ReplyTag:
    """The secret in the address a letter was sent to: what it is about, and the proof."""

    kind: str  # z a case, r the terms, w an application
    number: int
    token: str


@dataclass(frozen=True)
class Letter:
    """A letter as people read it, with what its headers say and nothing concluded."""

    message_id: str
    sha256: str
    from_address: str
    from_name: str
    from_count: int  # how many senders it claims: anything but one is a trick
    to: tuple[str, ...]
    reply_tag: ReplyTag | None
    subject: str
    text: str
    own_words: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    is_automatic: bool
    bounce: Bounce | None
    attachments: tuple[Attachment, ...]
    sent_at: datetime | None


def read(raw: bytes) -> Letter:
    """Read one message; raises nothing but Unreadable."""
    _refuse_monsters(raw)
    try:
        return _read(raw)
    except Unreadable:
        raise
    except Exception as trouble:  # the standard parser fails in many ways on hostile input
        raise Unreadable("no_message") from trouble


def _refuse_monsters(raw: bytes) -> None:
    if not raw.strip():
        raise Unreadable("empty")
    if len(raw) > LARGEST:
        raise Unreadable("too_large")
    if len(re.split(rb"\r?\n\r?\n", raw[: HEAD + 4], maxsplit=1)[0]) > HEAD:
        raise Unreadable("long_headers")
    if raw.lower().count(b"boundary=") > MOST_BOUNDARIES:
        raise Unreadable("too_many_parts")


def _read(raw: bytes) -> Letter:
    message = message_from_bytes(raw, policy=policy.compat32)
    if not message.keys():
        raise Unreadable("no_message")
    parts = list(_parts(message))
    text = _text(parts)
    recipients = _recipients(message)
    address, name, count = _sender(message)
    bounce = bounce_of(message, parts)
    return Letter(
        message_id=next(iter(message_ids(first_value(message, "Message-ID"))), ""),
        sha256=hashlib.sha256(raw).hexdigest(),
        from_address=address,
        from_name=name,
        from_count=count,
        to=recipients,
        reply_tag=_reply_tag(recipients),
        subject=decoded(first_value(message, "Subject"))[:LONGEST_SUBJECT],
        text=text,
        own_words=own_words(text),
        in_reply_to=message_ids(first_value(message, "In-Reply-To"))[:MOST_REFERENCES],
        references=message_ids(first_value(message, "References"))[-MOST_REFERENCES:],
        is_automatic=_is_automatic(message),
        bounce=bounce,
        attachments=() if bounce else tuple(_attachments(parts)),
        sent_at=_sent_at(first_value(message, "Date")),
    )


def _parts(message: Message) -> Iterator[Message]:
    waiting, seen = [message], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > MOST_PARTS:
            raise Unreadable("too_many_parts")
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(child for child in reversed(inner) if isinstance(child, Message))
        else:
            yield part


def _sender(message: Message) -> tuple[str, str, int]:
    values = raw_values(message, "From")
    clear = only_address(values[0]) if len(values) == 1 else None
    if clear:
        return (*clear, 1)
    claimed = list(addresses(values))
    count = max(len(values), len(claimed), 2) if claimed else 0
    return (next(iter(claimed), ""), "", count)


def _recipients(message: Message) -> tuple[str, ...]:
    values = [value for name in RECIPIENT_HEADERS for value in raw_values(message, name)]
    return tuple(dict.fromkeys(addresses(values)))[:MOST_RECIPIENTS]


def _reply_tag(recipients: tuple[str, ...]) -> ReplyTag | None:
    for address in recipients:
        found = TAG.search(address)
        if found:
            return ReplyTag(found[1], int(found[2]), found[3])
    return None


def _text(parts: list[Message]) -> str:
    plain = [part for part in parts if _is_body(part, "text/plain")]
    text = clean_text("\n".join(_words(part)[:LONGEST] for part in plain))[:LONGEST]
    if text:
        return text
    pages = (part for part in parts if _is_body(part, "text/html"))
    return next((text_from_html(_words(page)) for page in pages), "")


def _is_body(part: Message, kind: str) -> bool:
    return (
        part.get_content_type() == kind
        and part.get_content_disposition() != "attachment"
        and not part.get_filename()
    )


def _words(part: Message) -> str:
    return text_of(_content(part), part.get_content_charset())


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _attachments(parts: list[Message]) -> Iterator[Attachment]:
    before = 0
    for part in parts:
        if _is_body(part, "text/plain") or _is_body(part, "text/html"):
            continue
        if part.get_content_type() in REPORT_TYPES:
            continue
        file = attachment_of(decoded(part.get_filename() or ""), _content(part), before=before)
        before += file.size
        yield file


def _is_automatic(message: Message) -> bool:
    submitted = first_value(message, "Auto-Submitted").strip().lower()
    precedence = first_value(message, "Precedence").strip().lower()
    return bool(
        (submitted and not submitted.startswith("no"))
        or precedence in AUTOMATIC_PRECEDENCE
        or first_value(message, "X-Autoreply")
        or first_value(message, "X-Autorespond")
        or first_value(message, "Return-Path").strip() == "<>"
        or AUTOMATIC_SUBJECT.match(decoded(first_value(message, "Subject")))
    )


def _sent_at(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value[:100])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
