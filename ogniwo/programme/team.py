"""The people of a reseller's firm: the owner invites them and says what they may."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.kernel import roles
from ogniwo.people import letters
from ogniwo.people.limits import take
from ogniwo.people.models import User
from ogniwo.programme.models import Reseller

KEEPERS = frozenset({roles.RESELLER_OWNER}) | roles.DESK
INVITATIONS_AN_HOUR = 20
AGAIN_AN_HOUR = 3
AN_HOUR = timedelta(hours=1)


def invite(  # noqa: PLR0913  # a person is these facts
    firm: Reseller,
    *,
    email: str,
    name: str,
    role: str,
    sees_amounts: bool,
    by: User,
    at: datetime,
) -> User:
    """A new person of the firm, with a letter to set the password."""
    _allowed(by, firm.pk)
    _of_a_firm(role)
    take(f"invite:{firm.pk}", limit=INVITATIONS_AN_HOUR, per=AN_HOUR, at=at)
    known = User.objects.filter(email=email.strip().lower()).first()
    if known is not None:
        raise _refused_known(known, firm)
    with transaction.atomic():
        user: User = User.objects.add(
            email, role=role, name=name, reseller_id=firm.pk, language=firm.language, by=by, at=at
        )
        user.change_profile(sees_amounts=sees_amounts, by=by, at=at)
        letters.invitation(user, at=at, by=by)
    return user


def invite_again(user: User, *, by: User, at: datetime) -> None:
    """Another letter to somebody who has not set a password yet; the older link dies."""
    _allowed(by, user.reseller_id)
    if user.has_usable_password() or not user.is_active:
        raise Refused("no_need", _("This person has set a password already."))
    take(f"invite-again:{user.pk}", limit=AGAIN_AN_HOUR, per=AN_HOUR, at=at)
    letters.invitation(user, at=at, by=by)


def change(user: User, *, role: str, sees_amounts: bool, by: User, at: datetime) -> None:
    """What a person may do, and whether he sees amounts."""
    _allowed(by, user.reseller_id)
    _of_a_firm(role)
    with transaction.atomic():
        user.change_role(role, by=by, at=at)
        user.change_profile(sees_amounts=sees_amounts, by=by, at=at)


def deactivate(user: User, *, by: User, at: datetime) -> None:
    """A person who leaves is not deleted; his sessions end at once."""
    _allowed(by, user.reseller_id)
    with transaction.atomic():
        user.deactivate(by=by, at=at)


def reactivate(user: User, *, by: User, at: datetime) -> None:
    _allowed(by, user.reseller_id)
    user.reactivate(by=by, at=at)


def hand_over(heir: User, *, by: User, at: datetime) -> None:
    """The owner makes another person the owner and goes on as a member."""
    _allowed(by, heir.reseller_id)
    if by.role != roles.RESELLER_OWNER:
        raise NotAllowed
    if heir.pk == by.pk or not heir.is_active or not heir.has_usable_password():
        raise Refused("bad_heir", _("Choose a person who signs in already."))
    with transaction.atomic():
        heir.change_role(roles.RESELLER_OWNER, by=by, at=at)
        by.change_role(roles.RESELLER_MEMBER, by=by, at=at)


def _allowed(by: User, firm: int | None) -> None:
    if by.role not in KEEPERS or firm is None or by.reseller_id not in {None, firm}:
        raise NotAllowed


def _of_a_firm(role: str) -> None:
    if role not in roles.RESELLERS:
        raise Refused("bad_role", _("Choose a role."))


def _refused_known(known: User, firm: Reseller) -> Refused:
    if known.reseller_id == firm.pk:
        return Refused("in_team", _("This person is in your team already."))
    return Refused("cannot_invite", _("We cannot invite this address. Use another one."))
