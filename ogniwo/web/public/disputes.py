"""Another reseller's client: the one who was refused may have it looked into."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ogniwo.programme.disputing import dispute
from ogniwo.programme.models import Reseller
from ogniwo.web import forms
from ogniwo.web.client_form import ClientForm
from ogniwo.web.http import now


class DisputeForm(forms.Once):
    """Which company, and why the reseller thinks it is his."""

    company_name = forms.TextField(label=gettext_lazy("Company name"), max_length=200)
    nip = forms.NipField()
    text = forms.ParagraphsField(
        label=gettext_lazy("What do you know of this client?"),
        help_text=gettext_lazy("Since when you talk, with whom, what was agreed."),
        required=False,
        max_length=2000,
    )


def form_of(form: ClientForm) -> DisputeForm:
    """Filled in with what was typed into the FRK."""
    values = {name: form.cleaned_data[name] for name in ("company_name", "nip")}
    return DisputeForm(initial=values)


def opened(request: HttpRequest, reseller: Reseller, form: DisputeForm) -> HttpResponse:
    """Open the case and go to it."""

    def deed() -> str:
        values, user = form.values, request.user
        assert user.is_authenticated  # noqa: S101 - only the reseller's people come here
        case = dispute(
            reseller,
            nip=values["nip"],
            company=values["company_name"],
            text=values["text"],
            by=user,
            at=now(),
        )
        messages.success(request, _("Request %(number)s opened.") % {"number": case.number})
        return f"/panel/zgloszenia/{case.number}/"

    return forms.once(request, form, deed, at=now())
