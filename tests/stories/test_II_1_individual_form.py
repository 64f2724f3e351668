"""II.1: every active reseller has a client form of his own, at an address made of his name."""

import pytest

from tests.stories.driver import World
from tests.stories.walks import Firm, accept, apply, email_of, firm_of, reseller


@pytest.mark.parametrize(
    ("first", "last", "slug"),
    [
        ("Łucja", "Żak-Nowak", "LucjaZakNowak"),
        ("Świętopełk", "Źdźbło", "SwietopelkZdzblo"),
        ("Jan Maria", "O'Hara", "JanMariaOHara"),
    ],
)
def test_II_1_polish_letters_are_folded(world: World, first: str, last: str, slug: str) -> None:
    names = {"first_name": first, "last_name": last}
    firm = reseller(world, "Radek", **names)
    assert firm.frk == f"/reseller_klient_{slug}.html"
    page = world.visitor().get(firm.frk)
    assert page.status == 200
    assert page.says(first) or page.says(firm.name)


def test_II_1_the_second_of_the_same_name_gets_a_number(world: World) -> None:
    anna = {"first_name": "Anna", "last_name": "Kowalska"}
    first = reseller(world, "Radek", **anna)
    second = reseller(world, "Zenon", **anna)
    assert first.frk == "/reseller_klient_AnnaKowalska.html"
    assert second.frk == "/reseller_klient_AnnaKowalska2.html"


def test_II_1_other_spellings_lead_to_it_and_unknown_names_to_nothing(
    world: World, radek: Firm
) -> None:
    page = world.visitor().get("/reseller_klient_radekkowalski.html")
    assert (page.url, page.statuses) == (radek.frk, [301, 200])
    assert world.visitor().get("/reseller_klient_NieMaTakiego.html").status == 404


def test_II_1_an_old_name_leads_to_the_new_one(world: World, radek: Firm) -> None:
    desk = world.staff("Ola").get(f"/konsola/resellerzy/{radek.number}/")
    desk.do("rename_form", name="RadekNowak")
    page = world.visitor().get(radek.frk)
    assert (page.url, page.statuses) == ("/reseller_klient_RadekNowak.html", [301, 200])


def test_II_1_the_form_is_closed_before_the_terms_and_when_suspended_or_ended(
    world: World,
) -> None:
    accept(world, apply(world))
    waiting = firm_of(world, "Radek", email_of("Radek"))
    assert world.visitor().get(waiting.frk).status == 410
    zenon = reseller(world, "Zenon")
    address = f"/konsola/resellerzy/{zenon.number}/"
    ola = world.staff("Ola")
    ola.get(address).do("suspend", reason="Zaległe rozliczenie")
    assert world.visitor().get(zenon.frk).status == 410
    assert zenon.get(zenon.frk).status == 410
    ola.get(address).do("resume")
    assert world.visitor().get(zenon.frk).status == 200
    ola.get(address).do("end", reason="Koniec współpracy")
    assert world.visitor().get(zenon.frk).status == 410
