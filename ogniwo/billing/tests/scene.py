"""Kwiaty as an Account that is billed, and people who may do it."""

from datetime import UTC, date, datetime
from typing import Any

from ogniwo.billing import accounts
from ogniwo.billing.agreeing import Agreement, add_detail
from ogniwo.billing.models import BillingDetail, BillingRun, Invoice, Payment
from ogniwo.billing.paying import Transfer, enter
from ogniwo.billing.run import bill_due
from ogniwo.programme.models import Client
from tests import cast

JANUARY = date(2026, 1, 10)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, 0, tzinfo=UTC)


def account(name: str = "Kwiaty", *, on: date = JANUARY, **changes: Any) -> Client:
    """A client of Radek's, converted by Ola."""
    ola = cast.person("Ola")
    lead = cast.lead(name=name, at=noon(on), **changes)
    accounts.convert(lead, reseller=lead.reseller, by=ola, at=noon(on))
    return lead


def agreement(**changes: Any) -> Agreement:
    """149.00 net a month from 10 January 2026."""
    facts: dict[str, Any] = {
        "service": cast.service(),
        "price_grosze": 14_900,
        "start_on": JANUARY,
        "months": 1,
    }
    return Agreement(**facts | changes)


def detail(client: Client, *, at: datetime | None = None, **changes: Any) -> BillingDetail:
    return add_detail(client, agreement(**changes), by=cast.person("Ola"), at=at or noon(JANUARY))


def one_off(client: Client, **changes: Any) -> BillingDetail:
    return detail(client, **{"kind": BillingDetail.Kind.ONE_OFF, "months": None} | changes)


def bill(on: date, **how: Any) -> BillingRun:
    return bill_due(on=on, at=noon(on), **how)


def invoice(client: Client | None = None, **changes: Any) -> Invoice:
    """One invoice of 100.00 net, 123.00 gross, issued on 10 January, due on 26 January."""
    one_off(client or account(), **{"price_grosze": 10_000} | changes)
    bill(JANUARY)
    return Invoice.objects.latest("pk")


def pay(client: Client, grosze: int, *invoices: Invoice, on: date = JANUARY) -> Payment:
    transfer = Transfer(amount_grosze=grosze, booked_on=on)
    krysia = cast.person("Krysia")
    return enter(transfer, client=client, invoices=invoices, by=krysia, at=noon(on))
