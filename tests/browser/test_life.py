"""The whole life once, in a real browser: from the first start to the paid invoice."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from ogniwo.kernel.days import WARSAW
from ogniwo.web.components.statuses import label_of
from tests import cast
from tests.browser.product import Product
from tests.browser.watch import Watched

RADEK, CLIENT = "radek@doradztwo.example", "biuro@kwiaty.example"
COMPANY = {
    "company": "Meridian Integracje sp. z o.o.",
    "nip": cast.nip(1),
    "street": "ul. Prosta 1",
    "postcode": "00-001",
    "city": "Warszawa",
    "account": "12 9999 0004 0000 3071 9812 8740",
    "email": "partnerzy@meridian.example",
    "admin_name": "Adam Wilk",
    "admin_email": "adam@meridian.example",
    "password": cast.PASSWORD,
}


def today() -> date:
    return datetime.now(WARSAW).date()


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


def fill(page: Page, fields: dict[str, Any]) -> None:
    """Type, pick and tick, as a person does with what is on the page."""
    for name, value in fields.items():
        field = page.locator(f"main [name='{name}']")
        kind = field.first.get_attribute("type")
        if kind in {"radio", "checkbox"}:
            chosen = value if isinstance(value, str) else ""
            box = page.locator(f"main [name='{name}'][value='{chosen}']") if chosen else field
            box.check()
        elif field.first.evaluate("one => one.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(value.isoformat() if isinstance(value, date) else str(value))


def press(page: Page, selector: str) -> None:
    """Click, and wait for the page this leads to."""
    with page.expect_navigation():
        page.locator(f"main {selector}").first.click()


def send(page: Page, action: str = "") -> None:
    """The main button of the form that goes to this address."""
    form = f"form[action$='{action}']" if action else "form[method='post']"
    press(page, f"{form} button[type='submit'].primary")


def says_state(page: Page, kind: str, key: str) -> bool:
    from django.utils import translation  # noqa: PLC0415 - Django is ready in a test

    with translation.override("pl"):
        label = label_of(kind, key)
    return page.locator("main .badge", has_text=label).count() > 0


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_whole_life_is_walked_once(chromium: Browser, empty: Product) -> None:
    vendor, guest, radek = (
        Watched(chromium, empty.origin, shots=f"life/{who}") for who in ("vendor", "guest", "radek")
    )
    set_up(vendor, empty)
    apply(guest, empty)
    accept(vendor)
    become_active(radek, empty)
    register(radek)
    convert(vendor)
    number = bill(vendor)
    see_invoice(radek, number, "unpaid")
    pay(vendor, number)
    see_invoice(radek, number, "paid")
    see_as_client(guest, empty, number)
    complaints = [*vendor.complaints, *guest.complaints, *radek.complaints]
    assert not complaints, "\n".join(complaints)
    assert empty.command("check")


def set_up(vendor: Watched, product: Product) -> None:
    page = vendor.go(product.set_up_link())
    vendor.look("set-up")
    fill(page, COMPANY)
    press(page, "form:has([name='company']) button.primary")
    assert path_of(page) == "/konsola/"
    vendor.look("console")
    vendor.go("/konsola/uslugi/")
    press(page, "a.primary")
    fill(page, {"name": "Integrator", "code": "integrator"})
    vendor.look("new-service")
    send(page)
    fill(page, {"months": "1", "net_price": "329,00", "from_on": today()})
    vendor.look("service")
    press(page, "form:has([name='net_price']) button[type='submit']")
    vendor.go("/konsola/uslugi/")
    assert page.locator("main").inner_text().count("329,00")
    vendor.look("services")


def apply(guest: Watched, product: Product) -> None:
    page = guest.go("/")
    guest.look("start")
    guest.go("/regulamin/")
    guest.look("terms")
    guest.go("/zostan-resellerem/")
    guest.look("apply")
    consents = {"consent_information": True, "consent_terms": True}
    fill(page, {k: v for k, v in cast.application_fields("Radek").items() if v} | consents)
    send(page)
    assert path_of(page) == "/zostan-resellerem/wyslano/"
    guest.look("sent")
    guest.go(product.link(RADEK, "/wniosek/"))
    guest.look("confirm")
    send(page, "verify_email/")
    assert page.locator("main").inner_text().count("W-0001")
    guest.look("status")


def accept(vendor: Watched) -> None:
    page = vendor.go("/konsola/wnioski/")
    vendor.look("applications")
    vendor.go("/konsola/wnioski/W-0001/")
    press(page, "form[action$='/take/'] button")
    vendor.look("application")
    press(page, "a[href$='/accept/']")
    vendor.look("accept")
    send(page, "/accept/")
    assert says_state(page, "application", "accepted")
    vendor.go("/konsola/resellerzy/R-001/")
    vendor.look("reseller")


def become_active(radek: Watched, product: Product) -> None:
    page = radek.go(product.link(RADEK, "/zaproszenie/"))
    radek.look("invitation")
    fill(page, {"password": cast.PASSWORD})
    send(page)
    assert path_of(page).startswith("/panel/")
    radek.look("panel-before-terms")
    radek.go(product.link(RADEK, "/regulamin/akceptacja/"))
    radek.look("accept-terms")
    send(page)
    radek.look("terms-accepted")
    radek.go("/panel/")
    radek.look("panel")


def register(radek: Watched) -> None:
    page = radek.go("/panel/rejestracja/")
    assert path_of(page) == "/reseller_klient_RadekKowalski.html"
    radek.look("frk")
    fields = cast.client_fields("Kwiaty", statement_on=today() - timedelta(days=1))
    typed = {k: v for k, v in fields.items() if v} | {"services": "integrator"}
    fill(page, typed | {"nip": "1234567890"})
    send(page)
    radek.complaints = [one for one in radek.complaints if "422" not in one]
    radek.look("frk-mistake")
    fill(page, {"nip": typed["nip"]})
    send(page)
    assert path_of(page) == "/panel/klienci/L-0001/"
    assert says_state(page, "client", "lead")
    radek.look("lead")
    fill(page, {"phone": "601 222 333"})
    send(page, "/edit/")
    assert path_of(page) == "/panel/klienci/L-0001/"
    assert page.locator("main [name='phone']").input_value().replace(" ", "") == "601222333"
    radek.go("/panel/klienci/")
    radek.look("clients")


def convert(vendor: Watched) -> None:
    page = vendor.go("/konsola/leady/")
    vendor.look("leads")
    vendor.go("/konsola/leady/L-0001/")
    vendor.look("lead")
    press(page, "a[href$='/convert/']")
    fill(page, {"unverified_because": "Wykaz podatników VAT", "d0-use": True})
    fill(page, {"d0-start_on": today()})
    vendor.look("convert")
    send(page, "/convert/")
    assert path_of(page) == "/konsola/klienci/K-0001/"
    assert says_state(page, "client", "account")
    vendor.look("account")


def bill(vendor: Watched) -> str:
    page = vendor.go("/konsola/fakturowanie/")
    vendor.look("runs")
    vendor.go(f"/konsola/fakturowanie/{today()}/")
    vendor.look("preview")
    send(page, "/approve/")
    assert path_of(page).startswith("/konsola/fakturowanie/przebieg/")
    vendor.look("run")
    vendor.go("/konsola/faktury/")
    vendor.look("invoices")
    return page.locator("main tbody a").first.inner_text().strip()


def see_invoice(radek: Watched, number: str, state: str) -> None:
    page = radek.go("/panel/faktury/")
    assert says_state(page, "invoice", state)
    radek.look(f"invoices-{state}")
    press(page, f"a:has-text('{number}')")
    assert page.locator("main").inner_text().count("404,67")
    assert says_state(page, "invoice", state)
    radek.look(f"invoice-{state}")
    paper = radek.context.request.get(f"{page.url}faktura.pdf")
    assert paper.body().startswith(b"%PDF")


def pay(vendor: Watched, number: str) -> None:
    page = vendor.go(f"/konsola/faktury/{number.replace('/', '-')}/")
    vendor.look("invoice")
    assert page.locator("main [name='amount']").input_value() == "404,67"
    press(page, "form[action$='/pay/'] button[type='submit']")
    assert says_state(page, "invoice", "paid")
    vendor.go("/konsola/platnosci/")
    vendor.look("payments")


def see_as_client(guest: Watched, product: Product, number: str) -> None:
    page = guest.go(product.link(CLIENT, "/f/"))
    assert number in page.locator("main").inner_text()
    guest.look("clients-invoice")
    guest.go(product.link(CLIENT, "/to-nie-ja/"))
    guest.look("objection")
