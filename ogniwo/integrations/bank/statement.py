"""A bank's statement from its file: first the whole of it is examined, then its rows come.

Nothing here touches the database or asks the network. Memory stays flat: even the largest file
is read row by row.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from ogniwo.integrations.bank import camt, mt940, table
from ogniwo.integrations.bank.entry import Entry, Part
from ogniwo.integrations.bank.faults import BadStatement, Faults, NeedsMapping
from ogniwo.integrations.bank.source import MOST_BYTES, Source, sources
from ogniwo.kernel.days import warsaw_day

__all__ = ["MOST_BYTES", "BadStatement", "Entry", "NeedsMapping", "Part", "entries", "examine"]

MOST_ROWS: Final = 200_000
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
AHEAD: Final = timedelta(days=31)  # what a bank announces it has not booked
MOST_GROSZE: Final = 2**53  # beyond it a sum is exact neither in JSON nor in a spreadsheet
CURRENCY: Final = re.compile(r"[A-Z]{3}")


def believed_until(at: datetime) -> date:
    """The last day that a row of a file may have which is read at that instant."""
    return warsaw_day(at) + AHEAD


def examine(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    most_bytes: int = MOST_BYTES,
    until: date = LAST_DAY,
) -> list[Part]:
    """The statements of a file, once all of it was read: encoding, end, balances, limits.

    `mapping` describes a CSV of an unknown bank (see `layouts.mapped_layout`); `most_bytes` is
    the size that the caller allows, `until` the last day he believes. Raises `BadStatement` with
    up to twenty mistakes for a file that cannot be trusted, and `NeedsMapping` for a CSV that
    nobody has described.
    """
    faults = Faults()
    parts: list[Part] = []
    rows = total = 0
    for source in list(sources(path, most_bytes=most_bytes, faults=faults)):
        faults.file = source.member
        reading = _read(source, parts=parts, faults=faults, mapping=mapping, with_texts=False)
        for _index, entry in reading:
            rows += 1
            total += abs(entry.amount_grosze)
            if rows > MOST_ROWS:
                faults.fail(
                    entry.line, "too_many_rows", _("The file has more than %d rows.") % MOST_ROWS
                )
            if total > MOST_GROSZE:
                faults.fail(entry.line, "amount", _("The sums are too large to be believed."))
            _doubt(entry, until=until, faults=faults)
    for part in parts:
        _doubt_part(part, until=until, faults=faults)
    faults.stop()
    return parts


def _doubt(entry: Entry, *, until: date, faults: Faults) -> None:
    """The rules of a row in every format; those of its letters are each reader's own."""
    if not FIRST_DAY <= entry.booked_on <= until:
        faults.add(entry.line, "date", _far(entry.booked_on))
    if not CURRENCY.fullmatch(entry.currency):
        faults.add(entry.line, "currency", _("“%s” is no currency.") % entry.currency[:10])


def _doubt_part(part: Part, *, until: date, faults: Faults) -> None:
    for day in (part.from_on, part.to_on):
        if day is not None and not FIRST_DAY <= day <= until:
            faults.add(0, "date", _far(day))
    if part.currency and not CURRENCY.fullmatch(part.currency):
        faults.add(0, "currency", _("“%s” is no currency.") % part.currency[:10])
    if max(abs(part.opening_grosze or 0), abs(part.closing_grosze or 0)) > MOST_GROSZE:
        faults.add(0, "amount", _("The sums are too large to be believed."))


def _far(day: date) -> str:
    return _("The day %s is too far from today.") % day.isoformat()


def entries(path: Path, *, mapping: Mapping[str, str] | None = None) -> Iterator[tuple[int, Entry]]:
    """The rows of an examined file, each with the index of its statement in `examine`'s list."""
    faults = Faults()
    parts: list[Part] = []
    for source in list(sources(path, most_bytes=MOST_BYTES, faults=faults)):
        yield from _read(source, parts=parts, faults=faults, mapping=mapping, with_texts=True)
    faults.stop()


def _read(
    source: Source,
    *,
    parts: list[Part],
    faults: Faults,
    mapping: Mapping[str, str] | None,
    with_texts: bool,
) -> Iterator[tuple[int, Entry]]:
    if source.kind == "xml":
        return camt.read(source, parts=parts, faults=faults)
    if source.kind == "mt940":
        return mt940.read(source, parts=parts, faults=faults, with_texts=with_texts)
    return table.read(source, parts=parts, faults=faults, mapping=mapping)
