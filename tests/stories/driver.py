"""A whole little world to tell a story in: people with browsers, a clock, mailboxes, commands."""

import contextlib
import io
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import time_machine
from django.test import Client

from ogniwo.commands.__main__ import main
from ogniwo.kernel.days import WARSAW
from tests import cast
from tests.cast import PASSWORD
from tests.stories import post
from tests.stories.pages import Page, Values
from tests.stories.post import Letter

START = datetime(2026, 1, 5, 10, 0, tzinfo=WARSAW)
CONTACT = "partnerzy@meridian.example"
MAIL_SERVER = "mx.meridian.example"
MOST_HOPS = 8
PEOPLE = {"Adam": "administrator", "Ola": "staff", "Krysia": "accountant", "Rita": "reader"}


class Visitor:
    """Somebody with a browser; with an e-mail and a password he signs in when he is asked to."""

    def __init__(self, email: str = "", password: str = PASSWORD) -> None:
        self.email, self.password = email, password
        self.browser = Client(enforce_csrf_checks=True, SERVER_NAME="localhost", SERVER_PORT="8000")

    def get(self, url: str) -> Page:
        page = self._followed(self.browser.get(url), url)
        return self._signed_in(page) if self._is_asked(page) else page

    def post(self, url: str, values: Values, *, multipart: bool = False) -> Page:
        if multipart:
            response = self.browser.post(url, values)
        else:
            body = urlencode(values, doseq=True)
            kind = "application/x-www-form-urlencoded"
            response = self.browser.post(url, body, content_type=kind)
        page = self._followed(response, url)
        assert not self._is_asked(page), "the session ended before the form was sent"
        return page

    def sign_out(self) -> None:
        self.browser.cookies.clear()

    def _is_asked(self, page: Page) -> bool:
        return bool(self.email) and page.url.startswith("/logowanie/") and len(page.passed) > 0

    def _signed_in(self, asked: Page) -> Page:
        page = asked.submit(login=self.email, password=self.password)
        assert page.status != 422, f"{self.email} cannot sign in: {page.text}"
        return page

    def _followed(self, response: Any, url: str) -> Page:
        passed: list[str] = []
        statuses = [response.status_code]
        while response.status_code in {301, 302}:
            passed.append(url)
            assert len(passed) < MOST_HOPS, f"round in circles: {passed}"
            whole = urlsplit(response["Location"])
            url = f"{whole.path}?{whole.query}" if whole.query else whole.path
            response = self.browser.get(url)
            statuses.append(response.status_code)
        return Page(self, url, response, passed, statuses)


class World:
    """The installation and everybody around it, at a time that only goes on."""

    def __init__(self, data: Path, clock: time_machine.Traveller) -> None:
        self.data, self.clock = data, clock
        self.known: dict[str, Visitor] = {}

    # -- time ------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return datetime.now(WARSAW)

    @property
    def today(self) -> date:
        return self.now.date()

    def travel(self, to: date | datetime | None = None, **later: float) -> None:
        """Go on to a day (ten in the morning), a moment, or by days and hours; then one sweep."""
        if later:
            to = self.now + timedelta(**later)
        elif to is not None and not isinstance(to, datetime):
            to = datetime(to.year, to.month, to.day, 10, 0, tzinfo=WARSAW)
        assert isinstance(to, datetime)
        assert to >= self.now, "time only goes on"
        self.clock.move_to(to)
        self.sweep()

    def each_day(self, days: int) -> Iterator[date]:
        """Live through the days one by one."""
        for _day in range(days):
            self.travel(days=1)
            yield self.today

    # -- commands --------------------------------------------------------------------------------

    def command(self, *arguments: str, typed: str = "", status: int = 0) -> str:
        """Run a command of bin/ogniwo; what it prints."""
        out, err, stdin = io.StringIO(), io.StringIO(), sys.stdin
        sys.stdin = io.StringIO(typed)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                found = main(list(arguments))
        finally:
            sys.stdin = stdin
        assert found == status, f"{arguments}: {found}\n{out.getvalue()}\n{err.getvalue()}"
        return out.getvalue()

    def answer(self, *arguments: str) -> Any:
        """Run a command and read its JSON."""
        return json.loads(self.command(*arguments, "--json"))

    def sweep(self) -> None:
        self.command("sweep")

    def bill(self, on: date | None = None) -> Any:
        return self.answer("bill", "--on", str(on or self.today))

    def show(self, kind: str, number: str) -> Any:
        return self.answer("show", kind, number)

    def take_in(self, mail: EmailMessage) -> Any:
        """A letter comes to the contact mailbox."""
        path = self.data / f"incoming-{len(list(self.data.glob('incoming-*')))}.eml"
        path.write_bytes(mail.as_bytes())
        (found,) = self.answer("mail", str(path))["items"]
        return found

    # -- letters ---------------------------------------------------------------------------------

    def mailbox(self, address: str) -> list[Letter]:
        """Every letter that came to this address so far, the oldest first."""
        self.command("sweep", "letters")
        return [one for one in post.letters(self.data / "mail") if one.to == address]

    def letter(self, address: str, link: str = "") -> Letter:
        """The newest letter at this address (that leads to this place)."""
        found = [one for one in self.mailbox(address) if link in one.text]
        assert found, f"no letter with {link!r} at {address}"
        return found[-1]

    def reply(self, letter: Letter, text: str, *, sender: str = "") -> Any:
        return self.take_in(post.answer(letter, text, at=self.now, sender=sender))

    # -- people ----------------------------------------------------------------------------------

    def visitor(self) -> Visitor:
        """A stranger with a fresh browser."""
        return Visitor()

    def person(self, email: str) -> Visitor:
        """The browser of somebody with a password; always the same one."""
        return self.known.setdefault(email, Visitor(email))

    def staff(self, name: str) -> Visitor:
        """Ola, Adam, Krysia or Rita of the vendor."""
        return self.person(f"{name.lower()}@meridian.example")

    def set_up(self) -> None:
        """The vendor, his administrator by the invitation, and his people by command."""
        found = self.answer(
            *("setup", "--company", "Meridian Integracje sp. z o.o.", "--nip", cast.nip(1)),
            *("--email", CONTACT, "--admin", "adam@meridian.example"),
            *("--street", "ul. Prosta 1", "--postcode", "00-001", "--city", "Warszawa"),
            *("--account", "12999900040000307198128740"),
        )
        page = self.staff("Adam").get(urlsplit(found["invitation"]).path)
        page = page.submit(password=PASSWORD)
        assert page.url == "/konsola/"
        for name, role in PEOPLE.items():
            if name != "Adam":
                email = f"{name.lower()}@meridian.example"
                add = ("user", "add", email, "--role", role, "--name", name, "--password-stdin")
                self.command(*add, typed=f"{PASSWORD}\n")

    def price(self, code: str, name: str, *, months: int, grosze: int) -> None:
        """An item of the price list, with its price from the first day of 2026."""
        cast.service(code, months=months, grosze=grosze)

    def settings(self, **values: Any) -> None:
        """What the administrator decided before the story begins."""
        cast.vendor(**values)
