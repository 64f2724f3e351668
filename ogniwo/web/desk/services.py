"""The price list: services, what they cost from which day, and their history."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.text import slugify
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.models import Event
from ogniwo.kernel.amounts import RATES
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import DESK_AND_MONEY
from ogniwo.kernel.text import fold
from ogniwo.programme import catalogue
from ogniwo.programme.models import Cycle, Price, Service
from ogniwo.web import forms
from ogniwo.web.components.formats import money, vat_rate
from ogniwo.web.components.history import entries_of
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order

NEW = "nowa"
LIST = "/konsola/uslugi/"
FIELDS = {
    "code_taken": "code",
    "exempt_without_basis": "exemption",
    "bad_rate": "vat_rate",
    "bad_price": "net_price",
}
RATE_CHOICES = [(rate, vat_rate(rate)) for rate in RATES]


class ServiceForm(forms.Form):
    name = forms.TextField(label=_("Name"), help_text=_("Stands on invoices, unless changed."))
    code = forms.TextField(
        label=_("Code"), required=False, max_length=40,
        help_text=_("Letters, digits and hyphens; made from the name when left empty."),
    )  # fmt: skip
    description = forms.TextField(label=_("Description"), required=False, max_length=300)
    unit = forms.TextField(label=_("Unit"), max_length=20, initial="szt.")
    vat_rate = forms.PickField(label=_("VAT rate"), choices=RATE_CHOICES, initial="23")
    exemption = forms.TextField(
        label=_("Legal basis of the exemption"), required=False, max_length=256
    )
    commissionable = forms.TickField(
        label=_("Basic service (counts for commission)"), required=False, initial=True
    )
    is_active = forms.TickField(
        label=_("Offered: can be chosen in forms"), required=False, initial=True
    )

    def clean_code(self) -> str:
        typed = self.cleaned_data.get("code") or fold(self.cleaned_data.get("name", ""))
        code = slugify(typed)[:40].strip("-")
        if not code or code == NEW:
            raise ValidationError(_("Write a code like integrator-plus."), code="invalid")
        return code


class NewServiceForm(forms.Once, ServiceForm):
    """A new service."""


class PriceForm(forms.Once):
    months = forms.PickField(
        label=_("Cycle"), choices=[(str(key), label) for key, label in Cycle.choices]
    )
    net_price = forms.MoneyField(label=_("Net price"), minimum=1)
    from_on = forms.DayField(
        label=_("From which day"), help_text=_("Earlier days keep the price they had.")
    )


class PriceRow(NamedTuple):
    """The price of one cycle: today's, and the one that comes."""

    cycle: Cycle
    now: Price | None
    coming: Price | None


def _price_of(service: Service, *, months: int, on: date) -> int | None:
    return price_of(service.prices.all(), months, on)


def columns_of(on: date) -> tuple[Column, ...]:
    return (
        Column(_("Code"), lambda s: s.code),
        Column(_("Name"), lambda s: s.name),
        Column(_("Unit"), lambda s: s.unit),
        Column(_("VAT rate"), lambda s: vat_rate(s.vat_rate)),
        *(
            Column(label, partial(_price_of, months=months, on=on), money=True)
            for months, label in Cycle.choices
        ),
        Column(_("Basic service"), lambda s: gettext("yes") if s.commissionable else gettext("no")),
        Column(_("Offered"), lambda s: gettext("yes") if s.is_active else gettext("no")),
    )


def listing(on: date) -> Listing:
    return Listing(
        "uslugi",
        orders=(
            Order("kolejnosc", _("Order"), ("position",)),
            Order("nazwa", _("Service"), ("name",)),
        ),
        plain=("name", "code", "description"),
        filters=(
            Filter(
                "stan",
                _("Offered"),
                (
                    Choice("", pgettext_lazy("services", "Offered"), Q(is_active=True)),
                    Choice("wszystkie", pgettext_lazy("services", "All")),
                ),
            ),
        ),
        columns=columns_of(on),
    )


def rows_of(prices: Iterable[Price], on: date) -> list[PriceRow]:
    """One row for each cycle that has a price, in the order of the cycles."""
    newest = sorted(prices, key=lambda price: (price.from_on, price.pk))
    rows = []
    for cycle in Cycle:
        mine = [price for price in newest if price.months == cycle]
        past = [price for price in mine if price.from_on <= on]
        coming = [price for price in mine if price.from_on > on]
        if mine:
            rows.append(PriceRow(cycle, past[-1] if past else None, next(iter(coming), None)))
    return rows


