"""Periods are half-open spans of days, always counted from their anchor, never from each other."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Final

ONE_DAY: Final = timedelta(days=1)
LAST_ANCHOR_DAY: Final = 31
SHORTEST_MONTH: Final = 28


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` to the day before `end`; `full` is what it is a part of."""

    start: date
    end: date
    full: "Period | None" = None

    @property
    def last_day(self) -> date:
        """The last day, for printing only."""
        return self.end - ONE_DAY

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    @property
    def whole(self) -> "Period":
        """The full period of the grid: itself, unless it is a part."""
        return self.full or self

    @property
    def part(self) -> tuple[int, int] | None:
        """Days used and days of the full period (17 of 31), or nothing when it is full."""
        return None if self.full is None else (self.days, self.full.days)

    def __contains__(self, day: date) -> bool:
        """Whether the day is one of its days."""
        return self.start <= day < self.end


def cut(period: Period, end: date) -> Period | None:
    """What is left of the period before `end`; nothing when it begins on that day or later."""
    if end >= period.end:
        return period
    if end <= period.start:
        return None
    return Period(period.start, end, period.whole)


def anchor_date(month: date, anchor_day: int, months: int = 0) -> date:
    """The anchor day in the month so many months on, or that month's last day if it is shorter."""
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    if anchor_day <= SHORTEST_MONTH:
        return date(year, index + 1, anchor_day)
    return date(year, index + 1, min(anchor_day, monthrange(year, index + 1)[1]))


def first_anchor(start: date, anchor_day: int) -> date:
    """The first day on or after `start` on which a period of that anchor day may begin."""
    this_month = anchor_date(start, anchor_day)
    return this_month if this_month >= start else anchor_date(start, anchor_day, 1)


@dataclass(frozen=True, slots=True)
class Grid:
    """The periods of one unbroken stretch of service, numbered 1, 2, 3… in it."""

    start: date
    anchor_day: int
    months: int

    def __post_init__(self) -> None:
        """A grid without a length or with an impossible day is a mistake of the caller."""
        if self.months < 1 or not 1 <= self.anchor_day <= LAST_ANCHOR_DAY:
            raise ValueError(f"no grid of {self.months} months on day {self.anchor_day}")

    def anchor(self, k: int) -> date:
        """A(k): the anchor's month and k × months further; k may be negative."""
        return anchor_date(
            first_anchor(self.start, self.anchor_day), self.anchor_day, k * self.months
        )

    @property
    def starts_with_part(self) -> bool:
        """Whether service begins before the first anchor, so that period 1 is a part."""
        return first_anchor(self.start, self.anchor_day) != self.start

    def period(self, no_in_span: int) -> Period:
        """The period of that number; a first part knows the full period it is a part of."""
        if no_in_span < 1:
            raise ValueError("periods are numbered from 1")
        k = no_in_span - 1 - self.starts_with_part
        if k < 0:
            return Period(self.start, self.anchor(0), Period(self.anchor(-1), self.anchor(0)))
        return Period(self.anchor(k), self.anchor(k + 1))

    def periods(self, *, first: int = 1, until: date | None = None) -> Iterator[Period]:
        """The periods from number `first`; those before `until`, the last one cut there."""
        for no in count(first):
            period = self.period(no)
            kept = period if until is None else cut(period, until)
            if kept is None:
                return
            yield kept

    def boundaries(self, *, first: int = 1, until: date | None = None) -> Iterator[date]:
        """The days on which periods begin, from number `first`, those up to `until`."""
        for no in count(first):
            start = self.period(no).start
            if until is not None and start > until:
                return
            yield start

    def number_of(self, day: date) -> int:
        """The number of the period that has this day."""
        if day < self.start:
            raise ValueError(f"{day} is before the service began on {self.start}")
        zero = self.anchor(0)
        if day < zero:
            return 1
        k = ((day.year - zero.year) * 12 + day.month - zero.month) // self.months
        if day < self.anchor(k):
            k -= 1
        return k + 1 + self.starts_with_part

    def is_boundary(self, day: date) -> bool:
        """Whether a period begins on this day."""
        return day >= self.start and self.period(self.number_of(day)).start == day
