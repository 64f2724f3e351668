"""Sign in by e-mail and password: one sentence for whatever is wrong, and ever longer waits."""

import logging
import math
from datetime import datetime, timedelta

from django.conf import settings

from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.journal.record import record
from ogniwo.people import letters
from ogniwo.people.limits import Limit, TooMany, give_back, of_address, put_back
from ogniwo.people.models import Bucket, Link, LinkGone, User

log = logging.getLogger("ogniwo.people")

FREE_FAILS = 5
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
LONGEST_PASSWORD = 128
RACES = 20

PER_NETWORK = Limit(20, timedelta(minutes=10))
ALARM = Limit(500, timedelta(hours=1))
RESETS_PER_ADDRESS = Limit(3, timedelta(hours=1))
RESETS_PER_NETWORK = Limit(10, timedelta(hours=1))
RESETS_IN_ALL = Limit(200, timedelta(hours=1))


class NotSignedIn(Exception):
    """Wrong address, wrong password or a closed account: nobody learns which. `left` free tries."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


def sign_in(email: str, password: str, *, network: str, at: datetime) -> User:
    """The person these belong to; raises NotSignedIn or TooMany.

    The try is counted before anything is hashed: otherwise the hash is what a flood costs us.
    """
    key = f"sign-in:{of_address(email)}"
    PER_NETWORK.take(f"sign-in-from:{network}", at=at)
    fails = _count(key, at=at)
    user: User | None = _called(email)
    if not _right(user, password) or user is None or not _may_enter(user, at=at):
        _note_failure(user, fails, at=at)
        raise NotSignedIn(max(0, FREE_FAILS - fails))
    give_back(key)
    put_back(f"sign-in-from:{network}", PER_NETWORK)
    note_entry(user, at=at, failed_before=fails - 1)
    return user


def note_entry(user: User, *, at: datetime, failed_before: int = 0) -> None:
    """A person comes in: links with which a password could be set are dead from now on."""
    Link.objects.withdraw("invitation", user, at=at)
    Link.objects.withdraw("reset", user, at=at)
    record("people.user.sign_in", user, by=user, at=at, failed_before=max(0, failed_before))


def send_reset(email: str, *, network: str, at: datetime) -> None:
    """A letter with a link to set a new password, if there is somebody; the answer is the same."""
    RESETS_IN_ALL.take("reset", at=at)
    RESETS_PER_NETWORK.take(f"reset-from:{network}", at=at)
    RESETS_PER_ADDRESS.take(f"reset:{of_address(email)}", at=at)
    user = _called(email)
    if user is not None and _may_enter(user, at=at):
        letters.password_reset(user, at=at)


def person_of(purpose: str, token: str, *, at: datetime) -> tuple[User, Link]:
    """Whose password a link sets; dead once the password is another one or the person left."""
    link = Link.objects.find(purpose, token, at=at)
    user = link.thing(User)
    if link.binding != user.password_state() or not _may_enter(user, at=at):
        raise LinkGone
    return user, link


def _called(email: str) -> User | None:
    found: User | None = (
        User.objects.filter(email=email.strip().lower()).select_related("reseller").first()
    )
    return found


def _right(user: User | None, password: str) -> bool:
    if len(password) > LONGEST_PASSWORD:
        return False
    # For nobody as much is computed as for somebody, so that the time tells nothing.
    return (user or User()).check_password(password)


def _may_enter(user: User, *, at: datetime) -> bool:
    open_still = user.reseller is None or user.reseller.panel_open(at=at)
    return user.is_active and open_still


def _count(key: str, *, at: datetime) -> int:
    """The number of this try among those that failed lately; TooMany while one has to wait."""
    if not settings.OGNIWO_LIMITS:
        return 1
    for _race in range(RACES):
        row, _made = Bucket.objects.get_or_create(key=key, defaults={"full_at": at})
        fails = row.turn if row.full_at > at else 0
        wait = row.full_at - FORGOTTEN_AFTER - at
        if fails and wait > timedelta(0):
            raise TooMany(math.ceil(wait.total_seconds()))
        until = at + wait_after(fails + 1) + FORGOTTEN_AFTER
        mine = Bucket.objects.filter(key=key, turn=row.turn, full_at=row.full_at)
        if mine.update(full_at=until, turn=fails + 1):
            return fails + 1
    raise TooMany(1)


def wait_after(fails: int) -> timedelta:
    """Five tries are free, then one waits 1, 2, 4, 8 and at last 15 minutes; never for ever."""
    if fails < FREE_FAILS:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(fails - FREE_FAILS, 10)), LONGEST_WAIT)


def _note_failure(user: User | None, fails: int, *, at: datetime) -> None:
    if user is not None and fails >= FREE_FAILS:
        record("people.user.sign_in_failed", user, by=SYSTEM_ACTOR, at=at, tries=fails)
    try:
        ALARM.take("sign-in-failures", at=at)
    except TooMany:
        log.critical("more than %d failed sign-ins in an hour", ALARM.limit)
