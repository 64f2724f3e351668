"""What all tests share: which of them run on PostgreSQL too, and what failed before them."""

import os
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import pytest

# Where the two databases may differ: races, stories, and whatever the models do.
ON_POSTGRESQL = {
    ("tests", "engine"),
    ("tests", "races"),
    ("tests", "stories"),
    ("ogniwo", "journal"),
    ("ogniwo", "people"),
    ("ogniwo", "outbox"),
    ("ogniwo", "programme"),
    ("ogniwo", "billing"),
}


def pytest_sessionstart() -> None:
    """Pages speak Polish by the compiled catalogue, which a fresh checkout has not."""
    from ogniwo.commands import prepare  # noqa: PLC0415 - Django is ready only now

    prepare.translations()


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Mark by folder, so that nobody forgets."""
    for item in items:
        parts = PurePath(item.path).relative_to(config.rootpath).parts
        if parts[:2] in ON_POSTGRESQL and "paper" not in parts:
            item.add_marker("postgresql")


@pytest.fixture(scope="session", autouse=True)
def empty_tables_past_our_triggers() -> Iterator[None]:
    """SQLite empties a table by DELETE, which our triggers refuse (PostgreSQL truncates)."""
    from django.db import connection  # noqa: PLC0415 - Django is ready only now

    plainly = connection.ops.sql_flush

    def sql_flush(*arguments: Any, **options: Any) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            kept = cursor.fetchall()
        drops = [f"DROP TRIGGER {name}" for name, _sql in kept]
        return [*drops, *plainly(*arguments, **options), *(sql for _name, sql in kept)]

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            patch.setattr(connection.ops, "sql_flush", sql_flush)
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The closing line must not look green when a step before it failed."""
    if failed := os.environ.get("OGNIWO_FAILED_BEFORE"):
        terminalreporter.write_line(f"FAILED before these tests: {failed}", red=True, bold=True)
