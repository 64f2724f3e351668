"""Letters about an application to become a reseller."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ogniwo.kernel.days import warsaw_day
from ogniwo.outbox.post import post
from ogniwo.people.models import Link, User
from ogniwo.programme.letters.desk import Facts, address, reply_tag, to_contact

if TYPE_CHECKING:
    from ogniwo.programme.models.application import Application
    from ogniwo.programme.models.reseller import Reseller

STATUS_LIFETIME = timedelta(days=365)


def application_link(application: "Application", *, at: datetime) -> None:
    """Confirm the address: the one link, and no word of the applicant's (T3)."""
    _to_applicant("programme/letters/application_link", application, at=at, facts={})


def application_received(application: "Application", *, at: datetime) -> None:
    from ogniwo.programme.models.vendor import Vendor  # noqa: PLC0415  # models post letters

    vendor, day = Vendor.load(), warsaw_day(at)
    facts = {
        "target_by": _day(application.target_by(vendor, on=day)),
        "decide_by": _day(application.decide_by(vendor, on=day)),
    }
    _to_applicant("programme/letters/application_received", application, at=at, facts=facts)
    to_contact(
        "programme/letters/application_to_desk",
        application,
        facts | _facts(application) | {"link": _desk(application)},
        at=at,
    )


def application_state(first: "Application | Reseller", *, at: datetime) -> None:
    """A second application came: the state of the first, to the first's address only."""
    from ogniwo.programme.models.application import Application  # noqa: PLC0415  # as above

    if isinstance(first, Application):
        facts = {"state": first.state, "reapply_on": _day(first.reapply_on())}
        _to_applicant("programme/letters/application_state", first, at=at, facts=facts)
        return
    post(
        "programme/letters/already_reseller",
        to=first.email,
        to_name=first.full_name,
        at=at,
        about=first,
        language=first.language,
        context={"state": first.state, "number": first.number, "link": address("/logowanie/")},
    )


def application_impossible(email: str, *, language: str, at: datetime) -> None:
    """To another address: one neutral sentence."""
    post("programme/letters/application_impossible", to=email, at=at, language=language)


def application_question(application: "Application", *, at: datetime) -> None:
    facts = {"question": application.question}
    _to_applicant("programme/letters/application_question", application, at=at, facts=facts)


def application_completed(application: "Application", *, at: datetime) -> None:
    """To the desk: the answer is here, the clock goes on."""
    facts = _facts(application) | {"answer": application.answer, "link": _desk(application)}
    owner = application.owner
    if owner and owner.is_active:
        post(
            "programme/letters/application_completed",
            to=owner.email,
            at=at,
            about=application,
            language=owner.language,
            context=facts,
        )
    else:
        to_contact("programme/letters/application_completed", application, facts, at=at)


def application_rejected(application: "Application", *, at: datetime) -> None:
    facts = {
        "reason": application.reject_reason,
        "note": application.reject_note,
        "reapply": application.reapply,
        "reapply_on": _day(application.reapply_on()),
    }
    _to_applicant("programme/letters/application_rejected", application, at=at, facts=facts)


def application_withdrawn(application: "Application", *, at: datetime) -> None:
    facts = _facts(application) | {"link": _desk(application)}
    to_contact("programme/letters/application_withdrawn", application, facts, at=at)


def application_lapse_soon(application: "Application", *, at: datetime, on: datetime) -> None:
    """Seven days before it lapses."""
    facts = {"question": application.question, "lapses_on": _day(warsaw_day(on))}
    _to_applicant("programme/letters/application_lapse_soon", application, at=at, facts=facts)


def application_lapsed(application: "Application", *, at: datetime) -> None:
    _to_applicant("programme/letters/application_lapsed", application, at=at, facts={})


def application_clock(
    application: "Application", person: User, *, step: int, days_left: int, at: datetime
) -> None:
    """To staff: day 5 a reminder, day 7 amber, day 25 red, day 30 breached."""
    facts = _facts(application) | {"step": step, "days_left": days_left, "link": _desk(application)}
    post(
        "programme/letters/application_clock",
        to=person.email,
        to_name=person.name,
        at=at,
        about=application,
        language=person.language,
        context=facts,
    )


def _to_applicant(template: str, application: "Application", *, at: datetime, facts: Facts) -> None:
    token = Link.objects.make(
        "application", application, at=at, lifetime=STATUS_LIFETIME, single_use=False
    )
    number = application.number or ""
    post(
        template,
        to=application.email,
        to_name=application.full_name if number else "",
        at=at,
        about=application,
        language=application.language,
        context=facts | {"number": number},
        links={"link": address(f"/wniosek/{token}/")},
        reply=reply_tag(application, number, at=at) if number else "",
    )


def _facts(application: "Application") -> Facts:
    return {
        "number": application.number,
        "company_name": application.company_name,
        "applicant": application.full_name,
    }


def _desk(application: "Application") -> str:
    return address(f"/konsola/wnioski/{application.number}/")


def _day(day: object) -> str:
    return str(day) if day else ""
