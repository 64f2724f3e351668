"""A company that another reseller holds: a case with the times of both sides."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ogniwo.journal.actors import SYSTEM_ACTOR, Actor
from ogniwo.journal.moves import Refused
from ogniwo.kernel import formats
from ogniwo.programme.cases import open_case
from ogniwo.programme.models.case import Case
from ogniwo.programme.models.client import Client
from ogniwo.programme.models.reseller import Reseller


def dispute(
    reseller: Reseller, *, nip: str, company: str, text: str, by: Actor, at: datetime
) -> Case:
    """Open the case; the holder stands in an internal note only, the reseller never reads him."""
    holder = Client.objects.holding(nip).first()
    if holder is None or holder.reseller_id == reseller.pk:
        raise Refused("no_dispute", _("You can register this company now. Send the form again."))
    facts = {"company": company, "nip": formats.nip(nip)}
    said = [text.strip(), _("Company: %(company)s, NIP %(nip)s.") % facts]
    with transaction.atomic():
        case = open_case(
            reseller,
            kind=Case.Kind.DISPUTE,
            subject=_("To clear up: %(company)s") % facts,
            text="\n\n".join(part for part in said if part),
            by=by,
            at=at,
        )
        case.say(_times(holder, at=at), by=SYSTEM_ACTOR, at=at, internal=True)
        Case.objects.filter(pk=case.pk).update(last_post_at=at)
    return case


def _times(holder: Client, *, at: datetime) -> str:
    return _(
        "Held by %(reseller)s as %(number)s since %(since)s. This reseller asked: %(asked)s."
    ) % {
        "reseller": holder.reseller or _("nobody"),
        "number": holder.shown_number,
        "since": formats.stamp(holder.registered_at),
        "asked": formats.stamp(at),
    }
