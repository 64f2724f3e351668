"""Apply once (I.1): a second application of a firm or an address is answered by mail only."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from ogniwo.journal.actors import Holder
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import APPLICANT
from ogniwo.people.limits import Limit, TooMany, of_address, take
from ogniwo.programme import letters
from ogniwo.programme.models.application import Application, verify
from ogniwo.programme.models.reseller import Reseller

ONE_LETTER = timedelta(hours=24)
FORGET_UNVERIFIED = timedelta(days=7)
STATUS_AFTER_DECISION = timedelta(days=90)
HOUR = timedelta(hours=1)
LINKS_OF_ADDRESS, LINKS_OF_NETWORK, LINKS_IN_ALL = Limit(3, HOUR), Limit(10, HOUR), Limit(200, HOUR)


def submit(fields: dict[str, Any], *, at: datetime, language: str = "pl") -> None:
    """Take in the form. Whoever it is, the page that follows is the same; the rest goes by mail."""
    email = fields["email"].lower()
    with transaction.atomic():
        first = standing_in_the_way(nip=fields["nip"], email=email, at=at)
        if first is not None:
            _tell_by_mail(first, email=email, language=language, at=at)
            return
        application = Application.objects.create(
            **{name: fields[name] for name in Application.COMPANY_FIELDS if name != "email"},
            email=email,
            regon=fields.get("regon", ""),
            krs=fields.get("krs", ""),
            language=language,
            applied_at=at,
            consent_information_at=at,
            consent_terms_at=at,
        )
        if one_letter_a_day("application_link", email, at=at):
            letters.application_link(application, at=at)


def send_link_again(email: str, *, network: str, at: datetime) -> None:
    """A new link to the status of the last application from this address, if there is one."""
    LINKS_IN_ALL.take("application-link", at=at)
    LINKS_OF_NETWORK.take(f"application-link-from:{network}", at=at)
    LINKS_OF_ADDRESS.take(f"application-link:{of_address(email)}", at=at)
    application = Application.objects.filter(email=email.lower()).order_by("-pk").first()
    if application is None or not status_is_open(application, at=at):
        return
    if application.state == Application.State.UNVERIFIED:
        if one_letter_a_day("application_link", application.email, at=at):
            letters.application_link(application, at=at)
    else:
        letters.application_state(application, at=at)


def status_is_open(application: Application, *, at: datetime) -> bool:
    """The applicant sees his application until 90 days after the decision."""
    decided = application.decided_at
    return decided is None or at < decided + STATUS_AFTER_DECISION


def confirm(application: Application, *, at: datetime) -> bool:
    """Confirm the address (the button behind the link); looks for a first application again."""
    first = standing_in_the_way(
        nip=application.nip, email=application.email, at=at, but=application.pk
    )
    if first is None and verify(application, by=Holder(role=APPLICANT), at=at):
        return True
    first = first or standing_in_the_way(
        nip=application.nip, email=application.email, at=at, but=application.pk
    )
    if first is not None:
        _tell_by_mail(first, email=application.email, language=application.language, at=at)
    return False


def standing_in_the_way(
    *, nip: str, email: str, at: datetime, but: int = 0
) -> Application | Reseller | None:
    """The first application or the reseller that makes another one impossible."""
    same = Application.objects.like(nip=nip, email=email).exclude(pk=but)
    first = same.filter(state__in=Application.OPEN).first()
    if first is not None:
        return first
    reseller = Reseller.objects.filter(Q(nip=nip) | Q(email=email.lower())).first()
    if reseller is not None:
        return reseller
    rejected = same.filter(state=Application.State.REJECTED).order_by("-decided_at")
    return next((row for row in rejected if not row.may_reapply(on=warsaw_day(at))), None)


def forget_unverified(at: datetime, limit: int) -> int:
    """Erase applications whose address was not confirmed within 7 days."""
    old = Application.objects.filter(
        state=Application.State.UNVERIFIED, applied_at__lt=at - FORGET_UNVERIFIED
    )
    keys = list(old.values_list("pk", flat=True)[:limit])
    return Application.objects.filter(pk__in=keys, state=Application.State.UNVERIFIED).delete()[0]


def one_letter_a_day(kind: str, email: str, *, at: datetime) -> bool:
    """An address that nobody confirmed gets at most one letter of a kind in 24 hours."""
    try:
        take(f"letter:{kind}:{of_address(email)}", limit=1, per=ONE_LETTER, at=at)
    except TooMany:
        return False
    return True


def _tell_by_mail(
    first: Application | Reseller, *, email: str, language: str, at: datetime
) -> None:
    """The state goes only to the address of the first; another one gets a neutral sentence."""
    if email == first.email.lower():
        if one_letter_a_day("application_state", email, at=at):
            letters.application_state(first, at=at)
    elif one_letter_a_day("application_impossible", email, at=at):
        letters.application_impossible(email, language=language, at=at)
