"""III.5: billing details are seen in the panel; one-off gives 1 invoice, others every n months."""

from collections import Counter
from datetime import date

import pytest

from tests.stories.driver import World
from tests.stories.walks import Firm, account

CYCLES = {"programowanie": 0, "integrator": 1, "hosting": 6, "licencja": 12, "domena": 36}
PRICES = {
    "programowanie": 120_000,
    "integrator": 32_900,
    "hosting": 60_000,
    "licencja": 99_900,
    "domena": 45_000,
}
FIRST = date(2026, 1, 6)


def price_list(world: World) -> None:
    for code, months in CYCLES.items():
        world.price(code, code.capitalize(), months=months, grosze=PRICES[code])


def agreed(*codes: str) -> list[dict[str, object]]:
    """Rows of a conversion at the prices of the list."""
    return [
        {"service": code, "months": CYCLES[code], "price": "", "start_on": FIRST} for code in codes
    ]


@pytest.fixture
def client(world: World, radek: Firm) -> str:
    price_list(world)
    return account(world, radek, "Kwiaty", *agreed(*CYCLES))


def lines_of(firm: Firm, numbers: list[str]) -> Counter[str]:
    """How often each service stands on these invoices, as the reseller reads them."""
    found: Counter[str] = Counter()
    for number in numbers:
        text = firm.get(f"/panel/faktury/{number.replace('/', '-')}/").text
        found += Counter(code for code in CYCLES if code.capitalize() in text)
    return found


def test_III_5_they_are_seen_before_the_first_invoice(
    world: World, radek: Firm, zenon: Firm, client: str
) -> None:
    page = radek.get(f"/panel/klienci/{client}/")
    assert "6 sty 2026" in page.row("Integrator", "329,00")
    for code in CYCLES:
        assert page.row(code.capitalize())
    assert zenon.get(f"/panel/klienci/{client}/").status == 404
    desk = world.staff("Krysia").get(f"/konsola/klienci/{client}/")
    assert desk.says("Integrator", "329,00")


def test_III_5_over_37_months_each_is_invoiced_as_often_as_agreed(
    world: World, radek: Firm, client: str
) -> None:
    numbers: list[str] = []
    for month in range(37):
        world.travel(date(2026 + month // 12, month % 12 + 1, FIRST.day))
        made = world.bill()
        assert made["held"] == []
        numbers += [row["number"] for row in made["invoices"]]
        assert world.bill()["invoices"] == []
    assert len(numbers) == len(set(numbers)) == 37  # what falls on one day shares an invoice
    assert numbers[0] == "FV/2026/01/0001"
    assert numbers[-1] == "FV/2029/01/0001"
    counted = lines_of(radek, numbers)
    assert counted == {
        "programowanie": 1,
        "integrator": 37,
        "hosting": 7,
        "licencja": 4,
        "domena": 2,
    }
    page = radek.get(f"/panel/klienci/{client}/")
    assert "6 lut 2029" in page.row("Integrator", "329,00")


def test_III_5_after_downtime_every_missed_period_is_invoiced_once(
    world: World, radek: Firm
) -> None:
    price_list(world)
    account(world, radek, "Kwiaty", *agreed("integrator", "programowanie"))
    world.travel(date(2026, 4, 10))
    planned = world.answer("bill", "--on", "2026-04-10", "--dry-run")
    made = world.bill()
    assert len(planned["invoices"]) == len(made["invoices"]) == 4
    numbers = [row["number"] for row in made["invoices"]]
    assert numbers == [f"FV/2026/04/{n:04}" for n in (1, 2, 3, 4)]
    shown = [world.show("invoice", number) for number in numbers]
    assert {row["issued_on"] for row in shown} == {"2026-04-10"}
    assert lines_of(radek, numbers) == {"integrator": 4, "programowanie": 1}
    assert world.bill()["invoices"] == []


def test_III_5_a_day_ahead_can_only_be_previewed(world: World, radek: Firm, client: str) -> None:
    world.command("bill", "--on", "2026-02-06", status=1)
    planned = world.answer("bill", "--on", "2026-02-06", "--dry-run")
    assert len(planned["invoices"]) == 2
    assert world.answer("show", "invoice")["items"] == []


def test_III_5_the_console_previews_approves_and_issues_the_same(
    world: World, radek: Firm, client: str
) -> None:
    world.travel(FIRST)
    krysia = world.staff("Krysia")
    page = krysia.get(f"/konsola/fakturowanie/{FIRST}/")
    assert page.says("Kwiaty", "Integrator")
    colleague = world.staff("Ola").get(f"/konsola/fakturowanie/{FIRST}/")
    assert colleague.says("Kwiaty")
    assert colleague.submit("approve").status == 403
    done = page.do("approve")
    assert done.url.startswith("/konsola/fakturowanie/przebieg/")
    assert done.says("FV/2026/01/0001")
    (listed,) = world.answer("show", "invoice")["items"]
    net = sum(PRICES.values())
    assert listed["net"]["amount"] == net
    assert listed["vat"]["amount"] == round(net * 0.23)
    assert lines_of(radek, [listed["number"]]) == dict.fromkeys(CYCLES, 1)
    # The page that was open twice issues nothing again.
    page.submit("approve")
    assert len(world.answer("show", "invoice")["items"]) == 1


def test_III_5_a_detail_can_be_added_later_and_ended(
    world: World, radek: Firm, client: str
) -> None:
    world.travel(FIRST)
    world.bill()
    krysia = world.staff("Krysia")
    address = f"/konsola/klienci/{client}/"
    added = krysia.get(f"{address}billing/add/").submit(
        service="hosting", months=6, start_on=date(2026, 2, 1), price="111,11"
    )
    assert added.status == 200
    assert radek.get(f"/panel/klienci/{client}/").says("111,11")
    world.travel(date(2026, 2, 1))
    (made,) = world.bill()["invoices"]
    assert made["gross"]["amount"] == 13_667


def test_III_5_a_closed_account_is_billed_to_its_last_day_and_no_longer(
    world: World, radek: Firm
) -> None:
    price_list(world)
    number = account(world, radek, "Kwiaty", *agreed("integrator"))
    world.travel(FIRST)
    world.bill()
    page = world.staff("Ola").get(f"/konsola/klienci/{number}/")
    page.do("close", last_day=date(2026, 2, 5), reason="Rezygnacja")
    world.travel(date(2026, 5, 1))
    assert world.bill()["invoices"] == []


def test_III_5_a_held_client_is_billed_when_the_reason_is_gone(world: World, radek: Firm) -> None:
    price_list(world)
    number = account(world, radek, "Kwiaty", *agreed("integrator"))
    ola = world.staff("Ola")
    ola.get(f"/konsola/klienci/{number}/").do("change_account", billing_held="Umowa w podpisie")
    world.travel(FIRST)
    made = world.bill()
    assert made["invoices"] == []
    assert [row["client"] for row in made["held"]] == [number]
    assert world.staff("Krysia").get("/konsola/fakturowanie/wstrzymane/").says("Kwiaty")
    ola.get(f"/konsola/klienci/{number}/").do("change_account", billing_held="")
    assert len(world.bill()["invoices"]) == 1
