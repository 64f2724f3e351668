"""Offices rest on Saturdays, Sundays and the days the statute names."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogniwo.kernel import workdays

DAYS = st.dates(date(2015, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2000, 4, 23), (2008, 3, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28),
     (2038, 4, 25), (2049, 4, 18), (2076, 4, 19)],
)  # fmt: skip
def test_easter_falls_where_calendars_print_it(year: int, month: int, day: int) -> None:
    assert workdays.easter(year) == date(year, month, day)


def test_the_holidays_of_2026_are_those_of_the_statute() -> None:
    assert sorted(workdays.holidays_of(2026)) == [
        date(2026, 1, 1),
        date(2026, 1, 6),
        date(2026, 4, 5),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 3),
        date(2026, 5, 24),
        date(2026, 6, 4),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]


def test_christmas_eve_is_free_since_2025() -> None:
    assert workdays.is_working(date(2024, 12, 24))
    assert not workdays.is_working(date(2025, 12, 24))


def test_a_due_day_at_christmas_moves_behind_it() -> None:
    assert workdays.next_working(date(2026, 12, 24)) == date(2026, 12, 28)
    assert workdays.next_working(date(2026, 12, 23)) == date(2026, 12, 23)


def test_the_rate_of_a_monday_is_that_of_friday() -> None:
    assert workdays.previous_working(date(2026, 11, 23)) == date(2026, 11, 20)
    assert workdays.previous_working(date(2026, 1, 2)) == date(2025, 12, 31)


def test_seven_working_days_jump_over_weekends_and_holidays() -> None:
    assert workdays.add_working(date(2026, 4, 30), 7) == date(2026, 5, 12)
    assert workdays.add_working(date(2026, 5, 2), 0) == date(2026, 5, 2)


@given(DAYS)
def test_the_next_working_day_is_the_first_one(day: date) -> None:
    found = workdays.next_working(day)
    between = [day + timedelta(days=n) for n in range((found - day).days)]
    assert workdays.is_working(found)
    assert not any(workdays.is_working(rest) for rest in between)
    assert workdays.previous_working(found) < day or found == day


@given(st.integers(1990, 2290))
def test_easter_is_a_sunday_between_22_march_and_25_april(year: int) -> None:
    easter = workdays.easter(year)
    assert easter.weekday() == 6
    assert date(year, 3, 22) <= easter <= date(year, 4, 25)
