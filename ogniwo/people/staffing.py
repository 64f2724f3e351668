"""The vendor's own people: an administrator lets them in, says what they may, and sees them out."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.kernel.roles import ADMINISTRATOR, VENDOR
from ogniwo.people import letters
from ogniwo.people.limits import Limit
from ogniwo.people.models import User

AGAIN = Limit(3, timedelta(hours=1))


def invite(email: str, *, name: str, role: str, by: User, at: datetime) -> User:
    """A new person of the vendor, with a letter to set the password."""
    _allowed(by)
    if role not in VENDOR:
        raise Refused("bad_role", _("Choose a role."))
    with transaction.atomic():
        user: User = User.objects.add(
            email, role=role, name=name, language=by.language, by=by, at=at
        )
        letters.invitation(user, at=at, by=by)
    return user


def invite_again(user: User, *, by: User, at: datetime) -> None:
    """Another letter to somebody who has not set a password yet; the older link dies."""
    _allowed(by)
    if user.has_usable_password() or not user.is_active:
        raise Refused("no_need", _("This person has set a password already."))
    AGAIN.take(f"invite-again:{user.pk}", at=at)
    letters.invitation(user, at=at, by=by)


def send_reset(user: User, *, by: User, at: datetime) -> None:
    """A link to set a new password; nobody ever sees or chooses another's."""
    _allowed(by)
    if not user.is_active:
        raise Refused("inactive", _("This person is deactivated."))
    AGAIN.take(f"reset-by-desk:{user.pk}", at=at)
    letters.password_reset(user, at=at)


def change(user: User, *, name: str, role: str, by: User, at: datetime) -> None:
    """Name and role; his sessions end with the role."""
    _allowed(by)
    if user.pk == by.pk and role != user.role:
        raise Refused("own_role", _("Another administrator has to change your role."))
    with transaction.atomic():
        user.change_profile(name=name, by=by, at=at)
        user.change_role(role, by=by, at=at)


def deactivate(user: User, *, by: User, at: datetime) -> None:
    """A person who leaves is not deleted; his sessions end at once."""
    _allowed(by)
    if user.pk == by.pk:
        raise Refused("oneself", _("Another administrator has to deactivate you."))
    with transaction.atomic():
        user.deactivate(by=by, at=at)


def reactivate(user: User, *, by: User, at: datetime) -> None:
    """He may sign in again, with the password he had."""
    _allowed(by)
    with transaction.atomic():
        user.reactivate(by=by, at=at)


def _allowed(by: User) -> None:
    if by.role != ADMINISTRATOR:
        raise NotAllowed
