"""I.1: a reseller applies once, through a public form, filling in all fields correctly."""

import pytest

from tests.stories.driver import World
from tests.stories.walks import (
    APPLY,
    apply,
    confirm,
    email_of,
    send_application,
    typed_application,
)

SENT = "/zostan-resellerem/wyslano/"


def numbers(world: World) -> list[str]:
    return [row["number"] for row in world.answer("show", "application")["items"] if row["number"]]


def test_I_1_the_old_address_leads_to_the_form(world: World) -> None:
    page = world.visitor().get("/reseller-verosoft/")
    assert (page.url, page.statuses[0]) == (APPLY, 301)
    wanted = set(typed_application())
    assert wanted <= page.fields()


def test_I_1_an_application_counts_once_its_address_is_confirmed(world: World) -> None:
    visitor = world.visitor()
    page = visitor.get(APPLY).submit(**typed_application())
    assert page.url == SENT
    assert numbers(world) == []
    (letter,) = world.mailbox(email_of("Radek"))
    assert letter.sender == "partnerzy@meridian.example"
    # Opening the link, as mail scanners do, changes nothing.
    behind = world.visitor().get(letter.link("/wniosek/"))
    assert behind.status == 200
    assert numbers(world) == []
    status = behind.do("verify_email")
    assert status.status == 200
    assert numbers(world) == ["W-0001"]
    assert status.says("W-0001")
    assert world.staff("Ola").get("/konsola/wnioski/").says("W-0001", "Radek")
    # The button again: nothing new.
    assert world.visitor().get(letter.link("/wniosek/")).says("W-0001")
    assert len(world.mailbox(email_of("Radek"))) == 2


def test_I_1_a_second_application_is_answered_by_mail_only(world: World) -> None:
    apply(world, "Radek")
    first = world.visitor().get(SENT).text
    world.travel(days=2)
    before = len(world.mailbox(email_of("Radek")))
    # The same firm from the same address: the state of the first goes there.
    again = send_application(world, "Radek")
    assert (again.url, again.text) == (SENT, first)
    mails = world.mailbox(email_of("Radek"))
    assert len(mails) == before + 1
    assert mails[-1].says("W-0001")
    # The same firm from a strange address learns nothing.
    strange = send_application(world, "Radek", email="ktos@gdzies.example")
    assert (strange.url, strange.text) == (SENT, first)
    (neutral,) = world.mailbox("ktos@gdzies.example")
    assert "W-0001" not in neutral.text
    assert "/wniosek/" not in neutral.text
    # The same address for another firm: again only the state of the first.
    world.travel(days=2)
    send_application(world, "Radek", nip=typed_application("Inny")["nip"])
    assert world.mailbox(email_of("Radek"))[-1].says("W-0001")
    assert numbers(world) == ["W-0001"]


def test_I_1_of_two_unconfirmed_applications_the_first_confirmed_counts(world: World) -> None:
    send_application(world, "Radek")
    send_application(world, "Radek", email="drugi@doradztwo.example")
    confirm(world, "drugi@doradztwo.example")
    assert confirm(world, email_of("Radek")).url == SENT
    assert numbers(world) == ["W-0001"]
    assert "W-0001" not in world.mailbox(email_of("Radek"))[-1].text


def test_I_1_an_unconfirmed_application_is_erased_after_a_week(world: World) -> None:
    send_application(world, "Radek")
    link = world.letter(email_of("Radek")).link("/wniosek/")
    world.travel(days=8)
    assert world.visitor().get(link).status == 410
    assert apply(world, "Radek") == "W-0001"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nip", "999-118-40-78"),
        ("nip", "0000000000"),
        ("nip", "999ABC4077"),
        ("email", "radek@doradztwo"),
        ("postcode", "5850"),
        ("phone", "12"),
        ("company_name", ""),
        ("company_name", "A" * 10_000),
        ("message", ""),
        ("consent_terms", False),
        ("consent_information", False),
    ],
)
def test_I_1_a_mistake_is_marked_and_what_was_typed_stays(
    world: World, name: str, value: object
) -> None:
    page = send_application(world, "Radek", **{name: value})
    assert page.status == 422
    assert page.wrong_fields == {name}
    assert page.value("city") == "Jelenia Góra"
    assert world.mailbox(email_of("Radek")) == []
    good = page.submit(**typed_application())
    assert good.url == SENT


def test_I_1_a_nip_is_understood_in_every_spelling(world: World) -> None:
    digits = typed_application()["nip"]
    dashed = f"PL {digits[:3]}-{digits[3:6]}-{digits[6:8]}-{digits[8:]}"
    assert apply(world, "Radek", nip=dashed) == "W-0001"
    assert world.show("application", "W-0001")["nip"] == digits


def test_I_1_a_double_click_sends_one_application(world: World) -> None:
    page = world.visitor().get(APPLY)
    first = page.submit(**typed_application())
    second = page.submit(**typed_application())
    assert first.url == second.url == SENT
    assert len(world.mailbox(email_of("Radek"))) == 1
