"""The addresses: three faces (public, panel, console) under one roof."""

from django.urls import include, path

urlpatterns = [
    path("", include("ogniwo.web.public.urls")),
    path("panel/", include("ogniwo.web.panel.urls")),
    path("konsola/", include("ogniwo.web.desk.urls")),
]
