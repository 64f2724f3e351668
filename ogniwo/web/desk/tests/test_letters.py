"""Listy: every letter is found, read with masked secrets, shown in a locked frame, sent again."""

import re

import pytest
from django.utils.timezone import now

from ogniwo.journal.models import Event
from ogniwo.outbox import seal
from ogniwo.outbox.deliver import deliver
from ogniwo.outbox.models import Message
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast

pytestmark = pytest.mark.django_db
LETTERS = "/konsola/ustawienia/listy/"


def welcome() -> Message:
    cast.reseller("Radek", at=now())
    return Message.objects.get(template="programme/letters/welcome")


def test_a_letter_is_found_by_address_subject_and_state() -> None:
    letter, browser = welcome(), browser_of("Ola")
    for asked in ({"q": letter.to}, {"q": letter.subject[:12]}, {"q": "radek", "stan": "czekaja"}):
        page = browser.get(LETTERS, asked).content.decode()
        assert f"{LETTERS}{letter.pk}/" in page, asked
    assert browser.get(LETTERS, {"stan": "niewyslane"}).context["rows"] == []


def test_its_secrets_are_masked_in_both_parts() -> None:
    letter, browser = welcome(), browser_of("Krysia")
    secrets = [
        text.rstrip("/").rpartition("/")[2] for text in seal.open_sealed(letter.sealed).values()
    ]
    for address in (f"{LETTERS}{letter.pk}/", f"{LETTERS}{letter.pk}/html/"):
        page = browser.get(address).content.decode()
        assert letter.subject in page
        assert not any(secret in page for secret in secrets)


def test_the_html_part_may_do_nothing() -> None:
    letter = welcome()
    answer = browser_of("Ola").get(f"{LETTERS}{letter.pk}/html/")
    policy = answer["Content-Security-Policy"]
    assert policy.endswith("; sandbox")
    assert "unsafe-inline" not in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    styles = set(re.findall(r"\sstyle=\"", answer.content.decode()))
    assert not styles or "'unsafe-hashes'" in policy
    page = browser_of("Ola").get(f"{LETTERS}{letter.pk}/")
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "script-src 'self'" in page["Content-Security-Policy"]


def test_a_sent_letter_leaves_again_and_the_journal_knows_who_wanted_it() -> None:
    letter, browser = welcome(), browser_of("Ola")
    while deliver(now()):
        pass
    letter.refresh_from_db()
    assert letter.state == "sent"
    assert browser.get(f"{LETTERS}{letter.pk}/resend/").status_code == 405
    assert browser.post(f"{LETTERS}{letter.pk}/resend/").status_code == 302
    letter.refresh_from_db()
    assert letter.state == "queued"
    event = Event.objects.get(verb="outbox.message.resend")
    assert event.by == cast.person("Ola")


def test_a_letter_sealed_with_another_key_says_so() -> None:
    letter = welcome()
    Message.objects.filter(pk=letter.pk).update(sealed="gAAAAAB" + "x" * 90)
    browser = browser_of("Ola")
    page = browser.get(f"{LETTERS}{letter.pk}/")
    assert page.status_code == 200
    assert page.context["is_lost"]
    assert browser.get(f"{LETTERS}{letter.pk}/html/").status_code == 404


def test_readers_do_not_read_letters() -> None:
    letter, browser = welcome(), browser_of("Rita")
    for address in (LETTERS, f"{LETTERS}{letter.pk}/", f"{LETTERS}{letter.pk}/html/"):
        assert browser.get(address).status_code == 403
    assert browser.post(f"{LETTERS}{letter.pk}/resend/").status_code == 403


def test_queries_do_not_grow_with_the_letters() -> None:
    cast.reseller("Radek")
    browser = browser_of("Ola")
    few = queries_of(browser, LETTERS)
    cast.reseller("Zenon")
    assert queries_of(browser, LETTERS) == few
