"""Letters to a person about how he signs in."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation

from ogniwo.outbox.post import frame, post
from ogniwo.people.models import Link, User

INVITATION_LIFETIME = timedelta(days=7)
RESET_LIFETIME = timedelta(minutes=30)


def invite(user: User, *, at: datetime) -> str:
    """The secret of a link with which a person sets a password; older ones die."""
    return _link("invitation", user, lifetime=INVITATION_LIFETIME, at=at)


def invitation(user: User, *, at: datetime, by: User | None = None) -> None:
    """To a new person, at the vendor or in a reseller's firm; again when it was lost."""
    with translation.override(user.language):
        role = str(user.get_role_display())
    facts = {
        "login": user.email,
        "role": role,
        "inviter": str(by or ""),
        "firm": str(user.reseller or frame().firm),
        "to_console": user.is_vendor,
    }
    _to("people/letters/invitation", user, facts, at=at,
        link=f"/zaproszenie/{invite(user, at=at)}/", by=by)  # fmt: skip


def password_reset(user: User, *, at: datetime) -> None:
    """To whoever asked for it in his name; the caller minds how often (three in an hour)."""
    token = _link("reset", user, lifetime=RESET_LIFETIME, at=at)
    _to("people/letters/password_reset", user, {"login": user.email}, at=at,
        link=f"/haslo/{token}/")  # fmt: skip


def password_changed(user: User, *, at: datetime) -> None:
    """That it was changed, so that he can object when it was not him."""
    facts = {"login": user.email, "changed_at": at.isoformat()}
    _to("people/letters/password_changed", user, facts, at=at)


def email_changed(user: User, *, was: str, at: datetime) -> None:
    """To the old and the new address."""
    facts = {"login": user.email, "was": was, "changed_at": at.isoformat()}
    for address in (was, user.email):
        _to("people/letters/email_changed", user, facts, at=at, address=address)


def _to(  # noqa: PLR0913  # a letter is these facts
    template: str,
    user: User,
    facts: dict[str, Any],
    *,
    at: datetime,
    link: str = "",
    address: str = "",
    by: User | None = None,
) -> None:
    post(
        template,
        to=address or user.email,
        to_name=user.name,
        at=at,
        about=user,
        language=user.language,
        context=facts,
        links={"link": f"{settings.URL.rstrip('/')}{link}"} if link else {},
        by=by,
    )


def _link(purpose: str, user: User, *, lifetime: timedelta, at: datetime) -> str:
    """Once, dead as soon as the password is another one, and the only one of its purpose."""
    Link.objects.withdraw(purpose, user, at=at)
    return Link.objects.make(
        purpose,
        user,
        at=at,
        lifetime=lifetime,
        single_use=True,
        user=user,
        binding=user.password_state(),
    )
