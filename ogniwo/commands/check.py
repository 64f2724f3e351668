"""Proves the books: every invariant, the chain of the journal, the triggers that guard them."""

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.utils import timezone

from ogniwo.billing import check as billing
from ogniwo.commands import DONE, WRONG, print_json
from ogniwo.journal import seal, triggers
from ogniwo.journal.seal import Breach
from ogniwo.programme import check as programme

HELP = "Proves that the books are true; names each breach."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Print each breach; exit status 0 only when there is none."""
    found = list(breaches(timezone.now()))
    if options.json:
        print_json({"ok": not found, "breaches": [vars(row) for row in found]})
    else:
        for row in found:
            print(f"{row.name}: {row.object}: {row.sentence}", file=sys.stderr)
        print("All invariants hold." if not found else f"{len(found)} broken.")
    return WRONG if found else DONE


def breaches(at: datetime) -> Iterator[Breach]:
    """All of them, the guards first."""
    for name in triggers.missing():
        yield Breach("trigger_missing", name, f"The trigger {name} is gone.")
    yield from _database()
    seal.seal_all()
    yield from seal.breaches()
    yield from programme.breaches()
    yield from billing.breaches(at)


def _database() -> Iterator[Breach]:
    """SQLite proves its own pages and keys; PostgreSQL does so on every read."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        for (said,) in cursor.fetchall():
            if said != "ok":
                yield Breach("database_page", "database", said)
        cursor.execute("PRAGMA foreign_key_check")
        for row in cursor.fetchall():
            yield Breach("foreign_key", str(row[0]), f"Row {row[1]} points at nothing in {row[2]}.")
