"""Waloryzacja: prices of many running services by one index, seen before and told in time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.changes import running
from ogniwo.billing.indexing import NOTICE, NewPrice, index_many, new_prices
from ogniwo.billing.models import BillingDetail
from ogniwo.billing.models.detail import DetailQuerySet
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.periods import anchor_date
from ogniwo.kernel.roles import DESK_AND_MONEY
from ogniwo.programme.models import Cycle, Service
from ogniwo.web import forms
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.http import SignedInRequest, desk_page, now

LIST = "/konsola/fakturowanie/"
MOST = 500
FIELDS = {"bad_index": "percent", "too_late_to_tell": "from_on"}
CYCLES = [(str(months), label) for months, label in Cycle.choices if months]


class IndexForm(forms.Once):
    """Which services, by how much and from when; the rows below are ticked one by one."""

    service = forms.PickField(label=_("Service"), required=False)
    months = forms.PickField(
        label=_("Cycle"), required=False,
        choices=[("", pgettext_lazy("cycles", "All")), *CYCLES],
    )  # fmt: skip
    percent = forms.MoneyField(label=_("Index in percent"), minimum=None)
    from_on = forms.DayField(label=_("Periods that begin from"))
    tell = forms.TickField(label=_("Write to the clients, at least 30 days before"))

    def __init__(self, data: QueryDict | None, *, on: date) -> None:
        # The first of a month for which a letter can still go in time.
        first = anchor_date(on + NOTICE, 1, 1)
        super().__init__(data, initial={"from_on": first, "tell": True})
        names = [(str(pk), name) for pk, name in Service.objects.values_list("pk", "name")]
        self.fields["service"].choices = [("", _("All services")), *names]  # type: ignore[attr-defined]  # a field of choices

    def found(self, details: DetailQuerySet) -> list[NewPrice]:
        """The running details that were asked for, with old and new price."""
        given = self.cleaned_data
        if given["service"]:
            details = details.filter(service=given["service"])
        if given["months"]:
            details = details.filter(months=given["months"])
        rows = details.select_related("client").prefetch_related("terms")[: MOST + 1]
        return new_prices(rows, from_on=given["from_on"], bp=given["percent"])


@desk_page(roles=DESK_AND_MONEY)
def indexing(request: SignedInRequest) -> HttpResponse:
    """GET: the form. POST with `preview`: old and new prices. POST: those that are ticked."""
    form = IndexForm(posted(request), on=warsaw_day(now()))
    if request.method == "POST" and "preview" in request.POST:
        rows = _found(request, form) if form.is_valid() else []
        return _page(request, form, rows=rows, status=form.status, asked=form.is_valid())

    def deed(at: datetime) -> str:
        given = form.values
        chosen = index_many(
            [row.detail for row in _found(request, form) if _is_ticked(request, row.detail)],
            from_on=given["from_on"],
            bp=given["percent"],
            tell=given["tell"],
            by=request.user,
            at=at,
        )
        said = ngettext("%(n)d price is indexed", "%(n)d prices are indexed", len(chosen))
        messages.success(request, said % {"n": len(chosen)})
        return LIST

    def page(status: int) -> HttpResponse:
        asked = request.method == "POST" and not form.errors.keys() - {"from_on", "__all__"}
        return _page(request, form, rows=[], status=status, asked=asked)

    return save(request, form, deed, page, fields=FIELDS)


def _found(request: SignedInRequest, form: IndexForm) -> list[NewPrice]:
    mine = BillingDetail.objects.visible_to(request.user)
    return form.found(running(on=form.cleaned_data["from_on"]) & mine)


def _is_ticked(request: SignedInRequest, detail: BillingDetail) -> bool:
    return str(detail.pk) in request.POST.getlist("pick")


def _page(
    request: SignedInRequest,
    form: IndexForm,
    *,
    rows: Sequence[NewPrice],
    status: int,
    asked: bool,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "rows": rows[:MOST],
        "asked": asked,
        "too_many": len(rows) > MOST,
        "sentence": gettext("Only the first %(most)d are shown. Narrow by service or cycle.")
        % {"most": MOST},
    }
    return render(request, "desk/indexing.html", context, status=status)


urlpatterns: list[URLPattern] = [path("fakturowanie/waloryzacja/", indexing)]
