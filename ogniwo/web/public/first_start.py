"""The first start: set up the company, or look around with demo data; afterwards a 404."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ogniwo.kernel import setup_link
from ogniwo.kernel.roles import ADMINISTRATOR
from ogniwo.people.models import User
from ogniwo.people.signing_in import person_of
from ogniwo.programme import onboarding
from ogniwo.programme.models import Vendor
from ogniwo.web import errors, forms
from ogniwo.web.http import READING, now, public_page
from ogniwo.web.password import PasswordField
from ogniwo.web.public import try_out
from ogniwo.web.public.signing_in import enter_by_link

SEES_LOGINS = "demo_logins"
LOOK_AGAIN = "3"  # seconds


class CompanyForm(forms.Form):
    """The vendor, the contact address, the first administrator, and the terms to start from."""

    company = forms.TextField(label=_("Company name"), max_length=200)
    nip = forms.NipField()
    street = forms.TextField(label=_("Street and number"), max_length=120)
    postcode = forms.PostcodeField()
    city = forms.TextField(label=_("Town"), max_length=80)
    account = forms.AccountField(
        required=False, help_text=_("Stands on invoices. You can add it later.")
    )
    email = forms.EmailField(
        label=_("Contact address"),
        help_text=_("All letters go from it, and answers come back to it."),
    )
    admin_name = forms.TextField(label=_("First and last name"), max_length=120)
    admin_email = forms.EmailField(label=_("E-mail to sign in with"))
    password = PasswordField(new=True)
    terms_text = forms.ParagraphsField(
        label=_("Terms of the programme"),
        max_length=100_000,
        rows=16,
        help_text=_("A sample to start from, in Markdown. Have it checked by a lawyer."),
    )

    @staticmethod
    def summary(number: int) -> str:
        return ngettext(
            "Correct %(number)d field to set up the company",
            "Correct %(number)d fields to set up the company",
            number,
        ) % {"number": number}

    def clean_password(self) -> str:
        """The rules of a person who is not there yet."""
        raw: str = self.cleaned_data["password"]
        person = User(
            email=self.cleaned_data.get("admin_email", ""),
            name=self.cleaned_data.get("admin_name", ""),
            role=ADMINISTRATOR,
        )
        validate_password(raw, person)
        return raw


def _offer(token: str) -> setup_link.Offer:
    """What the link of the terminal offers, as long as nothing is set up."""
    offer = setup_link.find(settings.DATA, token)
    if offer is None or Vendor.objects.exists():
        raise Http404
    return offer


@public_page
def first_start(request: HttpRequest, token: str) -> HttpResponse:
    offer = _offer(token)
    if try_out.is_started() and not try_out.has_failed():
        return HttpResponseRedirect(f"/start/{token}/demo/")
    if request.method in READING:
        form = CompanyForm(initial={"terms_text": onboarding.sample_terms()})
        return _page(request, offer, form)
    form = CompanyForm(request.POST)
    if not form.is_valid():
        return _page(request, offer, form, status=form.status)
    user = _set_up(form.values, at=now())
    setup_link.forget(settings.DATA)
    return enter_by_link(request, user, at=now())


def _page(
    request: HttpRequest, offer: setup_link.Offer, form: CompanyForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "offer": offer, "failed": try_out.has_failed() and try_out.why()}
    return render(request, "public/first_start.html", context, status=status)


def _set_up(values: dict[str, Any], *, at: datetime) -> User:
    """All or nothing: vendor, terms, administrator with his password."""
    password = values.pop("password")
    with transaction.atomic():
        token = onboarding.set_up(**values, at=at)
        user, link = person_of("invitation", token, at=at)
        onboarding.set_first_password(user, link, password, at=at)
    return user


@public_page
def demo(request: HttpRequest, token: str) -> HttpResponse:
    """The button starts it; the page looks again until it is played, then leads to the sign-in."""
    if try_out.logins() and request.session.get(SEES_LOGINS):
        return HttpResponseRedirect("/logowanie/")
    offer = setup_link.find(settings.DATA, token)
    if offer is None or not offer.demo:
        raise Http404
    if request.method not in READING:
        return _started(request, token)
    if try_out.has_failed():
        return HttpResponseRedirect(f"/start/{token}/")
    if not try_out.is_started():
        return errors.method_not_allowed(request, "POST")
    response = render(request, "public/demo_wait.html", {"token": token})
    response["Refresh"] = LOOK_AGAIN
    return response


def _started(request: HttpRequest, token: str) -> HttpResponse:
    _offer(token)
    if try_out.has_failed():
        try_out.forget()
    request.session[SEES_LOGINS] = True
    request.session.save()
    try_out.start()
    return HttpResponseRedirect(f"/start/{token}/demo/")


urlpatterns = [
    path("start/<str:token>/", first_start),
    path("start/<str:token>/demo/", demo),
]
