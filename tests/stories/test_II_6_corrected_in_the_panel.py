"""II.6: mistakes on the form are corrected in the panel."""

from tests.stories.driver import World
from tests.stories.walks import Firm, register, typed_client

LEAD = "/panel/klienci/L-0001/"


def test_II_6_every_field_can_be_corrected_and_the_difference_is_kept(
    world: World, radek: Firm, zenon: Firm
) -> None:
    register(world, radek)
    world.travel(days=1)
    page = radek.get(LEAD)
    assert set(typed_client(world)) <= page.fields() | {"services"}
    other = typed_client(world, "Ogrody")["nip"]
    saved = page.submit("edit", phone="+48 601 222 333", nip=other, city="Wrocław")
    assert saved.url == LEAD
    shown = world.show("client", "L-0001")
    assert (shown["phone"], shown["nip"], shown["city"]) == ("+48601222333", other, "Wrocław")
    # What was and what is stands in the history, for him and for staff.
    assert radek.get(LEAD).says("Jelenia Góra", "Wrocław")
    assert world.staff("Ola").get("/konsola/leady/L-0001/").says("Jelenia Góra", "Wrocław")
    assert zenon.get(f"{LEAD}edit/").status == 404


def test_II_6_the_vendors_question_is_answered_by_correcting(world: World, radek: Firm) -> None:
    register(world, radek)
    ola = world.staff("Ola")
    ola.get("/konsola/leady/L-0001/").do(
        "ask", question="Czy numer domu jest pełny?", fields_to_open=["street"]
    )
    assert world.show("client", "L-0001")["state"] == "needs_completion"
    letter = world.letter(radek.email, "Czy numer domu jest pełny?")
    page = radek.get(letter.link("/panel/klienci/"))
    assert page.says("Czy numer domu jest pełny?")
    page.submit("edit", street="ul. Różana 11/4")
    assert world.show("client", "L-0001")["state"] == "lead"


def test_II_6_a_taken_nip_is_refused_as_on_registration(
    world: World, radek: Firm, zenon: Firm
) -> None:
    register(world, zenon, "Ogrody")
    register(world, radek, "Kwiaty")
    taken = typed_client(world, "Ogrody")["nip"]
    page = radek.get("/panel/klienci/L-0002/").submit("edit", nip=taken)
    assert page.status == 409
    assert not page.says("Zenon")
    assert not page.says("L-0001")
    assert world.show("client", "L-0002")["nip"] == typed_client(world)["nip"]


def test_II_6_mistakes_are_marked_and_what_was_typed_stays(world: World, radek: Firm) -> None:
    register(world, radek)
    page = radek.get(LEAD).submit("edit", nip="1234567890", city="Kraków")
    assert page.status == 422
    assert page.wrong_fields == {"nip"}
    assert page.value("city") == "Kraków"


def test_II_6_of_two_who_correct_at_once_the_second_is_told(world: World, radek: Firm) -> None:
    register(world, radek)
    mine, theirs = radek.get(LEAD), world.staff("Ola").get("/konsola/leady/L-0001/edit/")
    theirs.submit("edit", city="Opole")
    page = mine.submit("edit", city="Kraków")
    assert page.status == 409
    assert page.says("Opole", "Kraków")
    assert world.show("client", "L-0001")["city"] == "Opole"


def test_II_6_who_only_reads_corrects_nothing(world: World, radek: Firm) -> None:
    register(world, radek)
    reader = world.person("podglad@doradztwo.example")
    add = ("user", "add", reader.email, "--role", "reseller_reader", "--reseller", radek.number)
    world.command(*add, "--password-stdin", typed=f"{reader.password}\n")
    page = reader.get(LEAD)
    assert page.status == 200
    assert not page.has_form("edit")
    assert not page.offers("withdraw")
    assert reader.get(f"{LEAD}withdraw/").status == 403
