"""No name a stranger gave us runs in the spreadsheet of an accountant."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogniwo.kernel.csv_safe import cell, lines


@pytest.mark.parametrize(
    "hostile",
    [
        "=1+1",
        "+48 600 214 118",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "\u00a0=1",
        "\ufeff=1",
        "\uff1d1+1",
        '=HYPERLINK("http://zle.example")',
    ],
)
def test_text_that_could_be_a_formula_is_marked_as_text(hostile: str) -> None:
    assert cell(hostile) == f"'{hostile}"


def test_our_own_figures_stay_figures() -> None:
    assert cell(-2000) == "-2000"
    assert cell(Decimal("-20.00")) == "-20.00"
    assert cell(date(2026, 11, 23)) == "2026-11-23"
    assert cell(None) == ""
    assert cell("Kwiaty i Zioła sp. z o.o.") == "Kwiaty i Zioła sp. z o.o."


@given(st.lists(st.lists(st.text(), min_size=2, max_size=4), max_size=5))
def test_a_file_reads_back_cell_by_cell_and_holds_no_formula(rows: list[list[str]]) -> None:
    written = "".join(lines(rows)).removeprefix("\ufeff")
    read = list(csv.reader(io.StringIO(written, newline=""), delimiter=";"))
    assert read == [[cell(text) for text in row] for row in rows]
    assert not any(text.lstrip().startswith(("=", "+", "-", "@")) for row in read for text in row)
