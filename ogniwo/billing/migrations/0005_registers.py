import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_interest_notes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("version", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                ("rows", models.JSONField()),
                ("hash", models.CharField(max_length=64)),
                ("number", models.PositiveIntegerField()),
                ("net_grosze", models.BigIntegerField()),
                ("vat_grosze", models.BigIntegerField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "version"), name="register_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="register_whole_month"
                    ),
                ],
            },
        ),
    ]
