"""Many billing details at once, as they would stand after years: for races and counts."""

from datetime import date, datetime
from decimal import Decimal

from ogniwo.billing.models import BillingDetail, BillingPeriod, BillingSpan, DetailTerms
from ogniwo.kernel.periods import anchor_date
from ogniwo.programme.models import Client, Service
from tests import cast


def accounts(count: int, *, at: datetime) -> list[Client]:
    """Accounts without a reseller, each with everything an invoice needs."""
    cast.vendor(at=at)
    rows = []
    for number in range(1, count + 1):
        client = Client(
            lead_number=f"L-{number:04}",
            number=f"K-{number:04}",
            state=Client.State.ACCOUNT,
            registered_at=at,
            converted_at=at,
            receipt="",
        )
        fields = cast.client_fields(f"Firma {number}") | {
            "nip": cast.nip(number * 50),
            "email": f"biuro@firma-{number}.example",
        }
        client.set_fields(fields, allowed=Client.COMPANY_FIELDS)
        rows.append(client)
    return Client.objects.bulk_create(rows)


def monthly(clients: list[Client], *, each: int, start_on: date, at: datetime) -> int:
    """So many monthly details for each client, ready for their first run; how many in all."""
    service = Service.objects.get_or_create(code="wiele", defaults={"name": "Abonament"})[0]
    details = BillingDetail.objects.bulk_create(
        BillingDetail(
            client=client,
            service=service,
            name=f"Abonament {number}",
            kind=BillingDetail.Kind.RECURRING,
            months=1,
            start_on=start_on,
            anchor_day=start_on.day,
            created_at=at,
            made_no=1,
            made_on=start_on,
        )
        for client in clients
        for number in range(1, each + 1)
    )
    BillingSpan.objects.bulk_create(
        BillingSpan(detail=one, start=start_on, anchor_day=start_on.day, first_no=1)
        for one in details
    )
    DetailTerms.objects.bulk_create(
        DetailTerms(detail=one, from_on=start_on, price_grosze=14_900, quantity=Decimal(1))
        for one in details
    )
    _first_periods(details, start_on=start_on)
    return len(details)


def _first_periods(details: list[BillingDetail], *, start_on: date) -> None:
    end = anchor_date(start_on, start_on.day, 1)
    BillingPeriod.objects.bulk_create(
        BillingPeriod(
            detail=one,
            client_id=one.client_id,
            no=1,
            start=start_on,
            end=end,
            of_days=(end - start_on).days,
            bill_on=start_on,
        )
        for one in details
    )
