"""A document's tax over its days: nothing lost, nothing twice, whatever is paid and when."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ogniwo.billing.register.cells import Cell, Piece, Prepayment, RateSums, cells_of, moved
from ogniwo.kernel.amounts import in_pln, vat_rows

JANUARY, FEBRUARY, DECEMBER = date(2026, 1, 31), date(2026, 2, 28), date(2026, 12, 31)


def document(pieces: list[Piece], *, basis: str = "net", mid: str = "1") -> list[Cell]:
    rate = Decimal(mid)
    sums = [
        RateSums(row.rate, row.net, row.vat, in_pln(row.net, rate), in_pln(row.vat, rate))
        for row in vat_rows([(piece.rate, piece.amount) for piece in pieces], basis)
    ]
    return cells_of(sums, pieces, basis=basis, mid=rate)


def shown(cells: list[Cell]) -> list[tuple[str, date, int, int]]:
    return [(cell.rate, cell.tax_on, cell.net_pln, cell.vat_pln) for cell in cells]


def test_tax_of_two_months_on_one_invoice_is_the_tax_of_the_invoice() -> None:
    # 149.99 × 3 × 23 % is 103.49; each month alone would round to 34.50, in sum 103.50.
    pieces = [Piece("23", day, 14_999) for day in (JANUARY, FEBRUARY, DECEMBER)]
    assert shown(document(pieces)) == [
        ("23", JANUARY, 14_999, 3_450),
        ("23", FEBRUARY, 14_999, 3_450),
        ("23", DECEMBER, 14_999, 3_449),
    ]


def test_a_year_paid_in_january_is_taxed_in_january() -> None:
    cells = document([Piece("23", DECEMBER, 100_000)])
    paid = moved(cells, [Prepayment(JANUARY, 123_000)])
    assert shown(paid) == [("23", JANUARY, 100_000, 23_000)]
    assert paid[0].is_prepaid


def test_half_paid_before_is_taxed_half_before() -> None:
    cells = document([Piece("23", DECEMBER, 100_000)])
    # 100.00 gross: the tax in it is 18.70.
    assert shown(moved(cells, [Prepayment(JANUARY, 10_000)])) == [
        ("23", JANUARY, 8_130, 1_870),
        ("23", DECEMBER, 91_870, 21_130),
    ]


def test_money_on_the_tax_day_or_after_moves_nothing() -> None:
    cells = document([Piece("23", JANUARY, 100_000)])
    late = [Prepayment(JANUARY, 50_000), Prepayment(FEBRUARY, 73_000)]
    assert shown(moved(cells, late)) == [("23", JANUARY, 100_000, 23_000)]


def test_a_payment_is_split_over_rates_by_gross_and_the_last_takes_the_rest() -> None:
    cells = document([Piece("23", DECEMBER, 10_000), Piece("8", DECEMBER, 10_000)])
    parts = moved(cells, [Prepayment(JANUARY, 10_000)])
    # 100.00 over 123.00 and 108.00: 53.25 and 46.75.
    assert shown(parts)[:2] == [("23", JANUARY, 4_329, 996), ("8", JANUARY, 4_329, 346)]


def test_what_is_paid_of_a_served_month_stays_there() -> None:
    cells = document([Piece("23", JANUARY, 10_000), Piece("23", DECEMBER, 10_000)])
    parts = moved(cells, [Prepayment(FEBRUARY, 24_600)])
    assert shown(parts) == [("23", FEBRUARY, 10_000, 2_300), ("23", JANUARY, 10_000, 2_300)]


def test_the_last_payment_takes_the_grosz_that_rounding_left() -> None:
    cells = document([Piece("23", DECEMBER, 10)])  # 0.10 and 0.02
    parts = moved(cells, [Prepayment(JANUARY, 5), Prepayment(FEBRUARY, 7)])
    assert sum(part.vat_pln for part in parts) == 2
    assert sum(part.net_pln for part in parts) == 10
    assert {part.tax_on for part in parts} == {JANUARY, FEBRUARY}


DAYS = st.integers(0, 400).map(lambda days: date(2026, 1, 1) + timedelta(days=days))
PIECES = st.lists(
    st.builds(Piece, st.sampled_from(["23", "8", "5", "np"]), DAYS, st.integers(1, 200_000)),
    min_size=1,
    max_size=6,
)


@given(
    pieces=PIECES,
    basis=st.sampled_from(["net", "gross"]),
    mid=st.sampled_from(["1", "4.2512"]),
    payments=st.lists(st.tuples(DAYS, st.integers(1, 300_000)), max_size=5),
)
def test_whatever_is_paid_the_parts_are_the_document(
    pieces: list[Piece], basis: str, mid: str, payments: list[tuple[date, int]]
) -> None:
    cells = document(pieces, basis=basis, mid=mid)
    whole = {rate: [0, 0] for rate, *_rest in shown(cells)}
    for rate, _day, net, vat in shown(cells):
        whole[rate][0] += net
        whole[rate][1] += vat
    left = sum(cell.gross for cell in cells)
    money = []
    for day, amount in payments:
        part = min(amount, left)
        left -= part
        money.append(Prepayment(day, part))
    found = {rate: [0, 0] for rate in whole}
    parts = moved(cells, money, mid=Decimal(mid))
    for rate, _day, net, vat in shown(parts):
        found[rate][0] += net
        found[rate][1] += vat
    assert found == whole
    last_tax = max(piece.tax_on for piece in pieces)
    for cell in parts:
        assert cell.tax_on <= last_tax
        if cell.is_prepaid:
            assert cell.gross > 0
