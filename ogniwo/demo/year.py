"""The year: what happens on which day, oldest first, none later than now."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction

from ogniwo.billing import digest, reminding
from ogniwo.demo.cast import Login, open_shop
from ogniwo.demo.clients import ClientLife
from ogniwo.demo.mailbox import plan_letters
from ogniwo.demo.money import Cashier
from ogniwo.demo.resellers import plan_applications
from ogniwo.journal.seal import seal_all
from ogniwo.kernel.days import warsaw_day, warsaw_instant
from ogniwo.outbox.deliver import deliver
from ogniwo.programme import apply, clocks

DAYS = 365
MORNING, LETTERS, WORKDAY, EVENING = time(6, 10), time(8, 5), time(9), time(18, 30)
BATCH = 500

Deed = Callable[[datetime], None]


@dataclass
class Calendar:
    """Deeds by day; a deed may put further deeds on later days."""

    today: date
    days: dict[date, list[Deed]] = field(default_factory=dict)

    def put(self, day: date, deed: Deed) -> None:
        """Plan a deed; one that would lie ahead of today does not happen."""
        if day <= self.today:
            self.days.setdefault(day, []).append(deed)

    def take(self, day: date) -> list[Deed]:
        """The deeds of a day, in the order planned, those planned during the day last."""
        return self.days.pop(day, [])


def play(*, at: datetime, clients: int = 150, seed: int = 1) -> list[Login]:
    """Play the year that ends at `at`; refused when the installation is not empty."""
    rng = Random(seed)  # noqa: S311  # a seed makes the same year again
    today = warsaw_day(at)
    begin = today - timedelta(days=DAYS)
    calendar = Calendar(today)
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        cast = open_shop(rng, password=password, at=_moment(begin, WORKDAY))
    cashier = Cashier(cast, calendar.put, today=today)
    life = ClientLife(cast, calendar.put, total=clients, begin=begin, today=today)
    plan_applications(cast, calendar.put, begin=begin, today=today, on_active=life.begin_with)
    plan_letters(calendar.put, today=today)
    for number in range(DAYS + 1):
        day = begin + timedelta(days=number)
        with transaction.atomic():
            _one_day(day, calendar, cashier, until=at)
    seal_all()
    return cast.logins()


def _one_day(day: date, calendar: Calendar, cashier: Cashier, *, until: datetime) -> None:
    morning = min(_moment(day, MORNING), until)
    _sweep(morning)
    cashier.bill(day, at=morning)
    _remind(min(_moment(day, LETTERS), until))
    minutes = 0
    while deeds := calendar.take(day):
        for deed in deeds:
            minutes += 7
            deed(min(_moment(day, WORKDAY) + timedelta(minutes=minutes % 480), until))
    evening = min(_moment(day, EVENING), until)
    while deliver(evening, BATCH):
        pass


def _sweep(at: datetime) -> None:
    for tick in (
        clocks.tick_applications,
        clocks.tick_silent_applications,
        clocks.tick_leads,
        clocks.tick_terms,
        apply.forget_unverified,
    ):
        tick(at, BATCH)


def _remind(at: datetime) -> None:
    reminding.tick_reminders(at, BATCH)
    digest.tick_digest(at, BATCH)


def _moment(day: date, hour: time) -> datetime:
    return warsaw_instant(day, hour)
