"""Prices of periods, values of lines and VAT are exact, and rounded once."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogniwo.kernel import amounts
from ogniwo.kernel.amounts import GROSS, NET, VatRow
from ogniwo.kernel.money import round_half_up

PRICES = st.integers(1, 10**10)
RATES = st.sampled_from(amounts.RATES)
LINES = st.lists(st.tuples(RATES, st.integers(0, 10**10)), max_size=8)
QUANTITIES = st.decimals("0.000001", "999999", places=6)


def test_a_part_of_a_month_costs_its_days() -> None:
    assert amounts.unit_price(14900, 0, 17, 31) == 8171
    assert amounts.unit_price(14900, 1000, 17, 31) == 7354
    assert amounts.unit_price(14900, 1000) == 13410
    assert amounts.unit_price(14900, 10_000) == 0
    assert amounts.unit_price(14900) == 14900


@given(PRICES, st.integers(0, 10_000), st.integers(1, 1096), st.integers(0, 1096))
def test_a_unit_price_is_rounded_once(price: int, bp: int, days: int, more: int) -> None:
    exact = Fraction(price) * Fraction(10_000 - bp, 10_000) * Fraction(days, days + more)
    assert amounts.unit_price(price, bp, days, days + more) == round_half_up(exact)


@given(QUANTITIES, PRICES)
def test_a_line_is_worth_quantity_times_unit_price(quantity: Decimal, unit: int) -> None:
    exact = round_half_up(Fraction(quantity) * unit)
    assert amounts.line_value(quantity, unit) == exact
    assert amounts.line_value(Fraction(quantity), unit) == exact


def test_a_whole_quantity_needs_no_rounding() -> None:
    assert amounts.line_value(Decimal("3.000000"), 14999) == 44997
    assert amounts.line_value(3, 14999) == 44997
    assert amounts.line_value(Decimal("2.5"), 33) == 83


def test_tax_is_counted_once_on_the_sum_and_not_per_line() -> None:
    rows = amounts.vat_rows([("23", 14999)] * 3, NET)
    assert rows == [VatRow("23", 44997, 10349, 55346)]


def test_on_gross_prices_tax_is_taken_out_of_the_sum() -> None:
    assert amounts.vat_rows([("23", 12300)], GROSS) == [VatRow("23", 10000, 2300, 12300)]
    assert amounts.vat_rows([("8", 100)], GROSS) == [VatRow("8", 93, 7, 100)]


def test_rates_stand_in_their_order_and_words_tax_nothing() -> None:
    lines = [(rate, 100) for rate in ("oo", "np_eu", "np", "zw", "0", "5", "8", "23")]
    rows = amounts.vat_rows(lines, NET)
    assert [row.rate for row in rows] == ["23", "8", "5", "0", "zw", "np", "np_eu", "oo"]
    assert [row.vat for row in rows] == [23, 8, 5, 0, 0, 0, 0, 0]


def test_a_document_without_lines_has_no_rows() -> None:
    assert amounts.vat_rows([], NET) == []
    assert amounts.totals([]) == (0, 0, 0)


def test_an_unknown_rate_or_basis_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        amounts.vat_rows([("22", 100)], NET)
    with pytest.raises(ValueError, match="net or gross"):
        amounts.vat_rows([("23", 100)], "brutto")


@given(LINES, st.sampled_from([NET, GROSS]))
def test_each_row_holds_the_rule_of_its_basis(lines: list[tuple[str, int]], basis: str) -> None:
    rows = amounts.vat_rows(lines, basis)
    for row in rows:
        percent = amounts.PERCENT[row.rate]
        of = row.net if basis == NET else row.gross
        whole = 100 if basis == NET else 100 + percent
        assert row.vat == round_half_up(Fraction(of * percent, whole))
        assert row.gross == row.net + row.vat
    entered = sum(value for _, value in lines)
    assert entered == sum(row.net if basis == NET else row.gross for row in rows)
    assert amounts.totals(rows).gross == sum(row.gross for row in rows)


@given(LINES, LINES, LINES, st.sampled_from([NET, GROSS]))
def test_an_invoice_and_its_corrections_make_the_rounded_last_state(
    first: list[tuple[str, int]],
    second: list[tuple[str, int]],
    third: list[tuple[str, int]],
    basis: str,
) -> None:
    states = [amounts.vat_rows(lines, basis) for lines in (first, second, third)]
    corrections = [
        row for before, after in pairwise(states) for row in amounts.vat_difference(before, after)
    ]
    for rate in amounts.RATES:
        last = next((row for row in states[-1] if row.rate == rate), VatRow(rate, 0, 0, 0))
        papers = [row for row in [*states[0], *corrections] if row.rate == rate]
        assert sum(row.net for row in papers) == last.net
        assert sum(row.vat for row in papers) == last.vat
        assert sum(row.gross for row in papers) == last.gross


def test_a_correction_leaves_out_the_rates_it_does_not_change() -> None:
    before = amounts.vat_rows([("23", 44997), ("8", 100)], NET)
    after = amounts.vat_rows([("23", 29998), ("8", 100)], NET)
    assert amounts.vat_difference(before, after) == [VatRow("23", -14999, -3449, -18448)]


def test_index_share_and_foreign_money_round_the_same_way() -> None:
    assert amounts.indexed(14900, 360) == 15436
    assert amounts.indexed(14900, -5000) == 7450
    assert amounts.share(10000, 1, 3) == 3333
    assert amounts.in_pln(2300, Decimal("4.2567")) == 9790
