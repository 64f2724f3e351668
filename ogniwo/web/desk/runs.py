"""Fakturowanie: the list of runs, and what is held."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogniwo.billing.bill_now import SENTENCES
from ogniwo.billing.models import BillingPeriod, BillingRun
from ogniwo.billing.preview import summary
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import DESK_AND_MONEY
from ogniwo.web import forms
from ogniwo.web.components.formats import days
from ogniwo.web.components.statuses import label_of
from ogniwo.web.desk import run_page, run_preview
from ogniwo.web.desk.run_preview import EARLIEST, FARTHEST, LIST, keep, planned
from ogniwo.web.desk.run_rows import held_of
from ogniwo.web.desk.saving import posted
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order

BEFORE = Q(state__in=["preview", "approved", "issuing"])
RUNS = Listing(
    "fakturowania",
    orders=(Order("nowe", _("Newest"), ("-pk",)), Order("dzien", _("Day"), ("-on",))),
    plain=("on",),
    filters=(
        Filter(
            "stan",
            _("State of the run"),
            (
                Choice("", pgettext_lazy("billing runs", "All")),
                Choice("przed", pgettext_lazy("billing runs", "Before issue"), BEFORE),
                Choice("bledy", pgettext_lazy("billing runs", "With errors"), Q(state="errors")),
            ),
        ),
    ),
    columns=(
        Column(_("Day"), lambda r: r.on),
        Column(_("State"), lambda r: label_of("run", r.state)),
        Column(pgettext_lazy("invoices", "Issued"), lambda r: r.issued),
        Column(_("Held"), lambda r: r.held),
        Column(_("Errors"), lambda r: r.errors),
        Column(_("Gross"), lambda r: r.gross_grosze, money=True),
        Column(_("Made by"), lambda r: r.by or ""),
        Column(_("Started"), lambda r: r.started_at),
        Column(_("Ended"), lambda r: r.ended_at),
    ),
)


def reasons(_request: HttpRequest) -> Sequence[Choice]:
    every = Choice("", _("All reasons"))
    return [every, *(Choice(key, text, Q(held_reason=key)) for key, text in SENTENCES.items())]


def held_listing(on: date) -> Listing:
    return Listing(
        "wstrzymane",
        orders=(Order("dni", _("Waits"), ("bill_on",)),),
        search=("client__folded",),
        filters=(Filter("powod", _("Reason"), reasons, as_select=True),),
        columns=(
            Column(_("Client"), lambda p: p.client.company_name),
            Column(_("Client number"), lambda p: p.client.shown_number),
            Column(_("Item"), lambda p: p.detail.name),
            Column(_("From"), lambda p: p.start),
            Column(_("To"), lambda p: p.last_day),
            Column(_("To be invoiced from"), lambda p: p.bill_on),
            Column(_("Reason"), lambda p: held_of(p, on=on).reason),
        ),
    )


class DayForm(forms.Form):
    on = forms.DayField(
        label=_("Preview for the day"),
        earliest=lambda: warsaw_day(now()) - EARLIEST,
        latest=lambda: warsaw_day(now()) + FARTHEST,
    )


@desk_page()
def runs(request: SignedInRequest) -> HttpResponse:
    """The list; its form keeps a preview and goes to it (a reader only goes there)."""
    today = warsaw_day(now())
    form = DayForm(posted(request), initial={"on": today})
    if request.method == "POST" and form.is_valid():
        on = form.values["on"]
        if request.user.role in DESK_AND_MONEY:
            at = now()
            keep(request, on, summary(planned(on, at=at)), at=at)
        return HttpResponseRedirect(f"{LIST}{on.isoformat()}/")
    page = RUNS.page(request, BillingRun.objects.visible_to(request.user).select_related("by"))
    held = BillingPeriod.objects.visible_to(request.user).held()
    oldest = held.values_list("bill_on", flat=True).first()
    context = {
        "rows": [(run, address_of(run)) for run in page.rows],
        "form": form,
        "may_index": request.user.role in DESK_AND_MONEY,
        "held": held.count(),
        "held_for": days(max((today - oldest).days, 0)) if oldest else "",
    }
    answer = page.answer("desk/runs.html", context, may_export=request.user.role in DESK_AND_MONEY)
    if form.is_bound:
        answer.status_code = form.status
    return answer


def address_of(run: BillingRun) -> str:
    """A preview is shown as its day stands now; all else by what came of it."""
    if run.state == BillingRun.State.PREVIEW:
        return f"{LIST}{run.on.isoformat()}/"
    return f"{LIST}przebieg/{run.pk}/"


@desk_page()
def held(request: SignedInRequest) -> HttpResponse:
    """Due, but something is missing: the longest waiting first."""
    on = warsaw_day(now())
    rows = BillingPeriod.objects.visible_to(request.user).filter(state=BillingPeriod.State.HELD)
    page = held_listing(on).page(request, rows.select_related("client", "detail"))
    context = {"rows": [held_of(one, on=on, role=request.user.role) for one in page.rows]}
    return page.answer("desk/held.html", context, may_export=request.user.role in DESK_AND_MONEY)


urlpatterns: list[URLPattern] = [
    path("fakturowanie/", runs),
    path("fakturowanie/wstrzymane/", held),
    *run_page.urlpatterns,
    *run_preview.urlpatterns,
]
