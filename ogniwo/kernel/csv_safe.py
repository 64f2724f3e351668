"""Cells of our CSV files, which no spreadsheet may take for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

Value = str | int | Decimal | date | None

# The wide twins work as well in the spreadsheets of East Asia.
STARTS: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
CONTROLS: Final = ("\t", "\r")
INVISIBLE: Final = " \t\r\n\v\f\u00a0\u200b\u2060\ufeff"
BOM: Final = "\ufeff"


def cell(value: Value) -> str:
    """Our own numbers stay numbers; text that could be a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    if value.startswith(CONTROLS) or value.strip(INVISIBLE).startswith(STARTS):
        return f"'{value}"
    return value


def lines(rows: Iterable[Iterable[Value]], *, delimiter: str = ";") -> Iterator[str]:
    """A CSV file line by line, with the mark by which spreadsheets know UTF-8."""
    yield BOM
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=delimiter).writerow([cell(value) for value in row])
        yield line.getvalue()
