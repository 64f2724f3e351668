"""III.1: the reseller gets access to his panel: his clients and services, and nobody else's."""

import pytest

from tests.stories.driver import World
from tests.stories.walks import Firm, account, email_of, register, typed_client

PAGES = ["/panel/", "/panel/klienci/", "/panel/faktury/", "/panel/zgloszenia/", "/panel/materialy/"]
MONTHLY = {"service": "integrator", "months": 1, "price": "329,00"}


def test_III_1_nobody_gets_in_without_signing_in(world: World, radek: Firm) -> None:
    for url in PAGES:
        page = world.visitor().get(url)
        assert page.url.startswith("/logowanie/"), url
    login = world.visitor().get("/logowanie/")
    wrong = login.submit(login=radek.email, password="to-nie-jest-haslo")
    unknown = login.submit(login="nikt@nigdzie.example", password="to-nie-jest-haslo")
    assert wrong.status == unknown.status == 422
    assert wrong.text.replace(radek.email, "") == unknown.text.replace("nikt@nigdzie.example", "")
    right = login.submit(login=radek.email.upper(), password=radek.visitor.password)
    assert right.url == "/panel/"


def test_III_1_he_comes_back_to_where_he_wanted_to_go(world: World, radek: Firm) -> None:
    register(world, radek)
    radek.visitor.sign_out()
    page = radek.get("/panel/klienci/L-0001/")
    assert page.url == "/panel/klienci/L-0001/"
    assert page.says("Kwiaty")


def test_III_1_each_sees_his_own_clients_services_and_invoices_only(
    world: World, radek: Firm, zenon: Firm
) -> None:
    world.price("integrator", "Integrator", months=1, grosze=32_900)
    mine = account(world, radek, "Kwiaty", MONTHLY)
    theirs = account(world, zenon, "Ogrody", MONTHLY)
    world.travel(days=1)
    numbers = [row["number"] for row in world.bill()["invoices"]]
    assert len(numbers) == 2
    shown = {number: world.show("invoice", number)["client"] for number in numbers}
    for firm, own, other in ((radek, "Kwiaty", "Ogrody"), (zenon, "Ogrody", "Kwiaty")):
        for url in PAGES:
            page = firm.get(url)
            assert page.status == 200, url
            assert other not in page.response.content.decode(), url
        assert firm.get("/panel/klienci/").says(own)
        number = mine if firm is radek else theirs
        client = firm.get(f"/panel/klienci/{number}/")
        assert client.says(own, "Integrator")
        for invoice in numbers:
            path = f"/panel/faktury/{invoice.replace('/', '-')}/"
            status = 200 if shown[invoice] == number else 404
            assert firm.get(path).status == status
            assert firm.get(f"{path}faktura.pdf").status == status
    assert radek.get(f"/panel/klienci/{theirs}/").status == 404
    assert radek.get("/panel/klienci/K-9999/").status == 404
    assert not radek.get("/panel/klienci/?q=Ogrody").has_link(theirs)


def test_III_1_the_console_is_not_there_for_a_reseller_nor_the_panel_for_staff(
    world: World, radek: Firm
) -> None:
    assert radek.get("/panel/").status == 200
    assert radek.get("/konsola/").status == 404
    assert radek.get(f"/konsola/resellerzy/{radek.number}/").status == 404
    ola = world.staff("Ola")
    assert ola.get("/konsola/").status == 200
    assert ola.get("/panel/").status == 404


def test_III_1_the_owner_invites_people_and_hides_amounts_from_some(
    world: World, radek: Firm
) -> None:
    world.price("integrator", "Integrator", months=1, grosze=32_900)
    number = account(world, radek, "Kwiaty", MONTHLY)
    email = "magda@doradztwo.example"
    invite = radek.get("/panel/zespol/").click("/zapros/")
    invite.submit(email=email, name="Magda", role="reseller_member", sees_amounts=False)
    link = world.letter(email, "/zaproszenie/").link("/zaproszenie/")
    magda = world.person(email)
    assert magda.get(link).submit(password=magda.password).url == "/panel/"
    page = magda.get(f"/panel/klienci/{number}/")
    assert page.status == 200
    assert not page.says("329,00")
    assert radek.get(f"/panel/klienci/{number}/").says("329,00")
    assert magda.get("/panel/zespol/").status == 403
    world.travel(days=1)
    (made,) = world.bill()["invoices"]
    address = f"/panel/faktury/{made['number'].replace('/', '-')}/"
    assert magda.get(address).says(made["number"])
    assert not magda.get(address).says("404,67")
    assert magda.get(f"{address}faktura.pdf").status == 403
    assert radek.get(f"{address}faktura.pdf").status == 200


def test_III_1_who_is_suspended_reads_and_changes_nothing(world: World, radek: Firm) -> None:
    register(world, radek)
    world.staff("Ola").get(f"/konsola/resellerzy/{radek.number}/").do("suspend", reason="Umowa")
    page = radek.get("/panel/klienci/L-0001/")
    assert page.status == 200
    assert not page.has_form("edit")
    assert radek.get("/panel/zgloszenia/nowe/").status in {200, 403}


@pytest.mark.parametrize("days", [8, 31])
def test_III_1_a_session_ends_when_it_is_not_used(world: World, radek: Firm, days: int) -> None:
    assert radek.get("/panel/").status == 200
    world.travel(days=days)
    radek.visitor.email = ""  # he does not sign in again
    assert radek.get("/panel/").url.startswith("/logowanie/")
    radek.visitor.email = email_of("Radek")


def test_III_1_a_forgotten_password_is_set_anew_by_mail(world: World, radek: Firm) -> None:
    page = world.visitor().get("/haslo/").submit(email=radek.email)
    link = world.letter(radek.email, "/haslo/").link("/haslo/")
    fresh = world.visitor()
    assert fresh.get(link).submit(password="zupelnie-nowe-haslo-radka").url == "/panel/"
    assert fresh.get(link).status == 410
    # Whoever was signed in with the old one is out.
    radek.visitor.password = "zupelnie-nowe-haslo-radka"
    assert page.status == 200
    assert radek.get("/panel/").status == 200


def test_III_1_the_number_of_open_leads_is_shown_and_capped(world: World, radek: Firm) -> None:
    world.settings(open_leads_cap=2)
    register(world, radek, "Kwiaty")
    register(world, radek, "Ogrody")
    assert radek.get("/panel/klienci/").says("2")
    refused = radek.get(radek.frk).submit(**typed_client(world, "Lasy"))
    assert refused.status == 409
    assert len(world.answer("show", "client")["items"]) == 2
