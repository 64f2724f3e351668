"""An accountant's month in a real browser, without a terminal: from the preview to the register."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ogniwo.integrations.bank.tests.writing import entry, mt940
from tests.browser.conftest import free_port
from tests.browser.product import Product
from tests.browser.test_life import fill, path_of, press, send, today
from tests.browser.watch import Watched

CLIENT = "K-0002"
ACCOUNT = "12999900040000307198128740"
Month = tuple[Product, Watched]


@pytest.fixture
def month(chromium: Browser, tmp_path: Path) -> Iterator[Month]:
    """A year of a small vendor behind, and the accountant signed in."""
    product = Product(tmp_path / "data", port=free_port())
    logins = product.command("demo", "--clients", "40")
    login = next(one for one in logins if one["role"] == "accountant")
    for running in product.running(lines=1):
        krysia = Watched(chromium, running.origin, shots="month")
        krysia.go("/logowanie/")
        fill(krysia.page, {"login": login["email"], "password": login["password"]})
        send(krysia.page)
        yield running, krysia
        assert not krysia.complaints, "\n".join(krysia.complaints)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_an_accountant_does_a_month_without_a_terminal(month: Month, tmp_path: Path) -> None:
    product, krysia = month
    number = invoiced(krysia)
    corrected(krysia, number)
    late = reminded(krysia, product)
    paid(krysia, product, {"ours": number, "late": late}, tmp_path)
    registered(krysia, number)
    assert product.command("check")["breaches"] == []


def invoiced(krysia: Watched) -> str:
    """A one-off service is agreed, previewed, approved and issued."""
    page = krysia.go(f"/konsola/klienci/{CLIENT}/billing/add/")
    first = page.locator("[name='service'] option").nth(1).get_attribute("value")
    fill(page, {"service": first, "months": "0", "price": "1000", "start_on": today()})
    send(page, "/add/")
    page = krysia.go(f"/konsola/fakturowanie/{today().isoformat()}/")
    assert page.get_by_text("1 230,00 zł").count()
    krysia.look("preview")
    press(page, "form[action$='/approve/'] button.primary")
    assert path_of(page).startswith("/konsola/fakturowanie/przebieg/")
    krysia.look("run")
    press(page, "a[href^='/konsola/faktury/FV-']")
    return path_of(page).strip("/").rpartition("/")[2].replace("-", "/")


def corrected(krysia: Watched, number: str) -> None:
    """The price was too high: the effect is shown first, then the correction is issued."""
    page = krysia.go(f"{address(number)}korekta/")
    fill(page, {"what": "lines", "l1-unit": "800", "reason": "Uzgodniony rabat", "cause": "later"})
    press(page, "button[name='preview']")
    assert page.locator("#effect").get_by_text("246,00").count()
    krysia.look("correction")
    press(page, "form[action$='/korekta/'] button.primary:not([name='preview'])")
    assert page.get_by_text("KOR/").count()


def reminded(krysia: Watched, product: Product) -> str:
    """An overdue client gets a letter today; the number of the invoice he has not paid."""
    invoices = product.command("show", "invoice")["items"]
    late = next(one for one in invoices if one["payment_status"] == "overdue")
    page = krysia.go("/konsola/platnosci/po-terminie/")
    krysia.look("overdue")
    press(page, f"form[action$='/{late['client']}/remind/'] button")
    return str(late["number"])


def paid(krysia: Watched, product: Product, numbers: dict[str, str], folder: Path) -> None:
    """A statement: one transfer names its invoice, one has a wrong digit and waits for a person."""
    left = product.command("show", "invoice", numbers["late"])["left"]["amount"]
    other = product.command("show", "invoice", numbers["ours"])["left"]["amount"]
    wrong = f"{numbers['late'][:-2]}9{numbers['late'][-1]}"  # one digit off, and nobody's
    rows = [
        entry(other, on=today(), title=f"zapłata {numbers['ours']}", reference="A1"),
        entry(left, on=today(), title=f"faktura {wrong}", name="Nieznany", reference="A2",
              account="77999900000000000000000077"),
    ]  # fmt: skip
    file = folder / "wyciag.sta"
    file.write_bytes(mt940(rows, account=ACCOUNT).encode("cp1250"))
    page = krysia.go("/konsola/platnosci/wyciagi/nowy/")
    page.locator("main [name='statements']").set_input_files(file)
    press(page, "form button.primary")
    krysia.look("statement")
    press(page, "form button.primary")
    page = krysia.go("/konsola/platnosci/")
    assert page.get_by_text(f"faktura {wrong}").count()
    krysia.look("matching")
    accept(page, numbers["late"])
    for number in numbers.values():
        assert product.command("show", "invoice", number)["left"]["amount"] == 0


def accept(page: Page, number: str) -> None:
    """What was suggested is ticked and confirmed."""
    row = page.locator("main tr", has_text=number).first
    box = row.locator("input[type='checkbox']")
    box.check()
    press(page, "button.primary[type='submit']")


def registered(krysia: Watched, number: str) -> None:
    """The register of the month has the invoice, and can be taken along as a file."""
    page = krysia.go(f"/konsola/ksiegowosc/{today():%Y-%m}/")
    krysia.look("register")
    with page.expect_download() as download:
        page.locator("main a[href*='csv']").first.click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert number in text


def address(number: str) -> str:
    return f"/konsola/faktury/{number.replace('/', '-')}/"
