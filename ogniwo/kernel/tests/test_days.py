"""A day is a day in Warsaw, however long and wherever the server stands."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogniwo.kernel.days import warsaw_day, warsaw_instant, warsaw_midnight, warsaw_span


def test_half_past_eleven_at_night_in_utc_is_already_tomorrow() -> None:
    assert warsaw_day(datetime(2026, 1, 31, 22, 59, tzinfo=UTC)) == date(2026, 1, 31)
    assert warsaw_day(datetime(2026, 1, 31, 23, 0, tzinfo=UTC)) == date(2026, 2, 1)
    assert warsaw_day(datetime(2026, 7, 31, 22, 0, tzinfo=UTC)) == date(2026, 8, 1)


def test_a_day_has_23_or_25_hours_when_clocks_change() -> None:
    spring, autumn, plain = (
        warsaw_span(day) for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1))
    )
    assert spring[1] - spring[0] == timedelta(hours=23)
    assert autumn[1] - autumn[0] == timedelta(hours=25)
    assert plain[1] - plain[0] == timedelta(hours=24)


def test_six_in_the_morning_is_given_in_utc() -> None:
    at = warsaw_instant(date(2026, 12, 1), time(6))
    assert at == datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert at.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        warsaw_day(datetime(2026, 1, 1))


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_midnight_begins_the_day(day: date) -> None:
    begins = warsaw_midnight(day)
    assert warsaw_day(begins) == day
    assert warsaw_day(begins - timedelta(microseconds=1)) == day - timedelta(days=1)
