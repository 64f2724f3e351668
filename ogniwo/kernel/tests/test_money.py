"""Money is counted in whole grosze, rounded half away from zero, and written the Polish way."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogniwo.kernel.money import (
    BadMoney,
    format_money,
    parse_money,
    plain_amount,
    round_half_up,
    round_ratio,
)

AMOUNTS = st.integers(-(10**13), 10**13)


@pytest.mark.parametrize(
    ("value", "grosze"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(-5, 2), -3),
        (Fraction(49, 100), 0),
        (Fraction(-49, 100), 0),
        (Fraction(14900 * 17, 31), 8171),
        (Fraction(0), 0),
    ],
)
def test_halves_go_away_from_zero(value: Fraction, grosze: int) -> None:
    assert round_half_up(value) == grosze


@given(st.fractions())
def test_rounding_moves_by_half_a_grosz_at_most_and_mirrors_at_zero(value: Fraction) -> None:
    rounded = round_half_up(value)
    assert abs(rounded - value) <= Fraction(1, 2)
    assert round_half_up(-value) == -rounded
    if abs(rounded - value) == Fraction(1, 2):
        assert abs(rounded) > abs(value)


@given(st.integers(), st.integers(1, 10**9))
def test_a_ratio_need_not_be_in_lowest_terms(numerator: int, denominator: int) -> None:
    assert round_ratio(numerator, denominator) == round_half_up(Fraction(numerator, denominator))


@pytest.mark.parametrize(
    ("typed", "grosze"),
    [
        ("1234,5", 123450),
        ("1 234,50", 123450),
        ("1234.50", 123450),
        ("1\u00a0234,50\u00a0zł", 123450),
        ("1\u202f234\u202f567", 123456700),
        ("0,07", 7),
        ("329", 32900),
        ("-20,00 zł", -2000),
        ("\u221220,00", -2000),
        ("12 PLN", 1200),
        ("12,5 €", 1250),
    ],
)
def test_an_amount_is_taken_as_people_type_it(typed: str, grosze: int) -> None:
    assert parse_money(typed) == grosze


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "zł",
        "abc",
        "12 34,50",
        "1.234,50",
        "1,234.50",
        "1,234",
        "1,",
        ",5",
        "1e5",
        "--1",
        "12 USD",
    ],
)
def test_what_could_mean_two_amounts_is_refused(typed: str) -> None:
    with pytest.raises(BadMoney):
        parse_money(typed)


@given(AMOUNTS, st.sampled_from([None, "PLN", "EUR"]))
def test_a_printed_amount_reads_back_the_same(grosze: int, currency: str | None) -> None:
    assert parse_money(format_money(grosze, currency)) == grosze
    assert parse_money(plain_amount(grosze)) == grosze


@given(AMOUNTS)
def test_a_printed_amount_never_breaks_over_two_lines(grosze: int) -> None:
    assert " " not in format_money(grosze, "PLN")


def test_amounts_look_as_on_a_polish_invoice() -> None:
    assert format_money(123456) == "1\u00a0234,56"
    assert format_money(123456, "PLN") == "1\u00a0234,56\u00a0zł"
    assert format_money(-2000, "PLN") == "\u221220,00\u00a0zł"
    assert format_money(-5) == "\u22120,05"
    assert plain_amount(-123456) == "-1234.56"
