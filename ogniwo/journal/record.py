"""Write what happened, in the transaction in which it happens."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import models

from ogniwo.journal.actors import Actor
from ogniwo.journal.bulk import as_json, insert
from ogniwo.journal.models import Event, EventDetail

Diff = Mapping[str, tuple[object, object]]


class EventRow(NamedTuple):
    """One event of many that are written at once."""

    at: datetime
    by_id: int | None
    role: str
    verb: str
    kind: str
    key: int
    label: str
    facts: str


def record(
    verb: str,
    obj: models.Model,
    *,
    by: Actor,
    at: datetime,
    details: Diff | None = None,
    **facts: Any,
) -> Event:
    """Add one event; `details` are old and new values, kept apart so that they can be erased."""
    rows = [_detail(field, old, new) for field, (old, new) in (details or {}).items()]
    if rows:
        facts["details"] = {row.field: row.digest() for row in rows}
    row = event_of(verb, obj, by=by, at=at)
    event = Event(**row._asdict() | {"facts": facts})
    event.save(force_insert=True)
    for detail in rows:
        detail.event = event
    EventDetail.objects.bulk_create(rows)
    return event


def event_of(verb: str, obj: models.Model, *, by: Actor, at: datetime, **facts: Any) -> EventRow:
    """The event, not written: for processes that write many at once with `record_all`."""
    return event_row(verb, obj._meta.label_lower, obj.pk, label_of(obj), by=by, at=at, **facts)


def label_of(obj: models.Model) -> str:
    """The human number of an object, where it has one."""
    return str(getattr(obj, "number", "") or getattr(obj, "lead_number", "") or "")[:60]


def event_row(
    verb: str, kind: str, key: int, label: str, *, by: Actor, at: datetime, **facts: Any
) -> EventRow:
    """The same about a row that is no model instance."""
    at = at.astimezone(UTC)
    return EventRow(at, by.pk, by.role, verb, kind, key, label, as_json(facts))


def record_all(events: Iterable[EventRow]) -> None:
    """Write many events in one statement."""
    insert(Event, list(events))


def _detail(field: str, old: object, new: object) -> EventDetail:
    return EventDetail(field=field, old=_text(old), new=_text(new), salt=secrets.token_hex(16))


def _text(value: object) -> str:
    return "" if value is None else str(value)
