"""The app of the outbox."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "ogniwo.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"
