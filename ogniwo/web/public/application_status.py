"""What the status page of an application says in each of its states."""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogniwo.journal.models import Event
from ogniwo.kernel.days import warsaw_day
from ogniwo.people.models import User
from ogniwo.programme.apply import STATUS_AFTER_DECISION
from ogniwo.programme.models import Application, Reseller, Vendor
from ogniwo.web.components.history import entries_of

State = Application.State
Steps = list[tuple[str | Promise, str]]

TITLES = {
    State.UNVERIFIED: _("Confirm your e-mail address"),
    State.SUBMITTED: _("We have your application"),
    State.IN_REVIEW: _("We are reviewing your application"),
    State.NEEDS_COMPLETION: _("We are waiting for your answer"),
    State.ACCEPTED: _("Your application is accepted"),
    State.REJECTED: _("We did not accept the application"),
    State.WITHDRAWN: _("The application is withdrawn"),
    State.LAPSED: _("The application has lapsed"),
}
STEP = "step of an application"
LABELS = (
    pgettext_lazy(STEP, "Sent"),
    pgettext_lazy(STEP, "In review"),
    pgettext_lazy(STEP, "Decision"),
    pgettext_lazy(STEP, "Terms"),
    pgettext_lazy(STEP, "Active"),
)
# How far each state has come: steps done, and the mark of the next one.
PLACES = {
    State.UNVERIFIED: (0, "now"),
    State.SUBMITTED: (1, ""),
    State.IN_REVIEW: (1, "now"),
    State.NEEDS_COMPLETION: (1, "now"),
    State.REJECTED: (2, "bad"),
    State.WITHDRAWN: (1, "bad"),
    State.LAPSED: (1, "bad"),
}


def status_of(application: Application, *, at: datetime) -> dict[str, Any]:
    """Title, steps, days and history for the page."""
    vendor, today = Vendor.load(), warsaw_day(at)
    events = Event.objects.about(application).told()
    decided = application.decided_at
    waits = application.state in {State.SUBMITTED, State.IN_REVIEW, State.NEEDS_COMPLETION}
    return {
        "vendor": vendor,
        "title": TITLES[State(application.state)],
        "steps": steps_of(application),
        "waits": waits,
        "target_by": application.target_by(vendor, on=today) if waits else None,
        "decide_by": application.decide_by(vendor, on=today) if waits else None,
        "is_late": waits and application.day(on=today) > vendor.limit_days,
        "reseller": application.reseller,
        "open_until": decided + STATUS_AFTER_DECISION if decided else None,
        "history": entries_of(events, viewer=User(), brand=vendor.brand),
    }


def steps_of(application: Application) -> Steps:
    """Sent, in review, decision, terms, active: done, now, or not yet."""
    done, mark = PLACES.get(State(application.state)) or _of_reseller(application.reseller)
    marks = ["done"] * done + [mark] + [""] * len(LABELS)
    return list(zip(LABELS, marks, strict=False))


def _of_reseller(reseller: Reseller | None) -> tuple[int, str]:
    if reseller is not None and reseller.state in {Reseller.State.ACTIVE, Reseller.State.SUSPENDED}:
        return len(LABELS), ""
    return 3, "now"
