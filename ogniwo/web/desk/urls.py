"""Addresses of the Console: each noun brings its own."""

from django.urls import URLPattern

from ogniwo.web.desk import applications, cases, inbox, leads, services

urlpatterns: list[URLPattern] = [
    *applications.urlpatterns,
    *leads.urlpatterns,
    *inbox.urlpatterns,
    *cases.urlpatterns,
    *services.urlpatterns,
]
