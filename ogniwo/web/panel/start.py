"""Pulpit: what needs the reseller, and how his clients do; for a new one the three first steps."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Min, Q, Sum
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ogniwo.billing.models import BillingDetail, Invoice
from ogniwo.billing.portfolio import BILLED, ending_between, month_by_month, running_details
from ogniwo.kernel.formats import MONTHS_SHORT
from ogniwo.programme.models import TermsVersion
from ogniwo.web.amounts import sees_amounts, shown_amount
from ogniwo.web.client_form import today
from ogniwo.web.components.formats import axis, day_long, language, money
from ogniwo.web.components.navigation import figures_of
from ogniwo.web.http import SignedInRequest, panel_page
from ogniwo.web.panel.access import company_of, firm_of, may_write
from ogniwo.web.panel.attention import ENDING_WITHIN, invoices_of, leads_of, needs_of
from ogniwo.web.panel.clients import tally
from ogniwo.web.panel.invoices import address_of, invoices_words
from ogniwo.web.together import Ask, Figures, figures


@panel_page()
def start(request: SignedInRequest) -> HttpResponse:
    firm, on = firm_of(request), today()
    name = firm.frk_names.filter(is_current=True).select_related("reseller__keeper").first()
    context: dict[str, Any] = {
        "firm": firm,
        "on": on,
        "vendor": company_of(request),
        "keeper": name.reseller.keeper if name else firm.keeper,
        "may_write": may_write(request),
        "terms": terms_to_accept(request, on=on),
        "frk": f"{settings.URL}{name.path}" if name else "",
        "frk_words": f"{settings.URL.partition('://')[2]}{name.path}" if name else "",
    }
    counted = figures_of(request, "panel", {"tally": tally(request), "late": _late(request, on=on)})
    if not counted["tally"]["clients"]:
        return render(request, "panel/start_new.html", context)
    return render(request, "panel/start.html", context | shown(request, counted, on=on))


def terms_to_accept(request: SignedInRequest, *, on: date) -> TermsVersion | None:
    """The version that waits for the owner; nothing when he accepted the newest one."""
    newest = TermsVersion.objects.to_accept(on=on)
    if newest is None or firm_of(request).terms_id == newest.pk:
        return None
    return newest


def shown(request: SignedInRequest, counted: Mapping[str, Figures], *, on: date) -> dict[str, Any]:
    """Numbers, needs, chart, newest invoices and open Leads."""
    user = request.user
    mine = BillingDetail.objects.visible_to(user).filter(client__state__in=BILLED)
    details = list(running_details(mine).select_related("client"))
    months = month_by_month(details, on=on)
    newest, late = invoices_of(request, on=on)
    leads = leads_of(request, on=on)
    return {
        "stats": stats_of(request, details, months, counted, on=on),
        "needs": needs_of(request, details, late, leads, on=on),
        "chart": _bars(months) if sees_amounts(request) and any(s for _m, s in months) else [],
        "chart_label": _conclusion(months),
        "invoices": [(one, address_of(one), one.days_late(on=on)) for one in newest],
        "leads": leads.newest,
        "next_on": _next_day(details),
    }


def _next_day(details: Sequence[BillingDetail]) -> date | None:
    return min((bill.day for d in details if (bill := d.next_bill())), default=None)


def _bars(months: list[tuple[date, int]]) -> list[tuple[str, int]]:
    names = MONTHS_SHORT[language()]
    return [(names[first.month - 1], total) for first, total in months]


def _conclusion(months: list[tuple[date, int]]) -> str:
    first, last = months[0], months[-1]
    return _("Net a month: %(before)s a year ago, %(now)s now.") % {
        "before": axis(first[1]),
        "now": axis(last[1]),
    }


def stats_of(
    request: SignedInRequest,
    details: list[BillingDetail],
    months: list[tuple[date, int]],
    counted: Mapping[str, Figures],
    *,
    on: date,
) -> list[dict[str, Any]]:
    """The four numbers."""
    clients = counted["tally"]
    ending = ending_between(details, on, on + ENDING_WITHIN)
    names = ", ".join(dict.fromkeys(str(d.client) for d in ending[:2]))
    return [
        {
            "label": _("Clients"),
            "value": clients["accounts"] + clients["leads"],
            "note": _("%(accounts)s, %(leads)s") % _tally_words(clients),
            "href": "/panel/klienci/",
        },
        _recurring(request, months),
        _overdue(request, counted["late"], on=on),
        {
            "label": _("Ends by %(day)s") % {"day": day_long(on + ENDING_WITHIN)},
            "value": ngettext("%(n)d service", "%(n)d services", len(ending)) % {"n": len(ending)},
            "note": names or _("nothing ends"),
        },
    ]


def _tally_words(clients: Figures) -> dict[str, str]:
    accounts, leads = clients["accounts"], clients["leads"]
    return {
        "accounts": ngettext("%(n)d Account", "%(n)d Accounts", accounts) % {"n": accounts},
        "leads": ngettext("%(n)d Lead", "%(n)d Leads", leads) % {"n": leads},
    }


def _recurring(request: SignedInRequest, months: list[tuple[date, int]]) -> dict[str, Any]:
    total, before = months[-1][1], months[-2][1]
    row = {"label": _("Recurring, net"), "value": shown_amount(request, total)}
    if not sees_amounts(request):
        return row
    row["value"], row["small"] = axis(total), " " + _("/ month")
    if total == before:
        return row | {"note": _("as a month ago")}
    sign = "+" if total > before else ""
    change = f"{sign}{money(total - before)}"
    tone = "good" if total > before else ""
    return row | {"note": _("%(change)s in a month") % {"change": change}, "tone": tone}


def _late(request: SignedInRequest, *, on: date) -> Ask:
    return figures(
        Invoice.objects.visible_to(request.user).overdue(on=on),
        number=Count("pk"),
        total=Sum(F("due_now_grosze") - F("paid_grosze"), filter=Q(currency="PLN")),
        oldest=Min("due_on"),
    )


def _overdue(request: SignedInRequest, sums: Figures, *, on: date) -> dict[str, Any]:
    row = {
        "label": _("Overdue"),
        "value": shown_amount(request, sums["total"] or 0),
        "note": _("nothing is overdue"),
        "href": "/panel/faktury/?p=overdue",
    }
    if not sums["number"]:
        return row
    days = (on - sums["oldest"]).days
    longest = ngettext("the longest %(n)d day", "the longest %(n)d days", days) % {"n": days}
    return row | {"note": f"{invoices_words(sums['number'])}, {longest}", "tone": "bad"}


@panel_page()
def register(request: SignedInRequest) -> HttpResponse:
    """To his own form."""
    name = firm_of(request).frk_name()
    if name is None:
        raise Http404
    return HttpResponseRedirect(name.path)


@panel_page()
def search(request: SignedInRequest) -> HttpResponse:
    """The search of the whole Panel: clients; a number goes straight to its object."""
    words = request.GET.get("q", "").strip()[:100]
    straight = _straight(words.upper())
    if straight:
        return HttpResponseRedirect(straight)
    return HttpResponseRedirect(f"/panel/klienci/?{urlencode({'q': words})}")


def _straight(words: str) -> str:
    head, _dash, tail = words.partition("-")
    if head in {"K", "L"} and tail.isdigit():
        return f"/panel/klienci/{words}/"
    if head == "Z" and tail.isdigit():
        return f"/panel/zgloszenia/{words}/"
    if words.startswith(("FV/", "FV-", "KOR/", "KOR-")):
        return f"/panel/faktury/?{urlencode({'q': words.replace('-', '/')})}"
    return ""


urlpatterns = [
    path("", start),
    path("rejestracja/", register),
    path("szukaj/", search),
]
