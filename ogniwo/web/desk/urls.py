"""Addresses of the Console: each noun brings its own."""

from django.urls import URLPattern

from ogniwo.web.desk import applications, leads, services

urlpatterns: list[URLPattern] = [
    *applications.urlpatterns,
    *leads.urlpatterns,
    *services.urlpatterns,
]
