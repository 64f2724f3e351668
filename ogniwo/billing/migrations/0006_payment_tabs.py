"""What was left out and what was reversed are few of many payments: an index for each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0005_registers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("ignored_at__isnull", False)),
                fields=["-booked_on", "-id"],
                name="payment_ignored",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("reversed_at__isnull", False)),
                fields=["-booked_on", "-id"],
                name="payment_reversed",
            ),
        ),
    ]
