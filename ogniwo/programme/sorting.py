"""The Skrzynka: what the desk does with a letter that nothing could be done with by itself."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel import roles
from ogniwo.programme import cases
from ogniwo.programme.models import Case, Client, InboundLetter, Reseller

NO_SUBJECT = "—"


def make_case(  # noqa: PLR0913  # what the desk decides about a letter
    letter: InboundLetter,
    *,
    reseller: Reseller,
    kind: str,
    subject: str = "",
    client: Client | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """Staff vouches for the writer: the letter becomes the first post of a new case."""
    with transaction.atomic():
        _settle(letter, as_="case", reseller=reseller, by=by, at=at)
        case = cases.open_case(
            reseller,
            kind=kind,
            subject=subject.strip() or letter.subject or NO_SUBJECT,
            text=letter.text or letter.subject or NO_SUBJECT,
            channel=Case.Channel.EMAIL,
            client=client,
            author=letter.from_address,
            letter=letter,
            by=by,
            at=at,
        )
        InboundLetter.objects.filter(pk=letter.pk).update(case=case, handled_as=case.number)
    letter.refresh_from_db()
    return case


def ignore(letter: InboundLetter, *, reason: str, by: Actor, at: datetime) -> None:
    """Nothing is to be done; the letter is kept as it came."""
    if not reason.strip():
        raise Refused("no_reason", _("Give a reason."))
    with transaction.atomic():
        _settle(letter, as_=reason.strip()[:200], reseller=letter.reseller, by=by, at=at)
    letter.refresh_from_db()


def _settle(
    letter: InboundLetter, *, as_: str, reseller: Reseller | None, by: Actor, at: datetime
) -> None:
    """Take the letter out of the queue; of two who come at once the second is told."""
    if by.role not in roles.DESK:
        raise NotAllowed
    mine = InboundLetter.objects.filter(pk=letter.pk, handled_at__isnull=True)
    if not mine.update(handled_at=at, handled_as=as_, reseller=reseller):
        raise Refused("handled", _("Somebody has dealt with this letter already."))
    verb = "make_case" if as_ == "case" else "ignore"
    record(f"programme.inboundletter.{verb}", letter, by=by, at=at)
