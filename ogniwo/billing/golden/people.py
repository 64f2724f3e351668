"""Make the people of a case by the product's own verbs, and remember their ids."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from ogniwo.billing.accounts import convert
from ogniwo.billing.agreeing import Agreement, Discount
from ogniwo.billing.golden.case import Unreadable, day_of, some_day
from ogniwo.billing.models import BillingDetail, NbpRate, SenderAccount
from ogniwo.journal.actors import Holder
from ogniwo.kernel import nip
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import ADMINISTRATOR
from ogniwo.programme.models import Client, Counter, Reseller, Service, Vendor
from ogniwo.programme.onboarding import set_up
from ogniwo.programme.registering import register

DESK: Final = Holder(role=ADMINISTRATOR)
ADDRESS: Final = re.compile(r"\s*(?:(\d\d-\d{3})\s+)?(.*)")
OF_CLIENT: Final = {
    "name": "company_name",
    "nip": "nip",
    "email": "email",
    "country": "country",
    "vat_ue": "vat_ue",
    "due_days": "due_days",
    "virtual_account": "virtual_account",
    "no_reminders": "no_reminders",
}


@dataclass
class Cast:
    """Ids of the case beside those of the database."""

    clients: dict[str, int] = field(default_factory=dict)
    details: dict[str, int] = field(default_factory=dict)
    payments: dict[str, int] = field(default_factory=dict)
    # Billing data of Leads, which only an Account has: kept until they are converted.
    later: dict[str, dict[str, Any]] = field(default_factory=dict)

    def client(self, name: str) -> Client:
        if name not in self.clients:
            raise Unreadable(f"there is no client {name!r}")
        return Client.objects.get(pk=self.clients[name])

    def detail(self, name: str) -> BillingDetail:
        if name not in self.details:
            raise Unreadable(f"there is no detail {name!r}")
        return BillingDetail.objects.get(pk=self.details[name])


def make_vendor(given: Mapping[str, Any], *, at: datetime) -> None:
    set_up(
        company="Sprzedawca sp. z o.o.", nip="9991184077", email="kontakt@sprzedawca.example",
        admin_email="admin@sprzedawca.example", street="ul. Fakturowa 1", postcode="00-001",
        city="Warszawa", account="10105000997603123456789123", at=at,
    )  # fmt: skip
    Vendor.load().change(
        due_days=given.get("due_days", 14), series_span=given.get("series", "month"),
        by=DESK, at=at,
    )  # fmt: skip
    Service.objects.create(code="usluga", name="Usługa", unit="szt.", vat_rate="23")


def make_rates(rows: list[Mapping[str, Any]]) -> None:
    NbpRate.objects.bulk_create(
        NbpRate(currency="EUR", on=day_of(row["on"]), table=row["table"], mid=Decimal(row["eur"]))
        for row in rows
    )


def make_client(given: Mapping[str, Any], cast: Cast, *, at: datetime) -> None:
    """A Lead, converted at once unless the case says that it is still one."""
    values = {"contact_person": "Jan Testowy", "phone": "+48600000000", "platform": "none"}
    company = {k: v for k, v in client_values(given).items() if k in Client.COMPANY_FIELDS}
    client = register(None, {"nip": "", "email": "", **values, **company}, [], by=DESK, at=at)
    cast.clients[given["id"]] = client.pk
    billing = {k: v for k, v in given.items() if k not in {"name", "nip", "email", "address"}}
    change_client(given["id"], {"state": "account", **billing}, cast, at=at)


def change_client(name: str, given: Mapping[str, Any], cast: Cast, *, at: datetime) -> None:
    """New facts of a client; billing data of a Lead wait until he is an Account."""
    client, values = cast.client(name), client_values(given)
    if given.get("state") == "account" and not client.is_account:
        convert(client, reseller=None, unverified_because="golden", by=DESK, at=at)
        values = cast.later.get(name, {}) | values
    if not client.is_account:
        billing = {key: values.pop(key) for key in Client.BILLING_FIELDS if key in values}
        cast.later.setdefault(name, {}).update(billing)
    if values and client.is_account:
        client.change_account(values=values, by=DESK, at=at)
    elif values:
        client.edit(values=values, by=DESK, at=at)
    for account in given.get("ibans", ()):
        SenderAccount.learn(client_id=client.pk, account=account, on=warsaw_day(at))


def client_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a client out of the keys of a case."""
    values = {OF_CLIENT[k]: v for k, v in given.items() if k in OF_CLIENT}
    wrong = values.get("nip", "")
    if not nip.is_valid(wrong) and Client.objects.holding(wrong).exists():
        values["nip"] = ""  # two with the same wrong number: the import leaves it out
    if "address" in given:
        street, _comma, rest = given["address"].partition(",")
        postcode, city = _match(rest or street)
        values |= {"street": street.strip(), "postcode": postcode, "city": city}
    if "held" in given:
        values["billing_held"] = "wstrzymane" if given["held"] else ""
    return values


def buyer_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same as a buyer of a document."""
    values = client_values(given)
    values.pop("billing_held", None)
    if "company_name" in values:
        values["name"] = values.pop("company_name")
    return values


def agreement_of(given: Mapping[str, Any], *, at: datetime) -> Agreement:
    """What was agreed, with the defaults of the format."""
    kind = given.get("kind", BillingDetail.Kind.RECURRING)
    usual_months = None if kind == BillingDetail.Kind.ONE_OFF else 1
    return Agreement(
        service=Service.objects.get(code="usluga"),
        kind=kind,
        name=given.get("name", ""),
        months=given.get("months", usual_months),
        timing=given.get("timing", BillingDetail.Timing.ADVANCE),
        start_on=day_of(given["start_on"]),
        anchor_day=given.get("anchor_day"),
        end_on=some_day(given.get("end_on")),
        periods=given.get("periods"),
        price_grosze=given["price_grosze"],
        basis=given.get("basis", BillingDetail.Basis.NET),
        quantity=given.get("quantity", "1"),
        rate=given.get("rate", "23"),
        exemption=given.get("exemption", ""),
        currency=given.get("currency", BillingDetail.Currency.PLN),
        free_periods=given.get("free_periods", 0),
        discounts=[
            Discount(row["bp"], day_of(row["from"]), some_day(row.get("to")))
            for row in given.get("discounts", ())
        ],
        lead_days=given.get("lead_days", 0),
        separate=given.get("separate", False),
        annex15=given.get("annex15", False),
        reseller=_reseller(given.get("reseller"), at=at),
    )


def _reseller(name: str | None, *, at: datetime) -> Reseller | None:
    """By his name, which is his id in a case."""
    if name is None:
        return None
    known = Reseller.objects.filter(company_name=name).first()
    if known is None:  # the first to name him, or what named him before was refused
        place = Reseller.objects.count()
        known = Reseller.objects.create(
            number=Counter.take("R"), company_name=name, nip=f"999{place:07d}",
            street="ul. Prosta 1", postcode="00-001", city="Warszawa", first_name="Jan",
            last_name="Testowy", email=f"{place}@reseller.example",
            phone="+48600000000", joined_at=at,
        )  # fmt: skip
    return known


def _match(rest: str) -> tuple[str, str]:
    found = ADDRESS.fullmatch(rest)
    return (found[1] or "", found[2].strip()) if found else ("", rest.strip())
