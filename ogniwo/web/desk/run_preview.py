"""The preview of a billing run and its approval: nothing is issued that was not on the screen."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ogniwo.billing import preview as previewing
from ogniwo.billing.models import BillingRun
from ogniwo.billing.plan import Plan
from ogniwo.billing.run import approve_and_issue, issue_day
from ogniwo.journal.moves import Conflict, NotAllowed, Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import ADMINISTRATOR, DESK_AND_MONEY, MONEY
from ogniwo.web import exports
from ogniwo.web.components.formats import day_long, money
from ogniwo.web.desk.invoice_rows import in_words
from ogniwo.web.desk.run_rows import PlannedRow, Sheet, digest_of, named, sheet_of
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Column, Listing

LIST = "/konsola/fakturowanie/"
FARTHEST, EARLIEST = timedelta(days=366), timedelta(days=3 * 366)
COMING = (BillingRun.State.APPROVED, BillingRun.State.ISSUING)
CONFLICT = 409


def _names(row: PlannedRow) -> str:
    return "; ".join(row.names)


FILE = Listing(
    "podglad",
    orders=(),
    columns=(
        Column(gettext_lazy("Client"), lambda row: row.client.company_name),
        Column(gettext_lazy("Client number"), lambda row: row.client.shown_number),
        Column(gettext_lazy("Items"), _names),
        Column(gettext_lazy("To be invoiced from"), lambda row: row.bill_on),
        Column(gettext_lazy("Currency"), lambda row: row.currency),
        Column(gettext_lazy("Net before"), lambda row: row.before, money=True),
        Column(gettext_lazy("Net"), lambda row: row.net, money=True),
        Column(gettext_lazy("Gross"), lambda row: row.gross, money=True),
    ),
)


def day_of(text: str) -> date:
    """The day in an address; a day that cannot be previewed is no page."""
    today = warsaw_day(now())
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise Http404 from wrong
    if not today - EARLIEST <= day <= today + FARTHEST:
        raise Http404
    return day


def planned(on: date, *, at: datetime) -> Plan:
    return previewing.preview(on=on, issued_on=issue_day(on=on, at=at))


def keep(request: SignedInRequest, on: date, plan: dict[str, Any], *, at: datetime) -> BillingRun:
    """Store what would be issued now: the changes from here on are shown."""
    mine = BillingRun.objects.visible_to(request.user)
    kept = mine.waiting(on=on)
    if kept is None:
        return mine.propose(on=on, by=request.user, at=at, plan=plan)
    kept.recount(plan=plan, by=request.user, at=at)
    return kept


@desk_page()
def preview(request: SignedInRequest, on: str) -> HttpResponse:
    day, at = day_of(on), now()
    if request.GET.get("format") in exports.KINDS and request.user.role in DESK_AND_MONEY:
        sheet = sheet_of(planned(day, at=at), viewer=request.user, on=day, whole=True)
        kind = request.GET["format"]
        return exports.file_of(request, FILE, sheet.rows, kind=kind, number=sheet.number)
    return _page(request, day, at=at)


@require_POST
@desk_page(roles=MONEY)
def approve(request: SignedInRequest, on: str) -> HttpResponse:
    """Approve what was on the screen; what is due by today is issued at once."""
    day, at = day_of(on), now()
    plan = previewing.summary(planned(day, at=at))
    shown = digest_of(plan)
    if request.POST.get("shown", shown) != shown:
        said = _("Something changed since you opened this page. Check it and approve again.")
        return _page(request, day, at=at, refusal=said)
    run = keep(request, day, plan, at=at)
    try:
        approve_and_issue(run, by=request.user, at=at)
    except (Conflict, NotAllowed):
        raise
    except Refused as refusal:
        return _page(request, day, at=at, refusal=str(refusal), code=refusal.code)
    messages.success(request, said_of(run))
    return HttpResponseRedirect(f"{LIST}przebieg/{run.pk}/")


def said_of(run: BillingRun) -> str:
    if run.state == BillingRun.State.APPROVED:
        return _("Approved: we issue on %(day)s at 06:00") % {"day": day_long(run.on)}
    if run.state == BillingRun.State.ISSUING:
        return _("Approved: issuing has begun")
    return _("Issued: %(invoices)s") % {"invoices": in_words(run.issued)}


def _page(
    request: SignedInRequest, on: date, *, at: datetime, refusal: str = "", code: str = ""
) -> HttpResponse:
    plan, today = planned(on, at=at), warsaw_day(at)
    summary, mine = previewing.summary(plan), BillingRun.objects.visible_to(request.user)
    sheet = sheet_of(plan, viewer=request.user, on=today, whole=request.GET.get("cale") == "1")
    kept = mine.waiting(on=on)
    changes = previewing.differences(kept.plan, summary) if kept else {}
    role = request.user.role
    approved = mine.filter(on=on, state__in=COMING).newest_first().first()
    context = {
        "on": on,
        "issued_on": issue_day(on=on, at=at),
        "is_ahead": on > today,
        "computed_at": at,
        "sheet": sheet,
        "kept": kept,
        "changes": named(changes, viewer=request.user) if any(changes.values()) else {},
        "approved": approved,
        "approved_url": f"{LIST}przebieg/{approved.pk}/" if approved else "",
        "shown": digest_of(summary),
        "refusal": refusal,
        "to_settings": code == "no_seller_data" and role == ADMINISTRATOR,
        "may_keep": role in DESK_AND_MONEY,
        "may_approve": role in MONEY,
        "stats": stats_of(sheet),
        "invoices": in_words(sheet.number),
        "steps": steps_of(),
    }  # fmt: skip
    return render(request, "desk/run_preview.html", context, status=CONFLICT if refusal else 200)


def steps_of() -> list[tuple[str, str]]:
    return [
        (_("Preview"), "now"),
        (_("Approval"), ""),
        (_("Issue"), ""),
        (_("Letters to clients"), ""),
    ]


def stats_of(sheet: Sheet) -> list[dict[str, Any]]:
    """How many and how much, what is held, what is other than last time."""
    gross = ", ".join(money(grosze, currency) for currency, grosze in sheet.gross)
    late = sum(row.tone == "bad" for row in sheet.held)
    difference = sheet.difference
    return [
        {
            "label": _("To be issued"),
            "value": in_words(sheet.number),
            "note": _("%(sum)s gross") % {"sum": gross},
        },
        {
            "label": _("Held"),
            "value": len(sheet.held),
            "note": _("put the data right") if sheet.held else _("nothing is missing"),
            "tone": "bad" if late else "wait" if sheet.held else "",
        },
        {
            "label": _("Other amount than before"),
            "value": sheet.changed,
            "note": _("check before you approve") if sheet.changed else "",
            "tone": "wait" if sheet.changed else "",
        },
        {
            "label": _("Difference, net"),
            "value": money(difference),
            "note": _("against the invoices before"),
        },
    ]


urlpatterns: list[URLPattern] = [
    path("fakturowanie/<str:on>/", preview),
    path("fakturowanie/<str:on>/approve/", approve),
]
