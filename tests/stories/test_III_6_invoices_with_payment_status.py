"""III.6: an issued invoice is seen in the panel with its current payment status."""

import io
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from tests.stories.driver import World
from tests.stories.pages import Page
from tests.stories.walks import Firm, account

FIRST = date(2026, 1, 6)
PLACE = "FV-2026-01-0001"


@pytest.fixture
def client(world: World, radek: Firm) -> str:
    """One invoice of 404,67 zł, due on the twentieth."""
    world.price("integrator", "Integrator", months=1, grosze=32_900)
    detail = {"service": "integrator", "months": 1, "start_on": FIRST}
    number = account(world, radek, "Kwiaty", detail)
    world.travel(FIRST)
    (made,) = world.bill()["invoices"]
    assert (made["number"], made["gross"]["amount"]) == ("FV/2026/01/0001", 40_467)
    return number


def seen(firm: Firm) -> Page:
    return firm.get(f"/panel/faktury/{PLACE}/")


def pay(world: World, amount: str, **typed: Any) -> Page:
    page = world.staff("Krysia").get(f"/konsola/faktury/{PLACE}/")
    return page.do("pay", amount=amount, booked_on=world.today, **typed)


def status(world: World) -> str:
    return str(world.show("invoice", "FV/2026/01/0001")["payment_status"])


def test_III_6_it_is_seen_at_once_by_its_reseller_only(
    world: World, radek: Firm, zenon: Firm, client: str
) -> None:
    page = seen(radek)
    assert page.says("FV/2026/01/0001", "404,67", "Kwiaty sp. z o.o.", "Meridian Integracje")
    assert page.shows_state("invoice", "unpaid")
    assert radek.get("/panel/faktury/").says("FV/2026/01/0001", "404,67")
    assert radek.get(f"/panel/klienci/{client}/").says("FV/2026/01/0001")
    assert zenon.get(f"/panel/faktury/{PLACE}/").status == 404
    assert not zenon.get("/panel/faktury/").says("FV/2026")


def test_III_6_part_full_and_over_paid(world: World, radek: Firm, client: str) -> None:
    pay(world, "100,00")
    assert status(world) == "part_paid"
    assert seen(radek).shows_state("invoice", "part_paid")
    assert seen(radek).says("304,67")
    pay(world, "304,67")
    assert status(world) == "paid"
    assert seen(radek).shows_state("invoice", "paid")
    assert radek.get("/panel/faktury/?p=paid").says("FV/2026/01/0001")
    # Of the second invoice too much is paid: the rest is the client's credit…
    world.travel(date(2026, 2, 6))
    world.bill()
    page = world.staff("Krysia").get("/konsola/faktury/FV-2026-02-0001/")
    page.do("pay", amount="500,00", booked_on=world.today)
    second = world.show("invoice", "FV/2026/02/0001")
    assert second["payment_status"] == "paid"
    assert second["left"]["amount"] == 0
    # … and pays the third one as soon as it is issued.
    world.travel(date(2026, 3, 6))
    world.bill()
    third = world.show("invoice", "FV/2026/03/0001")
    assert third["payment_status"] == "part_paid"
    assert third["left"]["amount"] == 40_467 - (50_000 - 40_467)
    shown = radek.get("/panel/faktury/FV-2026-03-0001/")
    assert shown.shows_state("invoice", "part_paid")


def test_III_6_it_becomes_overdue_on_the_day_after_the_due_day(
    world: World, radek: Firm, client: str
) -> None:
    due = date.fromisoformat(world.show("invoice", "FV/2026/01/0001")["due_on"])
    assert due == date(2026, 1, 20)
    world.travel(due)
    assert seen(radek).shows_state("invoice", "unpaid")
    world.travel(days=1)
    assert status(world) == "overdue"
    assert seen(radek).shows_state("invoice", "overdue")
    assert radek.get(f"/panel/klienci/{client}/").shows_state("client", "overdue")
    assert radek.get("/panel/klienci/?stan=zalegle").says("Kwiaty")
    pay(world, "1,00")
    assert status(world) == "part_overdue"
    pay(world, "403,67")
    assert seen(radek).shows_state("invoice", "paid")


def test_III_6_the_pdf_opens_and_says_the_same(
    world: World, radek: Firm, zenon: Firm, client: str
) -> None:
    page = radek.get(f"/panel/faktury/{PLACE}/faktura.pdf")
    assert page.response["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(page.content)).pages[0].extract_text()
    for words in ("FV/2026/01/0001", "404,67", "Kwiaty", "Integrator"):
        assert words in text
    assert zenon.get(f"/panel/faktury/{PLACE}/faktura.pdf").status == 404


def test_III_6_the_client_gets_it_with_one_link_to_see_and_pay(
    world: World, radek: Firm, client: str
) -> None:
    letter = world.mailbox("biuro@kwiaty.example")[-1]
    assert "FV/2026/01/0001" in letter.subject
    (name,) = letter.attachments
    assert name.endswith(".pdf")
    assert letter.attachments[name].startswith(b"%PDF")
    page = world.visitor().get(letter.link("/f/"))
    assert page.status == 200
    assert page.says("FV/2026/01/0001", "404,67")
    assert page.response["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.response["Cache-Control"]


def test_III_6_what_was_issued_never_changes_with_the_data(
    world: World, radek: Firm, client: str
) -> None:
    ola = world.staff("Ola")
    ola.get(f"/konsola/klienci/{client}/").do("change_account", company_name="Zupełnie Inna Firma")
    page = seen(radek)
    assert page.says("Kwiaty sp. z o.o.")


def test_III_6_only_who_keeps_the_books_enters_payments(world: World, client: str) -> None:
    for name in ("Ola", "Rita"):
        page = world.staff(name).get(f"/konsola/faktury/{PLACE}/")
        assert page.status == 200
        assert not page.offers("pay")
    wrong = pay(world, "-5")
    assert wrong.status == 422
    assert wrong.wrong_fields == {"amount"}
    assert status(world) == "unpaid"


def test_III_6_a_double_click_books_the_payment_once(world: World, client: str) -> None:
    page = world.staff("Krysia").get(f"/konsola/faktury/{PLACE}/")
    page.submit("pay", amount="100,00")
    page.submit("pay", amount="100,00")
    assert world.show("invoice", "FV/2026/01/0001")["left"]["amount"] == 30_467
    assert len(world.answer("show", "payment")["items"]) == 1
