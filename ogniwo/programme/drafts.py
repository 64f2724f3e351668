"""A client sent by somebody who is not signed in: a draft, a mailed code, the registration."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from ogniwo.journal.actors import Holder
from ogniwo.kernel.roles import RESELLER_OWNER
from ogniwo.people.limits import Limit, Quota
from ogniwo.people.models import Code
from ogniwo.programme import letters
from ogniwo.programme.models.client import Client
from ogniwo.programme.models.draft import FrkDraft
from ogniwo.programme.models.reseller import Reseller
from ogniwo.programme.models.service import Service
from ogniwo.programme.registering import NipTaken, register

PURPOSE = "frk"
HOUR, TEN_MINUTES = timedelta(hours=1), timedelta(minutes=10)
DRAFTS_OF_RESELLER = Limit(10, HOUR)
DRAFTS_OF_NETWORK = Limit(5, TEN_MINUTES)
DRAFTS_IN_ALL = Limit(300, HOUR)
TRIES_OF_NETWORK = Limit(5, TEN_MINUTES)
CODES_AN_HOUR = Limit(3, HOUR)
CODES_A_DAY = Quota(10)


def keep(
    reseller: Reseller, values: dict[str, Any], services: list[Service], *, network: str,
    at: datetime,
) -> tuple[FrkDraft, str]:  # fmt: skip
    """Keep what was typed and the secret of its page; nothing is created or looked up (T1)."""
    DRAFTS_OF_NETWORK.take(f"frk-from:{network}", at=at)
    DRAFTS_OF_RESELLER.take(f"frk-of:{reseller.pk}", at=at)
    DRAFTS_IN_ALL.take("frk", at=at)
    plain = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
    codes = [service.code for service in services]
    return FrkDraft.objects.keep(reseller, plain, codes, at=at)


def send_code(draft: FrkDraft, *, at: datetime) -> None:
    """Mail a code to the reseller; one sent before no longer works."""
    CODES_AN_HOUR.take(f"frk-code-hour:{draft.reseller_id}", at=at)
    CODES_A_DAY.take(f"frk-code-day:{draft.reseller_id}", at=at)
    with transaction.atomic():
        code = Code.objects.make(PURPOSE, draft.key, at=at)
        letters.frk_code(draft.reseller, code, at=at)


def confirm(draft: FrkDraft, code: str, *, network: str, at: datetime) -> Client:
    """The right code registers the client; raises CodeWrong, NipTaken or another refusal."""
    TRIES_OF_NETWORK.take(f"frk-try-from:{network}", at=at)
    Code.objects.use(PURPOSE, draft.key, code, at=at)
    values = dict(draft.values)
    if values.get("statement_on"):
        values["statement_on"] = date.fromisoformat(values["statement_on"])
    services = list(Service.objects.filter(code__in=draft.services))
    proven = Holder(role=RESELLER_OWNER)
    try:
        with transaction.atomic():
            client = register(draft.reseller, values, services, by=proven, at=at)
            _settle(draft, client, at=at)
    except NipTaken:
        _settle(draft, None, at=at)
        raise
    return client


def _settle(draft: FrkDraft, client: Client | None, *, at: datetime) -> None:
    """What became of the draft: a Lead, or (without a client) a company that could not be taken."""
    FrkDraft.objects.filter(pk=draft.pk).update(confirmed_at=at, client=client)
    draft.confirmed_at, draft.client = at, client
