"""The terms of the programme: every version for everybody, and the page behind the letter (I.5)."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path

from ogniwo.journal.actors import Actor, Holder
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import ACCOUNTANT, READER, RESELLER_OWNER, RESELLERS
from ogniwo.people.models import Link
from ogniwo.programme import accepting
from ogniwo.programme.models import Reseller, TermsVersion
from ogniwo.web.http import READING, client_address, now, public_page
from ogniwo.web.public.terms_paper import as_pdf
from ogniwo.web.vendor import company_of


@public_page
def newest(request: HttpRequest) -> HttpResponse:
    """The version in force, and the way to all others."""
    version = TermsVersion.objects.in_force(on=warsaw_day(now()))
    return _page(request, version or TermsVersion.objects.announced().first())


@public_page
def one(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, get_object_or_404(TermsVersion.objects.announced(), number=number))


@public_page
def as_file(request: HttpRequest, number: int) -> HttpResponse:
    """The version as PDF."""
    version = get_object_or_404(TermsVersion.objects.announced(), number=number)
    response = HttpResponse(as_pdf(version, company_of(request)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="regulamin-{number}.pdf"'
    return response


def _page(request: HttpRequest, version: TermsVersion | None) -> HttpResponse:
    if version is None:
        raise Http404
    today = warsaw_day(now())
    versions = list(TermsVersion.objects.announced())
    context = {
        "version": version,
        "versions": versions,
        "in_force": TermsVersion.objects.in_force(on=today),
        "is_coming": version.valid_from > today,
        "vendor": company_of(request),
    }
    return render(request, "public/terms.html", context)


@public_page
def acceptance(request: HttpRequest, token: str) -> HttpResponse:
    """The text with its button; accepted already, it shows what was recorded."""
    at = now()
    link = Link.objects.find("terms", token, at=at, used=True)
    reseller = link.thing(Reseller)
    by = _who_accepts(request, reseller)
    version = TermsVersion.objects.to_accept(on=warsaw_day(at))
    if version is None:
        raise Http404
    done = reseller.acceptances.filter(version=version).select_related("version").first()
    if done is not None:
        return render(request, "public/terms_accepted.html", {"acceptance": done})
    link = Link.objects.find("terms", token, at=at)
    newer_came = request.POST.get("sha256", version.sha256) != version.sha256
    if request.method in READING or newer_came:
        context = {
            "version": version,
            "reseller": reseller,
            "address": client_address(request),
            "agent": _agent(request),
            "newer": newer_came or link.binding != version.sha256,
        }
        status = 409 if newer_came else 200
        return render(request, "public/terms_accept.html", context, status=status)
    _accept(request, reseller, version, by=by, at=at)
    return HttpResponseRedirect(request.path)


def _accept(
    request: HttpRequest, reseller: Reseller, version: TermsVersion, *, by: Actor, at: datetime
) -> None:
    proof = accepting.Proof(
        channel="link", network=client_address(request), user_agent=_agent(request)
    )
    try:
        accepting.accept(reseller, version, proof, by=by, at=at)
    except Refused as refusal:
        # A second click: the first one was taken, and the page shows it.
        if refusal.code != "accepted_already":
            raise


def _who_accepts(request: HttpRequest, reseller: Reseller) -> Actor:
    """The holder of the link; somebody signed in accepts only as the owner of that firm."""
    user = request.user
    if not user.is_authenticated:
        return Holder(role=RESELLER_OWNER)
    if user.role in {READER, ACCOUNTANT} or (
        user.role in RESELLERS and user.reseller_id != reseller.pk
    ):
        raise Http404
    if user.role != RESELLER_OWNER:
        raise NotAllowed
    return user


def _agent(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_USER_AGENT", ""))[:300]


urlpatterns = [
    path("regulamin/", newest),
    path("regulamin/akceptacja/<str:token>/", acceptance),
    path("regulamin/<int:number>/", one),
    path("regulamin/<int:number>.pdf", as_file),
]
