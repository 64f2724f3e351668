"""What is written in any style and any encoding is read back the same."""

import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ogniwo.integrations.bank.statement import Entry, entries, examine
from ogniwo.integrations.bank.tests import writing

ENCODINGS = ("utf-8", "utf-8-sig", "cp1250", "iso8859_2", "cp852")
LETTERS = "ABCXYZabcxyz0123456789/.-ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=40), min_size=1, max_size=4).map(" ".join)
# The letters that tell the encodings apart; a file without any could be in all of them.
PANGRAM = writing.entry(1, on=date(2026, 11, 2), title="zażółć gęślą jaźń ZAŻÓŁĆ GĘŚLĄ JAŹŃ")
ROWS = st.lists(
    st.builds(
        writing.entry,
        st.integers(-(10**13), 10**13),
        on=DAYS,
        title=WORDS,
        name=WORDS.map(lambda words: words[:54].strip()),
        account=st.integers(0, 10**26 - 1).map("{:026d}".format),
        reference=st.text("ABC0123456789", max_size=16),
    ),
    max_size=5,
)


def told(row: Entry) -> tuple[object, ...]:
    """All of a row but the line it stands on and what is judged from its words."""
    return (
        row.booked_on,
        row.amount_grosze,
        row.currency,
        row.title,
        row.name,
        row.account,
        row.reference,
    )


def read(text: str, *, encoding: str) -> list[Entry]:
    """The rows of a file with this text, examined first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement"
        path.write_bytes(text.encode(encoding))
        examine(path)
        return [row for _index, row in entries(path)]


@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from("?~<^+"), st.sampled_from(ENCODINGS), st.integers(-(10**12), 10**12))
def test_mt940_comes_back(rows: list[Entry], style: str, encoding: str, opening: int) -> None:
    rows = [PANGRAM, *rows]
    back = read(writing.mt940(rows, style=style, opening=opening), encoding=encoding)
    assert [told(row) for row in back] == [told(row) for row in rows]


@settings(max_examples=25, deadline=None)
@given(ROWS, st.sampled_from(ENCODINGS))
def test_the_title_of_free_text_comes_back(rows: list[Entry], encoding: str) -> None:
    rows = [PANGRAM, *rows]
    back = read(writing.mt940(rows, style=""), encoding=encoding)
    assert [row.title for row in back] == [row.title for row in rows]


@settings(max_examples=25, deadline=None)
@given(ROWS, st.sampled_from(["02", "08"]))
def test_camt_comes_back(rows: list[Entry], version: str) -> None:
    back = read(writing.camt053(rows, version=version), encoding="utf-8")
    assert [told(row) for row in back] == [told(row) for row in rows]


@settings(max_examples=25, deadline=None)
@given(ROWS, st.sampled_from(ENCODINGS))
def test_a_table_comes_back(rows: list[Entry], encoding: str) -> None:
    rows = [PANGRAM, *rows]
    back = read(writing.pekao_csv(rows), encoding=encoding)
    assert [told(row) for row in back] == [told(row) for row in rows]
