"""Ustawienia › Kursy NBP: the rates that invoices in euro need."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.exchange import missing_days, set_nbp_rate
from ogniwo.billing.models import NbpRate
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.money import EUR
from ogniwo.kernel.roles import MONEY
from ogniwo.kernel.workdays import previous_working
from ogniwo.web import forms
from ogniwo.web.components.formats import day
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.desk.settings_tabs import SETTINGS, tabs
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.inputs import ParsedField

RATES = f"{SETTINGS}kursy/"
LAST_ROWS = 60
PLACES = 6


class MidField(ParsedField):
    """A rate as people copy it from the table: 4,2345 or 4.2345."""

    bad = _("The rate is złoty for one euro, e.g. 4,2345.")

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=12, **options)
        self.widget.attrs |= {"inputmode": "decimal", "class": "num"}

    def parse(self, text: str) -> Decimal:
        try:
            mid = Decimal(text.replace(",", "."))
        except InvalidOperation as wrong:
            raise ValueError(text) from wrong
        exponent = mid.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -PLACES:
            raise ValueError(text)
        return mid

    def show(self, value: Any) -> str:
        return shown(value)


def shown(mid: Decimal) -> str:
    """4,2345: as the NBP prints it, with four places at least."""
    whole, _dot, part = f"{mid.normalize():f}".partition(".")
    return f"{whole},{part.ljust(4, '0')}"


class RateForm(forms.Form):
    on = forms.DayField(label=_("Day of the table"))
    mid = MidField(label=_("Złoty for one euro"))
    table = forms.TextField(
        label=_("Number of the table"), max_length=20, help_text=_("E.g. 227/A/NBP/2026.")
    )


@desk_page(roles=MONEY)
def rates(request: SignedInRequest) -> HttpResponse:
    """The newest rates, what is missing today, and the form for the next one."""
    on = warsaw_day(now())
    missing = missing_days(on=on)
    form = RateForm(posted(request), initial={"on": _proposed(missing, on)})

    def deed(at: datetime) -> str:
        values = form.values
        set_nbp_rate(values["on"], mid=values["mid"], table=values["table"], by=request.user, at=at)
        said = gettext("The rate of %(day)s is saved") % {"day": day(values["on"])}
        messages.success(request, said)
        return RATES

    def page(status: int) -> HttpResponse:
        newest = NbpRate.objects.filter(currency=EUR).order_by("-on")[:LAST_ROWS]
        context = {
            "rows": [(rate, shown(rate.mid)) for rate in newest],
            "form": form,
            "missing": missing,
            **tabs(request, "kursy"),
        }
        return render(request, "desk/settings_kursy.html", context, status=status)

    return save(request, form, deed, page, fields={"bad_table_day": "on", "bad_mid": "mid"})


def _proposed(missing: list[date], on: date) -> date:
    return missing[0] if missing else previous_working(on)


urlpatterns: list[URLPattern] = [path("ustawienia/kursy/", rates)]
