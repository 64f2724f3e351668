"""Addresses of the public face."""

from django.urls import URLPattern

from ogniwo.web.public import (
    application,
    applying,
    first_start,
    frk,
    invoice,
    objection,
    passwords,
    signing_in,
    start,
    terms,
)

urlpatterns: list[URLPattern] = [
    *start.urlpatterns,
    *applying.urlpatterns,
    *application.urlpatterns,
    *terms.urlpatterns,
    *passwords.urlpatterns,
    *signing_in.urlpatterns,
    *frk.urlpatterns,
    *objection.urlpatterns,
    *invoice.urlpatterns,
    *first_start.urlpatterns,
    *start.last_urlpatterns,
]
