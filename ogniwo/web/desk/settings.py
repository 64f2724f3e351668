"""Ustawienia: the company, the programme, numbers of invoices; each change is journalled."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import TextInput
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, resolve
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.numbering import refuse_change_of_span
from ogniwo.journal.models import Event
from ogniwo.kernel import iban
from ogniwo.programme.models import Vendor
from ogniwo.web import forms
from ogniwo.web.components.history import entries_of
from ogniwo.web.desk.own_profile import profile
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.desk.settings_tabs import ADMINISTRATORS, SETTINGS, first_of, tabs
from ogniwo.web.http import SignedInRequest, desk_page

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
ALIAS_ROUTE = "<slug:name>/"
MOST_DAYS = 3650
LATEST_CHANGES = 8
MOST_ACCOUNTS = 20


class AccountsField(forms.ParagraphsField):
    """Bank accounts, one a line; gives the digits of each, one a line."""

    def to_python(self, value: Any) -> str:
        lines = [line.strip() for line in super().to_python(value).splitlines() if line.strip()]
        if len(lines) > MOST_ACCOUNTS:
            raise ValidationError(_("Write at most 20 accounts, one a line."), code="too_many")
        try:
            return "\n".join(dict.fromkeys(iban.normalise(line) for line in lines))
        except ValueError as wrong:
            raise ValidationError(str(forms.AccountField.bad), code="invalid") from wrong

    def prepare_value(self, value: Any) -> str:
        """As people write accounts; what was typed stays as it was typed."""
        lines = str(value or "").splitlines()
        return "\n".join(iban.format_account(line) if line.isdigit() else line for line in lines)


class CompanyForm(forms.Form):
    company_name = forms.TextField(label=_("Company name"))
    nip = forms.NipField()
    street = forms.TextField(label=_("Street and number"), required=False, max_length=120)
    postcode = forms.PostcodeField(required=False)
    city = forms.TextField(label=_("City"), required=False, max_length=80)
    contact_address = forms.EmailField(
        label=_("Contact address"),
        help_text=_("Every letter goes from it, and the answers come back to it."),
    )
    phone = forms.PhoneField(required=False)
    account = forms.AccountField(
        required=False, help_text=_("Stands on invoices; without it none is issued.")
    )
    bank = forms.TextField(label=_("Bank"), required=False, max_length=80)
    more_accounts = AccountsField(
        label=_("Further accounts you are paid to"), required=False, rows=2,
        help_text=_("One a line. Their statements are read in too; they are not on invoices."),
    )  # fmt: skip
    brand_name = forms.TextField(
        label=_("Short name"), required=False, max_length=40,
        help_text=_("In the Panel, the Console and in letters."),
    )  # fmt: skip
    brand_colour = forms.TextField(
        label=_("Colour"), max_length=7, widget=TextInput(attrs={"type": "color"}),
        help_text=_("Its lightness is fitted so that text stays readable."),
    )  # fmt: skip

    def clean_brand_colour(self) -> str:
        colour: str = self.cleaned_data["brand_colour"]
        if not COLOUR.fullmatch(colour):
            raise ValidationError(_("Write the colour like #1f5f5b."), code="invalid")
        return colour.lower()


class ProgrammeForm(forms.Form):
    target_days = forms.NumberField(
        label=_("Promised days for a decision"), low=1, high=365,
        help_text=_("Shown to applicants."),
    )  # fmt: skip
    limit_days = forms.NumberField(
        label=_("Longest days for a decision"), low=1, high=365,
        help_text=_("Administrators are told when it passes."),
    )  # fmt: skip
    protection_days = forms.NumberField(
        label=_("Days a Lead is protected"), high=MOST_DAYS, help_text=_("0: without an end.")
    )
    open_leads_cap = forms.NumberField(
        label=_("Open Leads per reseller"), high=10_000, help_text=_("0: as many as he wants.")
    )
    alias = forms.TextField(
        label=_("Old address of the application form"), max_length=50,
        help_text=_("It leads to /zostan-resellerem/."),
    )  # fmt: skip
    amounts_shown = forms.TickField(label=_("Resellers see amounts of invoices"), required=False)

    def clean_alias(self) -> str:
        alias: str = self.cleaned_data["alias"].strip("/")
        if not alias or alias != slugify(alias):
            raise ValidationError(
                _("Use small letters, digits and hyphens, e.g. reseller-firma."), code="invalid"
            )
        if resolve(f"/{alias}/").route != ALIAS_ROUTE:
            raise ValidationError(_("This address is another page. Choose another one."))
        return alias

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        target, limit = cleaned.get("target_days"), cleaned.get("limit_days")
        if target and limit and target > limit:
            self.refuse(
                gettext("The promise may not be longer than the limit."), field="target_days"
            )
        return cleaned


class NumbersForm(forms.Form):
    series_span = forms.PickField(
        label=_("Invoice numbers run"), choices=Vendor.Span.choices, cards=True,
        hints={"month": "FV/2026/11/0042", "year": "FV/2026/0042"},
    )  # fmt: skip
    due_days = forms.NumberField(
        label=_("Days to pay"), high=60,
        help_text=_("Moved to the next working day. A client may have a number of his own."),
    )  # fmt: skip
    bill_unapproved = forms.TickField(
        label=_("Issue without approval, every day at 06:00"), required=False
    )


def _company_only(_vendor: Vendor, _values: dict[str, Any], _at: datetime) -> None:
    """Nothing stands against a change."""


def _span_may_change(vendor: Vendor, values: dict[str, Any], at: datetime) -> None:
    if values["series_span"] != vendor.series_span:
        refuse_change_of_span(values["series_span"], at=at)


Check = Callable[[Vendor, dict[str, Any], datetime], None]


def _section(
    request: SignedInRequest, key: str, form_class: type[forms.Form], check: Check = _company_only
) -> HttpResponse:
    """One part of the settings: shown and saved."""
    vendor = Vendor.load()
    initial = {name: getattr(vendor, name) for name in form_class.base_fields}
    form = form_class(posted(request), obj=vendor, initial=initial)

    def deed(at: datetime) -> str:
        check(vendor, form.values, at)
        vendor.change(by=request.user, at=at, **form.values)
        messages.success(request, gettext("Settings saved"))
        return request.path

    def page(status: int) -> HttpResponse:
        events = Event.objects.about(vendor).told()
        changes = entries_of(events[:LATEST_CHANGES], viewer=request.user, model=Vendor)
        context = {"form": form, "history": changes, **tabs(request, key)}
        return render(request, f"desk/settings_{key}.html", context, status=status)

    return save(request, form, deed, page, fields={"span_has_begun": "series_span"})


@desk_page()
def settings(request: SignedInRequest) -> HttpResponse:
    return HttpResponseRedirect(first_of(request.user.role))


@desk_page(roles=ADMINISTRATORS)
def company(request: SignedInRequest) -> HttpResponse:
    return _section(request, "firma", CompanyForm)


@desk_page(roles=ADMINISTRATORS)
def programme(request: SignedInRequest) -> HttpResponse:
    return _section(request, "program", ProgrammeForm)


@desk_page(roles=ADMINISTRATORS)
def numbers(request: SignedInRequest) -> HttpResponse:
    return _section(request, "numeracja", NumbersForm, _span_may_change)


@desk_page()
def to_profile(_request: SignedInRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{SETTINGS}profil/")


urlpatterns: list[URLPattern] = [
    path("ustawienia/", settings),
    path("ustawienia/firma/", company),
    path("ustawienia/program/", programme),
    path("ustawienia/numeracja/", numbers),
    path("ustawienia/profil/", profile),
    path("profil/", to_profile),
]
