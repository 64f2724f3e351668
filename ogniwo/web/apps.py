"""The app of pages: templates, static files and tags; no tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "ogniwo.web"
    label = "web"
