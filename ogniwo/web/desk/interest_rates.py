"""Ustawienia › Odsetki: the rate of each half-year, as Monitor Polski gives it."""

from datetime import date, datetime
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.interest import (
    DERIVED,
    PUBLISHED,
    half_year,
    missing_rate,
    rates_by_day,
    set_rate,
)
from ogniwo.billing.models import InterestRate
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import MONEY
from ogniwo.web import forms
from ogniwo.web.components.formats import day
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.desk.settings_tabs import SETTINGS, tabs
from ogniwo.web.http import SignedInRequest, desk_page, now

RATES = f"{SETTINGS}odsetki/"
EARLIEST = date(2016, 1, 1)


class RateForm(forms.Form):
    from_on = forms.DayField(
        label=_("Valid from"), earliest=EARLIEST, help_text=_("1 January or 1 July.")
    )
    # Percent with two places is read like an amount: 13,75 is 1375.
    rate = forms.MoneyField(label=_("Yearly rate in percent"), minimum=1)
    source = forms.TextField(
        label=_("Source"), required=False, max_length=80, help_text=_("E.g. M.P. 2027 poz. 25.")
    )


class Row(NamedTuple):
    from_on: date
    basis_points: int
    source: str
    is_derived: bool
    is_present: bool


@desk_page(roles=MONEY)
def rates(request: SignedInRequest) -> HttpResponse:
    """The table, and the form for the next half-year."""
    on = warsaw_day(now())
    missing = missing_rate(rates_by_day(), on=on)
    form = RateForm(posted(request), initial={"from_on": missing or _next_half_year(on)})

    def deed(at: datetime) -> str:
        values = form.values
        set_rate(
            values["from_on"], basis_points=values["rate"], source=values["source"],
            by=request.user, at=at,
        )  # fmt: skip
        said = gettext("The rate from %(day)s is saved") % {"day": day(values["from_on"])}
        messages.success(request, said)
        return RATES

    def page(status: int) -> HttpResponse:
        context = {
            "rows": rows(on),
            "form": form,
            "missing_rate": missing,
            **tabs(request, "odsetki"),
        }
        return render(request, "desk/settings_odsetki.html", context, status=status)

    fields = {"bad_rate_day": "from_on", "bad_interest_rate": "rate"}
    return save(request, form, deed, page, fields=fields)


def rows(on: date) -> list[Row]:
    """Newest first; what the desk entered wins over the table that comes with the programme."""
    added = {row.from_on: row for row in InterestRate.objects.all()}
    built_in = {since for since, _points in PUBLISHED}
    found = rates_by_day()
    present = next((since for since, _points in found if since <= on), None)
    return [
        Row(
            since,
            points,
            added[since].source if since in added else "",
            since in DERIVED & built_in and since not in added,
            since == present,
        )
        for since, points in found
    ]


def _next_half_year(on: date) -> date:
    begun = half_year(on)
    return date(begun.year, 7, 1) if begun.month == 1 else date(begun.year + 1, 1, 1)


urlpatterns: list[URLPattern] = [path("ustawienia/odsetki/", rates)]
