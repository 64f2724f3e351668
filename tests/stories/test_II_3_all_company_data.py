"""II.3: all company data with NIP, phone and e-mail are required, and the NIP is checked."""

from datetime import timedelta

import pytest

from tests.stories.driver import World
from tests.stories.walks import Firm, typed_client

REQUIRED = [
    "company_name",
    "nip",
    "street",
    "postcode",
    "city",
    "contact_person",
    "phone",
    "email",
    "statement_on",
    "statement_how",
]


def test_II_3_an_empty_form_names_every_missing_field(world: World, radek: Firm) -> None:
    page = world.visitor().get(radek.frk).submit()
    assert page.status == 422
    assert set(REQUIRED) <= page.wrong_fields | {"platform"}
    assert page.wrong_fields.isdisjoint({"notes", "invoice_email", "regon", "krs"})
    assert world.mailbox("biuro@kwiaty.example") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nip", "9991184078"),
        ("nip", "0000000000"),
        ("nip", "99911840"),
        ("nip", "999-ABC-40-77"),
        ("phone", "telefon"),
        ("email", "biuro@kwiaty"),
        ("postcode", "58560"),
        ("statement_on", "1899-01-01"),
        ("shop_url", "to nie adres"),
        ("company_name", "K" * 10_000),
    ],
)
def test_II_3_a_mistake_is_marked_and_the_rest_stays(
    world: World, radek: Firm, name: str, value: str
) -> None:
    page = radek.get(radek.frk).submit(**typed_client(world) | {name: value})
    if name == "postcode":  # five digits are understood without the dash
        assert page.url == "/panel/klienci/L-0001/"
        return
    assert page.status == 422
    assert page.wrong_fields == {name}
    assert page.value("contact_person") == "Marta Lipska"
    good = page.submit(**typed_client(world))
    assert good.url == "/panel/klienci/L-0001/"


def test_II_3_the_day_of_the_statement_is_not_in_the_future(world: World, radek: Firm) -> None:
    tomorrow = world.today + timedelta(days=1)
    page = radek.get(radek.frk).submit(**typed_client(world) | {"statement_on": tomorrow})
    assert page.wrong_fields == {"statement_on"}
    page = page.submit(statement_on=world.today)
    assert page.url == "/panel/klienci/L-0001/"


def test_II_3_a_shop_has_an_address_and_no_shop_has_none(world: World, radek: Firm) -> None:
    form = radek.get(radek.frk)
    missing = form.submit(**typed_client(world) | {"shop_url": ""})
    assert missing.wrong_fields == {"shop_url"}
    too_much = form.submit(**typed_client(world) | {"platform": "none"})
    assert too_much.wrong_fields == {"shop_url"}
    good = form.submit(**typed_client(world) | {"platform": "none", "shop_url": ""})
    assert good.url == "/panel/klienci/L-0001/"


def test_II_3_spaces_dashes_and_the_prefix_of_a_nip_are_understood(
    world: World, radek: Firm
) -> None:
    digits = typed_client(world)["nip"]
    spelt = f"pl {digits[:3]} {digits[3:6]}-{digits[6:]}"
    page = radek.get(radek.frk).submit(**typed_client(world) | {"nip": spelt})
    assert page.url == "/panel/klienci/L-0001/"
    assert world.show("client", "L-0001")["nip"] == digits
    assert world.show("client", "L-0001")["phone"] == "+48602118447"


def test_II_3_services_come_from_the_catalogue_and_one_is_required(
    world: World, radek: Firm
) -> None:
    assert "services" not in radek.get(radek.frk).fields()
    world.price("integrator", "Integrator", months=1, grosze=32_900)
    missing = radek.get(radek.frk).submit(**typed_client(world))
    assert missing.status == 422
    page = missing.submit(services=["integrator"])
    assert page.url == "/panel/klienci/L-0001/"
    assert page.says("Integrator")
    # A stranger sees the services, but not what they cost.
    stranger = world.visitor().get(radek.frk)
    assert stranger.says("Integrator")
    assert not stranger.says("329,00")


def test_II_3_emoji_and_polish_letters_are_kept_as_typed(world: World, radek: Firm) -> None:
    name = "Żółć 🌷 i Synowie"
    page = radek.get(radek.frk).submit(**typed_client(world) | {"company_name": name})
    assert page.says(name)
