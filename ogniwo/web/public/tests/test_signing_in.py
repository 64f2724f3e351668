"""Signing in and out, forgotten passwords, invitations: one answer for whatever is wrong."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from pytest_django import Settings

from ogniwo.journal.models import Event
from ogniwo.people import letters
from ogniwo.web.public.tests.walk import secret_of, sent, signed_in
from tests import cast

pytestmark = pytest.mark.django_db
AT = cast.later(3)
LOGIN = "/logowanie/"
NEW = "cztery zwykle slowa razem"


@pytest.fixture(autouse=True)
def day() -> object:
    with time_machine.travel(AT, tick=False):
        yield


def credentials(name: str = "ola", password: str = cast.PASSWORD) -> dict[str, str]:
    return {"login": f"{name}@meridian.example", "password": password}


def masked(page: str) -> str:
    page = re.sub(r'value="[^"]*@[^"]*"', "", page)
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_each_side_comes_to_its_own_face() -> None:
    owner = cast.owner_of(cast.reseller("Radek"))
    cast.person("Ola")
    assert Browser().post(LOGIN, credentials()).headers["Location"] == "/konsola/"
    answer = Browser().post(LOGIN, {"login": owner.email, "password": cast.PASSWORD})
    assert answer.headers["Location"] == "/panel/"
    assert signed_in(owner).get(LOGIN).headers["Location"] == "/panel/"


def test_signing_in_gives_the_session_a_new_key() -> None:
    cast.person("Ola")
    browser = Browser()
    browser.post("/jezyk/", {"language": "en"})
    before = browser.session.session_key
    browser.post(LOGIN, credentials())
    assert browser.session.session_key != before


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/konsola/leady/", "/konsola/leady/"),
        ("https://zly.example/", "/konsola/"),
        ("//zly.example/", "/konsola/"),
        ("/\\zly.example", "/konsola/"),
        ("javascript:alert(1)", "/konsola/"),
        ("http:///zly.example", "/konsola/"),
        ("", "/konsola/"),
    ],
)
def test_next_leads_only_to_our_own_pages(wanted: str, leads: str) -> None:
    cast.person("Ola")
    answer = Browser().post(LOGIN, credentials() | {"next": wanted})
    assert answer.headers["Location"] == leads


def test_whatever_is_wrong_looks_the_same() -> None:
    cast.person("Ola")
    cast.person("Rita").deactivate(by=cast.person("Adam"), at=AT)
    wrong = [
        credentials(password="zupelnie-inne-haslo"),
        credentials("nikt"),
        credentials("rita"),
    ]
    answers = [Browser().post(LOGIN, post) for post in wrong]
    assert {answer.status_code for answer in answers} == {422}
    assert len({masked(answer.content.decode()) for answer in answers}) == 1
    assert cast.PASSWORD not in answers[2].content.decode()


def test_after_five_wrong_tries_the_page_says_until_when(settings: Settings) -> None:
    settings.OGNIWO_LIMITS = True
    cast.person("Ola")
    for _try in range(5):
        Browser().post(LOGIN, credentials(password="zupelnie-inne-haslo"))
    answer = Browser().post(LOGIN, credentials())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    with time_machine.travel(AT + timedelta(minutes=1), tick=False):
        assert Browser().post(LOGIN, credentials()).status_code == 302


def test_odd_input_is_no_error_of_ours() -> None:
    cast.vendor()
    for post in (
        {},
        {"login": "x\x00", "password": "y\x00"},
        {"login": "ł" * 5000, "password": "x"},
    ):
        assert Browser().post(LOGIN, post).status_code == 422


def test_signing_out_is_a_post_and_clears_the_browser() -> None:
    ola = cast.person("Ola")
    browser = signed_in(ola)
    assert browser.get("/wyloguj/").status_code == 405
    answer = browser.post("/wyloguj/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get("/konsola/").headers["Location"].startswith(LOGIN)
    assert Event.objects.about(ola)[0].verb == "people.user.sign_out"


def test_a_forgotten_password_is_set_anew_by_a_letter() -> None:
    ola = cast.person("Ola")
    answers = [
        Browser().post("/haslo/", {"email": email})
        for email in (ola.email, "nikt@meridian.example")
    ]
    assert {answer.headers["Location"] for answer in answers} == {"/haslo/wyslano/"}
    assert sent("password_reset") == 1
    here = secret_of("password_reset")
    for _look in range(3):
        assert Browser().get(here).status_code == 200
    assert Browser().post(here, {"password": NEW}).headers["Location"] == "/konsola/"
    assert Browser().get(here).status_code == 410
    assert Browser().post(LOGIN, credentials(password=NEW)).status_code == 302
    assert Browser().post(LOGIN, credentials()).status_code == 422


def test_a_reset_link_lives_for_half_an_hour_and_until_the_next_sign_in() -> None:
    ola = cast.person("Ola")
    letters.password_reset(ola, at=AT)
    here = secret_of("password_reset")
    with time_machine.travel(AT + timedelta(minutes=30), tick=False):
        assert Browser().get(here).status_code == 410
    assert Browser().get(here).status_code == 200
    Browser().post(LOGIN, credentials())
    gone = Browser().get(here)
    assert (gone.status_code, 'href="/haslo/"' in gone.content.decode()) == (410, True)


@pytest.mark.parametrize("weak", ["krotkie", "password1234", "x" * 200, "ola@meridian.example", ""])
def test_a_weak_password_is_refused_and_the_link_stays(weak: str) -> None:
    letters.password_reset(cast.person("Ola"), at=AT)
    here = secret_of("password_reset")
    answer = Browser().post(here, {"password": weak})
    assert answer.status_code == 422
    assert Browser().get(here).status_code == 200


def test_an_accepted_reseller_sets_his_password_and_is_in() -> None:
    asked = cast.application("Radek", at=AT)
    asked.take(by=cast.person("Ola"), at=AT)
    asked.accept(by=cast.person("Ola"), at=AT)
    here = secret_of("welcome")
    browser = Browser()
    assert browser.get(here).status_code == 200
    assert browser.post(here, {"password": NEW}).headers["Location"] == "/panel/"
    assert asked.reseller is not None
    asked.reseller.refresh_from_db()
    assert asked.reseller.state == "awaiting_terms"
    assert browser.get(LOGIN).headers["Location"] == "/panel/"


def test_a_link_of_one_purpose_opens_no_other() -> None:
    ola = cast.person("Ola")
    letters.password_reset(ola, at=AT)
    token = secret_of("password_reset").rstrip("/").rpartition("/")[2]
    for path in ("zaproszenie", "wniosek", "regulamin/akceptacja", "to-nie-ja", "rejestracja"):
        assert Browser().get(f"/{path}/{token}/").status_code == 410


def test_pages_of_secrets_are_kept_by_nobody() -> None:
    letters.password_reset(cast.person("Ola"), at=AT)
    page = Browser().get(secret_of("password_reset"))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "same-origin"
