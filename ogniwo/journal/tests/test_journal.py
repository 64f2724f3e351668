"""The chain of the journal shows whatever was changed behind its back."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from ogniwo.journal import triggers
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.journal.models import Event, EventDetail, Seal
from ogniwo.journal.record import record
from ogniwo.journal.seal import breaches, seal_all, seal_events
from ogniwo.programme.models import Counter

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def tell(n: int) -> Event:
    service = Counter(kind="X")
    service.pk = 7
    return record("test.thing.happen", service, by=SYSTEM_ACTOR, at=AT, turn=n)


@pytest.fixture
def unguarded() -> None:
    """A burglar with the keys of the database: the triggers are gone."""
    with connection.cursor() as cursor:
        for name in (
            "journal_event_frozen",
            "journal_event_kept",
            "journal_detail_frozen",
            "journal_seal_frozen",
            "journal_seal_kept",
        ):
            table = "journal_" + name.split("_")[1].replace("detail", "eventdetail")
            suffix = "" if connection.vendor == "sqlite" else f" ON {table}"
            cursor.execute(f"DROP TRIGGER {name}{suffix}")  # names from this test


def run(sql: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_a_whole_chain_has_no_breach() -> None:
    for n in range(5):
        tell(n)
    seal_all()
    assert Seal.objects.count() == Event.objects.count() >= 5
    assert list(breaches()) == []


def test_sealing_again_adds_nothing() -> None:
    tell(1)
    seal_all()
    assert seal_events() == 0


@pytest.mark.parametrize("table", ["journal_event", "journal_seal"])
@pytest.mark.parametrize("sql", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete(table: str, sql: str) -> None:
    tell(1)
    seal_all()
    column = "hash" if table == "journal_seal" else "verb"
    with pytest.raises(DatabaseError), transaction.atomic():
        run(sql.format(table, column, "'x'"))


@pytest.mark.usefixtures("unguarded")
def test_a_changed_event_breaks_the_chain_at_its_seal() -> None:
    events = [tell(n) for n in range(4)]
    seal_all()
    run("UPDATE journal_event SET role = 'nobody' WHERE id = %s", events[2].pk)
    found = list(breaches())
    assert [row.name for row in found] == ["journal_chain"]
    assert f"event {events[2].pk}" in found[0].sentence


@pytest.mark.usefixtures("unguarded")
def test_a_deleted_seal_is_a_gap() -> None:
    for n in range(4):
        tell(n)
    seal_all()
    run("DELETE FROM journal_seal WHERE no = 2")
    assert [row.name for row in breaches()] == ["journal_gap"]


@pytest.mark.usefixtures("unguarded")
def test_a_changed_personal_value_is_found() -> None:
    thing = Counter(kind="X")
    thing.pk = 7
    record("test.thing.rename", thing, by=SYSTEM_ACTOR, at=AT, details={"name": ("Ala", "Ola")})
    seal_all()
    run("UPDATE journal_eventdetail SET old = 'Ela'")
    assert [row.name for row in breaches()] == ["journal_detail"]


def test_an_erased_personal_value_leaves_the_chain_true() -> None:
    thing = Counter(kind="X")
    thing.pk = 7
    record("test.thing.rename", thing, by=SYSTEM_ACTOR, at=AT, details={"name": ("Ala", "Ola")})
    seal_all()
    EventDetail.objects.all().delete()
    assert list(breaches()) == []


@pytest.mark.usefixtures("unguarded")
def test_a_missing_trigger_is_named_and_put_back() -> None:
    assert "journal_event_frozen" in triggers.missing()
    triggers.install_triggers()
    assert triggers.missing() == []
