"""Listy: what was sent to whom, how it looks, and sending it again."""

import base64
import hashlib
import html
import re
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ogniwo.journal.record import record
from ogniwo.kernel.roles import DESK_AND_MONEY
from ogniwo.outbox.deliver import resend as put_back
from ogniwo.outbox.models import Message
from ogniwo.outbox.post import MASK, Rendered
from ogniwo.outbox.post import render as rendered
from ogniwo.outbox.seal import SealBroken
from ogniwo.web import errors
from ogniwo.web.components.statuses import label_of
from ogniwo.web.desk.objects import address_of
from ogniwo.web.desk.settings_tabs import SETTINGS, tabs
from ogniwo.web.folding import folded
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order
from ogniwo.web.middleware import POLICY

LETTERS = f"{SETTINGS}listy/"
STYLE = re.compile(r"\sstyle=\"([^\"]*)\"")
WAITING = Q(sent_at__isnull=True, failed_at__isnull=True)
STATES = (
    Choice("", pgettext_lazy("letters", "All")),
    Choice("czekaja", pgettext_lazy("letters", "Waiting"), WAITING),
    Choice("wyslane", pgettext_lazy("letters", "Sent"), Q(sent_at__isnull=False, bounced_at=None)),
    Choice("niewyslane", pgettext_lazy("letters", "Not sent"), Q(failed_at__isnull=False)),
    Choice("wrocily", pgettext_lazy("letters", "Came back"), Q(bounced_at__isnull=False)),
)
OUTBOX = Listing(
    "listy",
    orders=(Order("czas", _("Posted"), ("-pk",)),),
    search=("low_to", "low_subject", "low_label"),
    filters=(Filter("stan", _("State of the letter"), STATES),),
    columns=(
        Column(_("To"), lambda m: m.to),
        Column(_("Subject"), lambda m: m.subject),
        Column(_("About"), lambda m: m.label),
        Column(_("State"), lambda m: label_of("letter", m.state)),
        Column(_("Posted"), lambda m: m.queued_at),
        Column(_("Sent"), lambda m: m.sent_at),
        Column(_("Tries"), lambda m: m.attempts),
        Column(_("Last error"), lambda m: m.last_error),
    ),
)


@desk_page(roles=DESK_AND_MONEY)
def letters(request: SignedInRequest) -> HttpResponse:
    found = Message.objects.annotate(
        low_to=folded("to"), low_subject=folded("subject"), low_label=folded("label")
    ).defer("context", "sealed")
    page = OUTBOX.page(request, found)
    context = {"rows": page.rows, **tabs(request, "listy")}
    return page.answer("desk/settings_listy.html", context, may_export=True)


@desk_page(roles=DESK_AND_MONEY)
def letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """As the reader sees it; the secrets of its links are masked."""
    found = _found(pk)
    read = _read(found)
    context: dict[str, Any] = {
        "letter": found,
        "text": read.text if read else "",
        "is_lost": read is None,
        "about_url": address_of(found.kind, found.key, found.label, role=request.user.role),
        "address": f"{LETTERS}{found.pk}/",
        "may_resend": found.state != "queued",
    }
    response = render(request, "desk/letter.html", context)
    # The letter is shown in a frame of its own, without scripts or forms.
    response["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


def _found(pk: int) -> Message:
    return get_object_or_404(Message.objects.select_related("by"), pk=pk)


def _read(found: Message) -> Rendered | None:
    """None when it was sealed with another secret key: its links are lost."""
    try:
        return rendered(found, masked=True)
    except SealBroken:
        return None


@desk_page(roles=DESK_AND_MONEY)
def letter_html(request: SignedInRequest, pk: int) -> HttpResponse:
    """The HTML part alone: nothing in it may run, load or be sent."""
    read = _read(_found(pk))
    if read is None:
        return errors.not_found(request)
    # A masked link leads nowhere.
    response = HttpResponse(read.html.replace(f'href="{MASK}"', 'href="#"'))
    response["Content-Security-Policy"] = policy_of(read.html)
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def policy_of(text: str) -> str:
    """Letters carry their styles inline; exactly these are let through, by their hashes."""
    styles = sorted({html.unescape(found) for found in STYLE.findall(text)})
    hashes = " ".join(f"'sha256-{_hash(style)}'" for style in styles)
    allowed = f"style-src 'unsafe-hashes' {hashes}; " if hashes else ""
    return f"default-src 'none'; {allowed}base-uri 'none'; frame-ancestors 'self'; sandbox"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@require_POST
@desk_page(roles=DESK_AND_MONEY)
def resend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Back into the queue, as it was: the same words, the same links."""
    found, at = _found(pk), now()
    with transaction.atomic():
        put_back(found, at=at)
        record("outbox.message.resend", found, by=request.user, at=at)
    messages.success(request, gettext("The letter to %(to)s leaves again") % {"to": found.to})
    return HttpResponseRedirect(f"{LETTERS}{pk}/")


urlpatterns: list[URLPattern] = [
    path("ustawienia/listy/", letters),
    path("ustawienia/listy/<int:pk>/", letter),
    path("ustawienia/listy/<int:pk>/html/", letter_html),
    path("ustawienia/listy/<int:pk>/resend/", resend),
]
