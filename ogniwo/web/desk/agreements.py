"""Forms of billing details: a row at a conversion, and the whole agreement on its own page."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.agreeing import Agreement, mistakes
from ogniwo.billing.models import BillingDetail
from ogniwo.kernel.amounts import RATES
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.money import PLN
from ogniwo.programme.models import Cycle, Service
from ogniwo.web import forms
from ogniwo.web.components.formats import vat_rate
from ogniwo.web.http import now
from ogniwo.web.inputs import ParsedField

FIELD_OF = {
    "bad_price": "price",
    "bad_quantity": "quantity",
    "bad_rate": "rate",
    "exempt_without_basis": "rate",
    "start_too_old": "start_on",
    "end_before_start": "last_day",
    "bad_months": "months",
    "arrears_36": "months",
    "one_off_with_cycle": "months",
    "bad_lead_days": "lead_days",
    "bad_anchor_day": "anchor_day",
}


class Catalogue:
    """The services offered, with their prices, read once."""

    def __init__(self) -> None:
        self.services = {s.code: s for s in Service.objects.offered().prefetch_related("prices")}

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [("", str(_("Choose"))), *((code, s.name) for code, s in self.services.items())]

    def price(self, service: Service, *, months: int, on: date) -> int | None:
        """The net price of the price list that holds on the day."""
        fits = [p for p in service.prices.all() if p.months == months and p.from_on <= on]
        return max(fits, key=lambda p: (p.from_on, p.pk)).net_grosze if fits else None

    def usual_months(self, service: Service, *, on: date) -> int:
        """The shortest cycle the price list has."""
        priced = sorted(p.months for p in service.prices.all() if p.from_on <= on)
        return priced[0] if priced else Cycle.MONTHLY


class QuantityField(ParsedField):
    """A quantity as people type it: 1, 2,5."""

    bad = _("Write a quantity, e.g. 1 or 2,5.")

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.widget.attrs |= {"inputmode": "decimal", "class": "num"}

    def parse(self, text: str) -> Decimal:
        try:
            return Decimal(text.replace(" ", "").replace("\u00a0", "").replace(",", "."))
        except InvalidOperation as wrong:
            raise ValueError(text) from wrong

    def show(self, value: Any) -> str:
        return f"{value.normalize():f}".replace(".", ",")


class AgreementForm(forms.Form):
    """What every billing detail needs: service, cycle, price, first day, quantity, rate."""

    service = forms.PickField(label=_("Service"))
    name = forms.TextField(
        label=_("Name on the invoice"), required=False, max_length=512,
        help_text=_("Empty: as in the price list."),
    )  # fmt: skip
    months = forms.PickField(label=_("Cycle"), choices=Cycle.choices, initial=Cycle.MONTHLY)
    price = forms.MoneyField(
        label=_("Net price"), required=False, help_text=_("Empty: from the price list.")
    )
    start_on = forms.DayField(label=_("From"))
    quantity = QuantityField(label=_("Quantity"), required=False, initial=Decimal(1))
    rate = forms.PickField(label=_("VAT rate"), required=False)

    def __init__(self, *args: Any, catalogue: Catalogue, **options: Any) -> None:
        super().__init__(*args, **options)
        self.catalogue = catalogue
        rates = [("", _("as in the price list")), *((rate, vat_rate(rate)) for rate in RATES)]
        self._choose("service", catalogue.choices)
        self._choose("rate", rates)

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a field of choices

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or self.cleaned_data)
        if self.errors:
            return cleaned
        if self._is_of_another_choice(cleaned):
            wrong = _(
                "This price was proposed for another choice. Write the agreed one, or nothing."
            )
            self.add_error("price", ValidationError(wrong, code="price_of_another"))
            return cleaned
        if cleaned["price"] is None and self.is_priced_as_listed(cleaned):
            service, months = self.catalogue.services[cleaned["service"]], int(cleaned["months"])
            cleaned["price"] = self.catalogue.price(service, months=months, on=cleaned["start_on"])
        if cleaned["price"] is None:
            wrong = _("The price list has no price for this cycle. Write one.")
            self.add_error("price", ValidationError(wrong, code="no_price"))
            return cleaned
        for mistake in mistakes(self.agreement(cleaned), on=warsaw_day(now())):
            field = FIELD_OF.get(mistake.code)
            self.refuse(str(mistake), field=field if field in self.fields else None)
        return cleaned

    def is_priced_as_listed(self, _cleaned: Mapping[str, Any]) -> bool:
        """The price list is in złoty and net."""
        return True

    def _is_of_another_choice(self, cleaned: Mapping[str, Any]) -> bool:
        """Service or cycle were changed, the price that was proposed for the first stayed."""
        proposed = self.initial.get("price")
        first = (self.initial.get("service"), str(self.initial.get("months", "")))
        kept = proposed is not None and cleaned["price"] == proposed
        return kept and first != (cleaned["service"], str(cleaned["months"]))

    def agreement(self, values: Mapping[str, Any] | None = None) -> Agreement:
        """What is agreed; `values` while the form is being checked."""
        return Agreement(**self.facts(values or self.cleaned_data))

    def facts(self, values: Mapping[str, Any]) -> dict[str, Any]:
        months, kinds = int(values["months"]), BillingDetail.Kind
        return {
            "service": self.catalogue.services[values["service"]],
            "price_grosze": values["price"],
            "start_on": values["start_on"],
            "kind": kinds.RECURRING if months else kinds.ONE_OFF,
            "months": months or None,
            "name": values["name"],
            "quantity": values["quantity"] or Decimal(1),
            "rate": values["rate"],
        }


class RowForm(AgreementForm):
    """One row of a conversion; only a ticked one counts."""

    use = forms.TickField(label=_("Add this service"))
    BARE = ("service", "months", "price", "start_on")  # drawn in a line, without visible labels

    def __init__(self, *args: Any, place: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.place = place
        for name in self.BARE:
            attrs = self.fields[name].widget.attrs
            attrs["class"] = f"input {attrs.get('class', '')}".strip()
            attrs["aria-label"] = f"{self.fields[name].label} {place}"

    @property
    def line_errors(self) -> list[str]:
        """What is wrong in the line, to be written under it."""
        names = (*self.BARE, "__all__")
        return [str(message) for name in names for message in self.errors.get(name, [])]

    def full_clean(self) -> None:
        if self.is_bound and not self.is_used:
            self.leave_unchecked()
            return
        super().full_clean()

    def leave_unchecked(self) -> None:
        """Show what was typed and nothing of what is wrong with it."""
        self._errors, self.cleaned_data = ErrorDict(), {}

    @property
    def is_used(self) -> bool:
        return bool(self.data.get(self.add_prefix("use")))


class DetailForm(AgreementForm, forms.Once):
    """The whole agreement: also timing, end, and what is seldom needed."""

    basis = forms.PickField(
        label=_("The price is"), choices=BillingDetail.Basis.choices, required=False
    )
    currency = forms.PickField(
        label=_("Currency"), choices=BillingDetail.Currency.choices, required=False,
        help_text=_("In euro or gross there is no price list: write the price."),
    )  # fmt: skip
    timing = forms.PickField(
        label=_("Invoiced"), choices=BillingDetail.Timing.choices, required=False
    )
    last_day = forms.DayField(
        label=_("Last day of service"), required=False, help_text=_("Empty: until further notice.")
    )
    periods = forms.NumberField(
        label=_("Number of periods"), required=False, low=1, high=999,
        help_text=_("Empty: as many as come."),
    )  # fmt: skip
    anchor_day = forms.NumberField(
        label=_("Billing day"), required=False, low=1, high=31,
        help_text=_("Empty: the day of the month on which it begins."),
    )  # fmt: skip
    free_periods = forms.NumberField(label=_("Free periods"), required=False, high=999)
    lead_days = forms.NumberField(label=_("Days ahead of the period"), required=False, high=60)
    exemption = forms.TextField(
        label=_("Legal basis of the exemption"), required=False, max_length=256
    )
    separate = forms.TickField(label=_("Always on an invoice of its own"))
    annex15 = forms.TickField(label=_("Goods or services of annex 15 (split payment)"))
    not_commissionable = forms.TickField(label=_("Does not count for commission"))

    def is_priced_as_listed(self, cleaned: Mapping[str, Any]) -> bool:
        is_gross = cleaned.get("basis") == BillingDetail.Basis.GROSS
        return not is_gross and cleaned.get("currency") in {"", None, PLN}

    def facts(self, values: Mapping[str, Any]) -> dict[str, Any]:
        last = values.get("last_day")
        return super().facts(values) | {
            "basis": values.get("basis") or BillingDetail.Basis.NET,
            "currency": values.get("currency") or PLN,
            "timing": values.get("timing") or BillingDetail.Timing.ADVANCE,
            "end_on": last + timedelta(days=1) if last else None,
            "periods": values.get("periods"),
            "anchor_day": values.get("anchor_day"),
            "free_periods": values.get("free_periods") or 0,
            "lead_days": values.get("lead_days") or 0,
            "exemption": values.get("exemption", ""),
            "separate": bool(values.get("separate")),
            "annex15": bool(values.get("annex15")),
            "commissionable": False if values.get("not_commissionable") else None,
        }
