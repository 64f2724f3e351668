"""Who gets in, through which door, and what a page carries."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client as Browser
from django.test import RequestFactory

from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.people.models import User
from ogniwo.programme.models import Client, Reseller, Vendor
from ogniwo.web.http import sign_in, sign_out
from ogniwo.web.tests.conftest import AT, firm, lead_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]


def test_a_stranger_is_sent_to_sign_in_and_then_back(vendor: Vendor) -> None:
    answer = Browser().get("/panel/klienci/?stan=lead")
    assert answer.status_code == 302
    assert answer["Location"] == "/logowanie/?next=%2Fpanel%2Fklienci%2F%3Fstan%3Dlead"


def test_the_other_face_is_not_there(anna: User, ola: User) -> None:
    assert signed_in(anna).get("/konsola/wnioski/").status_code == 404
    assert signed_in(ola).get("/panel/klienci/").status_code == 404


def test_a_role_without_the_right_is_told_who_can_grant_it(magda: User, piotr: User) -> None:
    answer = signed_in(magda).get("/konsola/ustawienia/")
    assert answer.status_code == 403
    assert "Piotr Zieliński" in answer.content.decode()


def test_a_role_that_must_not_know_gets_what_is_missing_gets(magda: User, ola: User) -> None:
    assert signed_in(magda).get("/konsola/wnioski/").status_code == 404
    assert signed_in(ola).get("/konsola/wnioski/").status_code == 200


def test_another_resellers_lead_is_as_missing_as_one_that_never_was(anna: User) -> None:
    other = lead_of(firm("R-015", "9998154578", "Wolski"), no=400)
    browser = signed_in(anna)
    foreign = browser.get(f"/panel/klienci/{other.lead_number}/")
    missing = browser.get("/panel/klienci/L-9999/")
    assert foreign.status_code == missing.status_code == 404
    hide = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|L-\d{4}')
    assert hide.sub("", foreign.content.decode()) == hide.sub("", missing.content.decode())


def test_a_suspended_reseller_reads_and_changes_nothing(
    anna: User, kowalska: Reseller, stragan: Client, piotr: User
) -> None:
    kowalska.suspend(reason="dług", by=piotr, at=AT)
    browser = signed_in(anna)
    page = browser.get("/panel/klienci/L-0311/")
    assert page.status_code == 200
    assert "/withdraw/" not in page.content.decode()
    assert browser.post("/panel/klienci/L-0311/withdraw/").status_code == 403
    stragan.refresh_from_db()
    assert stragan.state == "lead"


def test_before_the_set_up_every_page_says_so(db: None) -> None:
    answer = Browser().get("/wniosek/")
    assert answer.status_code == 503
    assert "Retry-After" in answer


def test_headers_guard_every_answer(vendor: Vendor, anna: User) -> None:
    for address in ("/wniosek/", "/nie-ma/", "/wniosek/dead/"):
        answer = Browser().get(address)
        assert answer["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["X-Frame-Options"] == "DENY"
    assert Browser().get("/wniosek/abc/")["Cache-Control"] == "no-store"
    assert signed_in(anna).get("/panel/klienci/")["Cache-Control"] == "no-store"
    assert Browser().get("/wniosek/")["Cache-Control"] == "no-cache, private"


def test_a_dead_link_a_flood_and_a_bug_are_answered_in_words(vendor: Vendor) -> None:
    assert Browser().get("/wniosek/dead/").status_code == 410
    flood = Browser().get("/wniosek/flood/")
    assert (flood.status_code, flood["Retry-After"]) == (429, "90")
    bug = Browser(raise_request_exception=False).get("/wniosek/bug/")
    assert bug.status_code == 500
    assert re.search(r"[0-9A-F]{4}-\d{8}-\d{4}", bug.content.decode())
    assert "RuntimeError" not in bug.content.decode()
    down = Browser(raise_request_exception=False).get("/wniosek/down/")
    assert (down.status_code, down["Retry-After"]) == (503, "5")


def test_the_evil_host_is_refused_without_the_database(vendor: Vendor) -> None:
    assert Browser().get("/wniosek/", headers={"host": "evil.example"}).status_code == 400


def test_a_visitor_chooses_a_language_and_keeps_it(vendor: Vendor) -> None:
    browser = Browser()
    assert 'lang="pl"' in browser.get("/wniosek/").content.decode()
    answer = browser.post("/jezyk/", {"language": "en", "next": "/wniosek/"})
    assert answer["Location"] == "/wniosek/"
    assert '<html lang="en">' in browser.get("/wniosek/").content.decode()


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_next_leads_nowhere_else(vendor: Vendor, address: str) -> None:
    answer = Browser().post("/jezyk/", {"language": "en", "next": address})
    assert answer["Location"] == "/"


def test_a_persons_language_is_kept_with_the_person(anna: User) -> None:
    signed_in(anna).post("/jezyk/", {"language": "en", "next": "/panel/klienci/"})
    anna.refresh_from_db()
    assert anna.language == "en"


@pytest.mark.parametrize(
    ("who", "idle", "longest"),
    [
        ("ola", timedelta(hours=2), timedelta(hours=12)),
        ("anna", timedelta(days=7), timedelta(days=30)),
    ],
)
def test_a_session_ends_when_idle_and_when_old(
    request: pytest.FixtureRequest, who: str, idle: timedelta, longest: timedelta
) -> None:
    user = request.getfixturevalue(who)
    page = "/konsola/wnioski/" if user.is_vendor else "/panel/klienci/"
    with time_machine.travel(AT, tick=False) as clock:
        browser = signed_in(user)
        assert browser.get(page).status_code == 200
        clock.shift(idle - timedelta(seconds=1))
        assert browser.get(page).status_code == 200
        clock.shift(idle)
        assert browser.get(page).status_code == 302
        browser = signed_in(user)
        began = AT + 2 * idle
        while began + longest > AT and browser.get(page).status_code == 200:
            clock.shift(idle / 2)
            began -= idle / 2
        assert browser.get(page).status_code == 302


def test_a_deactivated_person_is_out_at_once(anna: User, piotr: User) -> None:
    User.objects.add("b@firma.example", role="reseller_owner", reseller_id=anna.reseller_id,
                     by=SYSTEM_ACTOR, at=AT)  # fmt: skip
    browser = signed_in(anna)
    assert browser.get("/panel/klienci/").status_code == 200
    anna.deactivate(by=piotr, at=AT)
    assert browser.get("/panel/klienci/").status_code == 302


def test_an_ended_reseller_reads_for_ninety_days(
    anna: User, kowalska: Reseller, piotr: User
) -> None:
    kowalska.end(reason="koniec", by=piotr, at=AT)
    for days, status in ((89, 200), (91, 302)):
        with time_machine.travel(AT + timedelta(days=days), tick=False):
            assert signed_in(anna).get("/panel/klienci/").status_code == status


def test_the_vendors_colour_is_a_stylesheet_of_our_own(vendor: Vendor) -> None:
    answer = Browser().get("/marka.css?v=3b3aa6")
    assert answer.content == b":root{--brand-seed:#3b3aa6}\n"
    assert 'href="/marka.css?v=3b3aa6"' in Browser().get("/wniosek/").content.decode()


def test_a_demo_says_so_on_every_public_page(vendor: Vendor) -> None:
    assert "Demonstration data" not in _english("/wniosek/")
    Vendor.objects.update(is_demo=True)
    for address in ("/wniosek/", "/nie-ma/", "/wniosek/dead/"):
        assert "Demonstration data" in _english(address)


def _english(address: str) -> str:
    browser = Browser()
    browser.post("/jezyk/", {"language": "en"})
    return browser.get(address).content.decode()


def test_a_session_begins_anew_at_sign_in_and_leaves_nothing_at_sign_out(
    rf: RequestFactory, anna: User
) -> None:
    browser = signed_in(anna)
    browser.get("/panel/klienci/")
    request = rf.post("/logowanie/")
    request.user, request.session = anna, SessionStore(browser.session.session_key)
    before = request.session.session_key
    request.session["draft"] = "mine"
    sign_in(request, anna)
    assert request.session.session_key != before
    assert not {"draft", "began_at", "seen_at"} & set(request.session.keys())
    answer = sign_out(request)
    assert answer["Location"] == "/logowanie/"
    assert "storage" in answer["Clear-Site-Data"]
    assert not request.user.is_authenticated
