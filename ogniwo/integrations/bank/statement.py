"""A bank's statement from its file: first the whole of it is examined, then its rows come.

Nothing here touches the database or asks the network. Memory stays flat: 100 MB are read row by row.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from ogniwo.integrations.bank.entry import Entry, Part
from ogniwo.integrations.bank.faults import BadStatement, Faults, NeedsMapping

__all__ = ["MOST_BYTES", "BadStatement", "Entry", "NeedsMapping", "Part", "entries", "examine"]

MOST_BYTES: Final = 100 * 1024 * 1024


def examine(
    path: Path, *, mapping: Mapping[str, str] | None = None, most_bytes: int = MOST_BYTES
) -> list[Part]:
    """The statements of a file, once all of it was read: encoding, end, balances, limits.

    Raises `BadStatement` for what cannot be trusted and `NeedsMapping` for an unknown CSV.
    """
    raise BadStatement("unreadable", [])


def entries(path: Path, *, mapping: Mapping[str, str] | None = None) -> Iterator[tuple[int, Entry]]:
    """The rows of an examined file, each with the index of its statement in `examine`'s list."""
    raise BadStatement("unreadable", [])
