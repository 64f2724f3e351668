"""Change one's own password: the old one is asked for, and the person is told by mail."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.moves import Refused
from ogniwo.people import letters
from ogniwo.people.limits import Limit, give_back
from ogniwo.people.models import User

TRIES = Limit(5, timedelta(minutes=15))


def change_own_password(user: User, *, old: str, new: str, at: datetime) -> None:
    """Ends all other sessions. ValidationError lists what is weak about the new one."""
    key = f"own-password:{user.pk}"
    TRIES.take(key, at=at)
    if not user.check_password(old):
        raise Refused("wrong_password", _("This is not your present password."))
    give_back(key)
    with transaction.atomic():
        user.change_password(new, by=user, at=at)
        letters.password_changed(user, at=at)
