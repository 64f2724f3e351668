"""Take one try out of a bucket, or say when to come back (limits: SECURITY of the project, §7)."""

import hashlib
import math
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from ogniwo.kernel.days import warsaw_day, warsaw_midnight
from ogniwo.people.models import Bucket

RACES = 20


class TooMany(Exception):
    """Too many tries; `retry_after` in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Limit(NamedTuple):
    """So many tries in such a time."""

    limit: int
    per: timedelta

    def take(self, key: str, *, at: datetime) -> None:
        """Count one try, or raise TooMany."""
        take(key, limit=self.limit, per=self.per, at=at)


class Quota(NamedTuple):
    """So many in a day, whenever they come; a bucket would let in as many again by its refill."""

    limit: int

    def take(self, key: str, *, at: datetime) -> None:
        """Count one, or raise TooMany until midnight."""
        if not settings.OGNIWO_LIMITS:
            return
        end = warsaw_midnight(warsaw_day(at) + timedelta(days=1))
        of_day = f"{key}:{warsaw_day(at).isoformat()}"
        for _race in range(RACES):
            row, _made = Bucket.objects.get_or_create(key=of_day, defaults={"full_at": end})
            if row.turn >= self.limit:
                raise TooMany(math.ceil((end - at).total_seconds()))
            if Bucket.objects.filter(key=of_day, turn=row.turn).update(turn=row.turn + 1):
                return
        raise TooMany(1)


def take(key: str, *, limit: int, per: timedelta, at: datetime) -> None:
    """Count one try against `limit` tries `per` time; raises TooMany, which costs no write."""
    if not settings.OGNIWO_LIMITS:
        return
    for _race in range(RACES):
        row, _made = Bucket.objects.get_or_create(key=key, defaults={"full_at": at})
        wait = row.wait(limit=limit, per=per, at=at)
        if wait > timedelta(0):
            raise TooMany(math.ceil(wait.total_seconds()))
        full_at = max(row.full_at, at) + per / limit
        mine = Bucket.objects.filter(key=key, turn=row.turn)
        if mine.update(full_at=full_at, turn=row.turn + 1):
            return
    raise TooMany(1)


def of_address(email: str) -> str:
    """An address as part of a key: what strangers type is not kept, and it is never too long."""
    return hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).hexdigest()[:40]


def give_back(key: str) -> None:
    """Forget the tries of a key (a right password ends the count of wrong ones)."""
    Bucket.objects.filter(key=key).delete()


def put_back(key: str, limit: "Limit") -> None:
    """One try was no misuse after all (a right password): it does not count."""
    row = Bucket.objects.filter(key=key).first()
    if row is not None:
        mine = Bucket.objects.filter(key=key, turn=row.turn)
        mine.update(full_at=row.full_at - limit.per / limit.limit, turn=row.turn + 1)


def sweep_buckets(at: datetime, limit: int) -> int:
    """Delete buckets that ran empty; how many."""
    with transaction.atomic():
        keys = list(Bucket.objects.filter(full_at__lt=at).values_list("key", flat=True)[:limit])
        return Bucket.objects.filter(key__in=keys, full_at__lt=at).delete()[0]
