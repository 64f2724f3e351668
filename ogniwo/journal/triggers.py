"""Triggers that keep the journal and issued papers unchangeable, on both databases.

SQLite drops a table's triggers when a migration rebuilds it, so they are put back after every
`migrate`, and `check` says when one is missing.
"""

from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.db import connection
from django.utils.module_loading import module_has_submodule

Triggers = dict[str, dict[str, str]]  # name → {"sqlite": SQL, "postgresql": SQL}


def refuse(name: str, table: str, *, on: str) -> dict[str, str]:
    """SQL that refuses `on` (UPDATE or DELETE) on a table, for both databases."""
    return {
        "sqlite": (
            f"CREATE TRIGGER {name} BEFORE {on} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
        ),
        "postgresql": (
            f"CREATE OR REPLACE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is never changed'; END $$; "
            f"CREATE TRIGGER {name} BEFORE {on} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}_refuse()"
        ),
    }


TRIGGERS: Triggers = {
    "journal_event_frozen": refuse("journal_event_frozen", "journal_event", on="UPDATE"),
    "journal_event_kept": refuse("journal_event_kept", "journal_event", on="DELETE"),
    "journal_seal_frozen": refuse("journal_seal_frozen", "journal_seal", on="UPDATE"),
    "journal_seal_kept": refuse("journal_seal_kept", "journal_seal", on="DELETE"),
    "journal_detail_frozen": refuse("journal_detail_frozen", "journal_eventdetail", on="UPDATE"),
}


def install_triggers() -> None:
    """Put back whatever trigger is missing; safe to repeat."""
    present = installed()
    with connection.cursor() as cursor:
        for name, sql in _declared():
            if name not in present:
                cursor.execute(sql[connection.vendor])


def missing() -> list[str]:
    """Names of the triggers that should stand and do not."""
    present = installed()
    return [name for name, _sql in _declared() if name not in present]


def installed() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {row[0] for row in cursor.fetchall()}


def _declared() -> Iterator[tuple[str, dict[str, str]]]:
    for config in apps.get_app_configs():
        if config.name.startswith("ogniwo.") and module_has_submodule(config.module, "triggers"):
            yield from import_module(f"{config.name}.triggers").TRIGGERS.items()
