"""Księgowość: the sales register month by month, its files, and what changed since."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from ogniwo.billing.models import Invoice, RegisterExport
from ogniwo.billing.register.keeping import changes_since, keep
from ogniwo.billing.register.reading import SALES, Entry, entries
from ogniwo.billing.register.rows import COLUMNS, cells_of, sums_by_rate, table_of
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.periods import anchor_date
from ogniwo.kernel.roles import MONEY, READER
from ogniwo.web import errors, exports
from ogniwo.web.components.formats import dashed, month
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.months import month_asked

LIST = "/konsola/ksiegowosc/"
READERS = MONEY | {READER}
SHOWN = 50
MOST_MONTHS = 120


@desk_page(roles=READERS)
def registers(request: SignedInRequest) -> HttpResponse:
    """The months from the first invoice to this one, with what was given of each."""
    kept = RegisterExport.objects.visible_to(request.user).select_related("made_by")
    newest = {one.month: one for one in kept.defer("rows").order_by("version")}
    today = warsaw_day(now())
    sales = Invoice.objects.visible_to(request.user).filter(kind__in=SALES)
    first = sales.order_by("issued_on", "pk").values_list("issued_on", flat=True).first()
    rows = [(one, address_of(one), newest.get(one)) for one in months_between(first, today)]
    context = {"rows": rows, "running": today.replace(day=1)}
    return render(request, "desk/registers.html", context)


def months_between(first: date | None, today: date) -> list[date]:
    """The newest first; none before the first document."""
    if first is None:
        return []
    found = [today.replace(day=1)]
    while found[-1] > first.replace(day=1) and len(found) < MOST_MONTHS:
        found.append(anchor_date(found[-1], 1, -1))
    return found


def address_of(of: date) -> str:
    return f"{LIST}{of:%Y-%m}/"


@desk_page(roles=READERS)
def register(request: SignedInRequest, name: str) -> HttpResponse:
    """Sums by rate, documents, files; with `?wersja=2` the file as it was given then."""
    of = month_of(name)
    kind = request.GET.get("format", "")
    if kind:
        return _file(request, of, kind)
    found = entries(of)
    by_rate = sums_by_rate(found)
    kept = RegisterExport.objects.visible_to(request.user).filter(month=of)
    versions = list(kept.select_related("made_by").defer("rows").order_by("-version"))
    newest = kept.newest_of(of)
    context = {
        "month": of,
        "address": address_of(of),
        "rates": [(rate, COLUMNS[rate], sums) for rate, sums in by_rate.items()],
        "net": sum(sums.net for sums in by_rate.values()),
        "vat": sum(sums.vat for sums in by_rate.values()),
        "rows": [(one, _invoice_address(one)) for one in found[:SHOWN]],
        "number": len(found),
        "hidden": max(len(found) - SHOWN, 0),
        "versions": versions,
        "changes": changes_since(newest, map(cells_of, found)) if newest else [],
        "may_keep": request.user.role in MONEY,
        "is_over": anchor_date(of, 1, 1) <= warsaw_day(now()),
    }
    return render(request, "desk/register.html", context)


def month_of(name: str) -> date:
    """2026-11, or 404."""
    asked = month_asked(name)
    if asked is None:
        raise Http404
    return asked


def _invoice_address(entry: Entry) -> str:
    return f"/konsola/faktury/{dashed(entry.snapshot['number'])}/"


def _file(request: SignedInRequest, of: date, kind: str) -> HttpResponse:
    if kind not in exports.KINDS:
        return errors.not_found(request)
    if request.user.role not in MONEY:
        return errors.forbidden(request)
    version = request.GET.get("wersja", "")
    if version:
        kept = RegisterExport.objects.visible_to(request.user).filter(month=of)
        rows = get_object_or_404(kept, version=version if version.isdecimal() else 0).rows
    else:
        rows = [cells_of(entry) for entry in entries(of)]
    return exports.file_of(request, table_of(of), rows, kind=kind, number=len(rows))


@require_POST
@desk_page(roles=MONEY)
def keep_register(request: SignedInRequest, name: str) -> HttpResponse:
    """What the accountant takes is kept: a later change of the month is told on its page."""
    of = month_of(name)
    kept = keep(of, by=request.user, at=now())
    said = gettext("The register of %(month)s is kept, version %(version)s")
    messages.success(request, said % {"month": month(of), "version": kept.version})
    return HttpResponseRedirect(address_of(of))


urlpatterns: list[URLPattern] = [
    path("ksiegowosc/", registers),
    path("ksiegowosc/<str:name>/", register),
    path("ksiegowosc/<str:name>/keep/", keep_register),
]
