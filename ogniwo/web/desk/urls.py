"""Addresses of the Console: each noun brings its own."""

from django.urls import URLPattern

from ogniwo.web.desk import (
    applications,
    billing,
    cases,
    clients,
    inbox,
    invoices,
    journal,
    leads,
    letters,
    materials,
    payments,
    people,
    queues,
    resellers,
    runs,
    search,
    services,
    settings,
    system,
    terms,
)

urlpatterns: list[URLPattern] = [
    *queues.urlpatterns,
    *search.urlpatterns,
    *applications.urlpatterns,
    *leads.urlpatterns,
    *inbox.urlpatterns,
    *cases.urlpatterns,
    *resellers.urlpatterns,
    *billing.urlpatterns,
    *clients.urlpatterns,
    *services.urlpatterns,
    *runs.urlpatterns,
    *invoices.urlpatterns,
    *payments.urlpatterns,
    *journal.urlpatterns,
    *settings.urlpatterns,
    *terms.urlpatterns,
    *materials.urlpatterns,
    *people.urlpatterns,
    *letters.urlpatterns,
    *system.urlpatterns,
]
