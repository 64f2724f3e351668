"""A bank's statement from its file: first the whole of it is examined, then its rows come.

Nothing here touches the database or asks the network. Memory stays flat: even the largest file
is read row by row.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from ogniwo.integrations.bank import camt, mt940, table
from ogniwo.integrations.bank.entry import Entry, Part
from ogniwo.integrations.bank.faults import BadStatement, Faults, NeedsMapping
from ogniwo.integrations.bank.source import MOST_BYTES, Source, sources

__all__ = ["MOST_BYTES", "BadStatement", "Entry", "NeedsMapping", "Part", "entries", "examine"]

MOST_ROWS: Final = 200_000


def examine(
    path: Path, *, mapping: Mapping[str, str] | None = None, most_bytes: int = MOST_BYTES
) -> list[Part]:
    """The statements of a file, once all of it was read: encoding, end, balances, limits.

    `mapping` describes a CSV of an unknown bank (see `layouts.mapped_layout`); `most_bytes` is
    the size that the caller allows. Raises `BadStatement` with up to twenty mistakes for a file
    that cannot be trusted, and `NeedsMapping` for a CSV that nobody has described.
    """
    faults = Faults()
    parts: list[Part] = []
    rows = 0
    for source in list(sources(path, most_bytes=most_bytes, faults=faults)):
        faults.file = source.member
        reading = _read(source, parts=parts, faults=faults, mapping=mapping, with_texts=False)
        for _index, entry in reading:
            rows += 1
            if rows > MOST_ROWS:
                faults.fail(
                    entry.line, "too_many_rows", _("The file has more than %d rows.") % MOST_ROWS
                )
    faults.stop()
    return parts


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
