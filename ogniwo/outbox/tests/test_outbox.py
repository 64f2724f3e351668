"""Letters leave once, by a real mail server or as files, and are tried again when they cannot."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pytest_django import Settings

from ogniwo.journal.seal import events_wait, seal_all
from ogniwo.outbox import seal
from ogniwo.outbox.deliver import claim, deliver, letters_wait, resend
from ogniwo.outbox.models import Message
from ogniwo.outbox.post import post, render
from ogniwo.outbox.turns import beat, claim_turn, end_turn, worker_seen
from ogniwo.people import letters
from tests import cast
from tests.cast import START, later
from tests.fakes.smtp import HANG_UP, MailServer, mail_server

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SECRET = "http://localhost:8000/haslo/tajne/"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.SMTP_URL = ""


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as found:
        settings.SMTP_URL = found.url
        yield found


def letter(to: str = "ola@meridian.example") -> Message:
    cast.person("Ola")
    Message.objects.all().delete()
    return post(
        "people/letters/password_reset",
        to=to,
        to_name="Ola, Łucja",
        at=START,
        context={"login": to},
        links={"link": SECRET},
        reply="z0217.abcdefgh",
    )


def test_without_a_server_a_letter_is_a_file_with_text_and_html(tmp_path: Path) -> None:
    sent = letter()
    assert deliver(START) == 1
    (file,) = (tmp_path / "mail").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["To"] == '"Ola, Łucja" <ola@meridian.example>'
    assert mail["Reply-To"].addresses[0].addr_spec == "partnerzy+z0217.abcdefgh@meridian.example"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert all(SECRET in part.get_content() for part in mail.iter_parts())
    sent.refresh_from_db()
    assert (sent.state, sent.sent_at, deliver(START)) == ("sent", START, 0)


def test_a_letter_leaves_by_the_mail_server_once(server: MailServer) -> None:
    letter()
    assert (deliver(START), deliver(later(1))) == (1, 0)
    (received,) = server.letters
    assert received.recipients == ("ola@meridian.example",)
    assert received.sender == "partnerzy@meridian.example"


def test_a_refused_letter_is_tried_again_with_growing_delay_and_given_up_after_three_days(
    server: MailServer,
) -> None:
    sent = letter()
    server.refuse()
    waits, at = [], START
    while sent.state == "queued":
        assert deliver(at) == 0
        sent.refresh_from_db()
        assert "try again later" in sent.last_error
        waits.append((sent.next_try_at or at) - at)
        at = max(sent.next_try_at or at, at + MINUTE)
    assert waits[0] <= 1.2 * MINUTE
    assert max(waits) > timedelta(hours=4)
    assert sent.failed_at is not None
    assert sent.failed_at >= later(3)
    server.accept()
    resend(sent, at=at)
    assert deliver(at) == 1


def test_a_hung_up_letter_is_sent_again_under_the_same_message_id(server: MailServer) -> None:
    letter()
    server.answer = lambda command, _to: HANG_UP if command == "DATA" else "250 OK"
    deliver(START)
    server.accept()
    deliver(later(1))
    assert len({mail.message["Message-ID"] for mail in server.letters}) == 1


def test_a_demo_never_sends(server: MailServer, tmp_path: Path) -> None:
    letter()
    vendor = cast.vendor()
    type(vendor).objects.update(is_demo=True)
    assert deliver(START) == 1
    assert server.letters == []
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1


def test_secrets_of_a_waiting_letter_are_encrypted_and_masked() -> None:
    sent = letter()
    row = str(Message.objects.filter(pk=sent.pk).values().get())
    assert SECRET not in row
    assert seal.open_sealed(sent.sealed)["link"] == SECRET
    assert SECRET not in render(sent, masked=True).html


def test_with_another_secret_key_the_letter_fails_loudly(settings: Settings) -> None:
    sent = letter()
    settings.SECRET_KEY = "x" * 50
    assert deliver(START) == 0
    sent.refresh_from_db()
    assert "SealBroken" in sent.last_error


def test_a_letter_that_another_worker_holds_is_left_to_it_for_two_minutes() -> None:
    sent = letter()
    assert claim(sent, at=START)
    assert deliver(START) == 0
    assert deliver(START + 3 * MINUTE) == 1


def test_a_turn_is_taken_by_one_worker_and_comes_again_in_time() -> None:
    every = 5 * MINUTE
    assert claim_turn("leads", every=every, at=START)
    assert not claim_turn("leads", every=every, at=START + 10 * MINUTE)
    end_turn("leads", done=3)
    assert not claim_turn("leads", every=every, at=START + 4 * MINUTE)
    assert claim_turn("leads", every=every, at=START + 5 * MINUTE)


def test_an_idle_second_finds_nothing_to_do() -> None:
    letter()
    assert letters_wait(START)
    deliver(START)
    seal_all()
    assert (letters_wait(START), events_wait(START)) == (False, False)
    letters.password_reset(cast.person("Adam"), at=START)
    cast.person("Adam").change_profile(name="Adam S.", by=cast.person("Ola"), at=START)
    assert (letters_wait(START), events_wait(START)) == (True, True)


def test_a_worker_is_seen_while_it_beats() -> None:
    beat("a", at=START)
    assert worker_seen(since=START - MINUTE)
    assert not worker_seen(since=START + MINUTE)


def test_a_password_never_goes_unencrypted_to_another_machine(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(login=("ola", "tajne")) as found:
        settings.SMTP_URL = found.url
        sent = letter()
        assert deliver(START) == 1
        monkeypatch.setattr("ogniwo.outbox.deliver.THIS_MACHINE", frozenset())
        resend(sent, at=START)
        assert deliver(START) == 0
        sent.refresh_from_db()
        assert "without TLS" in sent.last_error
        assert [mail.login for mail in found.letters] == ["ola"]
