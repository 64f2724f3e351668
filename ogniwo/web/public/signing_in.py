"""Sign in and out: one sentence and one status for whatever is wrong, a new session when right."""

from datetime import datetime
from typing import Any

from django.contrib import auth
from django.forms import TextInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ogniwo.journal.record import record
from ogniwo.people.limits import TooMany
from ogniwo.people.models import User
from ogniwo.people.models.user import Role
from ogniwo.people.signing_in import NotSignedIn, note_entry, sign_in
from ogniwo.web import errors, forms
from ogniwo.web.http import READING, client_network, home_of, now, public_page, safe_next
from ogniwo.web.password import PasswordField
from ogniwo.web.public import try_out
from ogniwo.web.public.limits import sentence
from ogniwo.web.vendor import company_of

CLEARED = '"cache", "storage"'


class SignInForm(forms.Form):
    """E-mail and password; what was typed as the password is never sent back."""

    login = forms.TextField(
        label=gettext_lazy("E-mail"), max_length=254, widget=TextInput(attrs={"type": "email"})
    )
    password = PasswordField()


@public_page
def login(request: HttpRequest) -> HttpResponse:
    """To the own face, or to where somebody was before."""
    if request.method in READING:
        if request.user.is_authenticated:
            return HttpResponseRedirect(safe_next(request, home_of(request.user)))
        return _page(request, SignInForm())
    form, at = SignInForm(request.POST), now()
    if not form.is_valid():
        return _page(request, form, status=form.status)
    try:
        user = sign_in(
            form.values["login"],
            form.values["password"],
            network=client_network(request),
            at=at,
        )
    except NotSignedIn as refused:
        return _page(request, form, alarm=_words(refused.left), status=422)
    except TooMany as full:
        response = _page(request, form, alarm=sentence(full, at=at), status=429)
        response["Retry-After"] = str(full.retry_after)
        return response
    return entered(request, user)


def entered(request: HttpRequest, user: User) -> HttpResponse:
    """A session with a new key; what the browser did as a visitor stays with it."""
    auth.login(request, user)
    return HttpResponseRedirect(safe_next(request, home_of(user)))


def enter_by_link(request: HttpRequest, user: User, *, at: datetime) -> HttpResponse:
    """Somebody who has just set his password by a link from his mailbox is in."""
    note_entry(user, at=at)
    return entered(request, user)


def _words(left: int) -> str:
    """The same for an unknown address, a wrong password and a closed account."""
    if left == 0:
        return _("The e-mail or the password does not match.")
    return ngettext(
        "The e-mail or the password does not match. You have %(left)d try left before a break.",
        "The e-mail or the password does not match. You have %(left)d tries left before a break.",
        left,
    ) % {"left": left}


def _page(
    request: HttpRequest, form: SignInForm, *, alarm: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "alarm": alarm,
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "vendor": company_of(request),
        # Shown to the browser that started the demo, and to no other.
        "logins": _logins() if request.session.get("demo_logins") else [],
    }
    return render(request, "public/login.html", context, status=status)


def _logins() -> list[dict[str, Any]]:
    """The logins of the demo, with the roles in words."""
    words = dict(Role.choices)
    return [{**one, "role": words.get(one["role"], one["role"])} for one in try_out.logins()]


@public_page
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the session's row; the browser forgets what it kept."""
    if request.method in READING:
        return errors.method_not_allowed(request, "POST")
    if request.user.is_authenticated:
        record("people.user.sign_out", request.user, by=request.user, at=now())
    auth.logout(request)
    response = HttpResponseRedirect("/")
    response["Clear-Site-Data"] = CLEARED
    return response


urlpatterns = [path("logowanie/", login), path("wyloguj/", logout)]
