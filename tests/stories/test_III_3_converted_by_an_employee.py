"""III.3: an employee converts the Lead into an [Account] and assigns it to the reseller."""

import pytest

from tests.stories.driver import World
from tests.stories.pages import Page
from tests.stories.walks import Firm, account, convert, register

MONTHLY = {"service": "integrator", "months": 1, "price": "329,00"}


@pytest.fixture
def lead(world: World, radek: Firm) -> str:
    world.price("integrator", "Integrator", months=1, grosze=32_900)
    return register(world, radek)


def test_III_3_the_lead_becomes_an_account_of_the_reseller(
    world: World, radek: Firm, zenon: Firm, lead: str
) -> None:
    number = convert(world, lead, MONTHLY)
    assert number == "K-0001"
    shown = world.show("client", number)
    assert (shown["state"], shown["reseller"]) == ("account", radek.number)
    page = radek.get(f"/panel/klienci/{number}/")
    assert page.shows_state("client", "account")
    assert page.says("Integrator", "329,00")
    assert radek.get("/panel/klienci/?stan=konto").says("Kwiaty")
    letter = world.letter(radek.email, "K-0001")
    assert letter.link("/panel/klienci/") == "/panel/klienci/K-0001/"
    assert zenon.get(f"/panel/klienci/{number}/").status == 404
    desk = world.staff("Ola").get(f"/konsola/klienci/{number}/")
    assert desk.shows_state("client", "account")
    assert desk.says("Radek Doradztwo")


def test_III_3_only_the_desk_converts(world: World, radek: Firm, lead: str) -> None:
    for name in ("Krysia", "Rita"):
        page = world.staff(name).get(f"/konsola/leady/{lead}/")
        assert not page.offers("convert")
        assert world.staff(name).get(f"/konsola/leady/{lead}/convert/").status in {403, 404}
    assert radek.get(f"/panel/klienci/{lead}/convert/").status == 403


def test_III_3_an_unchecked_nip_needs_a_reason(world: World, lead: str) -> None:
    page = world.staff("Ola").get(f"/konsola/leady/{lead}/convert/").submit("convert")
    assert page.status == 422
    assert page.wrong_fields == {"unverified_because"}
    assert world.show("client", lead)["state"] == "lead"


def test_III_3_another_reseller_needs_a_reason(
    world: World, radek: Firm, zenon: Firm, lead: str
) -> None:
    form = world.staff("Ola").get(f"/konsola/leady/{lead}/convert/")
    typed = {"unverified_because": "Wykaz VAT", "reseller": zenon.number}
    page = form.submit("convert", **typed)
    assert page.status == 422
    assert page.wrong_fields == {"reason"}
    page.submit("convert", **typed, reason="Obsługuje ten region.")
    assert world.show("client", "K-0001")["reseller"] == zenon.number
    assert radek.get("/panel/klienci/K-0001/").status == 404
    assert zenon.get("/panel/klienci/K-0001/").status == 200


def test_III_3_a_double_click_converts_once(world: World, radek: Firm, lead: str) -> None:
    form = world.staff("Ola").get(f"/konsola/leady/{lead}/convert/")
    typed = {"unverified_because": "Wykaz VAT"}
    first, second = form.submit("convert", **typed), form.submit("convert", **typed)
    assert first.url == "/konsola/klienci/K-0001/"
    assert second.status == 409
    assert len([one for one in world.mailbox(radek.email) if "K-0001" in one.text]) == 1


def test_III_3_of_two_employees_the_second_is_told(world: World, lead: str) -> None:
    mine = world.staff("Ola").get(f"/konsola/leady/{lead}/convert/")
    theirs = world.staff("Adam").get(f"/konsola/leady/{lead}/reject/")
    mine.submit("convert", unverified_because="Wykaz VAT")
    assert theirs.submit("reject", reason="unreachable").status == 409
    assert world.show("client", "K-0001")["state"] == "account"


def undo(world: World, number: str) -> Page:
    return world.staff("Ola").get(f"/konsola/klienci/{number}/").do("undo_convert")


def test_III_3_a_conversion_can_be_undone_for_24_hours(
    world: World, radek: Firm, lead: str
) -> None:
    number = convert(world, lead, MONTHLY)
    world.travel(hours=23)
    before = len(world.mailbox(radek.email))
    assert undo(world, number).url == f"/konsola/leady/{lead}/"
    assert world.show("client", lead)["state"] == "lead"
    assert len(world.mailbox(radek.email)) == before + 1
    assert radek.get(f"/panel/klienci/{lead}/").has_form("edit")
    # Nothing of it is invoiced, and the next conversion takes the same number.
    world.travel(days=40)
    assert world.bill()["invoices"] == []
    assert convert(world, lead) == number


def test_III_3_after_24_hours_it_stays(world: World, lead: str) -> None:
    number = convert(world, lead)
    world.travel(hours=25)
    page = world.staff("Ola").get(f"/konsola/klienci/{number}/")
    assert not page.offers("undo_convert")


def test_III_3_the_client_is_told_only_when_the_desk_wants_it(world: World, radek: Firm) -> None:
    first = register(world, radek, "Kwiaty")
    form = world.staff("Ola").get(f"/konsola/leady/{first}/convert/")
    form.submit("convert", unverified_because="Wykaz VAT", tell_client=True)
    assert len(world.mailbox("biuro@kwiaty.example")) == 2
    account(world, radek, "Ogrody")
    assert len(world.mailbox("biuro@ogrody.example")) == 1


def test_III_3_an_account_moves_to_another_reseller_from_a_day_on(
    world: World, radek: Firm, zenon: Firm, lead: str
) -> None:
    number = convert(world, lead, MONTHLY)
    world.travel(days=2)
    (before,) = [row["number"] for row in world.bill()["invoices"]]
    world.staff("Ola").get(f"/konsola/klienci/{number}/").do(
        "reassign", reseller=zenon.number, on=world.today, reason="Radek oddaje klienta."
    )
    world.travel(days=40)
    (after,) = [row["number"] for row in world.bill()["invoices"]]
    assert world.show("invoice", before)["reseller"] == radek.number
    assert world.show("invoice", after)["reseller"] == zenon.number
    assert radek.get(f"/panel/klienci/{number}/").status == 404
    assert zenon.get(f"/panel/klienci/{number}/").status == 200
    old, new = (f"/panel/faktury/{one.replace('/', '-')}/" for one in (before, after))
    assert (radek.get(old).status, radek.get(new).status) == (200, 404)
    assert (zenon.get(old).status, zenon.get(new).status) == (404, 200)
