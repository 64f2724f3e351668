"""Materiały i cennik: the price list of today, the terms, files, and the card with the form."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.text import slugify

from ogniwo.programme.materials import file_name_of, path_of
from ogniwo.programme.models import Cycle, Material, Price, Service, TermsVersion
from ogniwo.web.client_form import today
from ogniwo.web.http import SignedInRequest, panel_page
from ogniwo.web.panel.access import company_of, firm_of
from ogniwo.web.panel.card import as_pdf


class Offer(NamedTuple):
    """A service with its net prices of the day, one per cycle."""

    service: Service
    prices: list[tuple[str, int]]


@panel_page()
def materials(request: SignedInRequest) -> HttpResponse:
    firm = firm_of(request)
    accepted = {a.version_id: a for a in firm.acceptances.select_related("person")}
    versions = TermsVersion.objects.announced()
    context: dict[str, Any] = {
        "firm": firm,
        "on": today(),
        "vendor": company_of(request),
        "offers": offers(),
        "terms": [(version, accepted.get(version.pk)) for version in versions],
        "materials": Material.objects.filter(withdrawn_at__isnull=True).order_by("name", "pk"),
    }
    return render(request, "panel/materials.html", context)


def offers() -> list[Offer]:
    """Two queries: what is offered, and the price of each cycle that holds today."""
    held: dict[int, dict[int, int]] = {}
    prices = Price.objects.filter(service__is_active=True, from_on__lte=today())
    for price in prices.order_by("from_on", "pk"):
        held.setdefault(price.service_id, {})[price.months] = price.net_grosze
    return [
        Offer(
            service,
            [
                (str(Cycle(m).label), grosze)
                for m, grosze in sorted(held.get(service.pk, {}).items())
            ],
        )
        for service in Service.objects.offered()
    ]


@panel_page()
def download(request: SignedInRequest, key: int) -> HttpResponse:
    """A file as it was uploaded, never opened in the page."""
    material = get_object_or_404(Material, pk=key, withdrawn_at__isnull=True)
    place = path_of(material)
    if not place.is_file():
        raise Http404
    return FileResponse(  # type: ignore[return-value]  # a streaming answer is one to every caller
        place.open("rb"),
        as_attachment=True,
        filename=file_name_of(material),
        content_type=material.media_type,
    )


@panel_page()
def card(request: SignedInRequest) -> HttpResponse:
    """The card with the code of the form, to print or to send."""
    firm = firm_of(request)
    name = firm.frk_name()
    if name is None:
        raise Http404
    paper = as_pdf(firm, company_of(request), address=f"{settings.URL}{name.path}")
    answer = HttpResponse(paper, content_type="application/pdf")
    file_name = f"formularz-{slugify(name.slug)}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer


urlpatterns = [
    path("materialy/", materials),
    path("materialy/<int:key>/", download),
    path("formularz/karta.pdf", card),
]
