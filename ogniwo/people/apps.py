"""The app of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "ogniwo.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
