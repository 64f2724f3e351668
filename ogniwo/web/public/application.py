"""An application behind its secret link: confirm the address, follow it, answer, withdraw."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from ogniwo.journal.actors import Holder
from ogniwo.journal.moves import Conflict
from ogniwo.kernel.roles import APPLICANT
from ogniwo.people.limits import TooMany
from ogniwo.people.models import Link, LinkGone
from ogniwo.programme import apply
from ogniwo.programme.models import Application
from ogniwo.web import errors
from ogniwo.web.conflict import conflict
from ogniwo.web.forms import Form
from ogniwo.web.http import READING, client_network, now, public_page
from ogniwo.web.inputs import EmailField
from ogniwo.web.public.application_form import CompletionForm
from ogniwo.web.public.application_status import status_of
from ogniwo.web.public.applying import SENT
from ogniwo.web.public.limits import sentence

PROVEN = Holder(role=APPLICANT)
State = Application.State
View = Callable[[HttpRequest, Application, str], HttpResponse]


def application_page(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Load the application its link opens; a link that is gone offers a new one."""

    @public_page
    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        try:
            application = _opened_by(token, at=now())
        except LinkGone:
            return errors.gone(
                request,
                _("It has expired or is not whole. We can send you a new one by e-mail."),
                action_url="/wniosek/",
                action=_("Send a new link"),
            )
        return view(request, application, f"/wniosek/{token}/")

    return page


def _opened_by(token: str, *, at: datetime) -> Application:
    application = Link.objects.find("application", token, at=at).thing(Application)
    if not apply.status_is_open(application, at=at):
        raise LinkGone
    return application


@application_page
def status(request: HttpRequest, application: Application, here: str) -> HttpResponse:
    """What became of it, and what the applicant has to do."""
    return _page(request, application, here)


@application_page
def verify_email(request: HttpRequest, application: Application, here: str) -> HttpResponse:
    """The button behind the link: from now on the application counts."""
    if request.method in READING:
        return errors.method_not_allowed(request, "POST")
    if application.state != State.UNVERIFIED or apply.confirm(application, at=now()):
        return HttpResponseRedirect(here)
    return HttpResponseRedirect(SENT)


@application_page
def complete(request: HttpRequest, application: Application, here: str) -> HttpResponse:
    """The answer to a question; only the fields that were opened change."""
    if request.method in READING:
        return errors.method_not_allowed(request, "POST")
    form = CompletionForm(request.POST, obj=application)
    try:
        if form.is_valid():
            _complete(application, form)
            messages.success(request, _("We have your answer. The clock of the decision runs on."))
            return HttpResponseRedirect(here)
    except Conflict as refusal:
        application.refresh_from_db()
        return conflict(request, application, form=None, refusal=refusal)
    except IntegrityError:
        form.refuse(_("There is another application with this NIP or e-mail address."))
        return _page(request, application, here, form=form, status=409)
    return _page(request, application, here, form=form, status=form.status)


def _complete(application: Application, form: CompletionForm) -> None:
    if form.posted_version is not None:
        application.checked_version(form.posted_version)
    application.complete(**form.values, by=PROVEN, at=now())


@application_page
def withdraw(request: HttpRequest, application: Application, here: str) -> HttpResponse:
    """First the question whether to; the button withdraws."""
    if request.method in READING:
        if application.state not in Application.OPEN:
            return HttpResponseRedirect(here)
        context = {"application": application, "here": here}
        return render(request, "public/application_withdraw.html", context)
    if application.state != State.WITHDRAWN:
        application.withdraw(by=PROVEN, at=now())
        messages.success(request, _("The application is withdrawn."))
    return HttpResponseRedirect(here)


def _page(
    request: HttpRequest,
    application: Application,
    here: str,
    *,
    form: CompletionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    asked = application.state == State.NEEDS_COMPLETION
    context: dict[str, Any] = {
        "application": application,
        "here": here,
        "form": form or (CompletionForm(obj=application) if asked else None),
        **status_of(application, at=now()),
    }
    return render(request, "public/application.html", context, status=status)


class LinkForm(Form):
    """Where to send a new link."""

    email = EmailField()


@public_page
def new_link(request: HttpRequest) -> HttpResponse:
    """A new link by mail; the answer is the same whether there is an application or not."""
    form, at = LinkForm(request.POST or None), now()
    if request.method == "POST" and form.is_valid():
        try:
            apply.send_link_again(form.values["email"], network=client_network(request), at=at)
        except TooMany as full:
            form.refuse(sentence(full, at=at), code="too_many")
            return _new_link_page(request, form, status=429, retry_after=full.retry_after)
        return HttpResponseRedirect("/wniosek/wyslano/")
    return _new_link_page(request, form, status=form.status)


def _new_link_page(
    request: HttpRequest, form: LinkForm, *, status: int, retry_after: int = 0
) -> HttpResponse:
    response = render(request, "public/application_link.html", {"form": form}, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


@public_page
def new_link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "public/application_link_sent.html")


urlpatterns = [
    path("wniosek/", new_link),
    path("wniosek/wyslano/", new_link_sent),
    path("wniosek/<str:token>/", status),
    path("wniosek/<str:token>/verify_email/", verify_email),
    path("wniosek/<str:token>/complete/", complete),
    path("wniosek/<str:token>/withdraw/", withdraw),
]
