"""Applications at the desk: seen by those who may, decided once, with the letters shown before."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils.timezone import now

from ogniwo.journal.models import Event
from ogniwo.outbox.models import Message
from ogniwo.programme.models import Application, Note, Reseller
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast

pytestmark = pytest.mark.django_db
LIST = "/konsola/wnioski/"


def asked(name: str = "Radek", *, days_ago: int = 1) -> Application:
    return cast.application(name, at=now() - timedelta(days=days_ago))


def taken(name: str = "Radek", *, days_ago: int = 1) -> Application:
    application = asked(name, days_ago=days_ago)
    application.take(by=cast.person("Ola"), at=now())
    return application


def test_the_application_with_the_fewest_days_left_is_on_top() -> None:
    asked("Radek", days_ago=2)
    asked("Zenon", days_ago=26)
    page = browser_of("Ola").get(LIST).content.decode()
    assert page.index("Zenon Doradztwo") < page.index("Radek Doradztwo")


def test_the_page_shows_the_clock_the_company_and_who_is_known() -> None:
    application = asked(days_ago=26)
    client = cast.lead(cast.reseller("Zenon"), "Kwiaty", email=application.email)
    page = browser_of("Ola").get(f"{LIST}{application.number}/").content.decode()
    assert "Radek Doradztwo" in page
    assert 'data-tone="bad"' in page
    assert client.lead_number in page


def test_take_then_accept_makes_a_reseller() -> None:
    application = asked()
    browser = browser_of("Ola")
    assert browser.post(f"{LIST}{application.number}/take/").status_code == 302
    assert browser.post(f"{LIST}{application.number}/accept/").status_code == 302
    application.refresh_from_db()
    assert application.state == "accepted"
    assert application.owner == cast.person("Ola")
    assert Reseller.objects.get().application == application


def test_an_accepted_application_is_not_warned_of_its_own_reseller() -> None:
    application = taken()
    application.accept(by=cast.person("Ola"), at=now())
    page = browser_of("Ola").get(f"{LIST}{application.number}/")
    assert not page.context["known"]


def test_the_letters_are_shown_before_and_nothing_of_it_remains() -> None:
    application = taken()
    letters, events = Message.objects.count(), Event.objects.count()
    answer = browser_of("Ola").get(f"{LIST}{application.number}/accept/")
    assert [draft.to for draft in answer.context["letters"]] == 2 * [
        "Radek Kowalski <radek@doradztwo.example>"
    ]
    assert "•••" in answer.content.decode()
    assert (Message.objects.count(), Event.objects.count()) == (letters, events)
    assert not Reseller.objects.exists()
    application.refresh_from_db()
    assert application.state == "in_review"


def test_a_rejection_can_be_read_before_it_is_sent() -> None:
    application = taken()
    browser = browser_of("Ola")
    typed = {"reason": "does_not_fit", "note": "Wolimy integratorów.", "reapply": "later"}
    shown = browser.post(f"{LIST}{application.number}/reject/", typed | {"preview": "1"})
    assert "Wolimy integratorów." in shown.content.decode()
    application.refresh_from_db()
    assert application.state == "in_review"
    assert browser.post(f"{LIST}{application.number}/reject/", typed).status_code == 302
    application.refresh_from_db()
    assert (application.state, application.reapply) == ("rejected", "later")


def test_a_note_over_500_characters_keeps_what_was_typed() -> None:
    application = taken()
    typed = {"reason": "other", "note": "ą" * 501, "reapply": "now"}
    answer = browser_of("Ola").post(f"{LIST}{application.number}/reject/", typed)
    assert answer.status_code == 422
    assert "ą" * 501 in answer.content.decode()


def test_a_question_opens_the_named_fields_and_stops_the_clock() -> None:
    application = taken(days_ago=3)
    typed = {"question": "Ilu klientów?", "fields_to_open": ["message", "website"]}
    browser = browser_of("Ola")
    browser.post(f"{LIST}{application.number}/ask/", typed)
    application.refresh_from_db()
    assert application.state == "needs_completion"
    assert application.open_fields == ["message", "website"]
    page = browser.get(f"{LIST}{application.number}/").content.decode()
    assert "Ilu klientów?" in page


def test_of_two_who_decide_the_second_gets_409() -> None:
    application = taken()
    version = application.version
    application.reject(reason="other", by=cast.person("Adam"), at=now())
    answer = browser_of("Ola").post(f"{LIST}{application.number}/accept/", {"version": version})
    assert answer.status_code == 409
    assert not Reseller.objects.exists()


@pytest.mark.parametrize("verb", ["take", "accept", "ask", "reject"])
def test_a_reader_sees_it_and_decides_nothing(verb: str) -> None:
    application = asked()
    browser = browser_of("Rita")
    page = browser.get(f"{LIST}{application.number}/")
    assert page.status_code == 200
    assert f"/{verb}/" not in page.content.decode()
    assert browser.post(f"{LIST}{application.number}/{verb}/").status_code == 403
    assert browser.get(f"{LIST}?format=csv").status_code == 403


def test_the_accountant_and_resellers_do_not_know_of_it() -> None:
    application = asked()
    owner = cast.owner_of(cast.reseller("Zenon"))
    browser = browser_of("Krysia")
    for person in (cast.person("Krysia"), owner):
        browser.force_login(person)
        for address in (LIST, f"{LIST}{application.number}/", f"{LIST}{application.number}/take/"):
            assert browser.get(address).status_code == 404


def test_a_stranger_is_sent_to_sign_in() -> None:
    cast.vendor()
    assert Browser().get(LIST).headers["Location"].startswith("/logowanie/")


def test_get_on_a_move_changes_nothing() -> None:
    application = asked()
    assert browser_of("Ola").get(f"{LIST}{application.number}/take/").status_code == 405
    application.refresh_from_db()
    assert application.state == "submitted"


def test_search_finds_without_polish_letters_and_the_export_is_the_list() -> None:
    asked("Żaneta")
    asked("Radek")
    answer = browser_of("Ola").get(f"{LIST}?q=zaneta&format=csv")
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]  # a stream
    assert len(rows) == 2
    assert "Żaneta Doradztwo" in rows[1]


def test_a_double_click_keeps_one_note() -> None:
    application = asked()
    browser = browser_of("Ola")
    for _click in range(2):
        browser.post(f"{LIST}{application.number}/note/", {"text": "Dzwonić po 10", "once": "k1"})
    assert [note.text for note in Note.objects.all()] == ["Dzwonić po 10"]
    assert "Dzwonić po 10" in browser.get(f"{LIST}{application.number}/").content.decode()


def test_the_list_asks_as_much_for_ten_as_for_two() -> None:
    ola = browser_of("Ola")
    for number in range(2):
        cast.application(f"Jan {number}", nip=cast.nip(number), at=now())
    few = queries_of(ola, LIST)
    for number in range(2, 10):
        cast.application(f"Jan {number}", nip=cast.nip(number), at=now())
    assert queries_of(ola, LIST) <= few
