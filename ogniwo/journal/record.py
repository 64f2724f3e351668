"""Write what happened, in the transaction in which it happens."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import models

from ogniwo.journal.actors import Actor
from ogniwo.journal.bulk import insert
from ogniwo.journal.models import Event, EventDetail

Diff = Mapping[str, tuple[object, object]]


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
    event = event_of(verb, obj, by=by, at=at, **facts)
    rows = [_detail(field, old, new) for field, (old, new) in (details or {}).items()]
    if rows:
        event.facts["details"] = {row.field: row.digest() for row in rows}
    event.save(force_insert=True)
    for row in rows:
        row.event = event
    EventDetail.objects.bulk_create(rows)
    return event


def event_of(verb: str, obj: models.Model, *, by: Actor, at: datetime, **facts: Any) -> Event:
    """The event, not saved: for processes that write many at once with `record_all`."""
    return Event(
        at=at.astimezone(UTC),
        by_id=by.pk,
        role=by.role,
        verb=verb,
        kind=obj._meta.label_lower,
        key=obj.pk,
        label=str(getattr(obj, "number", "") or getattr(obj, "lead_number", "") or "")[:60],
        facts=dict(facts),
    )


def record_all(events: Iterable[Event]) -> None:
    """Write many events in one statement."""
    insert(list(events))


def _detail(field: str, old: object, new: object) -> EventDetail:
    return EventDetail(field=field, old=_text(old), new=_text(new), salt=secrets.token_hex(16))


def _text(value: object) -> str:
    return "" if value is None else str(value)
