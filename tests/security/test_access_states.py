"""A firm on hold reads and does not write; sums are hidden where a switch is off; lists are own."""

from datetime import timedelta

import pytest
from django.db import transaction

from ogniwo.people.models import User
from ogniwo.programme.models import Reseller, Vendor
from tests import cast
from tests.security.access import PANEL, Row
from tests.security.world import World

pytestmark = pytest.mark.xdist_group("access")
READS = [row for row in PANEL if row.method == "GET" and row.cells["owner"] == "own"]
WRITES = [row for row in PANEL if row.method == "POST"]
STILL_OPEN = {"POST /panel/ustawienia/", "POST /panel/regulamin/"}
GROSS = "404,67"  # 329,00 and 23 % of it


def status(world: World, row: Row, column: str) -> int:
    browser, address = world.browser(column), world.address(row.pattern)
    with transaction.atomic():
        answer = browser.get(address) if row.method == "GET" else browser.post(address, {})
        transaction.set_rollback(True)
    return answer.status_code


@pytest.mark.parametrize("state", ["suspended", "awaiting_terms"])
def test_a_firm_on_hold_reads_as_before_and_every_write_is_403(world: World, state: str) -> None:
    firm = world.rows["Radek"]["reseller"]
    Reseller.objects.filter(pk=firm.pk).update(state=state)
    for row in READS:
        assert status(world, row, "owner") in {200, 301, 302}, row.id
    for row in WRITES:
        if row.id not in STILL_OPEN:
            assert status(world, row, "owner") == 403, row.id
    form = world.address("/reseller_klient_{frk}.html")
    for column in ("anon", "owner", "staff"):
        assert world.browser(column).get(form).status_code == 410


def test_an_ended_firm_reads_for_90_days_and_then_is_as_a_stranger(world: World) -> None:
    firm = world.rows["Radek"]["reseller"]
    for days, expected in ((89, 200), (91, 302)):
        ended = world.now - timedelta(days=days)
        Reseller.objects.filter(pk=firm.pk).update(state="ended", ended_at=ended)
        assert world.browser("owner").get("/panel/").status_code == expected
        with transaction.atomic():
            typed = {"login": world.people["Radek", "owner"].email, "password": cast.PASSWORD}
            assert (world.browser("anon").post("/logowanie/", typed).status_code == 302) is (
                expected == 200
            )
            transaction.set_rollback(True)


def test_a_person_who_left_is_a_stranger_at_once(world: World) -> None:
    browser, member = world.browser("member"), world.people["Radek", "member"]
    assert browser.get("/panel/").status_code == 200
    User.objects.filter(pk=member.pk).update(is_active=False)
    answer = browser.get("/panel/")
    assert (answer.status_code, answer["Location"][:11]) == (302, "/logowanie/")


@pytest.mark.parametrize("switch", ["of the programme", "of the person"])
def test_without_sees_amounts_no_page_tells_a_sum_and_papers_are_403(
    world: World, switch: str
) -> None:
    pages = ["/panel/", "/panel/klienci/", "/panel/faktury/"]
    pages += [world.address(f"/panel/{one}/") for one in ("klienci/{account}", "faktury/{invoice}")]
    assert GROSS in world.browser("owner").get(pages[-1]).content.decode()
    if switch == "of the programme":
        Vendor.objects.update(amounts_shown=False)
    else:
        User.objects.filter(pk=world.people["Radek", "owner"].pk).update(sees_amounts=False)
    browser = world.browser("owner")
    for page in pages:
        text = browser.get(page).content.decode()
        assert GROSS not in text
        assert "329,00" not in text
    paper = world.address("/panel/faktury/{invoice}/faktura.pdf")
    for address in (paper, "/panel/faktury/?format=csv", "/panel/klienci/?format=xlsx"):
        assert browser.get(address).status_code == 403
    assert (
        world.browser("staff").get(world.address("/konsola/faktury/{invoice}/")).status_code == 200
    )


@pytest.mark.parametrize(
    "address",
    [
        "/panel/",
        "/panel/klienci/?q=Zenon",
        "/panel/klienci/?q=Konto",
        "/panel/faktury/",
        "/panel/faktury/?q=FV",
        "/panel/zgloszenia/",
        "/panel/zespol/",
        "/panel/zgloszenia/nowe/",
        "/panel/klienci/?format=csv",
        "/panel/faktury/?format=csv",
    ],
)
def test_lists_searches_counts_and_choices_are_of_the_own_firm(world: World, address: str) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        answer = world.browser("owner").get(address, headers=headers)
        assert answer.status_code == 200
        text = (answer.getvalue() if answer.streaming else answer.content).decode()
        for name in (
            "Konto Zenon",
            "Lead Zenon",
            world.names["Zenon"]["invoice"],
            "-zenon.example",
        ):
            assert name not in text
            assert name.replace("-", "/") not in text


def test_the_desk_sees_the_notes_and_a_reseller_does_not(world: World) -> None:
    lead = world.address("/konsola/leady/{lead}/")
    world.browser("staff").post(f"{lead}note/", {"text": "Tajna notatka"})
    case = world.address("/konsola/zgloszenia/{case}/")
    world.browser("staff").post(f"{case}note/", {"text": "Tajna notatka"})
    for page in (lead, case):
        assert "Tajna notatka" in world.browser("staff").get(page).content.decode()
        in_panel = page.replace("konsola/leady", "panel/klienci").replace("konsola", "panel")
        assert "Tajna notatka" not in world.browser("owner").get(in_panel).content.decode()


def test_the_last_administrator_and_the_last_owner_cannot_be_removed(world: World) -> None:
    adam, owner = world.people["Radek", "admin"], world.people["Radek", "owner"]
    world.browser("admin").post(f"/konsola/ustawienia/ludzie/{adam.pk}/deactivate/")
    world.browser("admin").post(f"/konsola/ustawienia/ludzie/{adam.pk}/", {"role": "staff"})
    world.browser("owner").post(f"/panel/zespol/{owner.pk}/deactivate/")
    world.browser("owner").post(f"/panel/zespol/{owner.pk}/", {"role": "reseller_member"})
    for person in (adam, owner):
        was = (person.role, True)
        person.refresh_from_db()
        assert (person.role, person.is_active) == was
