"""A square code as one path of SVG, so that it needs no image and no trusted HTML."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import segno

QUIET = 4


class Square(NamedTuple):
    path: str
    view: str
    side: int


def square_of(text: str, *, quiet: int = QUIET) -> Square:
    """The modules as horizontal strokes, with the empty margin a camera needs."""
    rows = segno.make(text, error="m", micro=False).matrix
    side = len(rows) + 2 * quiet
    strokes = [stroke for y, row in enumerate(rows) for stroke in _strokes(row, y)]
    return Square("".join(strokes), f"{-quiet} {-quiet} {side} {side}", side)


def _strokes(row: bytearray, y: int) -> Iterator[str]:
    x = 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            yield f"M{x} {y}.5h{length}"
        x += length
