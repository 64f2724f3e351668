"""Addresses of the Console: each noun brings its own."""

from django.urls import URLPattern

from ogniwo.web.desk import applications

urlpatterns: list[URLPattern] = [
    *applications.urlpatterns,
]
