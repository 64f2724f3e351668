"""The addresses: three faces (public, panel, console) under one roof."""

from django.urls import include, path

from ogniwo.web import health, site

urlpatterns = [
    path("healthz", health.lives),
    path("readyz", health.is_ready),
    path("jezyk/", site.choose_language),
    path("marka.css", site.brand_css),
    path("panel/", include("ogniwo.web.panel.urls")),
    path("konsola/", include("ogniwo.web.desk.urls")),
    path("", include("ogniwo.web.public.urls")),
]

handler400 = "ogniwo.web.errors.bad_request"
handler403 = "ogniwo.web.errors.permission_denied"
handler404 = "ogniwo.web.errors.not_found"
handler500 = "ogniwo.web.errors.server_error"
