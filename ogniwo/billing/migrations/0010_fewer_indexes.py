"""Indexes that others begin with, or that no page asks: each cost a write for every row."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LIKES = (  # on PostgreSQL: numbers and accounts are asked for whole
    "billing_invoice_number_b2bb8a8d_like",
    "billing_senderaccount_account_fd85fa89_like",
)


def unindexed(model: str, name: str, index: str, **field: object) -> migrations.RunSQL:
    """Drop an index by itself: with AlterField SQLite would write the whole table anew."""
    key = models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, **field
    )
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"DROP INDEX IF EXISTS {index}",
                f"CREATE INDEX {index} ON billing_{model} ({name}_id)",
            )
        ],
        state_operations=[migrations.AlterField(model, name, key)],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0009_forecast"),
        ("programme", "0003_virtual_account_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(migrations.RunSQL(f"DROP INDEX IF EXISTS {like}", migrations.RunSQL.noop) for like in LIKES),
        unindexed(
            "invoice", "series", "billing_invoice_series_id_aafcbbba",
            related_name="invoices", to="billing.series",
        ),
        unindexed(
            "payment", "entered_by", "billing_payment_entered_by_id_6e2bde41",
            null=True, related_name="+", to=settings.AUTH_USER_MODEL,
        ),
        unindexed(
            "billingdetail", "created_by", "billing_billingdetail_created_by_id_587e452e",
            null=True, related_name="+", to=settings.AUTH_USER_MODEL,
        ),
        unindexed(
            "senderaccount", "client", "billing_senderaccount_client_id_2f46d8d8",
            related_name="sender_accounts", to="programme.client",
        ),
        migrations.RemoveIndex("payment", "payment_credit"),
        migrations.AddIndex(
            "payment",
            models.Index(
                condition=models.Q(("client__isnull", False)),
                fields=["client", "unallocated_grosze"],
                name="payment_of_client",
            ),
        ),
    ]  # fmt: skip
