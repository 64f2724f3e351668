"""Uploads that go wrong: two windows, two workers, files that nobody can read."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now
from pytest_django import Settings

from ogniwo.billing.models import BankStatement, Payment
from ogniwo.integrations.bank import uploads
from ogniwo.integrations.bank.tests.test_hostile import zipped
from ogniwo.integrations.bank.tests.writing import entry, mt940
from ogniwo.integrations.bank.uploads import Upload
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Refused
from ogniwo.programme.models import Vendor
from ogniwo.web.desk.tests.browsing import browser_of
from ogniwo.web.desk.tests.test_statements import CSV, NEW, sent
from tests import cast
from tests.billed import today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    cast.vendor()
    return tmp_path / "statements"


def statement(grosze: int, *, rows: int = 1) -> bytes:
    many = [entry(grosze, on=today(), title="wpłata")] * rows
    return mt940(many, account=Vendor.load().account).encode()


def kept(content: bytes) -> Upload:
    return uploads.keep([("wyciag.sta", [content])], by=cast.person("Krysia"))


def approved(content: bytes) -> Upload:
    upload = kept(content)
    uploads.approve(upload, at=now())
    return upload


def token_of(upload: Upload) -> Upload | None:
    return uploads.find(upload.token, by=cast.person("Krysia"))


def test_what_breaks_the_worker_does_not_keep_the_next_file_waiting() -> None:
    broken = approved(statement(100))
    broken.path(0).unlink()
    broken.path(0).mkdir()  # whatever the cause: here a folder where the file was
    os.utime(broken.folder / uploads.FACTS, (0, 0))  # the oldest, so it comes first
    approved(statement(200))
    assert uploads.tick_uploads(now(), 10) == 2
    assert Payment.objects.get().amount_grosze == 200
    told = token_of(broken)
    assert told is not None
    assert (bool(told.failed), told.approved_at) == (True, "")


def test_a_file_that_another_worker_reads_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = approved(statement(100))

    def read_in(*_args: object, **_options: object) -> None:
        raise Refused("being_read", "")

    monkeypatch.setattr(uploads, "read_in", read_in)
    assert uploads.tick_uploads(now(), 10) == 0
    left = token_of(upload)
    assert left is not None
    assert (left.failed, bool(left.approved_at)) == ("", True)


def test_how_big_a_file_is_counts_unpacked_and_in_rows() -> None:
    text = statement(100, rows=9_000)
    assert len(text) > uploads.READ_AT_ONCE
    packed = zipped(("a.sta", text))
    assert len(packed) < uploads.READ_AT_ONCE / 10
    assert kept(packed).is_big()
    short = b"\r\n".join(line for line in text.split(b"\r\n") if not line.startswith(b"~"))
    upload = kept(short)
    assert not upload.is_big()
    assert upload.is_big(*upload.open_all(at=now()))
    assert not kept(statement(100)).is_big()


def test_what_was_never_kept_whole_goes_after_a_day_too(folder: Path) -> None:
    half = kept(statement(100)).folder
    (half / uploads.FACTS).unlink()
    os.utime(half, (now().timestamp(),) * 2)
    assert uploads.forget_uploads(now() + timedelta(hours=23), 10) == 0
    assert uploads.forget_uploads(now() + timedelta(days=1, seconds=9), 10) == 1
    assert list(folder.iterdir()) == []


def test_a_second_window_is_told_that_the_files_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    browser, find = browser_of("Krysia"), uploads.find

    def find_then_lose(token: str, *, by: Actor) -> Upload | None:
        """The other window reads the files in just after this one found them."""
        if (found := find(token, by=by)) is not None:
            uploads.drop(found)
        return found

    first, second = sent(browser, statement(100)).url, sent(browser, statement(200)).url
    third = sent(browser, CSV.format(day=today(), title="x"), name="bank.csv").url
    monkeypatch.setattr(uploads, "find", find_then_lose)
    assert (browser.post(first).status_code, browser.get(second).status_code) == (302, 302)
    assert browser.post(f"{third}0/", {"day": "Kiedy", "amount": "Ile"}).status_code == 302
    assert not BankStatement.objects.exists()


def test_columns_of_a_file_that_became_known_and_bad_lead_to_its_mistakes() -> None:
    browser, text = browser_of("Krysia"), CSV.format(day=today(), title="x")
    good = sent(browser, text, name="bank.csv").url
    bad = sent(browser, text.replace("404,67", "4O4,67"), name="bank.csv").url
    browser.post(f"{good}0/", {"day": "Kiedy", "amount": "Ile"})
    answer = browser.get(f"{bad}0/")
    assert (answer.status_code, answer["Location"]) == (302, bad)
    assert browser.get(bad).context["files"][0].mistakes


def test_a_day_after_next_month_is_refused_on_the_page() -> None:
    far = mt940([entry(1, on=today() + timedelta(days=32))], account=Vendor.load().account)
    assert sent(browser_of("Krysia"), far).status_code == 422
    near = mt940([entry(1, on=today() + timedelta(days=31))], account=Vendor.load().account)
    assert sent(browser_of("Krysia"), near)["Location"].startswith(NEW)
