"""I.1: one form, one answer for everybody; what is wrong stands beside the field."""

import pytest
from django.test import Client as Browser
from pytest_django import Settings

from ogniwo.outbox.models import Message
from ogniwo.programme.models import Application
from ogniwo.web.public.tests.walk import application_post, secret_of, sent
from tests import cast

pytestmark = pytest.mark.django_db
FORM, SENT = "/zostan-resellerem/", "/zostan-resellerem/wyslano/"


@pytest.fixture(autouse=True)
def vendor() -> None:
    cast.vendor()


def test_the_start_leads_to_the_form_and_to_the_sign_in() -> None:
    page = Browser().get("/").content.decode()
    assert f'href="{FORM}"' in page
    assert 'href="/logowanie/"' in page


def test_the_old_address_leads_to_the_form_and_others_nowhere() -> None:
    cast.vendor(alias="dawny-adres")
    assert Browser().get("/dawny-adres/").headers["Location"] == FORM
    assert Browser().get("/reseller-verosoft/").status_code == 404


def test_an_application_is_sent_and_a_letter_asks_to_confirm_the_address() -> None:
    answer = Browser().post(FORM, application_post())
    assert (answer.status_code, answer.headers["Location"]) == (302, SENT)
    asked = Application.objects.get()
    assert (asked.state, asked.phone) == ("unverified", "+48600214118")
    assert secret_of("application_link").startswith("/wniosek/")
    assert Browser().get(SENT).status_code == 200


def test_a_second_application_gets_the_same_answer_and_the_rest_goes_by_mail() -> None:
    cast.application("Radek")
    first = Browser().post(FORM, application_post("Zenon"))
    second = Browser().post(FORM, application_post("Radek"))
    stranger = Browser().post(FORM, application_post("Radek", email="kto@inny.example"))
    assert first.status_code == second.status_code == stranger.status_code == 302
    assert first.headers["Location"] == second.headers["Location"] == stranger.headers["Location"]
    assert (sent("application_state"), sent("application_impossible")) == (1, 1)
    assert Application.objects.filter(first_name="Radek").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nip", "99910000AB"),
        ("nip", "9991000023"),
        ("nip", "0000000000"),
        ("nip", ""),
        ("email", "ktos@firma"),
        ("email", "ktos@firma.example\r\nBcc: inny@firma.example"),
        ("company_name", "x" * 10_000),
        ("company_name", "Firma\x00"),
        ("postcode", "585000"),
        ("phone", "telefon"),
        ("activity", "bankier"),
        ("message", ""),
        ("message", "x" * 2001),
        ("website", "javascript:alert(1)"),
        ("consent_terms", ""),
        ("first_name", "Ola\nBcc: x@y.example"),
    ],
)
def test_bad_input_is_named_beside_its_field_and_the_rest_is_kept(field: str, value: str) -> None:
    answer = Browser().post(FORM, application_post(**{field: value}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="f-{field}-e"' in page
    assert 'class="errors"' in page
    assert "Jelenia Góra" in page
    assert not Application.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("spelling", ["999-100-00-22", " 999 100 00 22", "PL9991000022"])
def test_a_nip_may_be_spelled_in_any_usual_way(spelling: str) -> None:
    assert Browser().post(FORM, application_post(nip=spelling)).status_code == 302
    assert Application.objects.get().nip == "9991000022"


def test_emoji_are_letters_as_any_other() -> None:
    Browser().post(FORM, application_post(message="Kwiaty 🌷 i więcej"))
    assert Application.objects.get().message == "Kwiaty 🌷 i więcej"


def test_nobody_can_add_what_the_form_does_not_ask() -> None:
    Browser().post(FORM, application_post(state="accepted", number="W-9999", owner="1"))
    asked = Application.objects.get()
    assert (asked.state, asked.number, asked.owner) == ("unverified", None, None)


def test_a_double_click_makes_one_application() -> None:
    browser = Browser()
    post = application_post(once="a" * 43)
    assert browser.post(FORM, post).status_code == browser.post(FORM, post).status_code == 302
    assert (Application.objects.count(), sent("application_link")) == (1, 1)


def test_machines_are_told_apart_and_floods_end(settings: Settings) -> None:
    settings.OGNIWO_LIMITS = True
    at_once = Browser().post(FORM, application_post())
    trap = Browser().post(FORM, application_post(homepage="https://spam.example"))
    assert (at_once.status_code, trap.status_code) == (422, 422)
    assert not Application.objects.exists()


def test_one_network_sends_five_applications_an_hour(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OGNIWO_LIMITS = True
    monkeypatch.setattr("ogniwo.web.forms.Guarded._check_age", lambda _form: None)
    names = ["Ala", "Bea", "Ela", "Iga", "Ida", "Ewa"]
    answers = [Browser().post(FORM, application_post(name)) for name in names]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Ewa Doradztwo" in answers[-1].content.decode()
    assert Application.objects.count() == 5


def test_a_victims_mailbox_gets_one_letter_a_day(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OGNIWO_LIMITS = True
    monkeypatch.setattr("ogniwo.web.forms.Guarded._check_age", lambda _form: None)
    for name in ["Ala", "Bea", "Ela"]:
        Browser().post(FORM, application_post(name, email="ofiara@firma.example"))
    assert Message.objects.filter(to="ofiara@firma.example").count() == 1
