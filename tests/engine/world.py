"""A small firm whose days are played at random, and what must hold after each of its deeds."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import connection

from ogniwo.billing.check import breaches
from ogniwo.billing.golden.case import noon
from ogniwo.billing.golden.play import Player
from ogniwo.billing.models import BillingPeriod, BillingRun, DetailTerms, Invoice
from ogniwo.billing.preview import preview, summary
from ogniwo.billing.run import bill_due, issue_day
from ogniwo.kernel.workdays import is_working
from ogniwo.programme.models import Client

START: Final = date(2026, 1, 1)
RATES_UNTIL: Final = date(2029, 1, 1)
ADDRESS: Final = "ul. Prosta 1, 00-001 Warszawa"
CLIENTS: Final = [
    {
        "id": "alfa", "name": "Alfa sp. z o.o.", "nip": "9991000016", "email": "a@alfa.example",
        "address": ADDRESS, "virtual_account": "11111111111111111111111111",
    },
    {
        "id": "beta", "name": "Beta sp. z o.o.", "nip": "9991000370", "email": "b@beta.example",
        "address": ADDRESS, "ibans": ["PL77"],
    },
    {
        "id": "gama", "name": "Gama sp. z o.o.", "nip": "9991000743", "email": "g@gama.example",
        "address": ADDRESS, "state": "lead",
    },
]  # fmt: skip
# What a second run may write: its own row, and its rows in the journal.
OF_RUNS: Final = {"billing.BillingRun", "journal.Event", "journal.EventDetail"}


class Killed(BaseException):
    """The process died here; no code may catch it."""


class World:
    """Plays events like a golden case, one at a time; `day` moves on."""

    def __init__(self) -> None:
        self.day = START
        self.events: list[dict[str, Any]] = []
        self.checked: dict[str, tuple[int, str]] = {}
        nbp = [{"on": day.isoformat(), "table": f"{day:%j/A/NBP/%Y}", "eur": f"4.{day:%d%m}"}
               for day in _rate_days()]  # fmt: skip
        self.player = Player({"clients": CLIENTS, "nbp": nbp, "events": [], "as_of": "2026-01-01"})
        self.player.begin()

    @property
    def details(self) -> list[str]:
        return list(self.player.cast.details)

    @property
    def payments(self) -> list[str]:
        return list(self.player.cast.payments)

    def documents(self) -> list[str]:
        """Their numbers, corrections too."""
        return list(Invoice.objects.order_by("pk").values_list("number", flat=True))

    def left_of(self, number: str) -> int:
        """What is left to pay of the document, or of its original; 10,000 where there is none."""
        found = Invoice.objects.filter(number=number).select_related("corrects").first()
        return (found.corrects or found).left_grosze if found else 10_000

    def is_account(self, name: str) -> bool:
        return Client.objects.get(pk=self.player.cast.clients[name]).is_account

    def play(self, event: dict[str, Any], *, days: int = 0) -> None:
        """One event, so many days later; a refusal leaves no trace."""
        self.day += timedelta(days=days)
        dated = {**event, "on": self.day.isoformat()}
        self.events.append(dated)
        refusals = len(self.player.refused)
        before = fingerprint()
        self.player.step(len(self.events), dated)
        if len(self.player.refused) > refusals:
            assert not changed_since(before), f"refused, and yet something changed: {dated}"

    def run(self, *, days: int = 0) -> None:
        """15 and 14: what is issued is what the preview showed; once more changes nothing."""
        self.day += timedelta(days=days)
        at = noon(self.day)
        shown = preview(on=self.day, issued_on=issue_day(on=self.day, at=at))
        self.play({"do": "run"})
        issued = Invoice.objects.filter(run=BillingRun.objects.latest("pk")).order_by("pk")
        assert [_as_shown(invoice) for invoice in issued] == summary(shown)["groups"]
        assert not self.left_undone()
        before = fingerprint()
        bill_due(on=self.day, at=at)
        assert changed_since(before) <= OF_RUNS, "a second run changed something"

    def left_undone(self) -> list[BillingPeriod]:
        """13, without the exceptions of `check`: a run leaves nothing due behind."""
        due = BillingPeriod.objects.filter(state="due", bill_on__lte=self.day)
        return list(due.filter(detail__cancelled_at__isnull=True))

    def killed_run(self, statements: int) -> None:
        """The process dies before that statement; whole chunks stand, the rest is still due."""
        try:
            with dying_after(statements):
                bill_due(on=self.day, at=noon(self.day))
        except Killed:
            pass

    def killed_deed(self, event: dict[str, Any], statements: int) -> None:
        """Any other deed is one transaction: killed in it, nothing has happened."""
        before, place = fingerprint(), len(self.player.refused)
        try:
            with dying_after(statements):
                self.player.step(0, {**event, "on": self.day.isoformat()})
        except Killed:
            assert not changed_since(before), f"killed half done: {event}"
        else:
            if len(self.player.refused) > place:
                assert not changed_since(before), f"refused half done: {event}"

    def break_and_mend(self, name: str) -> None:
        """4.4: of a detail that cannot be counted only its own lines are held."""
        detail = self.player.cast.detail(name)
        terms = list(DetailTerms.objects.filter(detail=detail))
        DetailTerms.objects.filter(detail=detail).delete()
        self.play({"do": "run"})
        due = BillingPeriod.objects.filter(bill_on__lte=self.day)
        for period in due.filter(state__in=["due", "held"]).filter(
            detail__cancelled_at__isnull=True
        ):
            broken = period.detail_id == detail.pk
            assert (period.held_reason == "error") is broken, period
        DetailTerms.objects.bulk_create(terms)
        self.run()
        assert not BillingPeriod.objects.filter(held_reason="error").exists()

    def check(self) -> None:
        """All invariants of the rules, by the code behind `bin/ogniwo check`."""
        present = fingerprint()
        if present == self.checked:
            return
        found = list(breaches(noon(self.day)))
        assert found == [], f"{found} after {self.events}"
        connection.check_constraints()
        self.checked = present


@contextmanager
def dying_after(statements: int) -> Iterator[None]:
    """Raise before the n-th statement, once: what follows is the rollback of the database."""
    left = [statements]

    def die(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        # In one transaction a savepoint plays the part of COMMIT: whoever dies there dies later.
        left[0] -= "SAVEPOINT" not in sql
        if left[0] == 0:
            left[0] = -1
            raise Killed
        return execute(sql, *arguments)

    with connection.execute_wrapper(die):
        yield


def changed_since(before: dict[str, tuple[int, str]]) -> set[str]:
    """The tables that are not as they were."""
    return {label for label, rows in fingerprint().items() if rows != before[label]}


def fingerprint() -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a sum over all that stands in them."""
    found = {}
    with connection.cursor() as cursor:
        for label, statement in _tables():
            cursor.execute(statement)
            rows = cursor.fetchall()
            found[label] = (len(rows), hashlib.sha256(repr(rows).encode()).hexdigest())
    return found


@cache
def _tables() -> list[tuple[str, str]]:
    """Every table of ours with the statement that reads all of it."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("ogniwo.")]
    return [
        (model._meta.label, f'SELECT * FROM "{model._meta.db_table}" ORDER BY 1')  # noqa: S608 - our own names
        for model in ours
    ]


def _as_shown(invoice: Invoice) -> dict[str, Any]:
    lines = invoice.lines.order_by("no").values_list("detail", "period_no")
    return {
        "client": invoice.client_id,
        "lines": [list(line) for line in lines],
        "currency": invoice.currency,
        "net_grosze": invoice.net_grosze,
        "vat_grosze": invoice.vat_grosze,
        "gross_grosze": invoice.gross_grosze,
    }


def _rate_days() -> Iterator[date]:
    """Every working day, but for some in each month: then an invoice in euro is held."""
    day = START - timedelta(days=60)
    while day < RATES_UNTIL:
        if is_working(day) and day.day not in {10, 11}:
            yield day
        day += timedelta(days=1)


def hold(world: World, name: str, *, held: bool) -> None:
    """Stop or release the billing of a client who is an Account."""
    if world.is_account(name):
        world.play({"do": "update_client", "client": name, "set": {"held": held}})
