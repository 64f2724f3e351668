"""A mail server that keeps what it gets, and can be told to refuse, to stall or to hang up."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ACCEPTED = "250 OK"
TRY_LATER = "451 try again later"
NO_SUCH_PERSON = "550 no such person"
HANG_UP = "hang up"


@dataclass(frozen=True)
class Received:
    """One letter as it came over the wire: who to, and the bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    login: str

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass
class MailServer:
    """`letters` in the order they came; `answer` decides what each RCPT and DATA gets."""

    host: str = "127.0.0.1"
    port: int = 0
    letters: list[Received] = field(default_factory=list)
    answer: Callable[[str, str], str] = lambda _command, _recipient: ACCEPTED
    delay: float = 0
    login: tuple[str, str] | None = None

    @property
    def url(self) -> str:
        """As in OGNIWO_SMTP_URL."""
        person = "{}:{}@".format(*self.login) if self.login else ""
        return f"smtp://{person}{self.host}:{self.port}"

    def refuse(
        self, recipient: str = "", *, with_answer: str = TRY_LATER, at: str = "RCPT"
    ) -> None:
        """From now on refuse letters (to one recipient, or all) at RCPT or at DATA."""

        def decide(command: str, to: str) -> str:
            return with_answer if command == at and recipient in {"", to} else ACCEPTED

        self.answer = decide

    def accept(self) -> None:
        """From now on take everything again."""
        self.answer = lambda _command, _recipient: ACCEPTED


class _Handler:
    """What aiosmtpd calls; the names are the protocol's."""

    def __init__(self, server: MailServer) -> None:
        self.server = server

    async def handle_RCPT(  # noqa: N802  # the library calls it so
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.server.answer("RCPT", address)
        if answer == HANG_UP:
            _hang_up(smtp)
            return TRY_LATER
        if answer == ACCEPTED:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(  # noqa: N802  # the library calls it so
        self, smtp: SMTP, session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.server.delay)
        recipients = tuple(envelope.rcpt_tos)
        answer = self.server.answer("DATA", recipients[0] if recipients else "")
        if answer not in {ACCEPTED, HANG_UP}:
            return answer
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        login = session.auth_data.login.decode() if session.auth_data else ""
        self.server.letters.append(Received(envelope.mail_from or "", recipients, raw, login))
        if answer == HANG_UP:
            # The worst moment: taken, but the sender never learns it.
            _hang_up(smtp)
        return ACCEPTED


@contextmanager
def mail_server(*, login: tuple[str, str] | None = None) -> Iterator[MailServer]:
    """A listening server; with `login` it wants that name and password."""
    server = MailServer(login=login)
    options: dict[str, Any] = {}
    if login:
        options = {
            "authenticator": lambda *about: AuthResult(
                success=_matches(about[-1], login), auth_data=about[-1]
            ),
            "auth_required": True,
            "auth_require_tls": False,
        }
    server.port = _free_port(server.host)
    controller = Controller(_Handler(server), hostname=server.host, port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """A mail server for one test."""
    with mail_server() as server:
        yield server


def _matches(given: LoginPassword, wanted: tuple[str, str] | None) -> bool:
    return (given.login.decode(), given.password.decode()) == wanted


def _hang_up(smtp: SMTP) -> None:
    if smtp.transport is not None:
        smtp.transport.close()


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
