"""Open a case, or go on with one, from the panel or from an e-mail."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel import roles
from ogniwo.programme import letters
from ogniwo.programme.models.case import REOPEN_WITHIN, WRITERS, Case
from ogniwo.programme.models.client import Client
from ogniwo.programme.models.counter import Counter
from ogniwo.programme.models.inbox import InboundLetter
from ogniwo.programme.models.reseller import Reseller


def open_case(  # noqa: PLR0913  # a case is these facts
    reseller: Reseller,
    *,
    kind: str,
    subject: str,
    text: str,
    channel: str = Case.Channel.PANEL,
    client: Client | None = None,
    changes: dict[str, Any] | None = None,
    effective_on: date | None = None,
    author: str = "",
    letter: InboundLetter | None = None,
    follows: Case | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """A new case with its first post; the reseller and the contact address get a letter.

    `changes` maps fields of the client to new values; the old ones are taken now.
    """
    if by.role not in WRITERS | roles.DESK:
        raise NotAllowed
    if client is not None and client.reseller_id != reseller.pk:
        raise Refused("other_client", _("This is not a client of this reseller."))
    diff = _diff(client, changes or {})
    if kind == Case.Kind.DATA and not diff and not text.strip():
        raise Refused("nothing_changes", _("Nothing was changed."))
    with transaction.atomic():
        case = Case.objects.create(
            number=Counter.take("Z"), kind=kind, channel=channel, subject=subject[:200],
            reseller=reseller, client=client, changes=diff, effective_on=effective_on,
            opened_at=at, last_post_at=at, follows=follows,
        )  # fmt: skip
        post = case.say(text or subject, by=by, at=at, author=author, letter=letter)
        fields = [row["field"] for row in diff]
        facts: dict[str, Any] = {"kind": kind, "channel": channel, "fields": fields}
        record("programme.case.open", case, by=by, at=at, **facts)
        letters.case_opened(case, at=at)
        letters.case_reported(case, post, at=at)
    return case


def reply_to(
    case: Case,
    text: str,
    *,
    author: str = "",
    letter: InboundLetter | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """The reseller replies: to a done case within 14 days it reopens, later a new one follows."""
    if case.state == Case.State.WITHDRAWN or (
        case.closed_at is not None and at >= case.closed_at + REOPEN_WITHIN
    ):
        return open_case(
            case.reseller,
            kind=case.kind,
            subject=case.subject,
            text=text,
            client=case.client,
            channel=Case.Channel.EMAIL if letter else Case.Channel.PANEL,
            author=author,
            letter=letter,
            follows=case,
            by=by,
            at=at,
        )
    if case.state == Case.State.DONE:
        case.reopen(text=text, by=by, at=at, author=author, letter=letter)
    else:
        case.reply(text=text, by=by, at=at, author=author, letter=letter)
    return case


def _diff(client: Client | None, changes: dict[str, Any]) -> list[dict[str, Any]]:
    if client is None or not changes:
        return []
    if not set(changes) <= set(Client.COMPANY_FIELDS):
        raise Refused("closed_field", _("This field cannot be changed here."))
    live = client.snapshot()
    plain = {k: v.isoformat() if isinstance(v, date) else v for k, v in changes.items()}
    return [{"field": k, "old": live[k], "new": v} for k, v in plain.items() if live[k] != v]
