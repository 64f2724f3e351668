"""Answers that are not the page somebody wanted, each in words and with a way on."""

import logging
import secrets
import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ogniwo.journal.moves import Refused
from ogniwo.kernel.roles import ADMINISTRATOR, RESELLER_OWNER
from ogniwo.people.limits import TooMany
from ogniwo.people.models import User

log = logging.getLogger("ogniwo.web")


def problem(
    request: HttpRequest, status: int, title: str, sentence: str, **more: Any
) -> HttpResponse:
    """A page with a title and one sentence; `icon`, `home`, `search`, `action` add to it."""
    context = {"status": status, "title": title, "sentence": sentence, **_home(request), **more}
    return render(request, "errors/problem.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: drawn without the database, since we do not know what came."""
    del exception
    return _bare(
        request,
        400,
        _("We do not understand this request"),
        _("Go back to the page before and try again."),
    )


def not_understood(request: HttpRequest) -> HttpResponse:
    """422: something in the address that no page of ours would have put there."""
    return problem(
        request,
        422,
        _("We do not understand this request"),
        _("Go back to the page before and try again."),
    )


def forbidden(request: HttpRequest, sentence: str = "") -> HttpResponse:
    """403: the person sees that there is something, and who can grant it."""
    title = _("You do not have access to this page")
    return problem(request, 403, title, sentence or _who_can_grant(request))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    return forbidden(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form came without its secret, mostly from a page that was open for long."""
    del reason
    return problem(
        request,
        403,
        _("This form is out of date"),
        _("Nothing was saved. Go back, reload the page and send the form again."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same for what is missing and for what is not yours."""
    del exception
    if request.user.is_authenticated:
        sentence = _(
            "The address may have changed or have a typing mistake in it. "
            "Check it, or look for a client, an invoice or a request."
        )
    else:
        sentence = _("The address may have changed or have a typing mistake in it. Check it.")
    return problem(request, 404, _("There is no such page"), sentence, search=True)


def method_not_allowed(request: HttpRequest, *allowed: str) -> HttpResponse:
    """405: this address is only for a button."""
    response = problem(
        request,
        405,
        _("This address does nothing by itself"),
        _("Go back and use the button on the page."),
    )
    response["Allow"] = ", ".join(allowed)
    return response


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """409: the deed is not possible now; the sentence says why."""
    return problem(request, 409, _("This cannot be done now"), str(refusal), back=True)


def gone(request: HttpRequest, sentence: str = "", **more: Any) -> HttpResponse:
    """410: unknown, used, expired and withdrawn links all look the same."""
    return problem(
        request,
        410,
        _("This link no longer works"),
        sentence
        or _("It was used, has expired, or a newer one was sent. Write to us for a new one."),
        **more,
    )


def too_many(request: HttpRequest, limit: TooMany) -> HttpResponse:
    """429: when to come back, in words and in the header."""
    minutes = max(1, -(-limit.retry_after // 60))
    response = problem(
        request,
        429,
        _("Too many tries"),
        _("Wait %(minutes)d min and try again. Nothing was lost.") % {"minutes": minutes},
        back=True,
    )
    response["Retry-After"] = str(limit.retry_after)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500: only a number, which is in the log; drawn without the database.

    A database that does not answer (it restarts, it fails over) is a 503: come back soon.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        log.warning("the database does not answer: %s", sys.exc_info()[1])
        response = _bare(
            request,
            503,
            _("The database does not answer"),
            _("Nothing was lost. Try again in a moment."),
            retry=True,
        )
        response["Retry-After"] = "5"
        return response
    code = f"{secrets.token_hex(2).upper()}-{localtime():%Y%m%d-%H%M}"
    log.exception(  # noqa: LOG004 - Django calls this while it handles the error
        "event %s on %s %s", code, request.method, _masked(request)
    )
    sentence = _(
        "Your data are safe. We know about the error already. "
        "If it happens again, tell us the code %(code)s."
    ) % {"code": code}
    return _bare(request, 500, _("Something went wrong"), sentence, retry=True)


def not_set_up(request: HttpRequest) -> HttpResponse:
    """503: nothing works before the company is set up."""
    response = _bare(
        request,
        503,
        _("This installation is not set up yet"),
        _("Open the set-up link which the terminal printed at the start."),
    )
    response["Retry-After"] = "60"
    return response


def _bare(
    request: HttpRequest, status: int, title: str, sentence: str, **more: Any
) -> HttpResponse:
    context = {"status": status, "title": title, "sentence": sentence, **more}
    context["here"] = request.path if request.method == "GET" else "/"
    return HttpResponse(render_to_string("errors/bare.html", context), status=status)


def _home(request: HttpRequest) -> dict[str, Any]:
    """Where "back" leads: the person's own face, else the public start."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"home": "/", "search_at": ""}
    face = "/konsola/" if user.is_vendor else "/panel/"
    return {"home": face, "search_at": f"{face}szukaj/"}


def _who_can_grant(request: HttpRequest) -> str:
    user = request.user
    if not user.is_authenticated:
        return _("Sign in with an account that has access.")
    role = ADMINISTRATOR if user.is_vendor else RESELLER_OWNER
    holders = User.objects.visible_to(user).active().filter(role=role, reseller_id=user.reseller_id)
    names = ", ".join(str(holder) for holder in holders.order_by("name", "pk")[:3])
    if user.is_vendor:
        sentence = _("An administrator can change your role: %(names)s.")
    else:
        sentence = _("The owner of your team can change your role: %(names)s.")
    return sentence % {"names": names}


def _masked(request: HttpRequest) -> str:
    """The route instead of the path when the path holds a secret."""
    match = request.resolver_match
    return f"/{match.route}" if match is not None and "token" in match.kwargs else request.path
