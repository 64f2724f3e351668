"""The mailboxes of everybody: letters really delivered as files, and answers to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

from tests.stories.pages import words

LINK = re.compile(r"https?://[^\s<>\"')]+")


@dataclass(frozen=True)
class Letter:
    """One delivered letter."""

    mail: EmailMessage

    @property
    def to(self) -> str:
        return _address(self.mail, "To")

    @property
    def sender(self) -> str:
        return _address(self.mail, "From")

    @property
    def reply_to(self) -> str:
        """Where an answer goes."""
        return _address(self.mail, "Reply-To") if self.mail["Reply-To"] else self.sender

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def page(self) -> str:
        """Its HTML part."""
        return self._body("html")

    @property
    def attachments(self) -> dict[str, bytes]:
        """Name and content of what is attached."""
        found = self.mail.iter_attachments()
        return {str(part.get_filename()): bytes(part.get_content()) for part in found}

    def says(self, *parts: str) -> bool:
        text = words(self.text)
        return all(words(part) in text for part in parts)

    def link(self, part: str) -> str:
        """The path of the link that has this in it; the HTML part must have it as well."""
        found = [link.rstrip(".,") for link in LINK.findall(self.text) if part in link]
        assert found, f"no link to …{part}… in the letter {self.subject!r}:\n{self.text}"
        assert found[0] in self.page.replace("&amp;", "&")
        return str(urlsplit(found[0]).path)

    def _body(self, kind: str) -> str:
        part = self.mail.get_body((kind,))
        assert part is not None, f"the letter {self.subject!r} has no part {kind}"
        return str(part.get_content())


def letters(folder: Path) -> Iterator[Letter]:
    """All delivered letters, the oldest first."""
    for path in sorted(folder.glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        yield Letter(mail)


def answer(letter: Letter, text: str, *, at: datetime, sender: str = "") -> EmailMessage:
    """A reply as mail programs write it: to the reply address, the letter quoted below."""
    mail = written(sender or letter.to, letter.reply_to, f"Re: {letter.subject}", at=at)
    mail["In-Reply-To"] = mail["References"] = str(letter.mail["Message-ID"])
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    mail.set_content(f"{text}\n\nW dniu {at:%d.%m.%Y} {letter.sender} pisze:\n{quoted}\n")
    return mail


def written(sender: str, to: str, subject: str, *, at: datetime, text: str = "") -> EmailMessage:
    """A letter somebody writes by himself."""
    mail = EmailMessage()
    mail["From"] = Address(addr_spec=sender)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{at.timestamp()}.{abs(hash((sender, subject)))}@poczta.example>"
    if text:
        mail.set_content(text)
    return mail


def vouched(mail: EmailMessage, *, server: str, result: str) -> EmailMessage:
    """What our own mail server writes on top of a letter it took in."""
    copy = message_from_bytes(
        f"Authentication-Results: {server}; {result}\r\n".encode() + mail.as_bytes(),
        policy=policy.default,
    )
    assert isinstance(copy, EmailMessage)
    return copy


def _address(mail: EmailMessage, header: str) -> str:
    return str(mail[header].addresses[0].addr_spec)
