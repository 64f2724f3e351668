"""The app of the programme."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "ogniwo.programme"
    label = "programme"
    default_auto_field = "django.db.models.BigAutoField"
