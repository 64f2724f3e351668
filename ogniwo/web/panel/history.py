"""The history of an object as its reseller may know it: nothing of other firms' people."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q

from ogniwo.journal.models import Event
from ogniwo.kernel.roles import VENDOR
from ogniwo.programme.models import Client
from ogniwo.web.components.history import Entry, entries_of
from ogniwo.web.http import SignedInRequest
from ogniwo.web.panel.access import company_of, firm_of

LONGEST = 15
CLIENT = Client._meta.label_lower


def history_of(
    request: SignedInRequest, obj: models.Model, *others: models.Model, most: int = LONGEST
) -> list[Entry]:
    """The newest deeds about an object and what belongs to it; others are named by number."""
    known = Q(by__isnull=True) | Q(by__role__in=VENDOR) | Q(by__reseller=firm_of(request))
    events = Event.objects.about_any(obj, *others).filter(known).told()[:most]
    return [entry for event in events for entry in _entries(request, event, obj)]


def _entries(request: SignedInRequest, event: Event, obj: models.Model) -> Sequence[Entry]:
    entries = entries_of(
        [event],
        viewer=request.user,
        brand=company_of(request).brand,
        model=Client if event.kind == CLIENT else None,
        known=Client.COMPANY_FIELDS if event.kind == CLIENT else (),
    )
    if event.kind == obj._meta.label_lower:
        return entries
    return [entry._replace(title=f"{entry.title}: {event.label}") for entry in entries]
