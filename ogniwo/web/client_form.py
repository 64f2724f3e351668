"""The form of a client: his company, contact, shop and wishes; for the FRK and for correcting."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ogniwo.kernel import formats
from ogniwo.kernel.days import warsaw_day
from ogniwo.programme.models import Client, Service
from ogniwo.programme.models.service import Cycle
from ogniwo.web import forms
from ogniwo.web.components.formats import language
from ogniwo.web.register_fields import KrsField, RegonField


def today() -> date:
    return warsaw_day(now())


class ClientForm(forms.Form):
    """All company data of a client at once (II.3); `values` fit `register` and `correct`."""

    nip = forms.NipField()
    company_name = forms.TextField(label=_("Company name"), max_length=200)
    street = forms.TextField(label=_("Street and number"), max_length=120)
    postcode = forms.PostcodeField()
    city = forms.TextField(label=_("Town"), max_length=80)
    contact_person = forms.TextField(label=_("First and last name"), max_length=120)
    phone = forms.PhoneField()
    email = forms.EmailField()
    invoice_email = forms.EmailField(
        label=_("E-mail for invoices"),
        required=False,
        help_text=_("Empty: invoices go to the contact's e-mail."),
    )
    platform = forms.PickField(
        label=_("Shop platform"), choices=[("", _("Choose")), *Client.Platform.choices]
    )
    shop_url = forms.AddressesField(
        label=_("Shop address"), rows=2, help_text=_("One address a line. No shop: leave it empty.")
    )
    services = forms.ManyField(label=_("Services"))
    statement_on = forms.DayField(label=_("When did the client ask to be contacted?"), latest=today)
    statement_how = forms.PickField(
        label=_("How did the client say so?"), cards=True, choices=Client.StatementHow.choices
    )
    notes = forms.ParagraphsField(label=_("Notes"), required=False, max_length=2000)
    regon = RegonField(required=False)
    krs = KrsField(required=False)
    second_contact = forms.TextField(label=_("Second contact"), required=False, max_length=200)

    def __init__(
        self,
        *args: Any,
        services: Sequence[Service] | None = None,
        prices: bool = False,
        **options: Any,
    ) -> None:
        """`services` to choose from (the offered ones); `prices` beside them for those who may."""
        super().__init__(*args, **options)
        found = offered() if services is None else list(services)
        self.choosable = {service.code: service for service in found}
        field = cast(forms.ManyField, self.fields["services"])
        field.choices = [(code, service.name) for code, service in self.choosable.items()]
        field.hints = hints_of(found, on=today()) if prices else {}
        field.required = bool(found)
        if not found:
            del self.fields["services"]
        typed = self.data if self.is_bound else self.initial
        if typed.get("platform") == Client.Platform.NONE:
            self.fields["shop_url"].required = False

    @staticmethod
    def summary(number: int) -> str:
        return ngettext(
            "Correct %(number)d field to register the client",
            "Correct %(number)d fields to register the client",
            number,
        ) % {"number": number}

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in Client.COMPANY_FIELDS}

    @property
    def picked(self) -> list[Service]:
        """The services that interest the client."""
        return [self.choosable[code] for code in self.cleaned_data.get("services", [])]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        platform, shops = cleaned.get("platform"), cleaned.get("shop_url")
        if platform == Client.Platform.NONE and shops:
            self.refuse(
                str(_("You chose “No shop”: leave this empty or choose the platform.")),
                field="shop_url",
                code="no_shop",
            )
        return cleaned


def offered() -> list[Service]:
    """What the catalogue offers, with its prices."""
    return list(Service.objects.offered().prefetch_related("prices"))


def hints_of(services: Sequence[Service], *, on: date) -> dict[str, str]:
    """Per service its cheapest cycle and price of the day: co miesiąc, 329,00 zł netto."""
    hints = {}
    for service in services:
        held: dict[int, tuple[date, int]] = {}
        for price in service.prices.all():
            if price.from_on <= on and price.from_on >= held.get(price.months, (date.min, 0))[0]:
                held[price.months] = (price.from_on, price.net_grosze)
        if held:
            months = min(held)
            amount = formats.money(held[months][1], language=language())
            words = _("%(cycle)s, %(amount)s net")
            hints[service.code] = words % {"cycle": Cycle(months).label, "amount": amount}
    return hints


def in_words(name: str, value: Any) -> str:
    """A stored value of a client as people read it: words of choices, phones in groups."""
    field: Any = ClientForm.base_fields.get(name)
    words = dict(getattr(field, "choices", []))
    if value in words:
        return str(words[value])
    return str((field.prepare_value(value) if field else value) or "–")
