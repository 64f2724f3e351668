"""Every day of the business is a day in Warsaw; every instant is kept in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

WARSAW: Final = ZoneInfo("Europe/Warsaw")
ONE_DAY: Final = timedelta(days=1)


def warsaw_day(instant: datetime) -> date:
    """The day on a Warsaw calendar at that instant."""
    return warsaw_time(instant).date()


def warsaw_time(instant: datetime) -> datetime:
    """The instant as a clock in Warsaw shows it."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(WARSAW)


def warsaw_midnight(day: date) -> datetime:
    """The instant, in UTC, at which that day begins in Warsaw."""
    return warsaw_instant(day, time(0, 0))


def warsaw_instant(day: date, clock: time) -> datetime:
    """The instant, in UTC, at which a clock in Warsaw shows that time on that day."""
    return datetime.combine(day, clock, tzinfo=WARSAW).astimezone(UTC)


def warsaw_span(day: date) -> tuple[datetime, datetime]:
    """The half-open span of instants that make up that Warsaw day: 23, 24 or 25 hours."""
    return warsaw_midnight(day), warsaw_midnight(day + ONE_DAY)
