"""III.4: a Lead is edited until its conversion; afterwards changes have no effect on it."""

import pytest

from tests.stories.driver import CONTACT, World
from tests.stories.walks import Firm, convert, register

LEAD, ACCOUNT = "/panel/klienci/L-0001/", "/panel/klienci/K-0001/"


@pytest.fixture
def registered(world: World, radek: Firm) -> str:
    return register(world, radek)


def test_III_4_until_then_he_edits(world: World, radek: Firm, registered: str) -> None:
    assert radek.get(LEAD).submit("edit", city="Opole").url == LEAD
    assert world.show("client", registered)["city"] == "Opole"


def test_III_4_the_old_address_leads_to_the_account(
    world: World, radek: Firm, registered: str
) -> None:
    convert(world, registered)
    page = radek.get(LEAD)
    assert (page.url, page.statuses) == (ACCOUNT, [302, 200])
    world.travel(hours=25)
    page = radek.get(LEAD)
    assert (page.url, page.statuses[-2:]) == (ACCOUNT, [301, 200])


def test_III_4_the_account_has_no_form_and_says_where_to_report(
    world: World, radek: Firm, registered: str
) -> None:
    convert(world, registered)
    page = radek.get(ACCOUNT)
    assert not page.has_form("edit")
    assert page.has_link("/panel/zgloszenia/nowe/?klient=K-0001")
    # An edit posted nevertheless, by whatever means, changes nothing.
    form = {"city": ["Opole"], "csrfmiddlewaretoken": [page.doc.xpath("//input")[0].get("value")]}
    for address in (f"{LEAD}edit/", f"{ACCOUNT}edit/"):
        assert radek.visitor.post(address, form).status in {403, 404, 405, 409, 422}
    assert world.show("client", "K-0001")["city"] == "Jelenia Góra"


def test_III_4_who_had_the_form_open_gets_his_words_carried_into_a_change_request(
    world: World, radek: Firm, zenon: Firm, registered: str
) -> None:
    form = radek.get(LEAD)
    convert(world, registered)
    conflict = form.submit("edit", phone="+48 601 222 333", city="Opole")
    assert conflict.status == 409
    assert conflict.says("Opole", "Jelenia Góra")
    assert world.show("client", "K-0001")["city"] == "Jelenia Góra"
    case = conflict.submit("nowe")
    assert case.url == "/panel/zgloszenia/Z-0001/"
    shown = world.show("case", "Z-0001")
    assert (shown["kind"], shown["client"]) == ("change_of_data", "K-0001")
    assert case.says("Opole", "Jelenia Góra")
    assert zenon.get(case.url).status == 404
    # Staff applies the difference as one.
    desk = world.staff("Ola").get("/konsola/zgloszenia/Z-0001/")
    assert desk.says("Opole", "Jelenia Góra", "601 222 333")
    done = desk.do("apply", text="Zmienione.")
    assert done.shows_state("case", "done")
    client = world.show("client", "K-0001")
    assert (client["city"], client["phone"]) == ("Opole", "+48601222333")
    assert world.letter(radek.email, "Zmienione.")


def test_III_4_what_he_typed_survives_a_mistake_in_it(
    world: World, radek: Firm, registered: str
) -> None:
    form = radek.get(LEAD)
    convert(world, registered)
    conflict = form.submit("edit", nip="1234567890", city="Opole")
    assert conflict.status == 409
    assert conflict.says("Opole")
    assert world.show("client", "K-0001")["city"] == "Jelenia Góra"


def test_III_4_changes_of_an_account_are_reported_by_form_with_a_difference(
    world: World, radek: Firm, registered: str
) -> None:
    convert(world, registered)
    page = radek.get("/panel/zgloszenia/nowe/?klient=K-0001&rodzaj=change_of_data")
    case = page.submit(email="faktury@kwiaty.example", text="Nowa księgowość.")
    assert case.says("faktury@kwiaty.example", "biuro@kwiaty.example")
    assert any("Z-0001" in one.subject + one.text for one in world.mailbox(CONTACT))
    ola = world.staff("Ola")
    # The data change meanwhile: staff is asked again before it is applied.
    ola.get("/konsola/klienci/K-0001/").do("change_account", email="sklep@kwiaty.example")
    asked = ola.get("/konsola/zgloszenia/Z-0001/").do("apply")
    assert asked.status == 409
    assert asked.says("sklep@kwiaty.example", "faktury@kwiaty.example")
    assert world.show("client", "K-0001")["email"] == "sklep@kwiaty.example"
    done = asked.submit("apply")
    assert done.status == 200
    assert world.show("client", "K-0001")["email"] == "faktury@kwiaty.example"


def test_III_4_a_refused_change_changes_nothing_and_says_why(
    world: World, radek: Firm, registered: str
) -> None:
    convert(world, registered)
    radek.get("/panel/zgloszenia/nowe/?klient=K-0001&rodzaj=change_of_data").submit(city="Opole")
    ola = world.staff("Ola")
    ola.get("/konsola/zgloszenia/Z-0001/").do("refuse", reason="Rejestr mówi co innego.")
    assert world.show("client", "K-0001")["city"] == "Jelenia Góra"
    assert radek.get("/panel/zgloszenia/Z-0001/").shows_state("case", "refused")
    assert world.letter(radek.email, "Rejestr mówi co innego.")
