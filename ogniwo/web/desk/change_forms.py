"""Forms of changes of a billing detail: what each asks for, and which days it offers."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.forms import HiddenInput, IntegerField
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import changes
from ogniwo.billing.agreeing import Discount
from ogniwo.billing.bill_now import next_no
from ogniwo.billing.models import BillingDetail
from ogniwo.billing.revising import agreement_of
from ogniwo.kernel.amounts import RATES
from ogniwo.kernel.money import PLN
from ogniwo.kernel.periods import ONE_DAY
from ogniwo.kernel.roles import MONEY
from ogniwo.people.models import User
from ogniwo.programme.models import Cycle
from ogniwo.web import forms
from ogniwo.web.components.formats import day_long, vat_rate
from ogniwo.web.desk.agreements import Catalogue, DetailForm, QuantityField

DAYS_OFFERED = 24
DISCOUNTS = 3
CYCLES = [(int(months), label) for months, label in Cycle.choices if int(months)]


class ChangeForm(forms.Form):
    """What every change has: the detail, today, and who changes it."""

    def __init__(self, *args: Any, on: date, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on, self.user = on, user

    def propose(self, **initial: Any) -> None:
        for name, value in initial.items():
            self.fields[name].initial = value

    def offer_days(self, name: str = "from_on") -> None:
        """The days on which a period begins that is not invoiced; the first to come is proposed."""
        days = changes.boundaries(self.obj, after=self.obj.start_on, count=DAYS_OFFERED)
        self.choose(name, [(day.isoformat(), day_long(day)) for day in days])
        coming = next((day for day in days if day >= self.on), days[-1] if days else None)
        self.fields[name].initial = coming.isoformat() if coming else None

    def choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a field of choices

    @property
    def first_values(self) -> dict[str, Any] | None:
        """What the form would do as it opens; None while something must be filled in first."""
        opened = type(self)(self._as_typed(), obj=self.obj, on=self.on, user=self.user)
        return opened.values if opened.is_valid() else None

    def _as_typed(self) -> dict[str, Any]:
        return {self.add_prefix(bound.name): bound.value() for bound in self}

    @property
    def from_day(self) -> dict[str, Any]:
        return {"from_on": date.fromisoformat(self.cleaned_data["from_on"])}


class TermsForm(ChangeForm):
    """New terms; "from which period" is asked where there are several."""

    from_on = forms.PickField(label=_("From which period"))
    price = forms.MoneyField(label=_("Price"), minimum=1)
    quantity = QuantityField(label=_("Quantity"))
    rate = forms.PickField(label=_("VAT rate"), choices=[(rate, vat_rate(rate)) for rate in RATES])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        terms = self.obj.terms_on(max(self.on, self.obj.start_on))
        self.propose(price=terms.price_grosze, quantity=terms.quantity, rate=terms.rate)
        if self.obj.is_recurring:
            self.offer_days()
        else:
            del self.fields["from_on"]

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        start = self.from_day if "from_on" in given else {"from_on": self.obj.start_on}
        return start | {
            "price_grosze": given["price"],
            "quantity": given["quantity"],
            "rate": given["rate"],
        }


class IndexForm(ChangeForm):
    from_on = forms.PickField(label=_("From which period"))
    percent = forms.MoneyField(
        label=_("Index in percent"), minimum=None,
        help_text=_("For example 4,7 of the yearly index of the GUS; a minus lowers the price."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer_days()

    @property
    def values(self) -> dict[str, Any]:
        return self.from_day | {"bp": self.cleaned_data["percent"]}


class PauseForm(ChangeForm):
    from_on = forms.PickField(label=_("From"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer_days()

    @property
    def values(self) -> dict[str, Any]:
        return self.from_day


class ResumeForm(ChangeForm):
    from_on = forms.DayField(label=_("From"))
    anchor_day = forms.NumberField(
        label=_("Billing day"), required=False, low=1, high=31,
        help_text=_("Empty: the day of the month on which it begins."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.propose(from_on=max(self.on, self.obj.paused_on or self.on))


class CycleForm(ChangeForm):
    from_on = forms.PickField(label=_("From which period"))
    months = forms.PickField(label=_("New cycle"))
    price = forms.MoneyField(
        label=_("Price of a period"), required=False, minimum=1,
        help_text=_("Empty: from the price list."),
    )  # fmt: skip
    timing = forms.PickField(label=_("Invoiced"), choices=BillingDetail.Timing.choices)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer_days()
        self.choose("months", [row for row in CYCLES if row[0] != self.obj.months])
        self.propose(timing=self.obj.timing)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors or cleaned.get("price") is not None:
            return cleaned
        months, on = int(cleaned["months"]), date.fromisoformat(cleaned["from_on"])
        if self.obj.currency == PLN and self.obj.basis == BillingDetail.Basis.NET:
            cleaned["price"] = Catalogue().price(self.obj.service, months=months, on=on)
        if cleaned["price"] is None:
            wrong = gettext("The price list has no price for this cycle. Write one.")
            self.refuse(wrong, field="price", code="no_price")
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return self.from_day | {
            "months": int(given["months"]),
            "price_grosze": given["price"],
            "timing": given["timing"],
        }


class EndForm(ChangeForm):
    last_day = forms.DayField(
        label=_("Last day of service"),
        help_text=_("Proposed: the end of the period that has the day of today plus 30 days."),
    )
    refund = forms.TickField(label=_("Give back what is invoiced beyond that day, by corrections"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.propose(last_day=self._proposed())
        if self.user.role not in MONEY:
            del self.fields["refund"]

    def _proposed(self) -> date:
        notice = self.on + timedelta(days=changes.NOTICE_DAYS)
        if self.obj.months is None or self.obj.paused_on is not None:
            return self.obj.paused_on - ONE_DAY if self.obj.paused_on else notice
        span = changes.last_span(self.obj)
        grid = span.grid(self.obj.months)
        end: date = grid.period(grid.number_of(max(notice, span.start))).end - ONE_DAY
        return min(end, self.obj.last_day) if self.obj.last_day else end

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"end_on": given["last_day"] + ONE_DAY, "refund": bool(given.get("refund"))}


class DiscountRow(forms.Form):
    """One discount; an empty percent leaves it out."""

    percent = forms.MoneyField(label=_("Discount in percent"), required=False, minimum=None)
    start = forms.DayField(label=pgettext_lazy("discount", "From"), required=False)
    last_day = forms.DayField(
        label=_("Last day"), required=False, help_text=_("Empty: until further notice.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("percent") is not None and not cleaned.get("start") and not self.errors:
            self.refuse(gettext("Fill in this field."), field="start", code="required")
        return cleaned

    @property
    def discount(self) -> Discount | None:
        given = self.cleaned_data
        if given["percent"] is None:
            return None
        last = given["last_day"]
        return Discount(given["percent"], given["start"], last + ONE_DAY if last else None)


class DiscountsForm(ChangeForm):
    """All discounts of the detail at once."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        now = [Discount.of_row(row) for row in self.obj.discounts]
        self.rows = [
            DiscountRow(
                self.data if self.is_bound else None,
                prefix=f"r{place}",
                initial=_initial(now[place]) if place < len(now) else None,
            )
            for place in range(max(DISCOUNTS, len(now) + 1))
        ]

    @property
    def parts(self) -> list[DiscountRow]:
        return self.rows

    def is_valid(self) -> bool:
        valid = [super().is_valid(), *(row.is_valid() for row in self.rows)]
        return all(valid)

    @property
    def status(self) -> int:
        return 422 if self.is_bound and not self.is_valid() else 200

    def _as_typed(self) -> dict[str, Any]:
        return {bound.html_name: bound.value() for row in self.rows for bound in row}

    @property
    def values(self) -> dict[str, Any]:
        found = [row.discount for row in self.rows]
        return {"discounts": [discount for discount in found if discount is not None]}


