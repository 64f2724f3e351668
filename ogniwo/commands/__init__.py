"""The commands of bin/ogniwo, one thin module each, and what they have in common.

A command module has `HELP`, a sentence; `arguments(parser)`; `run(options)`, which returns the exit
status; and may have `HIDDEN = True` (not listed) or `NEEDS_DATABASE = False` (not migrated first).
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parent.parent.parent
DONE, WRONG, USAGE = 0, 1, 2


class Stop(Exception):
    """The command cannot be done; the text is one line saying why. Exit status 1."""


class WrongUsage(Exception):
    """The command was called wrongly; the text says how. Exit status 2."""


def print_json(document: Any) -> None:
    """Print the one JSON document of `--json`."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def print_table(rows: Sequence[Sequence[Any]], *, to: TextIO | None = None) -> None:
    """Print rows in columns as wide as their widest cell."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(line.rstrip(), file=to or sys.stdout)


def day_argument(text: str) -> date:
    """Read a day of the command line, YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError as why:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-11-30") from why


def moment_argument(text: str) -> datetime:
    """Read a moment of the command line, ISO 8601; Warsaw time when no zone is given."""
    from ogniwo.kernel.days import WARSAW  # noqa: PLC0415 - the launcher stays light

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as why:
        raise argparse.ArgumentTypeError(f"{text!r} is no time like 2026-11-30T12:00") from why
    return moment if moment.tzinfo else moment.replace(tzinfo=WARSAW)


def data_folder() -> Path:
    """Return the data folder before any settings are read."""
    return Path(os.environ.get("OGNIWO_DATA", "") or "data").absolute()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