def price_of(prices: Iterable[Price], months: int, on: date) -> int | None:
    fits = [row for row in rows_of(prices, on) if row.cycle == months]
    return fits[0].now.net_grosze if fits and fits[0].now else None


@desk_page()
def services(request: SignedInRequest) -> HttpResponse:
    on = warsaw_day(now())
    page = listing(on).page(request, Service.objects.prefetch_related("prices"))
    context = {
        "rows": [(service, rows_of(service.prices.all(), on)) for service in page.rows],
        "may_change": request.user.role in DESK_AND_MONEY,
        "there_are_some": Service.objects.exists(),
    }
    return page.answer(
        "desk/services.html", context, may_export=request.user.role in DESK_AND_MONEY
    )


@desk_page()
def service(request: SignedInRequest, code: str) -> HttpResponse:
    return _service(request, _found(code), PriceForm(initial={"from_on": warsaw_day(now())}))


def _service(
    request: SignedInRequest, found: Service, form: PriceForm, status: int = 200
) -> HttpResponse:
    on = warsaw_day(now())
    prices = list(found.prices.order_by("-from_on", "months"))
    events = Event.objects.about(found).told()
    context = {
        "service": found,
        "rows": rows_of(prices, on),
        "prices": [(price, price.get_months_display(), price.from_on > on) for price in prices],
        "form": form,
        "may_change": request.user.role in DESK_AND_MONEY,
        "history": entries_of(events[:60], viewer=request.user, model=Service),
    }
    return render(request, "desk/service.html", context, status=status)


@desk_page(roles=DESK_AND_MONEY)
def add(request: SignedInRequest) -> HttpResponse:
    form = NewServiceForm(posted(request))

    def deed(at: datetime) -> str:
        made = catalogue.add_service(form.values, by=request.user, at=at)
        messages.success(request, gettext("Service %(name)s is added") % {"name": made.name})
        return f"{LIST}{made.code}/"

    def page(status: int) -> HttpResponse:
        context = {
            "form": form,
            "back": LIST,
            "obj": gettext("Services and prices"),
            "title": gettext("Add a service"),
            "label": gettext("Add the service"),
        }
        return render(request, "desk/form.html", context, status=status)

    return save(request, form, deed, page, fields=FIELDS)


@desk_page(roles=DESK_AND_MONEY)
def change(request: SignedInRequest, code: str) -> HttpResponse:
    found = _found(code)
    initial = {name: getattr(found, name) for name in Service.FIELDS}
    form = ServiceForm(posted(request), obj=found, initial=initial)

    def deed(at: datetime) -> str:
        catalogue.change_service(found, form.values, by=request.user, at=at)
        messages.success(request, gettext("Saved"))
        return f"{LIST}{found.code}/"

    def page(status: int) -> HttpResponse:
        context = {
            "form": form,
            "obj": found,
            "back": f"{LIST}{code}/",
            "title": gettext("Change the service"),
            "consequences": [gettext("What is agreed with clients already stays as it is.")],
        }
        return render(request, "desk/form.html", context, status=status)

    return save(request, form, deed, page, fields=FIELDS)


@desk_page(roles=DESK_AND_MONEY)
def set_price(request: SignedInRequest, code: str) -> HttpResponse:
    found = _found(code)
    form = PriceForm(posted(request), initial={"from_on": warsaw_day(now())})

    def deed(at: datetime) -> str:
        values: dict[str, Any] = form.values
        catalogue.set_price(
            found, months=int(values["months"]), grosze=values["net_price"],
            from_on=values["from_on"], by=request.user, at=at,
        )  # fmt: skip
        said = gettext("New price: %(price)s") % {"price": money(values["net_price"])}
        messages.success(request, said)
        return f"{LIST}{code}/"

    return save(
        request, form, deed, lambda status: _service(request, found, form, status), fields=FIELDS
    )


def _found(code: str) -> Service:
    return get_object_or_404(Service, code=code.lower())


urlpatterns: list[URLPattern] = [
    path("uslugi/", services),
    path(f"uslugi/{NEW}/", add),
    path("uslugi/<slug:code>/", service),
    path("uslugi/<slug:code>/change/", change),
    path("uslugi/<slug:code>/set_price/", set_price),
]
