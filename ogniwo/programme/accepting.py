"""Accept the terms (I.5): by a link, by e-mail, on paper; with everything that proves it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Refused
from ogniwo.journal.record import record
from ogniwo.kernel.days import warsaw_day
from ogniwo.people.models import Link
from ogniwo.programme import letters
from ogniwo.programme.models.inbox import InboundLetter
from ogniwo.programme.models.reseller import ChecklistItem, Reseller
from ogniwo.programme.models.terms import Acceptance, TermsVersion


@dataclass(frozen=True)
class Proof:
    """How we know: the channel, where from, and the letter when it came by mail."""

    channel: str
    address: str = ""
    network: str = ""
    user_agent: str = ""
    letter: InboundLetter | None = None
    message_id: str = ""
    verdict: dict[str, Any] = field(default_factory=dict)
    scan: bytes | None = None


def accept(
    reseller: Reseller, version: TermsVersion, proof: Proof, *, by: Actor, at: datetime
) -> Acceptance:
    """Record the acceptance, make the reseller active, confirm to both sides by mail.

    Refused when this version was accepted already, or is no longer the one to accept.
    """
    newest = TermsVersion.objects.to_accept(on=warsaw_day(at))
    if newest is None or version.pk != newest.pk:
        raise Refused("superseded", _("There is a newer version of the terms."))
    with transaction.atomic():
        if reseller.acceptances.filter(version=version).exists():
            raise Refused("accepted_already", _("These terms are accepted already."))
        if reseller.state == Reseller.State.ACTIVE:
            reseller.accept_newer_terms(version=version, by=by, at=at)
        else:
            reseller.accept_terms(version=version, by=by, at=at)
        acceptance = _keep(reseller, version, proof, by=by, at=at)
        ChecklistItem.tick(reseller, ChecklistItem.Key.TERMS, at=at)
        Link.objects.withdraw("terms", reseller, at=at)
        letters.terms_accepted(acceptance, at=at)
    return acceptance


def _keep(
    reseller: Reseller, version: TermsVersion, proof: Proof, *, by: Actor, at: datetime
) -> Acceptance:
    acceptance = Acceptance.objects.create(
        reseller=reseller,
        version=version,
        sha256=version.sha256,
        person_id=by.pk,
        at=at,
        channel=proof.channel,
        address=proof.address[:254],
        network=proof.network[:45],
        user_agent=proof.user_agent[:300],
        letter=proof.letter,
        message_id=proof.message_id[:300],
        proof=proof.verdict,
        scan=proof.scan,
    )
    facts: dict[str, Any] = {
        "channel": proof.channel,
        "sha256": version.sha256,
        "reseller": reseller.number,
    }
    record("programme.acceptance.accept", acceptance, by=by, at=at, **facts)
    return acceptance


def publish(text: str, *, valid_from: Any, by: Actor, at: datetime) -> TermsVersion:
    """Announce a new version and write to every reseller who has accepted one before."""
    with transaction.atomic():
        version = TermsVersion.objects.publish(text, valid_from=valid_from, by=by, at=at)
        for reseller in Reseller.objects.active().order_by("pk"):
            letters.terms_announced(reseller, version, at=at)
    return version
