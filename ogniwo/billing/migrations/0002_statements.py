import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_initial"),
        ("programme", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CsvMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signature", models.CharField(max_length=64, unique=True)),
                ("mapping", models.JSONField()),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Debit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("booked_on", models.DateField(verbose_name="day")),
                ("amount_grosze", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("title", models.CharField(blank=True, max_length=500, verbose_name="title")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="receiver")),
                (
                    "account",
                    models.CharField(blank=True, max_length=40, verbose_name="receiver's account"),
                ),
                ("bank_key", models.CharField(max_length=200)),
                ("is_return", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("skipped", "Left out"),
                            ("proposed", "Seems a return"),
                            ("reversed", "Return"),
                        ],
                        default="skipped",
                        max_length=8,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="payment",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="doubt",
            field=models.CharField(
                blank=True,
                choices=[
                    ("numbers", "It names documents of several clients."),
                    ("sender", "Several clients pay from this account."),
                    ("nip", "It names the NIPs of several clients."),
                    ("error", "It could not be matched; the administrator was told."),
                ],
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="ignore_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="payment",
            name="ignored_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="part_of",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="billing.payment",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="reference",
            field=models.CharField(max_length=100, null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="split_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="payment",
            name="bank_key",
            field=models.CharField(max_length=200, null=True),
        ),
        migrations.CreateModel(
            name="BankStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("account", models.CharField(max_length=40, verbose_name="account")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("number", models.CharField(blank=True, max_length=50, verbose_name="number")),
                ("from_on", models.DateField(null=True)),
                ("to_on", models.DateField(null=True)),
                (
                    "opening_grosze",
                    models.BigIntegerField(null=True, verbose_name="opening balance"),
                ),
                (
                    "closing_grosze",
                    models.BigIntegerField(null=True, verbose_name="closing balance"),
                ),
                ("format", models.CharField(max_length=8, verbose_name="format")),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                ("digest", models.CharField(max_length=64)),
                ("part", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[("reading", "Being read"), ("imported", "Read in")],
                        default="reading",
                        max_length=8,
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("credits", models.PositiveIntegerField(default=0, verbose_name="credits")),
                ("debits", models.PositiveIntegerField(default=0, verbose_name="debits")),
                ("known", models.PositiveIntegerField(default=0, verbose_name="already there")),
                ("credits_grosze", models.BigIntegerField(default=0)),
                ("debits_grosze", models.BigIntegerField(default=0)),
                ("entered_at", models.DateTimeField()),
                ("matched_to", models.BigIntegerField(default=0)),
                ("matched_at", models.DateTimeField(null=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="payment",
            name="statement",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="billing.bankstatement",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(
                    ("client__isnull", True),
                    ("ignored_at__isnull", True),
                    ("reversed_at__isnull", True),
                    ("split_at__isnull", True),
                ),
                fields=["-booked_on", "-id"],
                name="payment_to_clarify",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(
                    ("confirmed_at__isnull", True),
                    ("reversed_at__isnull", True),
                    models.Q(("matched_by", "iban"), ("matched_by", "nip"), _connector="OR"),
                ),
                fields=["-booked_on", "-id"],
                name="payment_to_confirm",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("statement__isnull", False)),
                fields=["statement", "id"],
                name="payment_of_statement",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("part_of__isnull", False)),
                fields=["part_of"],
                name="payment_parts",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("reference__isnull", False)),
                fields=["reference"],
                name="payment_reference",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("bank_key",), name="payment_once"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ignored_at__isnull", True),
                    models.Q(("client__isnull", True), ("split_at__isnull", True)),
                    _connector="OR",
                ),
                name="payment_ignored_is_nobodys",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("split_at__isnull", True),
                    models.Q(
                        ("client__isnull", True), ("refunded_grosze", 0), ("unallocated_grosze", 0)
                    ),
                    _connector="OR",
                ),
                name="payment_split_has_no_money",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("part_of__isnull", True),
                    models.Q(("bank_key__isnull", True), ("split_at__isnull", True)),
                    _connector="OR",
                ),
                name="payment_part_is_no_row_of_the_bank",
            ),
        ),
        migrations.AddField(
            model_name="csvmapping",
            name="entered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="debit",
            name="proposes",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returns",
                to="billing.payment",
            ),
        ),
        migrations.AddField(
            model_name="debit",
            name="statement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outgoing",
                to="billing.bankstatement",
            ),
        ),
        migrations.AddIndex(
            model_name="bankstatement",
            index=models.Index(fields=["-entered_at", "-id"], name="statement_newest"),
        ),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.UniqueConstraint(fields=("digest", "part"), name="statement_once"),
        ),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "reading"),
                    (
                        "rows",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("credits"), "+", models.F("debits")
                            ),
                            "+",
                            models.F("known"),
                        ),
                    ),
                    _connector="OR",
                ),
                name="statement_rows_add_up",
            ),
        ),
        migrations.AddIndex(
            model_name="debit",
            index=models.Index(fields=["-booked_on", "-id"], name="debit_newest"),
        ),
        migrations.AddIndex(
            model_name="debit",
            index=models.Index(fields=["state", "-booked_on", "-id"], name="debit_state"),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.UniqueConstraint(fields=("bank_key",), name="debit_once"),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_grosze__gt", 0)), name="debit_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "skipped"), ("proposes__isnull", False), _connector="OR"
                ),
                name="debit_proposes_a_payment",
            ),
        ),
    ]
