"""What all tests share: which of them run on PostgreSQL too, and what failed before them."""

import os
from pathlib import PurePath

import pytest

# Where the two databases may differ: races, stories, and whatever the models do.
ON_POSTGRESQL = {
    ("tests", "races"),
    ("tests", "stories"),
    ("ogniwo", "journal"),
    ("ogniwo", "people"),
    ("ogniwo", "outbox"),
    ("ogniwo", "programme"),
    ("ogniwo", "billing"),
}


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Mark by folder, so that nobody forgets."""
    for item in items:
        parts = PurePath(item.path).relative_to(config.rootpath).parts
        if parts[:2] in ON_POSTGRESQL and "paper" not in parts:
            item.add_marker("postgresql")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The closing line must not look green when a step before it failed."""
    if failed := os.environ.get("OGNIWO_FAILED_BEFORE"):
        terminalreporter.write_line(f"FAILED before these tests: {failed}", red=True, bold=True)
