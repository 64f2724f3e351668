"""Letters to a reseller about his place in the programme and its terms."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ogniwo.kernel.days import warsaw_day
from ogniwo.outbox.post import frame, post
from ogniwo.people.models import Link, User
from ogniwo.programme.letters.desk import address, reply_tag, to_contact

if TYPE_CHECKING:
    from ogniwo.programme.models.reseller import Reseller
    from ogniwo.programme.models.terms import Acceptance, TermsVersion

INVITATION_LIFETIME = timedelta(days=7)
TERMS_LIFETIME = timedelta(days=60)


def welcome(reseller: "Reseller", owner: User, *, at: datetime) -> None:
    """The package (I.4): set the password; FRK, contact, price list, materials."""
    token = Link.objects.make(
        "invitation",
        owner,
        at=at,
        lifetime=INVITATION_LIFETIME,
        single_use=True,
        user=owner,
        binding=owner.password_state(),
    )
    name = reseller.frk_name()
    facts = {
        "name": reseller.full_name,
        "number": reseller.number,
        "login": owner.email,
        "frk": address(name.path) if name else "",
        "price_list": address("/panel/materialy/"),
        "keeper": str(reseller.keeper or ""),
        "contact": frame().address,
    }
    _to("welcome", reseller, facts, at=at, links={"link": address(f"/zaproszenie/{token}/")})


def terms_to_accept(reseller: "Reseller", *, at: datetime) -> None:
    """The terms: a button, or an answer with the word (I.5)."""
    version = _version(at)
    facts = {
        "version": version.number,
        "valid_from": version.valid_from.isoformat(),
        "terms": address(f"/regulamin/{version.number}/"),
    }
    _to("terms_to_accept", reseller, facts, at=at, links=_terms_link(reseller, at=at))


def terms_announced(reseller: "Reseller", version: "TermsVersion", *, at: datetime) -> None:
    facts = {
        "version": version.number,
        "valid_from": version.valid_from.isoformat(),
        "terms": address(f"/regulamin/{version.number}/"),
    }
    _to("terms_announced", reseller, facts, at=at, links=_terms_link(reseller, at=at))


def terms_reminder(
    reseller: "Reseller", version: "TermsVersion", *, days: int, at: datetime
) -> None:
    """14, 7 and 1 day before a version comes into force that he has not accepted."""
    facts = {
        "version": version.number,
        "valid_from": version.valid_from.isoformat(),
        "days": days,
        "terms": address(f"/regulamin/{version.number}/"),
    }
    _to("terms_reminder", reseller, facts, at=at, links=_terms_link(reseller, at=at))


def terms_accepted(acceptance: "Acceptance", *, at: datetime) -> None:
    """The confirmation to both sides: the reseller and the contact address."""
    reseller, version = acceptance.reseller, acceptance.version
    facts = {
        "company_name": reseller.company_name,
        "number": reseller.number,
        "version": version.number,
        "sha256": acceptance.sha256,
        "channel": acceptance.channel,
        "accepted_at": acceptance.at.isoformat(),
        "person": str(acceptance.person or reseller.full_name),
        "terms": address(f"/regulamin/{version.number}/"),
        "panel": address("/panel/"),
        "console": address(f"/konsola/resellerzy/{reseller.number}/"),
    }
    _to("terms_accepted", reseller, facts, at=at)
    to_contact("programme/letters/terms_accepted_desk", reseller, facts, at=at)


def reseller_suspended(reseller: "Reseller", *, at: datetime) -> None:
    _to("reseller_suspended", reseller, {"reason": reseller.reason}, at=at)


def reseller_resumed(reseller: "Reseller", *, at: datetime) -> None:
    _to("reseller_resumed", reseller, {"panel": address("/panel/")}, at=at)


def reseller_ended(reseller: "Reseller", *, at: datetime) -> None:
    _to("reseller_ended", reseller, {"reason": reseller.reason}, at=at)


def _to(
    name: str,
    reseller: "Reseller",
    facts: dict[str, object],
    *,
    at: datetime,
    links: dict[str, str] | None = None,
) -> None:
    post(
        f"programme/letters/{name}",
        to=reseller.email,
        to_name=reseller.full_name,
        at=at,
        about=reseller,
        language=reseller.language,
        context={"number": reseller.number} | facts,
        links=links,
        reply=reply_tag(reseller, reseller.number, at=at),
    )


def _terms_link(reseller: "Reseller", *, at: datetime) -> dict[str, str]:
    version = _version(at)
    token = Link.objects.make(
        "terms", reseller, at=at, lifetime=TERMS_LIFETIME, single_use=True, binding=version.sha256
    )
    return {"link": address(f"/regulamin/akceptacja/{token}/")}


def _version(at: datetime) -> "TermsVersion":
    from ogniwo.programme.models.terms import TermsVersion  # noqa: PLC0415  # models post letters

    version = TermsVersion.objects.to_accept(on=warsaw_day(at))
    if version is None:
        raise LookupError("no terms are published")
    return version
