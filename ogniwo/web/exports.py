"""Lists as files: exactly what the list shows, and never a formula in them."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Protocol

import xlsxwriter
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import get_language, override

from ogniwo.journal.record import record
from ogniwo.kernel import csv_safe
from ogniwo.kernel.days import warsaw_day, warsaw_time
from ogniwo.people.limits import take
from ogniwo.web.http import SignedInRequest

KINDS: Final = ("csv", "xlsx")
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AN_HOUR: Final = 20
ORDINARY_WIDTH: Final = 22


class Heading(Protocol):
    """A column: its label, what stands in a row, and whether that is grosze."""

    @property
    def label(self) -> str | Promise: ...

    @property
    def money(self) -> bool: ...

    @property
    def value(self) -> Any: ...


class Exported(Protocol):
    """A list with a name and columns."""

    @property
    def name(self) -> str: ...

    @property
    def columns(self) -> Sequence[Heading]: ...


def file_of(
    request: SignedInRequest, listing: Exported, rows: Iterable[Any], *, kind: str, number: int
) -> HttpResponse:
    """The file; who took how much with which filter goes into the journal."""
    at = now()
    take(f"export:{request.user.pk}", limit=AN_HOUR, per=timedelta(hours=1), at=at)
    asked = request.GET.urlencode()[:300]
    record(
        "people.user.export", request.user, by=request.user, at=at,
        list=listing.name, filter=asked, count=number, format=kind,
    )  # fmt: skip
    name = f"{listing.name}-{warsaw_day(at):%Y-%m-%d}.{kind}"
    table = _table(listing.columns, rows)
    if kind == "xlsx":
        return _sheet(table, listing.columns, name)
    return _csv(table, name)


def _table(columns: Sequence[Heading], rows: Iterable[Any]) -> Iterator[list[Any]]:
    yield [str(column.label) for column in columns]
    for row in rows:
        yield [_cell(column.value(row), money=column.money) for column in columns]


def _cell(value: Any, *, money: bool) -> Any:
    if value is None:
        return None
    if money:
        return Decimal(value).scaleb(-2)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return f"{warsaw_time(value):%Y-%m-%d %H:%M}"
    if isinstance(value, int | Decimal | date):
        return value
    return str(value)


def _in_language(table: Iterator[list[Any]], language: str | None) -> Iterator[list[Any]]:
    """The rows are made while the file is read, when the request's language has ended."""
    while True:
        with override(language):
            row = next(table, None)
        if row is None:
            return
        yield row


def _csv(table: Iterator[list[Any]], name: str) -> HttpResponse:
    lines = csv_safe.lines(_in_language(table, get_language()))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response  # type: ignore[return-value]  # a streaming answer is one to every caller


def _sheet(table: Iterator[list[Any]], columns: Sequence[Heading], name: str) -> HttpResponse:
    """Text is written as text: a spreadsheet finds no formula, number or link in it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    amount, bold = book.add_format({"num_format": "#,##0.00"}), book.add_format({"bold": True})
    sheet = book.add_worksheet()
    sheet.set_column(0, max(len(columns) - 1, 0), ORDINARY_WIDTH)
    for line, cells in enumerate(table):
        for place, cell in enumerate(cells):
            look = bold if line == 0 else amount if columns[place].money else None
            _write(sheet, line, place, cell, look)
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=SHEET)  # type: ignore[return-value]  # as above


def _write(sheet: Any, line: int, place: int, cell: Any, look: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, int | Decimal):
        sheet.write_number(line, place, float(cell), look)
    elif isinstance(cell, date):
        sheet.write_datetime(line, place, datetime(cell.year, cell.month, cell.day), look)
    else:
        sheet.write_string(line, place, cell, look)
