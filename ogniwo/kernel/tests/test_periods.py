"""Periods tile the time of service without gap or overlap, whatever the anchor."""

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogniwo.kernel.periods import Grid, Period, anchor_date, cut, first_anchor

STARTS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
GRIDS = st.builds(Grid, STARTS, st.integers(1, 31), st.sampled_from([1, 6, 12, 36]))
ONE_DAY = timedelta(days=1)


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def test_the_31st_comes_back_after_february() -> None:
    grid = Grid(date(2023, 1, 31), 31, 1)
    starts = list(islice(grid.boundaries(), 4))
    assert starts == days("2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30")


def test_the_29th_of_february_comes_back_in_the_leap_year() -> None:
    grid = Grid(date(2024, 2, 29), 29, 12)
    starts = list(islice(grid.boundaries(), 5))
    assert starts == days("2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29")


def test_the_28th_stays_the_28th() -> None:
    assert Grid(date(2026, 2, 28), 28, 1).period(2) == Period(date(2026, 3, 28), date(2026, 4, 28))


def test_an_anchor_at_the_month_end_is_met_by_the_last_of_february() -> None:
    grid = Grid(date(2026, 2, 28), 31, 1)
    assert grid.period(1) == Period(date(2026, 2, 28), date(2026, 3, 31))
    assert grid.period(1).part is None


def test_a_first_part_knows_the_year_it_is_a_part_of() -> None:
    grid = Grid(date(2026, 3, 15), 1, 12)
    part = grid.period(1)
    assert (part.start, part.last_day, part.part) == (
        date(2026, 3, 15),
        date(2026, 3, 31),
        (17, 365),
    )
    assert grid.period(2) == Period(date(2026, 4, 1), date(2027, 4, 1))


def test_a_first_part_cut_short_is_still_a_part_of_the_full_month() -> None:
    part = cut(Grid(date(2026, 3, 15), 1, 1).period(1), date(2026, 3, 20))
    assert part is not None
    assert part.part == (5, 31)


def test_a_last_period_is_cut_and_keeps_its_full_one() -> None:
    grid = Grid(date(2026, 1, 15), 15, 1)
    last = list(grid.periods(until=date(2026, 2, 20)))[-1]
    assert last == Period(
        date(2026, 2, 15), date(2026, 2, 20), Period(date(2026, 2, 15), date(2026, 3, 15))
    )
    assert last.part == (5, 28)


def test_nothing_is_left_of_a_period_that_ends_as_it_begins() -> None:
    period = Grid(date(2026, 1, 1), 1, 1).period(1)
    assert cut(period, date(2026, 1, 1)) is None
    assert cut(period, date(2026, 2, 1)) is period


def test_service_that_ends_as_it_begins_has_no_period() -> None:
    assert list(Grid(date(2026, 1, 1), 1, 1).periods(until=date(2026, 1, 1))) == []


def test_a_day_before_service_has_no_number() -> None:
    grid = Grid(date(2026, 1, 15), 1, 1)
    with pytest.raises(ValueError, match="before the service began"):
        grid.number_of(date(2026, 1, 14))
    assert not grid.is_boundary(date(2026, 1, 1))


@pytest.mark.parametrize(("anchor_day", "months"), [(0, 1), (32, 1), (1, 0)])
def test_an_impossible_grid_is_refused(anchor_day: int, months: int) -> None:
    with pytest.raises(ValueError, match="no grid"):
        Grid(date(2026, 1, 1), anchor_day, months)


def test_there_is_no_period_zero() -> None:
    with pytest.raises(ValueError, match="numbered from 1"):
        Grid(date(2026, 1, 1), 1, 1).period(0)


@given(GRIDS)
def test_periods_tile(grid: Grid) -> None:
    periods = list(islice(grid.periods(), 40))
    assert periods[0].start == grid.start
    assert all(one.end == other.start for one, other in pairwise(periods))
    assert all(period.days > 0 for period in periods)
    assert all(period.full is None for period in periods[1:])


@given(GRIDS, st.integers(1, 400))
def test_every_period_begins_on_its_anchor_day_or_the_month_end(grid: Grid, no: int) -> None:
    period = grid.period(no + 1)
    month_ends = (period.start + ONE_DAY).day == 1
    assert period.start.day == grid.anchor_day or (
        month_ends and period.start.day < grid.anchor_day
    )


@given(GRIDS, st.integers(0, 12_000))
def test_the_number_of_a_day_is_that_of_the_period_that_has_it(grid: Grid, ahead: int) -> None:
    day = grid.start + timedelta(days=ahead)
    no = grid.number_of(day)
    assert day in grid.period(no)
    assert grid.is_boundary(day) == (grid.period(no).start == day)


@given(GRIDS, st.integers(1, 4000))
def test_periods_up_to_an_end_cover_each_day_once(grid: Grid, length: int) -> None:
    end = grid.start + timedelta(days=length)
    periods = list(grid.periods(until=end))
    assert sum(period.days for period in periods) == length
    assert periods[-1].end == end


@given(GRIDS, st.integers(1, 30), st.integers(0, 2000))
def test_counting_may_begin_at_any_number(grid: Grid, first: int, length: int) -> None:
    end = grid.start + timedelta(days=length)
    assert list(grid.periods(first=first, until=end)) == list(grid.periods(until=end))[first - 1 :]
    from_the_first = list(grid.boundaries(until=end))
    assert list(grid.boundaries(first=first, until=end)) == from_the_first[first - 1 :]


@given(GRIDS)
def test_a_first_part_lies_at_the_end_of_its_full_period(grid: Grid) -> None:
    first = grid.period(1)
    assert grid.starts_with_part == (first.full is not None)
    if first.full:
        assert first.full.start < first.start
        assert first.full.end == first.end == grid.anchor(0)
        assert first.part == (first.days, first.full.days)


@given(STARTS, st.integers(1, 31), st.integers(-600, 600))
def test_an_anchor_lies_so_many_months_from_its_month(start: date, day: int, months: int) -> None:
    anchor = anchor_date(start, day, months)
    apart = (anchor.year - start.year) * 12 + anchor.month - start.month
    assert apart == months
    assert anchor.day <= day


@given(STARTS, st.integers(1, 31))
def test_the_first_anchor_is_within_a_month(start: date, day: int) -> None:
    assert 0 <= (first_anchor(start, day) - start).days <= 31
