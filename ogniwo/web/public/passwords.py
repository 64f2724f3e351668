"""Set a password by a link: the first one after an invitation, a new one after a reset."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from ogniwo.people.limits import TooMany
from ogniwo.people.models import Link, LinkGone, User
from ogniwo.people.signing_in import person_of, send_reset
from ogniwo.programme.onboarding import set_first_password
from ogniwo.web import errors, forms
from ogniwo.web.http import READING, client_network, now, public_page
from ogniwo.web.password import PasswordField
from ogniwo.web.public.limits import sentence
from ogniwo.web.public.signing_in import enter_by_link

INVITATION, RESET = "invitation", "reset"


class NewPasswordForm(forms.Form):
    password = PasswordField(new=True)


@public_page
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The first password of a new person."""
    return _set_password(request, INVITATION, token)


@public_page
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """A new password for somebody who forgot his."""
    return _set_password(request, RESET, token)


def _set_password(request: HttpRequest, purpose: str, token: str) -> HttpResponse:
    at = now()
    try:
        user, link = person_of(purpose, token, at=at)
        form = NewPasswordForm(request.POST or None)
        if request.method not in READING and form.is_valid() and _is_set(user, link, form):
            messages.success(request, _("Your password is set."))
            return enter_by_link(request, user, at=at)
    except LinkGone:
        return _gone(request)
    context = {"form": form, "person": user, "is_first": purpose == INVITATION}
    return render(request, "public/password.html", context, status=form.status)


def _is_set(user: User, link: Link, form: NewPasswordForm) -> bool:
    try:
        set_first_password(user, link, form.cleaned_data["password"], at=now())
    except ValidationError as weak:
        form.add_error("password", weak)
        return False
    return True


def _gone(request: HttpRequest) -> HttpResponse:
    return errors.gone(
        request,
        _("It was used, has expired, or a newer one was sent. We can send you another one."),
        action_url="/haslo/",
        action=_("Send a new link"),
    )


class ResetForm(forms.Form):
    email = forms.EmailField()


@public_page
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whether somebody has this address or not."""
    form, at = ResetForm(request.POST or None), now()
    if request.method not in READING and form.is_valid():
        try:
            send_reset(form.values["email"], network=client_network(request), at=at)
        except TooMany as full:
            form.refuse(sentence(full, at=at), code="too_many")
            response = render(request, "public/forgotten.html", {"form": form}, status=429)
            response["Retry-After"] = str(full.retry_after)
            return response
        return HttpResponseRedirect("/haslo/wyslano/")
    return render(request, "public/forgotten.html", {"form": form}, status=form.status)


@public_page
def reset_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "public/forgotten_sent.html")


urlpatterns = [
    path("zaproszenie/<str:token>/", invitation),
    path("haslo/", forgotten),
    path("haslo/wyslano/", reset_sent),
    path("haslo/<str:token>/", reset),
]
