"""Remarks of the vendor's people about an application, a reseller or a client."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import NotAllowed, Refused, Stateful
from ogniwo.journal.record import record
from ogniwo.kernel import roles
from ogniwo.programme.models import Application, Client, Note, Reseller

WRITERS: dict[type[Stateful], frozenset[str]] = {
    Application: roles.DESK,
    Reseller: roles.DESK_AND_MONEY,
    Client: roles.DESK_AND_MONEY,
}


def note(obj: Stateful, text: str, *, by: Actor, at: datetime) -> Note:
    """Keep an internal note; nobody outside the vendor ever sees it."""
    if by.role not in WRITERS[type(obj)]:
        raise NotAllowed
    if not text.strip():
        raise Refused("empty", _("Write a note."))
    with transaction.atomic():
        record(f"{obj._meta.label_lower}.note", obj, by=by, at=at)
        return Note.objects.create(
            kind=obj._meta.label_lower, key=obj.pk, text=text.strip(), by_id=by.pk, at=at
        )
