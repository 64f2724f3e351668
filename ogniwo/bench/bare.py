"""The bare reference: Django's `bulk_create` of invoices with two lines each, and nothing else.

Constraints and indexes are those every invoice table has: unique numbers, a unique period of an
item, two list indexes, foreign keys; a gapless number from a locked row; the item's next day moved.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import connection, models, transaction

DUE, NEXT = date(2026, 11, 1), date(2026, 12, 1)
CENT = Decimal("0.01")
BATCH = 1_000


class BareClient(models.Model):
    name = models.CharField(max_length=200)
    nip = models.CharField(max_length=10)

    class Meta:
        app_label = "bench"


class BareItem(models.Model):
    client = models.ForeignKey(BareClient, models.PROTECT)
    name = models.CharField(max_length=200)
    months = models.SmallIntegerField()
    price = models.DecimalField(max_digits=12, decimal_places=2)
    next_due = models.DateField(db_index=True)

    class Meta:
        app_label = "bench"


class BareSeries(models.Model):
    code = models.CharField(max_length=20)
    last = models.IntegerField(default=0)

    class Meta:
        app_label = "bench"


class BareInvoice(models.Model):
    series = models.ForeignKey(BareSeries, models.PROTECT)
    seq = models.IntegerField()
    number = models.CharField(max_length=40, unique=True)
    client = models.ForeignKey(BareClient, models.PROTECT)
    issued = models.DateField()
    due = models.DateField()
    status = models.CharField(max_length=10)
    net = models.DecimalField(max_digits=12, decimal_places=2)
    vat = models.DecimalField(max_digits=12, decimal_places=2)
    gross = models.DecimalField(max_digits=12, decimal_places=2)
    paid = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    created = models.DateTimeField()

    class Meta:
        app_label = "bench"
        constraints = [models.UniqueConstraint(fields=["series", "seq"], name="bare_series_seq")]
        indexes = [
            models.Index(fields=["-issued", "-id"], name="bare_issued"),
            models.Index(fields=["status", "-issued", "-id"], name="bare_status"),
        ]


class BareLine(models.Model):
    invoice = models.ForeignKey(BareInvoice, models.CASCADE, related_name="lines")
    item = models.ForeignKey(BareItem, models.PROTECT)
    pos = models.SmallIntegerField()
    name = models.CharField(max_length=200)
    period = models.DateField()
    qty = models.DecimalField(max_digits=12, decimal_places=3)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    rate = models.SmallIntegerField()
    net = models.DecimalField(max_digits=12, decimal_places=2)
    vat = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        app_label = "bench"
        constraints = [models.UniqueConstraint(fields=["item", "period"], name="bare_item_period")]


def fill(clients: int) -> None:
    """Make the tables, and two items for each client."""
    with connection.schema_editor() as editor:
        for model in (BareClient, BareItem, BareSeries, BareInvoice, BareLine):
            editor.create_model(model)
    BareSeries._default_manager.create(pk=1, code="FV")
    BareClient._default_manager.bulk_create(
        [BareClient(pk=k, name=f"Firma {k}", nip=f"{k:010d}") for k in range(1, clients + 1)],
        batch_size=BATCH,
    )
    BareItem._default_manager.bulk_create(
        [
            BareItem(pk=k, client_id=(k + 1) // 2, name="Hosting", months=1,
                     price=Decimal(99), next_due=DUE)
            for k in range(1, 2 * clients + 1)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@transaction.atomic
def bill(number: int) -> None:
    """All at once, as `bulk_create` is quickest."""
    series = BareSeries._default_manager.select_for_update().get(pk=1)
    series.last += number
    series.save()
    at = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
    invoices = BareInvoice._default_manager.bulk_create(
        [_invoice(k, at) for k in range(1, number + 1)], batch_size=BATCH
    )
    lines = [_line(invoices[k // 2], k) for k in range(2 * number)]
    BareLine._default_manager.bulk_create(lines, batch_size=BATCH)
    BareItem._default_manager.filter(pk__lte=2 * number).update(next_due=NEXT)


def _invoice(k: int, at: datetime) -> BareInvoice:
    net, vat = Decimal("148.50"), Decimal("34.16")
    return BareInvoice(
        series_id=1, seq=k, number=f"FV/{k:06d}/11/2026", client_id=k, issued=DUE,
        due=date(2026, 11, 15), status="issued", net=net, vat=vat, gross=net + vat, created=at,
    )  # fmt: skip


def _line(invoice: BareInvoice, k: int) -> BareLine:
    price = Decimal("99.00") if k % 2 == 0 else Decimal("49.50")
    return BareLine(
        invoice_id=invoice.pk, item_id=k + 1, pos=k % 2 + 1, name="Hosting sklepu internetowego",
        period=DUE, qty=Decimal(1), price=price, rate=23, net=price,
        vat=(price * 23 / 100).quantize(CENT),
    )  # fmt: skip
