"""Indexes that no page and no sweep asks: each cost a write for every letter."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# By themselves, without AlterField: SQLite would write the whole table anew.
BY = "outbox_message_by_id_1e0bffbd"
LIKE = "outbox_message_message_id_959bfe90_like"  # on PostgreSQL


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0002_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(f"DROP INDEX IF EXISTS {LIKE}", migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX IF EXISTS {BY}", f"CREATE INDEX {BY} ON outbox_message (by_id)"
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="message",
                    name="by",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                )
            ],
        ),
    ]
