"""Proforma: coming periods of a client's details and free lines, offered on one paper."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import BillingDetail
from ogniwo.billing.proforma import MOST_PERIODS, Ahead, FreeLine, offer
from ogniwo.kernel.amounts import RATES
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import DESK_AND_MONEY
from ogniwo.programme.models import Client
from ogniwo.web import forms
from ogniwo.web.components.formats import cycle, vat_rate
from ogniwo.web.desk.agreements import QuantityField
from ogniwo.web.desk.invoice_rows import address_of
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.http import SignedInRequest, desk_page, now

FREE_LINES = 3
OVER = frozenset({"cancelled", "ended", "done"})


class AheadForm(forms.Form):
    """How many coming periods of one detail are offered."""

    def __init__(self, data: Any, *, detail: BillingDetail, initial: int) -> None:
        super().__init__(data, prefix=f"d{detail.pk}")
        self.detail = detail
        most = MOST_PERIODS if detail.is_recurring else 1
        self.fields["periods"] = forms.NumberField(
            label=f"{detail.name}, {cycle(detail.months)}", high=most, initial=initial
        )

    @property
    def ahead(self) -> Ahead:
        return Ahead(detail=self.detail, periods=self.cleaned_data["periods"])


class FreeLineForm(forms.Form):
    """Something besides; an empty name leaves the row out."""

    name = forms.TextField(label=_("Name"), required=False, max_length=512)
    quantity = QuantityField(label=_("Quantity"), required=False, initial="1")
    unit = forms.MoneyField(label=_("Net price"), required=False)
    rate = forms.PickField(
        label=_("VAT rate"), initial="23", choices=[(rate, vat_rate(rate)) for rate in RATES]
    )
    exemption = forms.TextField(
        label=_("Legal basis of the exemption"), required=False, max_length=256
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("name") or self.errors:
            return cleaned
        if cleaned.get("unit") is None:
            self.refuse(gettext("Write a price."), field="unit", code="no_price")
        if not cleaned.get("quantity"):
            self.refuse(gettext("Write a quantity, e.g. 1 or 2,5."), field="quantity")
        if cleaned["rate"] == "zw" and not cleaned.get("exemption"):
            said = gettext("Give the legal basis of the VAT exemption.")
            self.refuse(said, field="exemption", code="exempt_without_basis")
        return cleaned

    @property
    def line(self) -> FreeLine | None:
        given = self.cleaned_data
        if not given["name"]:
            return None
        return FreeLine(
            name=given["name"],
            unit_grosze=given["unit"],
            quantity=given["quantity"],
            rate=given["rate"],
            exemption=given["exemption"],
        )


class ProformaForm(forms.Once):
    """Rows of details and free rows, posted together."""

    def __init__(self, data: Any, *, details: list[BillingDetail], chosen: str) -> None:
        super().__init__(data)
        self.ahead = [
            AheadForm(data, detail=one, initial=int(str(one.pk) == chosen)) for one in details
        ]
        self.lines = [FreeLineForm(data, prefix=f"f{place}") for place in range(FREE_LINES)]

    @property
    def parts(self) -> list[forms.Form]:
        return [*self.ahead, *self.lines]

    def is_valid(self) -> bool:
        valid = [super().is_valid(), *(part.is_valid() for part in self.parts)]
        return all(valid)

    @property
    def status(self) -> int:
        return 422 if self.is_bound and not self.is_valid() else 200

    @property
    def what(self) -> dict[str, Any]:
        lines = [row.line for row in self.lines]
        return {
            "ahead": [row.ahead for row in self.ahead if row.ahead.periods],
            "lines": [line for line in lines if line is not None],
        }


@desk_page(roles=DESK_AND_MONEY)
def proforma(request: SignedInRequest, number: str) -> HttpResponse:
    """`?pozycja=` names the detail the page was opened from."""
    rows = Client.objects.visible_to(request.user).filter(number__isnull=False)
    client = get_object_or_404(rows.numbered(number))
    on = warsaw_day(now())
    found = BillingDetail.objects.visible_to(request.user).of(client).living().with_next()
    details = [one for one in found if one.state(on=on) not in OVER]
    form = ProformaForm(posted(request), details=details, chosen=request.GET.get("pozycja", ""))

    def deed(at: datetime) -> str:
        made = offer(client, **form.what, by=request.user, at=at)
        messages.success(request, gettext("Pro forma %(number)s is issued") % {"number": made})
        return address_of(made)

    def page(status: int) -> HttpResponse:
        context = {"form": form, "client": client, "back": f"/konsola/klienci/{client.number}/"}
        return render(request, "desk/proforma.html", context, status=status)

    return save(request, form, deed, page)


urlpatterns: list[URLPattern] = [path("klienci/<str:number>/proforma/", proforma)]
