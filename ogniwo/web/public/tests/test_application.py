"""The page behind the applicant's link: confirm, follow, answer, withdraw; GET never acts."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser

from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.programme.models import Application
from ogniwo.web.public.tests.walk import application_post, secret_of, sent
from tests import cast

pytestmark = pytest.mark.django_db
AT = cast.later(3)
State = Application.State


@pytest.fixture(autouse=True)
def day() -> object:
    with time_machine.travel(AT, tick=False):
        yield


def sent_application() -> str:
    cast.vendor()
    Browser().post("/zostan-resellerem/", application_post())
    return secret_of("application_link")


def asked_application(*fields: str) -> tuple[Application, str]:
    asked = cast.application("Radek", at=AT)
    asked.take(by=cast.person("Ola"), at=AT)
    asked.ask(fields=list(fields), question="Z jakimi hurtowniami?", by=cast.person("Ola"), at=AT)
    return asked, secret_of("application_question")


def test_opening_the_link_changes_nothing_and_the_button_confirms() -> None:
    here = sent_application()
    for _look in range(10):
        assert Browser().get(here).status_code == 200
    assert Browser().get(f"{here}verify_email/").status_code == 405
    assert Application.objects.get().state == State.UNVERIFIED
    assert Browser().post(f"{here}verify_email/").headers["Location"] == here
    asked = Application.objects.get()
    assert (asked.state, asked.number) == (State.SUBMITTED, "W-0001")
    page = Browser().get(here).content.decode()
    assert "15.01.2026" in page  # target: 7 days
    assert "07.02.2026" in page  # limit: 30 days


def test_a_second_click_on_the_button_is_the_first_one() -> None:
    here = sent_application()
    Browser().post(f"{here}verify_email/")
    assert Browser().post(f"{here}verify_email/").headers["Location"] == here
    assert sent("application_received") == 1


def test_who_confirms_second_learns_it_by_mail() -> None:
    here = sent_application()
    cast.application("Zenon", at=AT, nip=cast.application_fields("Radek")["nip"])
    answer = Browser().post(f"{here}verify_email/")
    assert answer.headers["Location"] == "/zostan-resellerem/wyslano/"
    assert sent("application_impossible") == 1


def test_an_answer_changes_the_opened_fields_and_no_others() -> None:
    asked, here = asked_application("phone")
    page = Browser().get(here).content.decode()
    assert "Z jakimi hurtowniami?" in page
    assert 'name="company_name"' not in page
    post = {"phone": "600 000 001", "answer": "Z dwiema.", "company_name": "Inna"}
    assert Browser().post(f"{here}complete/", post).headers["Location"] == here
    asked.refresh_from_db()
    assert (asked.state, asked.phone, asked.answer) == (
        State.IN_REVIEW,
        "+48600000001",
        "Z dwiema.",
    )
    assert asked.company_name == "Radek Doradztwo"
    assert sent("application_completed") == 1


def test_a_bad_answer_is_kept_and_named() -> None:
    asked, here = asked_application("phone")
    answer = Browser().post(f"{here}complete/", {"phone": "x", "answer": "Moja odpowiedź"})
    assert answer.status_code == 422
    assert "Moja odpowiedź" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.state == State.NEEDS_COMPLETION


def test_a_question_without_fields_needs_an_answer() -> None:
    _asked, here = asked_application()
    assert Browser().post(f"{here}complete/", {"answer": " "}).status_code == 422


def test_an_answer_on_an_older_page_is_refused_with_the_newer_one() -> None:
    _asked, here = asked_application("phone")
    stale = {"phone": "600 000 001", "answer": "", "version": "1"}
    assert Browser().post(f"{here}complete/", stale).status_code == 409


def test_an_answer_may_not_take_the_address_of_another_application() -> None:
    _asked, here = asked_application("email")
    cast.application("Zenon", at=AT)
    answer = Browser().post(f"{here}complete/", {"email": "zenon@doradztwo.example"})
    assert answer.status_code == 409


def test_the_applicant_withdraws_after_a_question_whether_to() -> None:
    asked = cast.application("Radek", at=AT)
    here = secret_of("application_received")
    assert Browser().get(f"{here}withdraw/").status_code == 200
    assert Browser().post(f"{here}withdraw/").headers["Location"] == here
    asked.refresh_from_db()
    assert asked.state == State.WITHDRAWN
    assert Browser().post(f"{here}withdraw/").headers["Location"] == here


def test_a_decided_application_cannot_be_withdrawn() -> None:
    asked = cast.application("Radek", at=AT)
    here = secret_of("application_received")
    asked.take(by=cast.person("Ola"), at=AT)
    asked.reject(reason="other", note="Nie teraz.", by=cast.person("Ola"), at=AT)
    assert Browser().post(f"{here}withdraw/").status_code == 409
    assert "Nie teraz." in Browser().get(here).content.decode()


def test_the_page_lives_for_ninety_days_after_the_decision() -> None:
    asked = cast.application("Radek", at=AT)
    here = secret_of("application_received")
    asked.withdraw(by=cast.APPLICANT, at=AT)
    with time_machine.travel(AT + timedelta(days=89), tick=False):
        assert Browser().get(here).status_code == 200
    with time_machine.travel(AT + timedelta(days=90), tick=False):
        gone = Browser().get(here)
    assert gone.status_code == 410
    assert 'href="/wniosek/"' in gone.content.decode()


def test_a_foreign_link_opens_nothing() -> None:
    cast.lead(at=AT)
    for template in ("terms_to_accept", "client_information", "welcome"):
        token = secret_of(template).rstrip("/").rpartition("/")[2]
        assert Browser().get(f"/wniosek/{token}/").status_code == 410


def test_a_new_link_goes_by_mail_and_the_answer_tells_nothing() -> None:
    cast.application("Radek", at=AT)
    for email in ("radek@doradztwo.example", "nikt@doradztwo.example"):
        answer = Browser().post("/wniosek/", {"email": email})
        assert answer.headers["Location"] == "/wniosek/wyslano/"
    assert sent("application_state") == 1
    assert Browser().get(secret_of("application_state")).status_code == 200


def test_each_state_has_its_page() -> None:
    firm = cast.reseller("Radek", at=AT, terms=False)
    here = secret_of("application_received")
    assert Browser().get(here).status_code == 200
    cast.accept_terms(firm, at=AT)
    assert Browser().get(here).status_code == 200
    other = cast.application("Zenon", at=AT)
    there = secret_of("application_received")
    other.take(by=cast.person("Ola"), at=AT)
    assert Browser().get(there).status_code == 200
    other.ask(fields=[], question="Co?", by=cast.person("Ola"), at=AT)
    other.lapse(by=SYSTEM_ACTOR, at=AT)
    assert Browser().get(there).status_code == 200
