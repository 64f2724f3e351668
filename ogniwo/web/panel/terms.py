"""The terms of the programme in the Panel: the owner reads and accepts them here (I.5)."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from ogniwo.journal.moves import Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import RESELLER_OWNER
from ogniwo.programme import accepting
from ogniwo.programme.models import Reseller, TermsVersion
from ogniwo.web import errors
from ogniwo.web.forms import Form
from ogniwo.web.http import READING, SignedInRequest, client_address, now, panel_page
from ogniwo.web.panel.access import firm_of

OPEN = frozenset({Reseller.State.INVITED, Reseller.State.AWAITING_TERMS, Reseller.State.ACTIVE})
CONFLICT = 409


@panel_page(writes_when_closed=True)
def terms(request: SignedInRequest) -> HttpResponse:
    """The newest version with its button; the hash of what was shown comes back with the click."""
    version, firm = TermsVersion.objects.to_accept(on=warsaw_day(now())), firm_of(request)
    if version is None:
        raise Http404
    if request.method in READING:
        return _page(request, firm, version)
    if request.user.role != RESELLER_OWNER or firm.state not in OPEN:
        return errors.forbidden(request)
    if request.POST.get("sha256") != version.sha256:
        return _page(request, firm, version, newer=True)
    try:
        accepting.accept(firm, version, _proof(request), by=request.user, at=now())
    except Refused as refusal:
        # A second click: the first one was taken.
        if refusal.code != "accepted_already":
            raise
    messages.success(request, _("The terms are accepted. The confirmation is in your mail."))
    return HttpResponseRedirect("/panel/")


def _proof(request: SignedInRequest) -> accepting.Proof:
    agent = str(request.META.get("HTTP_USER_AGENT", ""))[:300]
    return accepting.Proof(channel="link", network=client_address(request), user_agent=agent)


def _page(
    request: SignedInRequest, firm: Reseller, version: TermsVersion, *, newer: bool = False
) -> HttpResponse:
    done = firm.acceptances.filter(version=version).select_related("person").first()
    context = {
        "version": version,
        "acceptance": done,
        "firm": firm,
        "newer": newer,
        "form": Form(),
        "may_accept": request.user.role == RESELLER_OWNER and firm.state in OPEN and not done,
        "network": client_address(request),
    }
    return render(request, "panel/terms.html", context, status=CONFLICT if newer else 200)


urlpatterns = [path("regulamin/", terms)]
