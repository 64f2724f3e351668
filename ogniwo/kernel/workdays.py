"""Days off in Poland: Saturdays, Sundays and the holidays of the statute."""

from datetime import date, timedelta
from functools import cache
from typing import Final

ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5
FIXED: Final = ((1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26))
AFTER_EASTER: Final = (0, 1, 49, 60)
CHRISTMAS_EVE_FREE_SINCE: Final = 2025


@cache
def holidays_of(year: int) -> frozenset[date]:
    """The statutory holidays of a year, those on Sundays included."""
    fixed = {date(year, month, day) for month, day in FIXED}
    movable = {easter(year) + timedelta(days=days) for days in AFTER_EASTER}
    eve = {date(year, 12, 24)} if year >= CHRISTMAS_EVE_FREE_SINCE else set()
    return frozenset(fixed | movable | eve)


def is_working(day: date) -> bool:
    """Whether offices and banks work: no Saturday, no Sunday, no holiday."""
    return day.weekday() < SATURDAY and day not in holidays_of(day.year)


def next_working(day: date) -> date:
    """The day itself if it is a working day, else the first one after it."""
    while not is_working(day):
        day += ONE_DAY
    return day


def previous_working(day: date) -> date:
    """The last working day before that day."""
    day -= ONE_DAY
    while not is_working(day):
        day -= ONE_DAY
    return day


def add_working(day: date, working_days: int) -> date:
    """So many working days after that day."""
    for _ in range(working_days):
        day = next_working(day + ONE_DAY)
    return day


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar: the Sunday after the church's full moon."""
    century = year // 100
    golden = year % 19
    leap_days = century - century // 4
    moon_drift = (8 * century + 13) // 25
    epact = (leap_days - moon_drift + 19 * golden + 15) % 30
    epact -= epact // 28 * (1 - 29 // (epact + 1) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - leap_days) % 7
    days = epact - weekday
    month = 3 + (days + 40) // 44
    return date(year, month, days + 28 - 31 * (month // 4))
