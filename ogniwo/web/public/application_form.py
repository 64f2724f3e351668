"""The form with which somebody applies to become a reseller: all fields at once (I.1)."""

from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ogniwo.programme.models import Application
from ogniwo.web import forms
from ogniwo.web.register_fields import KrsField, RegonField


class CompanyFields(forms.Form):
    """What an applicant says of himself; also the fields that a question opens again."""

    nip = forms.NipField()
    company_name = forms.TextField(label=_("Company name"), max_length=200)
    street = forms.TextField(label=_("Street and number"), max_length=120)
    postcode = forms.PostcodeField()
    city = forms.TextField(label=_("Town"), max_length=80)
    first_name = forms.TextField(label=_("First name"), max_length=60)
    last_name = forms.TextField(label=_("Last name"), max_length=60)
    email = forms.EmailField()
    phone = forms.PhoneField()
    website = forms.AddressField(label=_("Website"), required=False, max_length=200)
    activity = forms.PickField(
        label=_("What do you do?"), cards=True, choices=Application.Activity.choices
    )
    expected_clients = forms.PickField(
        label=_("How many clients do you expect in a year?"),
        cards=True,
        choices=Application.ExpectedClients.choices,
    )
    message = forms.ParagraphsField(label=_("How do you work with your clients?"), max_length=2000)


class ApplicationForm(CompanyFields, forms.Guarded, forms.Once):
    """The public form, with the two consents."""

    regon = RegonField(required=False)
    krs = KrsField(required=False)
    consent_information = forms.TickField(
        label=_("Information about your data"), needed=_("Tick this to send the application.")
    )
    consent_terms = forms.TickField(
        label=_("Programme terms"), needed=_("Tick this to send the application.")
    )

    @staticmethod
    def summary(number: int) -> str:
        return ngettext(
            "Correct %(number)d field to send the application",
            "Correct %(number)d fields to send the application",
            number,
        ) % {"number": number}


class CompletionForm(CompanyFields):
    """The fields that a question opened, and the answer to it."""

    answer = forms.ParagraphsField(label=_("Your answer"), max_length=2000)

    def __init__(self, *args: Any, obj: Application, **options: Any) -> None:
        initial = {name: getattr(obj, name) for name in obj.open_fields}
        super().__init__(*args, obj=obj, initial=initial, **options)
        for name in Application.COMPANY_FIELDS:
            if name not in obj.open_fields:
                del self.fields[name]
        # A corrected field answers by itself.
        self.fields["answer"].required = not obj.open_fields

    @property
    def opened(self) -> list[BoundField]:
        """The opened fields, in the order of the application."""
        return [bound for bound in self.visible_fields() if bound.name != "answer"]

    @property
    def values(self) -> dict[str, Any]:
        values = super().values
        return {"answer": values.pop("answer"), "values": values}
