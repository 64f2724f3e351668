"""How a vendor begins, and how an accepted applicant becomes a reseller."""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.actors import SYSTEM_ACTOR, Actor
from ogniwo.journal.moves import Refused
from ogniwo.journal.record import record
from ogniwo.kernel import roles
from ogniwo.kernel.days import warsaw_day
from ogniwo.people.letters import invite
from ogniwo.people.models import Link, User
from ogniwo.programme import letters
from ogniwo.programme.models.application import Application
from ogniwo.programme.models.counter import Counter
from ogniwo.programme.models.reseller import ChecklistItem, FrkName, Reseller
from ogniwo.programme.models.terms import TermsVersion
from ogniwo.programme.models.vendor import Vendor

SAMPLE_TERMS = Path(__file__).parent / "sample_terms.md"


def set_up(  # noqa: PLR0913  # a vendor is these facts
    *,
    company: str,
    nip: str,
    email: str,
    admin_email: str,
    at: datetime,
    street: str = "",
    postcode: str = "",
    city: str = "",
    account: str = "",
    admin_name: str = "",
    terms_text: str | None = None,
    is_demo: bool = False,
    by: Actor = SYSTEM_ACTOR,
) -> str:
    """Make the vendor, the first administrator and version 1 of the terms, valid from today.

    Returns the secret of the administrator's invitation link. Refused when a vendor exists.
    """
    with transaction.atomic():
        facts = {
            "company_name": company, "nip": nip, "contact_address": email, "street": street,
            "postcode": postcode, "city": city, "account": account, "is_demo": is_demo,
            "set_up_at": at,
        }  # fmt: skip
        vendor, is_first = Vendor.objects.get_or_create(pk=1, defaults=facts)
        if not is_first:
            raise Refused("set_up_already", _("This installation is set up already."))
        record("programme.vendor.set_up", vendor, by=by, at=at, demo=is_demo)
        admin = User.objects.add(
            admin_email, role=roles.ADMINISTRATOR, name=admin_name, by=by, at=at
        )
        TermsVersion.objects.publish(
            terms_text or sample_terms(), valid_from=warsaw_day(at), by=by, at=at
        )
        return invite(admin, at=at)


def sample_terms() -> str:
    """The text a vendor starts from."""
    return SAMPLE_TERMS.read_text(encoding="utf-8")


def welcome(application: Application, *, by: Actor, at: datetime) -> Reseller:
    """The accepted applicant gets his account, form, checklist and both letters (I.4, I.5)."""
    shared = [f for f in Reseller.COMPANY_FIELDS if f in Application.COMPANY_FIELDS]
    reseller = Reseller.objects.create(
        number=Counter.take("R"),
        language=application.language,
        joined_at=at,
        keeper=application.owner,
        **{name: getattr(application, name) for name in shared},
    )
    record("programme.reseller.join", reseller, by=by, at=at, application=application.number)
    owner = User.objects.add(
        application.email,
        role=roles.RESELLER_OWNER,
        name=application.full_name,
        reseller_id=reseller.pk,
        language=application.language,
        by=by,
        at=at,
    )
    FrkName.give(reseller, application.full_name)
    _start_checklist(reseller, at=at)
    letters.welcome(reseller, owner, at=at)
    letters.terms_to_accept(reseller, at=at)
    return reseller


def _start_checklist(reseller: Reseller, *, at: datetime) -> None:
    """Form, price list, materials and contact come with the package; two things he does himself."""
    his_own = {ChecklistItem.Key.ACCOUNT, ChecklistItem.Key.TERMS}
    ChecklistItem.objects.bulk_create(
        ChecklistItem(reseller=reseller, key=key, done_at=None if key in his_own else at)
        for key in ChecklistItem.Key
    )


def set_first_password(user: User, link: Link, raw: str, *, at: datetime) -> None:
    """Use an invitation or reset link: the password is set, an invited reseller moves on."""
    with transaction.atomic():
        link.use(at=at)
        user.change_password(raw, by=user, at=at)
        Link.objects.withdraw("invitation", user, at=at)
        Link.objects.withdraw("reset", user, at=at)
        reseller = user.reseller
        if reseller is None or user.role != roles.RESELLER_OWNER:
            return
        ChecklistItem.tick(reseller, ChecklistItem.Key.ACCOUNT, at=at)
        if reseller.state == Reseller.State.INVITED:
            reseller.set_password(by=user, at=at)
