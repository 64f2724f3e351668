"""What waits for the desk, since when, and by which day it was promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median, quantiles

from django.db.models import Case as Choose
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Value, When
from django.db.models import IntegerField as Number
from django.db.models.functions import Cast

from ogniwo.kernel.days import warsaw_day, warsaw_midnight
from ogniwo.programme.clocks import RED_BEFORE_LIMIT
from ogniwo.programme.models import Application, Case, Client, Vendor
from ogniwo.programme.models.application import ApplicationQuerySet

LEAD_DAYS, CASE_DAYS, LETTER_DAYS = 5, 3, 1
GOOD, WAIT, BAD = "good", "wait", "bad"
HALF, MOST = 50, 80
TENTHS, NINTH = 10, 8


@dataclass(frozen=True)
class Clock:
    """A promised time: which day of how many it is, and the day on which it is over."""

    day: int
    limit: int
    due: date
    tone: str

    @property
    def left(self) -> int:
        return self.limit - self.day

    @property
    def share(self) -> int:
        """How much of the time is used, in percent."""
        return max(0, min(100, self.day * 100 // max(self.limit, 1)))


def application_clock(application: Application, vendor: Vendor, *, on: date) -> Clock:
    """Limit 30 (setting): amber from the promised day 7, red five days before the limit."""
    day, limit = application.day(on=on), vendor.limit_days
    red = max(vendor.target_days, limit - RED_BEFORE_LIMIT)
    tone = BAD if day >= red else WAIT if day >= vendor.target_days else GOOD
    return Clock(day, limit, on + timedelta(days=limit - day), tone)


def lead_clock(client: Client, *, on: date) -> Clock:
    return _clock(client.registered_at, LEAD_DAYS, on=on)


def case_clock(case: Case, *, on: date) -> Clock:
    """Until the first answer it runs from the opening, later from the last word."""
    return _clock(case.last_post_at if case.answered_at else case.opened_at, CASE_DAYS, on=on)


def since_clock(start: datetime, days: int, *, on: date) -> Clock:
    """Any other thing that should be seen to within so many days."""
    return _clock(start, days, on=on)


def _clock(start: datetime, limit: int, *, on: date) -> Clock:
    began = warsaw_day(start)
    day = (on - began).days
    share = day * 100 // limit
    tone = BAD if share > MOST else WAIT if share >= HALF else GOOD
    return Clock(day, limit, began + timedelta(days=limit), tone)


def with_clock(applications: ApplicationQuerySet, *, on: date) -> ApplicationQuerySet:
    """With `clock_at`: when it would have been submitted had its clock never stood still."""
    today = Value(warsaw_midnight(on), output_field=DateTimeField())
    paused = ExpressionWrapper(
        Cast("paused_days", Number()) * Value(timedelta(days=1)), output_field=DurationField()
    )
    went_on = ExpressionWrapper(F("submitted_at") + paused, output_field=DateTimeField())
    standing = ExpressionWrapper(
        F("submitted_at") + paused + (today - F("asked_at")), output_field=DateTimeField()
    )
    clock_at = Choose(
        When(asked_at__isnull=False, asked_at__lt=today, then=standing), default=went_on
    )
    return applications.filter(submitted_at__isnull=False).annotate(clock_at=clock_at)


def by_clock(applications: ApplicationQuerySet, *, on: date) -> ApplicationQuerySet:
    """Those with the fewest days left first."""
    return with_clock(applications, on=on).order_by(F("clock_at"), "pk")


@dataclass(frozen=True)
class Report:
    """How long decisions took, in days of the clock."""

    number: int
    median: float
    p90: float
    breaches: int


def report(decided: Iterable[Application]) -> Report | None:
    """Of decided applications; None when there is none."""
    days, breaches = [], 0
    for application in decided:
        if application.decided_at is None:
            continue
        days.append(max(0, application.day(on=warsaw_day(application.decided_at))))
        breaches += application.breached_at is not None
    if not days:
        return None
    p90 = quantiles(days, n=TENTHS, method="inclusive")[NINTH] if len(days) > 1 else days[0]
    return Report(len(days), median(days), p90, breaches)


def usual_first_answer(answered: Iterable[Case]) -> timedelta | None:
    """In half of the cases the first answer came within this time."""
    times = [
        (case.answered_at - case.opened_at).total_seconds() for case in answered if case.answered_at
    ]
    return timedelta(seconds=median(times)) if times else None
