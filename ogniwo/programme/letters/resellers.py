"""Letters to a reseller about his place in the programme and its terms."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ogniwo.kernel.days import warsaw_day
from ogniwo.outbox.post import frame, post
from ogniwo.people.letters import invite
from ogniwo.people.models import Link, User
from ogniwo.programme.letters.desk import Facts, address, reply_tag, to_contact

if TYPE_CHECKING:
    from ogniwo.programme.models.reseller import Reseller
    from ogniwo.programme.models.terms import Acceptance, TermsVersion

TERMS_LIFETIME = timedelta(days=60)


def welcome(reseller: "Reseller", owner: User, *, at: datetime) -> None:
    """The package (I.4): set the password; FRK, contact, price list, materials."""
    link = address(f"/zaproszenie/{invite(owner, at=at)}/")
    name = reseller.frk_name()
    facts = {
        "login": owner.email,
        "frk": address(name.path) if name else "",
        "panel": address("/panel/"),
        "price_list": address("/panel/materialy/"),
        "keeper": str(reseller.keeper or ""),
        "contact": frame().address,
    }
    _to("programme/letters/welcome", reseller, facts, at=at, links={"link": link})


def terms_to_accept(reseller: "Reseller", *, at: datetime) -> None:
    """The terms: a button, or an answer with the word (I.5)."""
    links = _terms_link(reseller, at=at)
    _to("programme/letters/terms_to_accept", reseller, _terms(_version(at)), at=at, links=links)


def terms_announced(reseller: "Reseller", version: "TermsVersion", *, at: datetime) -> None:
    links = _terms_link(reseller, at=at)
    _to("programme/letters/terms_announced", reseller, _terms(version), at=at, links=links)


def terms_reminder(
    reseller: "Reseller", version: "TermsVersion", *, days: int, at: datetime
) -> None:
    """14, 7 and 1 day before a version comes into force that he has not accepted."""
    links, facts = _terms_link(reseller, at=at), _terms(version) | {"days": days}
    _to("programme/letters/terms_reminder", reseller, facts, at=at, links=links)


def terms_accepted(acceptance: "Acceptance", *, at: datetime) -> None:
    """The confirmation to both sides: the reseller and the contact address."""
    reseller, version = acceptance.reseller, acceptance.version
    facts = _terms(version) | {
        "company_name": reseller.company_name,
        "number": reseller.number,
        "sha256": acceptance.sha256,
        "channel": acceptance.channel,
        "accepted_at": acceptance.at.isoformat(),
        "person": str(acceptance.person or reseller.full_name),
        "panel": address("/panel/"),
        "console": address(f"/konsola/resellerzy/{reseller.number}/"),
    }
    _to("programme/letters/terms_accepted", reseller, facts, at=at)
    to_contact("programme/letters/terms_accepted_desk", reseller, facts, at=at)


def reseller_suspended(reseller: "Reseller", *, at: datetime) -> None:
    _to("programme/letters/reseller_suspended", reseller, {"reason": reseller.reason}, at=at)


def reseller_resumed(reseller: "Reseller", *, at: datetime) -> None:
    _to("programme/letters/reseller_resumed", reseller, {"panel": address("/panel/")}, at=at)


def reseller_ended(reseller: "Reseller", *, at: datetime) -> None:
    _to("programme/letters/reseller_ended", reseller, {"reason": reseller.reason}, at=at)


def _to(
    template: str,
    reseller: "Reseller",
    facts: Facts,
    *,
    at: datetime,
    links: dict[str, str] | None = None,
) -> None:
    post(
        template,
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


def _terms(version: "TermsVersion") -> Facts:
    return {
        "version": version.number,
        "valid_from": version.valid_from.isoformat(),
        "terms": address(f"/regulamin/{version.number}/"),
    }


def _version(at: datetime) -> "TermsVersion":
    from ogniwo.programme.models.terms import TermsVersion  # noqa: PLC0415  # models post letters

    version = TermsVersion.objects.to_accept(on=warsaw_day(at))
    if version is None:
        raise LookupError("no terms are published")
    return version
