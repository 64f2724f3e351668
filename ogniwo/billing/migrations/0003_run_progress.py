from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_statements")]

    operations = [
        migrations.AddField(
            "billingrun",
            "total",
            models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            "billingrun",
            "done",
            models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            "billingrun",
            "worked_ms",
            models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            "billingrun",
            "stop_asked_at",
            models.DateTimeField(null=True),
        ),
    ]
