"""The fields of a client, once: registration, the Panel and the Console ask for the same."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from ogniwo.kernel.days import warsaw_day
from ogniwo.programme.models import Client, Service
from ogniwo.web.forms import (
    AddressesField,
    DayField,
    EmailField,
    Form,
    ManyField,
    NipField,
    ParagraphsField,
    PhoneField,
    PickField,
    PostcodeField,
    TextField,
)
from ogniwo.web.inputs import ParsedField

NO_SHOP = Client.Platform.NONE


def today() -> date:
    return warsaw_day(now())


class DigitsField(ParsedField):
    """A number of a register: nothing but digits, of one of these lengths."""

    def __init__(self, *, lengths: Sequence[int], bad: str | Promise, **options: Any) -> None:
        super().__init__(**options)
        self.lengths, self.bad = lengths, bad
        self.widget.attrs["inputmode"] = "numeric"

    def parse(self, text: str) -> str:
        digits = text.replace(" ", "").replace("-", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) in self.lengths):
            raise ValueError(text)
        return digits


class ClientForm(Form):
    """All that is asked about a client; optional are only what a register or an invoice adds."""

    nip = NipField()
    company_name = TextField(label=_("Company name"))
    street = TextField(label=_("Street and number"), max_length=120)
    postcode = PostcodeField()
    city = TextField(label=_("City"), max_length=80)
    contact_person = TextField(label=_("Contact person"), max_length=120)
    phone = PhoneField()
    email = EmailField()
    platform = PickField(label=_("Shop platform"), choices=Client.Platform.choices)
    shop_url = AddressesField(
        label=_("Shop address"), required=False, rows=2, max_length=2000,
        help_text=_("One address a line. Without a shop leave it empty."),
    )  # fmt: skip
    services = ManyField(label=_("Which services interest the client?"))
    statement_on = DayField(
        label=_("The client asked to be contacted on"), latest=today,
        help_text=_("The day on which the client agreed that we contact him."),
    )  # fmt: skip
    statement_how = PickField(
        label=_("How he said so"), choices=[("", _("Choose")), *Client.StatementHow.choices]
    )
    notes = ParagraphsField(label=_("Notes"), required=False, max_length=2000)
    invoice_email = EmailField(label=_("E-mail for invoices"), required=False)
    second_contact = TextField(label=_("Second contact"), required=False)
    regon = DigitsField(
        label="REGON", required=False, lengths=(9, 14), bad=_("A REGON has 9 or 14 digits.")
    )
    krs = DigitsField(label="KRS", required=False, lengths=(10,), bad=_("A KRS has 10 digits."))

    def __init__(self, *args: Any, also: Sequence[Service] = (), **options: Any) -> None:
        """`also` are services the client chose before, though they are not offered any more."""
        super().__init__(*args, **options)
        offered = list(Service.objects.offered())
        self.catalogue = {service.code: service for service in [*offered, *also]}
        asked = self.fields["services"]
        asked.choices = [(code, service.name) for code, service in self.catalogue.items()]  # type: ignore[attr-defined]  # a field of choices
        asked.required = bool(offered)
        if not self.catalogue:
            del self.fields["services"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = dict(super().clean() or self.cleaned_data)
        if "platform" in cleaned and "shop_url" in cleaned:
            self._check_shop(cleaned["platform"], cleaned["shop_url"])
        return cleaned

    def _check_shop(self, platform: str, addresses: str) -> None:
        if platform == NO_SHOP and addresses:
            wrong = _("Leave this empty, or choose the platform of the shop.")
            self.add_error("shop_url", ValidationError(wrong, code="shop_without_platform"))
        if platform != NO_SHOP and not addresses:
            wrong = _("Write the address of the shop, or choose “No shop”.")
            self.add_error("shop_url", ValidationError(wrong, code="no_address"))

    @property
    def company_values(self) -> dict[str, Any]:
        """What a client's verbs take as `values`; only fields without mistakes."""
        return {
            name: self.cleaned_data[name]
            for name in Client.COMPANY_FIELDS
            if name in self.cleaned_data
        }

    @property
    def chosen_services(self) -> list[Service]:
        return [self.catalogue[code] for code in self.cleaned_data.get("services", [])]


def initial_of(client: Client) -> dict[str, Any]:
    """A client's present values as the form starts with."""
    values = {name: getattr(client, name) for name in Client.COMPANY_FIELDS}
    return values | {"services": [service.code for service in client.services.all()]}
