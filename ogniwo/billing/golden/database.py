"""A fresh SQLite database for one case; the real one is neither read nor written."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.db.utils import load_backend

ALIAS = "default"
SQLITE = "django.db.backends.sqlite3"


@contextmanager
def fresh_database() -> Iterator[None]:
    """Everything inside happens in a new database with all migrations, deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="ogniwo-golden-") as folder:
        path = Path(folder) / "case.sqlite3"
        shutil.copyfile(_template(), path)
        with using(path):
            yield


@contextmanager
def using(path: Path) -> Iterator[None]:
    """Make the file this thread's database."""
    settings = {
        **connections.settings[ALIAS],
        "ENGINE": SQLITE,
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
        },
    }
    before = connections[ALIAS]
    connections[ALIAS] = load_backend(SQLITE).DatabaseWrapper(settings, ALIAS)
    try:
        yield
    finally:
        connections[ALIAS].close()
        connections[ALIAS] = before


@cache
def _template() -> Path:
    """Migrated once in a process, copied for each case."""
    folder = tempfile.TemporaryDirectory(prefix="ogniwo-golden-template-")
    _kept.append(folder)
    path = Path(folder.name) / "template.sqlite3"
    with using(path):
        call_command("migrate", verbosity=0, interactive=False)
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


# The folders live as long as the process: they go with their objects at its end.
_kept: list[tempfile.TemporaryDirectory[str]] = []
