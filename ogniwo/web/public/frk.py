"""The individual client registration form of a reseller (FRK): at once, or with a mailed code."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import re_path
from django.utils.translation import gettext as _

from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.kernel.roles import DESK, RESELLER_READER, RESELLER_WRITERS, VENDOR
from ogniwo.people.limits import Limit, TooMany
from ogniwo.people.models import User
from ogniwo.programme import drafts
from ogniwo.programme.models import Client, FrkName, Reseller
from ogniwo.programme.registering import NipTaken, register
from ogniwo.web import errors, forms
from ogniwo.web.client_form import ClientForm
from ogniwo.web.http import READING, client_network, now, public_page
from ogniwo.web.public import disputes, registration
from ogniwo.web.public.limits import sentence
from ogniwo.web.vendor import company_of

OF_PERSON = Limit(30, timedelta(hours=1))
CONFLICT, TOO_MANY = 409, 429


class FrkForm(ClientForm, forms.Guarded, forms.Once):
    """The client's data, from somebody whom we may not know."""


@public_page
def frk(request: HttpRequest, name: str) -> HttpResponse:
    """The form under its own address; other spellings and old names lead to it."""
    found = FrkName.called(name)
    if found is None:
        raise Http404
    reseller = found.reseller
    if reseller.state != Reseller.State.ACTIVE:
        return _inactive(request)
    current = found if found.is_current else reseller.frk_name()
    if current is None:
        raise Http404
    if request.method in READING and name != current.slug:
        return HttpResponsePermanentRedirect(current.path)
    response = _form(request, reseller)
    response["X-Robots-Tag"] = "noindex"
    return response


def _inactive(request: HttpRequest) -> HttpResponse:
    vendor = company_of(request)
    write = _("Nothing can be registered here now. Write to %(address)s.")
    return errors.problem(
        request,
        410,
        _("This form is inactive"),
        write % {"address": vendor.contact_address},
        home="/",
    )


def _form(request: HttpRequest, reseller: Reseller) -> HttpResponse:
    if "dispute" in request.POST:
        return _disputed(request, reseller)
    at, known = now(), request.user.is_authenticated
    form = FrkForm(request.POST or None, at=at, prices=known)
    if request.method not in READING:
        if _may_not(request.user, reseller):
            raise NotAllowed
        if form.is_valid():
            return _sent(request, reseller, form, at=at)
    return _page(request, reseller, form, status=form.status)


def _sent(request: HttpRequest, reseller: Reseller, form: FrkForm, *, at: datetime) -> HttpResponse:
    try:
        if at_once(request.user, reseller):
            return _registered(request, reseller, form, at=at)
        return forms.once(request, form, lambda: _drafted(request, reseller, form), at=at)
    except NipTaken as taken:
        return _taken(request, reseller, form, taken)
    except Refused as refusal:
        form.refuse(str(refusal), code=refusal.code)
        return _page(request, reseller, form, status=CONFLICT)
    except TooMany as full:
        form.refuse(sentence(full, at=at), code="too_many")
        response = _page(request, reseller, form, status=TOO_MANY)
        response["Retry-After"] = str(full.retry_after)
        return response


def _registered(
    request: HttpRequest, reseller: Reseller, form: FrkForm, *, at: datetime
) -> HttpResponse:
    """Signed in as this reseller, or as the vendor's staff: one click."""
    user = request.user
    assert user.is_authenticated  # noqa: S101 - `at_once` lets nobody else come here
    OF_PERSON.take(f"frk-by:{user.pk}", at=at)

    def deed() -> str:
        client = register(reseller, form.values, form.picked, by=user, at=at)
        said = _("%(client)s is your Lead now")
        if user.is_vendor:
            said = _("%(client)s is a Lead now")
        messages.success(request, said % {"client": client})
        folder = "/konsola/leady/" if user.is_vendor else "/panel/klienci/"
        return f"{folder}{client.lead_number}/"

    return forms.once(request, form, deed, at=at, kept=(NipTaken,))


def _drafted(request: HttpRequest, reseller: Reseller, form: FrkForm) -> str:
    """Anybody else: a draft and a code; nothing is created or looked up (T1)."""
    network = client_network(request)
    draft, token = drafts.keep(reseller, form.values, form.picked, network=network, at=form.at)
    registration.bind(request, draft)
    registration.send_code(request, draft, at=form.at)
    return f"/rejestracja/{token}/"


def _taken(
    request: HttpRequest, reseller: Reseller, form: FrkForm, taken: NipTaken
) -> HttpResponse:
    """The company is a client already; who may know more learns more."""
    dispute = disputes.form_of(form) if taken.holder is None else None
    return _taken_page(request, reseller, holder=taken.holder, dispute=dispute, status=CONFLICT)


def _taken_page(
    request: HttpRequest,
    reseller: Reseller,
    *,
    holder: Client | None,
    dispute: disputes.DisputeForm | None,
    status: int,
) -> HttpResponse:
    context = {
        "holder": holder,
        "reseller": reseller,
        "dispute": dispute,
        "vendor": company_of(request),
    }
    return render(request, "public/frk_taken.html", context, status=status)


def _disputed(request: HttpRequest, reseller: Reseller) -> HttpResponse:
    """The button below the refusal: only his own people reach it."""
    user = request.user
    if not user.is_authenticated or user.is_vendor or not at_once(user, reseller):
        raise NotAllowed
    form = disputes.DisputeForm(request.POST)
    if form.is_valid():
        return disputes.opened(request, reseller, form)
    return _taken_page(request, reseller, holder=None, dispute=form, status=form.status)


def _page(request: HttpRequest, reseller: Reseller, form: FrkForm, *, status: int) -> HttpResponse:
    user = request.user
    context = {
        "form": form,
        "reseller": reseller,
        "vendor": company_of(request),
        "at_once": at_once(user, reseller),
        "is_own": user.is_authenticated and user.reseller_id == reseller.pk,
        "may_not": _may_not(user, reseller),
    }
    return render(request, "public/frk.html", context, status=status)


def at_once(user: User | object, reseller: Reseller) -> bool:
    """His own people who may write, and the desk."""
    if not isinstance(user, User):
        return False
    own = user.reseller_id == reseller.pk and user.role in RESELLER_WRITERS
    return own or user.role in DESK


def _may_not(user: User | object, reseller: Reseller) -> bool:
    """Who only reads does not register, with a code neither."""
    if not isinstance(user, User):
        return False
    own_reader = user.role == RESELLER_READER and user.reseller_id == reseller.pk
    return own_reader or user.role in VENDOR - DESK


urlpatterns = [
    re_path(r"^reseller_klient_(?P<name>[^/]{1,150})\.html$", frk),
    *registration.urlpatterns,
]
