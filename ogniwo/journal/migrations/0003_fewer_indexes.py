"""One index of who did it instead of two, without what nobody did."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# By themselves, without AlterField: SQLite would write the whole table anew.
INDEX = "journal_event_by_id_98c064d3"


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX IF EXISTS {INDEX}", f"CREATE INDEX {INDEX} ON journal_event (by_id)"
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="event",
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
        migrations.RemoveIndex("event", "event_by"),
        migrations.AddIndex(
            "event",
            models.Index(
                condition=models.Q(("by__isnull", False)),
                fields=["by", "-id"],
                name="event_by_person",
            ),
        ),
    ]
