"""What a benchmark bills: rows as years of work would leave them, made by SQL alone."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection, models, transaction
from django.db.models import Max

from ogniwo.billing.models import (
    BillingDetail,
    BillingPeriod,
    BillingSpan,
    DetailTerms,
    Invoice,
    InvoiceLine,
    InvoiceVat,
)
from ogniwo.billing.run import bill_due
from ogniwo.kernel.text import fold
from ogniwo.programme import onboarding
from ogniwo.programme.models import Client, Service

FIRST: Final = date(2026, 10, 1)
DAY: Final = date(2026, 11, 2)
AT: Final = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
WEIGHTS: Final = (6, 5, 7, 2, 3, 4, 5, 6, 7)
SERIES: Final = {
    "postgresql": "generate_series(1, %d) AS series(g)",
    "sqlite": "(WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < %d)"
    " SELECT g FROM s) AS series",
}
NEXT: Final = "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT MAX(id) FROM {}))"


def fill(*, clients: int, each: int = 1) -> None:
    """So many Accounts with so many monthly details each, due for the first time on `FIRST`."""
    at = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
    onboarding.set_up(
        company="Meridian Integracje sp. z o.o.", nip=nips(1)[0], email="biuro@meridian.example",
        admin_email="adam@meridian.example", admin_name="Adam Wilk", street="ul. Prosta 1",
        postcode="00-001", city="Warszawa", account="12999900040000307198128740", at=at,
    )  # fmt: skip
    first = _client(at)
    clone(first, clients - 1, lead_number="'L-' || (g + 10000)", number="'K-' || (g + 10000)",
          nip="'x' || g", email="'biuro@firma-' || g || '.example'")  # fmt: skip
    _give_nips(first.pk, clients)
    for _place in range(each):
        _details(first.pk, clients, at=at)
    analyze()


def _client(at: datetime) -> Client:
    client = Client(
        lead_number="L-10000", number="K-10000", state=Client.State.ACCOUNT, registered_at=at,
        converted_at=at, receipt="", company_name="Firma Handlowa Zażółć sp. z o.o.", nip="x0",
        street="ul. Świętojańska 7", postcode="81-368", city="Gdynia", contact_person="Jan Łąk",
        phone="+48600100200", email="biuro@firma-0.example",
    )  # fmt: skip
    client.folded = fold(client.company_name)
    client.save(force_insert=True)
    return client


def _details(first_client: int, clients: int, *, at: datetime) -> None:
    """One more monthly detail for each client, with terms, span and first period."""
    service, _made = Service.objects.get_or_create(code="wiele", defaults={"name": "Hosting"})
    detail = BillingDetail.objects.create(
        client_id=first_client, service=service, name="Hosting sklepu internetowego",
        kind=BillingDetail.Kind.RECURRING, months=1, start_on=FIRST, anchor_day=1, created_at=at,
        made_no=1, made_on=FIRST,
    )  # fmt: skip
    clone(detail, clients - 1, client_id="client_id + g")
    span = BillingSpan.objects.create(detail=detail, start=FIRST, anchor_day=1, first_no=1)
    terms = DetailTerms.objects.create(
        detail=detail, from_on=FIRST, price_grosze=9_900, quantity=Decimal(1)
    )
    period = BillingPeriod.objects.create(
        detail=detail, client_id=first_client, no=1, start=FIRST, end=date(2026, 11, 1),
        of_days=31, bill_on=FIRST,
    )  # fmt: skip
    clone(span, clients - 1, detail_id="detail_id + g")
    clone(terms, clients - 1, detail_id="detail_id + g")
    clone(period, clients - 1, detail_id="detail_id + g", client_id="client_id + g")


def fill_old(*, invoices: int) -> None:
    """So many invoices of earlier years, copies of one that the run issued."""
    bill_due(on=FIRST, at=AT, limit=1)
    invoice = Invoice.objects.order_by("pk")[0]
    line, vat = invoice.lines.all()[0], InvoiceVat.objects.filter(invoice=invoice)[0]
    shift = _next_pk(Invoice) - invoice.pk - 1
    old = "'FV/2019/' || g"
    clone(invoice, invoices, number=old, serial="g + 1000000", issued_on="'2019-01-01'")
    detail = BillingDetail.objects.order_by("pk")[0].pk
    clone(line, invoices, invoice_id=f"invoice_id + {shift} + g", period_no="g + 1000",
          detail_id=str(detail))  # fmt: skip
    clone(vat, invoices, invoice_id=f"invoice_id + {shift} + g")
    analyze()


def clone(row: models.Model, count: int, **changed: str) -> None:
    """`count` copies of a row; `changed` are SQL expressions over its columns and `g`, 1 and up."""
    if count < 1:
        return
    meta = row._meta
    table = connection.ops.quote_name(meta.db_table)
    begin = _next_pk(type(row)) - 1
    columns = [f.column for f in meta.concrete_fields if not f.generated and f.column]
    values = {"id": f"{begin} + g", **changed}
    names = ", ".join(connection.ops.quote_name(c) for c in columns)
    picked = ", ".join(values.get(c, connection.ops.quote_name(c)) for c in columns)
    if connection.vendor == "postgresql":
        days = {f.column for f in meta.concrete_fields if isinstance(f, models.DateField)}
        picked = ", ".join(
            f"({values[c]})::date" if c in days and c in changed
            else values.get(c, connection.ops.quote_name(c))
            for c in columns
        )  # fmt: skip
    series = SERIES[connection.vendor] % count
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {picked} FROM {table}, {series}"
            f" WHERE {table}.id = {row.pk}"
        )
        if connection.vendor == "postgresql":
            cursor.execute(NEXT.format(table), [meta.db_table])


def _next_pk(model: type[models.Model]) -> int:
    most: int = model._default_manager.aggregate(most=Max("pk"))["most"] or 0
    return most + 1


def _give_nips(first_client: int, clients: int) -> None:
    """True NIPs, by one statement."""
    found = nips(clients + 1)[1:]
    rows = list(enumerate(found, first_client))
    table = connection.ops.quote_name(Client._meta.db_table)
    values: Any
    if connection.vendor == "postgresql":
        source = "unnest(%s::bigint[], %s::text[]) AS made (pk, nip)"
        values = [[pk for pk, _nip in rows], found]
    else:
        source = "(SELECT key + %s AS pk, value AS nip FROM json_each(%s)) AS made"
        values = [first_client, _json(found)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET nip = made.nip FROM {source} WHERE {table}.id = made.pk",
            values,
        )


def _json(rows: list[str]) -> str:
    return "[" + ",".join(f'"{row}"' for row in rows) + "]"


def nips(count: int) -> list[str]:
    """So many different NIPs that begin with 999, which no tax office gives."""
    found: list[str] = []
    number = 0
    while len(found) < count:
        digits = f"{999_000_000 + number}"
        number += 1
        if digits[1:3] == "00":
            continue
        check = sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11
        if check < 10:  # noqa: PLR2004 - ten has no digit
            found.append(f"{digits}{check}")
    return found


def break_one() -> None:
    """A detail that cannot be computed: its terms are gone."""
    middle = BillingDetail.objects.count() // 2
    detail = BillingDetail.objects.order_by("pk")[middle]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM billing_detailterms WHERE detail_id = %s", [detail.pk])


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def written() -> dict[str, int]:
    """How many documents and lines there are, and the last number: to compare two runs."""
    sums = Invoice.objects.filter(issued_on=DAY).aggregate(last=Max("serial"))
    return {
        "invoices": Invoice.objects.filter(issued_on=DAY).count(),
        "lines": InvoiceLine.objects.filter(invoice__issued_on=DAY).count(),
        "last": sums["last"] or 0,
    }
