"""The vendor's people: invited by letter, given roles, seen out; the last administrator stays."""

import re

import pytest
from django.test import Client as Browser

from ogniwo.kernel.roles import ACCOUNTANT, ADMINISTRATOR, STAFF
from ogniwo.outbox.models import Message
from ogniwo.outbox.post import render
from ogniwo.people.models import User
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast

pytestmark = pytest.mark.django_db
PEOPLE = "/konsola/ustawienia/ludzie/"
TYPED = {"name": "Nina Nowa", "email": "Nina@meridian.example", "role": STAFF}


def invited() -> User:
    browser_of("Adam").post(f"{PEOPLE}nowa/", TYPED)
    found: User = User.objects.get(email="nina@meridian.example")
    return found


def test_an_invited_person_sets_a_password_and_comes_in() -> None:
    nina = invited()
    letter = Message.objects.about(nina).get()
    link = re.search(r"/zaproszenie/[\w-]+/", render(letter).text)
    assert link is not None
    page = browser_of("Adam").get(PEOPLE).content.decode()
    assert "Nina Nowa" in page
    stranger = Browser()
    assert stranger.get(link[0]).status_code == 200


def test_an_address_is_one_person() -> None:
    invited()
    answer = browser_of("Adam").post(f"{PEOPLE}nowa/", TYPED)
    assert answer.status_code == 409
    assert answer.context["form"].errors["email"]


def test_a_reseller_role_is_not_offered_here() -> None:
    answer = browser_of("Adam").post(f"{PEOPLE}nowa/", TYPED | {"role": "reseller_owner"})
    assert answer.status_code == 422


def test_another_role_ends_the_sessions() -> None:
    ola, browser = cast.person("Ola"), browser_of("Ola")
    assert browser.get("/konsola/").status_code == 200
    typed = {"name": "Ola", "role": ACCOUNTANT}
    assert browser_of("Adam").post(f"{PEOPLE}{ola.pk}/", typed).status_code == 302
    assert browser.get("/konsola/").status_code == 302
    ola.refresh_from_db()
    assert ola.role == ACCOUNTANT


def test_a_deactivated_person_is_out_at_once_and_can_come_back() -> None:
    ola, browser = cast.person("Ola"), browser_of("Ola")
    adam = browser_of("Adam")
    assert adam.get(f"{PEOPLE}{ola.pk}/deactivate/").status_code == 405
    adam.post(f"{PEOPLE}{ola.pk}/deactivate/")
    assert browser.get("/konsola/").status_code == 302
    adam.post(f"{PEOPLE}{ola.pk}/reactivate/")
    ola.refresh_from_db()
    assert ola.is_active


def test_nobody_takes_the_role_or_the_access_from_himself() -> None:
    adam, browser = cast.person("Adam"), browser_of("Adam")
    assert browser.post(f"{PEOPLE}{adam.pk}/deactivate/").status_code == 409
    answer = browser.post(f"{PEOPLE}{adam.pk}/", {"name": "Adam", "role": STAFF})
    assert answer.status_code == 409
    adam.refresh_from_db()
    assert (adam.role, adam.is_active) == (ADMINISTRATOR, True)


def test_the_invitation_goes_again_until_a_password_is_set() -> None:
    nina, browser = invited(), browser_of("Adam")
    first = re.search(r"/zaproszenie/[\w-]+/", render(Message.objects.about(nina).get()).text)
    assert browser.post(f"{PEOPLE}{nina.pk}/invite_again/").status_code == 302
    assert Message.objects.about(nina).count() == 2
    assert first is not None
    assert Browser().get(first[0]).status_code == 410
    cast.with_password(nina)
    assert browser.post(f"{PEOPLE}{nina.pk}/invite_again/").status_code == 409
    assert browser.post(f"{PEOPLE}{nina.pk}/send_reset/").status_code == 302


def test_people_of_resellers_are_not_here() -> None:
    owner = cast.owner_of(cast.reseller("Radek"))
    browser = browser_of("Adam")
    assert browser.get(f"{PEOPLE}{owner.pk}/").status_code == 404
    assert browser.post(f"{PEOPLE}{owner.pk}/deactivate/").status_code == 404
    assert browser.post(f"{PEOPLE}{cast.person('Ola').pk}/promote/").status_code == 404


def test_queries_do_not_grow_with_the_people() -> None:
    browser = browser_of("Adam")
    few = queries_of(browser, PEOPLE)
    for name in ("Ola", "Krysia", "Rita"):
        cast.person(name)
    assert queries_of(browser, PEOPLE) == few
