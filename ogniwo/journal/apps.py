"""The app of the journal."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "ogniwo.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
