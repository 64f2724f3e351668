"""Addresses of this face: each module of pages brings its own."""

from django.urls import URLPattern

from ogniwo.web.panel import (
    cases,
    client,
    clients,
    forecast,
    invoice,
    invoices,
    materials,
    profile,
    start,
    team,
    terms,
)

urlpatterns: list[URLPattern] = [
    *start.urlpatterns,
    *clients.urlpatterns,
    *client.urlpatterns,
    *invoices.urlpatterns,
    *invoice.urlpatterns,
    *forecast.urlpatterns,
    *cases.urlpatterns,
    *materials.urlpatterns,
    *team.urlpatterns,
    *profile.urlpatterns,
    *terms.urlpatterns,
]
