"""Chain the events: each seal holds the hash of the one before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from ogniwo.journal.models import GENESIS, Event, EventDetail, Seal

# Transactions that began earlier may become visible later: so far back the sealer looks each time.
WINDOW = 10_000
SEALER_LOCK = 0x5EA1


@dataclass(frozen=True)
class Breach:
    """Something in the books that is not as it must be."""

    name: str
    object: str
    sentence: str


def seal_events(*, everything: bool = False, limit: int = 5_000) -> int:
    """Seal events that have no seal yet, in the order of their numbers; how many were sealed."""
    with transaction.atomic():
        _one_sealer()
        last = Seal.objects.order_by("-no").first()
        events = Event.objects.unsealed()
        if last and not everything:
            events = events.filter(pk__gt=last.event_id - WINDOW)
        no, previous = (last.no, last.hash) if last else (0, GENESIS)
        seals = []
        for event in events[:limit]:
            no += 1
            digest = event.digest(previous)
            seals.append(Seal(no=no, event=event, prev_hash=previous, hash=digest))
            previous = digest
        Seal.objects.bulk_create(seals)
    return len(seals)


def events_wait(at: datetime) -> bool:
    """Whether an event has become visible that has no seal."""
    last = Seal.objects.order_by("-no").values_list("event_id", flat=True).first()
    return Event.objects.unsealed().filter(pk__gt=(last or 0) - WINDOW).exists()


def sweep_seals(at: datetime, limit: int) -> int:
    """The worker's turn: seal what has become visible."""
    return seal_events(limit=limit)


def seal_all() -> None:
    """Seal until nothing is left: before a check, a backup, a billing run."""
    while seal_events(everything=True):
        pass


def breaches() -> Iterator[Breach]:
    """Walk the chain from its beginning; yields the first broken link and every erased digest."""
    previous = GENESIS
    for no, seal in enumerate(_seals(), 1):
        if seal.no != no:
            yield Breach(
                "journal_gap", f"seal {no}", f"Seal {no} is missing; the next is {seal.no}."
            )
            return
        if seal.prev_hash != previous or seal.hash != seal.event.digest(previous):
            event = f"event {seal.event_id}"
            yield Breach("journal_chain", event, f"{event} (seal {no}) is not what was sealed.")
            return
        previous = seal.hash
    yield from _changed_details()


def _seals() -> Iterator[Seal]:
    last = 0
    while rows := list(
        Seal.objects.filter(no__gt=last).select_related("event").order_by("no")[:2_000]
    ):
        yield from rows
        last = rows[-1].no


def _changed_details() -> Iterator[Breach]:
    last = 0
    details = EventDetail.objects.select_related("event").order_by("pk")
    while rows := list(islice(details.filter(pk__gt=last), 2_000)):
        for row in rows:
            if row.event.facts.get("details", {}).get(row.field) != row.digest():
                event = f"event {row.event_id}"
                yield Breach("journal_detail", event, f"The values of {row.field} were changed.")
        last = rows[-1].pk


def _one_sealer() -> None:
    """SQLite's write lock is taken by BEGIN IMMEDIATE; PostgreSQL needs a lock of its own."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])
