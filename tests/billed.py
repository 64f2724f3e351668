"""What the tests of money at the desk begin with: an Account with something due, an invoice."""

from datetime import date, timedelta
from typing import Any

from django.utils.timezone import now

from ogniwo.billing import accounts
from ogniwo.billing.agreeing import Agreement
from ogniwo.billing.models import Invoice
from ogniwo.billing.run import bill_due
from ogniwo.kernel.days import warsaw_day
from ogniwo.programme.models import Client
from tests import cast


def today() -> date:
    return warsaw_day(now())


def account(
    name: str = "Kwiaty", *, price: int = 32_900, days_ago: int = 0, **changes: Any
) -> Client:
    """An Account whose monthly service began so many days ago and is not invoiced yet."""
    firm = cast.reseller("Radek", at=now() - timedelta(days=60))
    client = cast.lead(firm, name, at=now() - timedelta(days=50), **changes)
    start = today() - timedelta(days=days_ago)
    accounts.convert(
        client,
        reseller=client.reseller,
        unverified_because="telefon",
        details=[Agreement(service=cast.service(), price_grosze=price, months=1, start_on=start)],
        by=cast.person("Ola"),
        at=now() - timedelta(days=49),
    )
    return client


def invoice(name: str = "Kwiaty", **options: Any) -> Invoice:
    """Its first invoice, issued today: 329,00 net, 404,67 gross."""
    client = account(name, **options)
    bill_due(on=today(), at=now(), client=client)
    return Invoice.objects.get(client=client)


def address_of(found: Invoice, verb: str = "") -> str:
    number = found.number.replace("/", "-")
    return f"/konsola/faktury/{number}/{verb}/" if verb else f"/konsola/faktury/{number}/"