def _initial(discount: Discount) -> dict[str, Any]:
    last = discount.end - ONE_DAY if discount.end else None
    return {"percent": discount.bp, "start": discount.start, "last_day": last}


class PlainForm(ChangeForm):
    """Nothing is asked: cancel."""


class BillNowForm(ChangeForm, forms.Once):
    """Nothing is asked; it is the period that was shown, and one page issues one invoice."""

    shown_no = IntegerField(widget=HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.propose(shown_no=next_no(self.obj))


class RevisionForm(DetailForm):
    """The whole agreement again, before the first invoice; the service stays."""

    def __init__(self, *args: Any, on: date, user: User, **options: Any) -> None:
        detail: BillingDetail = options["obj"]
        now = agreement_of(detail, on=on)
        initial = {
            "service": detail.service.code,
            "name": now.name,
            "months": now.months or 0,
            "price": now.price_grosze,
            "start_on": now.start_on,
            "quantity": now.quantity,
            "rate": now.rate,
            "basis": now.basis,
            "currency": now.currency,
            "timing": now.timing,
            "last_day": detail.last_day,
            "periods": now.periods,
            "anchor_day": now.anchor_day,
            "free_periods": now.free_periods,
            "lead_days": now.lead_days,
            "exemption": now.exemption,
            "separate": now.separate,
            "annex15": now.annex15,
            "not_commissionable": not now.commissionable,
        }
        super().__init__(*args, catalogue=Catalogue(), initial=initial, **options)
        self.catalogue.services.setdefault(detail.service.code, detail.service)
        self._choose("service", [(detail.service.code, detail.service.name)])
        self.now, self.on, self.user = now, on, user

    @property
    def first_values(self) -> dict[str, Any] | None:
        return {"agreement": self.now}

    def facts(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Discounts have a form of their own and stay."""
        return super().facts(values) | {"discounts": self.now.discounts}

    @property
    def values(self) -> dict[str, Any]:
        return {"agreement": self.agreement()}
