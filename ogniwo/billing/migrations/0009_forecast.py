import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0008_doubt_of_a_twin"),
        ("programme", "0003_virtual_account_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="ForecastPass",
            fields=[
                ("no", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("on", models.DateField()),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("reached", models.PositiveBigIntegerField(default=0)),
                ("held", models.PositiveIntegerField(default=0)),
                ("sums", models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name="ForecastShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("held", models.PositiveIntegerField(default=0)),
                ("sums", models.JSONField(default=list)),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="billing.forecastpass",
                    ),
                ),
                (
                    "reseller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programme.reseller",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("of", "reseller"), name="forecast_share_once")
                ],
            },
        ),
    ]
