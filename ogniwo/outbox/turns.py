"""Whose turn it is: scheduled work is claimed so that several workers do it once."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from ogniwo.outbox.models import Heartbeat, Turn

LEASE = timedelta(minutes=15)
FORGET = timedelta(hours=1)


def claim_turn(name: str, *, every: timedelta, at: datetime) -> bool:
    """True when the sweep is due and this process may do it now."""
    Turn.objects.get_or_create(name=name)
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    due = Q(last_at__isnull=True) | Q(last_at__lte=at - every)
    return bool(
        Turn.objects.filter(free, due, name=name).update(last_at=at, lease_until=at + LEASE)
    )


def end_turn(name: str, *, done: int = 0, error: str = "") -> None:
    """Give the turn back, with what came of it."""
    Turn.objects.filter(name=name).update(
        lease_until=None, done=F("done") + done, last_error=error[:300]
    )


def beat(worker: str, *, at: datetime) -> None:
    """This worker lives."""
    Heartbeat.objects.update_or_create(worker=worker, defaults={"seen_at": at})
    Heartbeat.objects.filter(seen_at__lt=at - FORGET).delete()


def worker_seen(*, since: datetime) -> bool:
    return Heartbeat.objects.filter(seen_at__gte=since).exists()
