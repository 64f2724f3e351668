"""One billing run: how far it is while it issues, and what came of it; it can be stopped."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import BillingPeriod, BillingRun
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import MONEY
from ogniwo.outbox.turns import worker_seen
from ogniwo.web.components.formats import duration, moment, money
from ogniwo.web.desk.invoice_rows import in_words, invoices_shown, listed
from ogniwo.web.desk.notes import history_of
from ogniwo.web.desk.run_preview import LIST, said_of
from ogniwo.web.desk.run_rows import held_of
from ogniwo.web.health import WORKER_SILENT
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Listing, Order
from ogniwo.web.moves import MoveForm, make_move

HELD_SHOWN = 20
OF_RUN = Listing("faktury-przebiegu", orders=(Order("numer", _("Number"), ("pk",)),))
RUN_MOVES = {
    "cancel": MoveForm(
        _("Cancel the billing run"),
        _("The billing run is cancelled, nothing was issued"),
        look="danger",
        icon="x",
    ),
    "stop": MoveForm(
        _("Stop issuing"),
        _("Issuing stops after the part under way; what is issued stands"),
        look="danger",
        icon="circle-pause",
    ),
}


class Meter(NamedTuple):
    """How far issuing is, in percent and in words."""

    share: int
    words: str
    of: str


@desk_page()
def run(request: SignedInRequest, pk: int) -> HttpResponse:
    found, at = _found(request, pk), now()
    page = OF_RUN.page(request, invoices_shown(request).filter(run=found))
    on, mine = warsaw_day(at), BillingPeriod.objects.visible_to(request.user)
    held = mine.held().filter(bill_on__lte=found.on).select_related("client", "detail")
    is_issuing = found.state == BillingRun.State.ISSUING
    context = {
        "run": found,
        "rows": listed(page, on=on),
        "held": [held_of(one, on=on, role=request.user.role) for one in held[:HELD_SHOWN]]
        if found.held
        else [],
        "MOVES": RUN_MOVES if not found.is_stopping else {},
        "address": f"{LIST}przebieg/{found.pk}/",
        "again": f"{LIST}{found.on.isoformat()}/" if request.user.role in MONEY else "",
        "stats": stats_of(found),
        "history": history_of(request, found),
        "said": said_of(found),
        "is_coming": found.state == BillingRun.State.APPROVED,
        "is_issuing": is_issuing,
        "meter": meter_of(found) if is_issuing else None,
        "waits_for": waits_for(found, at=at) if is_issuing else "",
    }
    return page.answer("desk/run.html", context)


@desk_page()
def move_run(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    return make_move(request, _found(request, pk), verb, RUN_MOVES)


def _found(request: SignedInRequest, pk: int) -> BillingRun:
    rows = BillingRun.objects.visible_to(request.user).select_related("by").defer("plan")
    return get_object_or_404(rows, pk=pk)


def meter_of(run: BillingRun) -> Meter:
    """Of the periods that were waiting when it began; how long the rest will take."""
    if not run.total:
        return Meter(0, gettext("Not begun yet"), "")
    words = ngettext("%(done)s of %(total)s period", "%(done)s of %(total)s periods", run.total) % {
        "done": run.done,
        "total": run.total,
    }
    left = ""
    if run.done and run.worked_ms:
        rest = timedelta(milliseconds=(run.total - run.done) * run.worked_ms // run.done)
        left = gettext("about %(time)s left") % {"time": in_time(rest)}
    return Meter(run.done * 100 // run.total, words, left)


def waits_for(run: BillingRun, *, at: datetime) -> str:
    """Why nothing happens yet: the worker issues what is too big for a page."""
    if run.total is not None:
        return ""
    if worker_seen(since=at - WORKER_SILENT):
        return gettext("The worker begins within a few seconds.")
    return gettext("The worker is not running. The run waits for it: bin/ogniwo worker.")


def in_time(length: timedelta) -> str:
    """Seconds up to a minute, then as times are said everywhere."""
    seconds = round(length.total_seconds())
    if seconds >= 60:  # noqa: PLR2004 - a minute
        return duration(length)
    return gettext("%(n)s s") % {"n": seconds} if seconds else gettext("under a second")


def stats_of(run: BillingRun) -> list[dict[str, Any]]:
    return [
        {
            "label": pgettext("invoices", "Issued"),
            "value": in_words(run.issued),
            "note": gettext("%(sum)s gross") % {"sum": money(run.gross_grosze)},
        },
        {
            "label": gettext("Held"),
            "value": run.held,
            "href": f"{LIST}wstrzymane/" if run.held else "",
            "tone": "wait" if run.held else "",
        },
        {
            "label": gettext("Errors"),
            "value": run.errors,
            "href": f"{LIST}wstrzymane/?powod=error" if run.errors else "",
            "tone": "bad" if run.errors else "",
        },
        _time_of(run),
    ]


def _time_of(run: BillingRun) -> dict[str, Any]:
    """How long issuing took so far, and how many invoices that is in a second."""
    if not run.worked_ms:
        return {"label": pgettext("of a run", "Ended"), "value": moment(run.ended_at)}
    rate = run.issued * 1000 // run.worked_ms
    note = ngettext("%(n)d invoice a second", "%(n)d invoices a second", rate) % {"n": rate}
    return {
        "label": gettext("Time of issuing"),
        "value": in_time(timedelta(milliseconds=run.worked_ms)),
        "note": note if rate else moment(run.ended_at),
    }


urlpatterns: list[URLPattern] = [
    path("fakturowanie/przebieg/<int:pk>/", run),
    path("fakturowanie/przebieg/<int:pk>/<str:verb>/", move_run),
]
