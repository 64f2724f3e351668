"""I.4: an accepted reseller gets a package of information and accesses, and a checklist."""

from tests.stories.driver import CONTACT, World
from tests.stories.walks import accept, accept_terms, apply, email_of, reseller, set_password

RADEK = email_of("Radek")


def test_I_4_the_package_has_account_form_price_list_materials_and_contact(world: World) -> None:
    accept(world, apply(world))
    welcome = world.letter(RADEK, "/zaproszenie/")
    assert welcome.says(RADEK, CONTACT)
    assert welcome.link("/reseller_klient_") == "/reseller_klient_RadekKowalski.html"
    for place in ("/panel/", "/panel/materialy/"):
        assert welcome.link(place)
    terms = world.letter(RADEK, "/regulamin/akceptacja/")
    assert terms is not welcome


def test_I_4_the_invitation_works_once_and_for_seven_days(world: World) -> None:
    accept(world, apply(world))
    link = world.letter(RADEK, "/zaproszenie/").link("/zaproszenie/")
    weak = world.visitor().get(link).submit(password="za-krótkie")
    assert weak.status == 422
    assert set_password(world, RADEK).url.startswith("/panel/")
    assert world.visitor().get(link).status == 410
    # Who lost it asks for a new one, at the sign-in page.
    accept(world, apply(world, "Zenon"))
    late = world.letter(email_of("Zenon"), "/zaproszenie/").link("/zaproszenie/")
    world.travel(days=8)
    assert world.visitor().get(late).status == 410
    page = world.visitor().get("/haslo/").submit(email=email_of("Zenon"))
    assert page.url == "/haslo/wyslano/"
    unknown = world.visitor().get("/haslo/").submit(email="nikt@nigdzie.example")
    assert (unknown.url, unknown.text) == (page.url, page.text)
    assert world.mailbox("nikt@nigdzie.example") == []


def undone(world: World) -> int:
    """How many steps of the checklist are still open, as staff sees them."""
    page = world.staff("Ola").get("/konsola/resellerzy/R-001/")
    steps = page.main.xpath(".//ul[contains(@class, 'ticks')]/li")
    assert len(steps) == 6
    return sum(step.get("data-tone") == "wait" for step in steps)


def test_I_4_the_checklist_shows_what_has_been_done(world: World) -> None:
    accept(world, apply(world))
    assert undone(world) == 2
    set_password(world, RADEK)
    assert undone(world) == 1
    panel = world.person(RADEK).get("/panel/")
    assert panel.has_link("/panel/regulamin/")
    console = world.staff("Ola").get("/konsola/resellerzy/R-001/")
    assert console.shows_state("reseller", "awaiting_terms")
    accept_terms(world, RADEK)
    assert undone(world) == 0
    assert not world.person(RADEK).get("/panel/").has_link("/panel/regulamin/")


def test_I_4_price_list_materials_and_form_are_in_the_panel(world: World) -> None:
    firm = reseller(world)
    world.price("integrator", "Integrator", months=1, grosze=32_900)
    page = firm.get("/panel/materialy/")
    assert page.status == 200
    assert page.says("Integrator", "329,00")
    start = firm.get("/panel/")
    assert "RadekKowalski" in start.response.content.decode()
    assert start.doc.xpath("//main//*[name()='svg']")


def test_I_4_an_accepted_application_tells_where_it_stands(world: World) -> None:
    accept(world, apply(world))
    page = world.visitor().get(world.letter(RADEK, "/wniosek/").link("/wniosek/"))
    assert page.status == 200
    desk = world.staff("Ola").get("/konsola/wnioski/W-0001/")
    assert desk.shows_state("application", "accepted")
    assert not desk.offers("accept")
