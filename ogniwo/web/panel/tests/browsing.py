"""How the tests of the Panel open pages: whose browser, what is typed, what an Account has."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from ogniwo.billing.accounts import convert
from ogniwo.billing.agreeing import Agreement
from ogniwo.billing.models import Invoice
from ogniwo.billing.run import bill_due
from ogniwo.people.models import User
from ogniwo.programme.models import Client, Reseller
from tests import cast

TODAY = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


def browser_of(user: User) -> Browser:
    """Signed in; pages come in English, the language of the tests."""
    User.objects.filter(pk=user.pk).update(language="en")
    user.refresh_from_db()
    browser = Browser()
    browser.force_login(user)
    return browser


def owner_browser(firm: Reseller) -> Browser:
    return browser_of(cast.owner_of(firm))


def page_of(browser: Browser, address: str, status: int = 200) -> str:
    """The words of a page."""
    answer = browser.get(address)
    assert answer.status_code == status, answer.status_code
    return " ".join(answer.content.decode().split())


def queries_of(browser: Browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def typed(client: Client, **changes: str) -> dict[str, str]:
    """The form of a Lead as its reseller sends it."""
    fields = {name: str(getattr(client, name) or "") for name in Client.COMPANY_FIELDS}
    return fields | {"version": str(client.version)} | changes


def an_account(
    firm: Reseller, name: str = "Kwiaty", *, at: datetime = cast.START, **terms: Any
) -> Client:
    """Converted a day after its registration, with one monthly service of 329,00 zł net."""
    client = cast.lead(firm, name, at=at)
    start_on = (at + timedelta(days=1)).date()
    agreement: dict[str, Any] = {
        "service": cast.service(), "price_grosze": 32_900, "start_on": start_on, "months": 1
    } | terms  # fmt: skip
    convert(
        client,
        reseller=firm,
        unverified_because="sprawdzone przez telefon",
        details=[Agreement(**agreement)],
        by=cast.person("Ola", at=at),
        at=at + timedelta(days=1),
    )
    client.refresh_from_db()
    return client


def bill(on: date) -> list[Invoice]:
    """Issue what is due on that day."""
    at = datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC)
    bill_due(on=on, by=cast.person("Krysia"), at=at)
    return list(Invoice.objects.order_by("pk"))
