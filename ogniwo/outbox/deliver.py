"""Send the letters that wait: by SMTP when it is set, otherwise as files in the data folder."""

import random
import smtplib
import ssl
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings
from django.db.models import F
from django.utils.module_loading import import_string

from ogniwo.outbox import seal
from ogniwo.outbox.models import GIVE_UP_AFTER, LEASE, Message
from ogniwo.outbox.post import Frame, frame, render

log = structlog.get_logger()
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
SMTP_SECONDS = 20
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def deliver(at: datetime, limit: int = 100) -> int:
    """Send up to `limit` due letters; how many left. Safe in two processes at once."""
    sent = 0
    for message in list(Message.objects.due(at=at)[:limit]):
        if claim(message, at=at):
            sent += _send(message, at=at)
    return sent


def letters_wait(at: datetime) -> bool:
    """Whether a letter is due."""
    return Message.objects.due(at=at).exists()


def claim(message: Message, *, at: datetime) -> bool:
    """Take the letter for the time of a lease; False when another worker was quicker."""
    mine = Message.objects.due(at=at).filter(pk=message.pk, lease=message.lease)
    if not mine.order_by().update(lease=F("lease") + 1, lease_until=at + LEASE):
        return False
    message.lease += 1
    return True


def _send(message: Message, *, at: datetime) -> bool:
    """Send one claimed letter; a failure is noted on it and tried again later."""
    held = Message.objects.filter(pk=message.pk, lease=message.lease, sent_at__isnull=True)
    try:
        hand_over(message, envelope(message, at=at))
    except Exception as error:  # noqa: BLE001  # whatever went wrong is written on the letter
        log.warning("letter not sent", letter=message.pk, error=repr(error))
        held.update(**_next_try(message, at=at), last_error=repr(error)[:300], lease_until=None)
        return False
    return bool(
        held.update(sent_at=at, attempts=F("attempts") + 1, lease_until=None, last_error="")
    )


def _next_try(message: Message, *, at: datetime) -> dict[str, object]:
    """One minute, doubled each time up to six hours, spread by a fifth; given up after 3 days."""
    if at - message.queued_at >= GIVE_UP_AFTER:
        return {"failed_at": at, "attempts": F("attempts") + 1}
    wait = min(FIRST_WAIT * 2 ** min(message.attempts, 12), LONGEST_WAIT)
    spread = random.uniform(0.8, 1.2)  # noqa: S311  # spreads load, guards nothing
    return {"next_try_at": at + wait * spread, "attempts": F("attempts") + 1}


def envelope(message: Message, *, at: datetime) -> EmailMessage:
    """The letter as a MIME message: text, HTML, attachments, one recipient."""
    roof, rendered = frame(), render(message)
    mail = EmailMessage()
    mail["From"] = Address(_one_line(roof.sender), addr_spec=roof.address)
    mail["To"] = Address(_one_line(message.to_name), addr_spec=message.to)
    mail["Subject"] = _one_line(rendered.subject)
    mail["Date"] = at
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    tag = seal.open_sealed(message.sealed).get("reply")
    if tag:
        mail["Reply-To"] = Address(_one_line(roof.sender), addr_spec=tagged(roof.address, tag))
    if message.in_reply_to:
        mail["In-Reply-To"] = mail["References"] = _one_line(message.in_reply_to)
    mail.set_content(rendered.text)
    mail.add_alternative(rendered.html, subtype="html")
    for row in message.attachments:
        content: bytes = import_string(row["make"])(*row["args"])
        maintype, _slash, subtype = row["type"].partition("/")
        mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=row["name"])
    return mail


def tagged(address: str, tag: str) -> str:
    """kontakt@firma.example, z0217.k3j9 → kontakt+z0217.k3j9@firma.example."""
    local, _at, domain = address.rpartition("@")
    return f"{local}+{tag}@{domain}"


def hand_over(message: Message, mail: EmailMessage) -> None:
    """To the SMTP server, or to a file when none is set; a demo never sends."""
    if settings.SMTP_URL and not frame().is_demo:
        _by_smtp(frame(), message, mail)
    else:
        _as_file(message, mail)


def _as_file(message: Message, mail: EmailMessage) -> None:
    folder = Path(settings.DATA) / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    recipient = "".join(c if c.isalnum() or c in "@.-_" else "_" for c in message.to)
    part = folder / f".{message.pk:08}.part"
    part.write_bytes(mail.as_bytes(policy=SMTP_POLICY))
    part.replace(folder / f"{message.pk:08}-{recipient[:100]}.eml")


def _by_smtp(roof: Frame, message: Message, mail: EmailMessage) -> None:
    """smtp://user:password@host:587 (STARTTLS where offered) or smtps://host:465."""
    url = urlsplit(settings.SMTP_URL)
    host, secure = url.hostname or "", url.scheme == "smtps"
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if secure:
        server = smtplib.SMTP_SSL(host, url.port or 465, timeout=SMTP_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, url.port or 587, timeout=SMTP_SECONDS)
    with server:
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls(context=context)
        elif not secure and url.username and host not in THIS_MACHINE:
            raise smtplib.SMTPException("no password goes to a server without TLS")
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(mail, from_addr=roof.address, to_addrs=[message.to])


def resend(message: Message, *, at: datetime) -> None:
    """Put a letter back into the queue, as it was."""
    Message.objects.filter(pk=message.pk).update(
        sent_at=None, failed_at=None, bounced_at=None, next_try_at=at, queued_at=at, attempts=0
    )


def _one_line(text: str) -> str:
    """Of what people typed nothing ends a header, not even as an encoded word (=?utf-8?q?=0A?=)."""
    return " ".join(text.replace("=?", "= ?").split())
