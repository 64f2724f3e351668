"""Django's `migrate`, which puts the triggers back afterwards."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connection

from ogniwo.journal.models import Event
from ogniwo.journal.triggers import install_triggers


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if Event._meta.db_table in connection.introspection.table_names():
            install_triggers()
