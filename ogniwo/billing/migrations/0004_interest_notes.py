import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_run_progress"),
        ("programme", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="interestrate",
            name="source",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="invoice",
            name="handed_over_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="noted_to",
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name="InterestNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[("issued", "Issued"), ("cancelled", "Cancelled")],
                        default="issued",
                        max_length=9,
                    ),
                ),
                ("number", models.CharField(max_length=35, unique=True, verbose_name="number")),
                ("serial", models.PositiveIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("issued_on", models.DateField(verbose_name="date of issue")),
                ("issued_at", models.DateTimeField()),
                ("until_on", models.DateField()),
                ("due_on", models.DateField(verbose_name="due day")),
                ("grosze", models.BigIntegerField(verbose_name="amount")),
                ("snapshot", models.JSONField()),
                ("hash", models.CharField(max_length=64)),
                ("paid_grosze", models.BigIntegerField(default=0)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interest_notes",
                        to="programme.client",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="billing.series",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InterestNoteLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("no", models.PositiveIntegerField()),
                ("from_on", models.DateField()),
                ("to_on", models.DateField()),
                ("grosze", models.BigIntegerField()),
                ("noted_before", models.DateField(null=True)),
                ("void", models.BooleanField(default=False)),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="note_lines",
                        to="billing.invoice",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="billing.interestnote",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NoteAllocation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("grosze", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="billing.interestnote",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="note_allocations",
                        to="billing.payment",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="interestnote",
            constraint=models.UniqueConstraint(
                fields=("series", "serial"), name="note_serial_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="interestnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("grosze__gt", 0),
                    ("paid_grosze__gte", 0),
                    ("paid_grosze__lte", models.F("grosze")),
                ),
                name="note_paid_at_most_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="interestnoteline",
            constraint=models.UniqueConstraint(fields=("note", "no"), name="note_line_once"),
        ),
        migrations.AddConstraint(
            model_name="interestnoteline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("void", False)),
                fields=("invoice", "from_on"),
                name="note_line_charges_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="noteallocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("grosze__gt", 0)), name="note_allocation_above_zero"
            ),
        ),
    ]
