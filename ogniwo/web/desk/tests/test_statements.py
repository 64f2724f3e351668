"""Wyciągi: seen before anything counts, read in once, refused with the line that is wrong."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils.timezone import now
from pytest_django import Settings

from ogniwo.billing.models import BankStatement, CsvMapping, Debit, Invoice, Payment
from ogniwo.integrations.bank import uploads
from ogniwo.integrations.bank.tests.writing import entry, mt940, pekao_csv
from ogniwo.programme.models import Vendor
from ogniwo.web.desk.tests.browsing import browser_of
from tests import cast
from tests.billed import invoice, today

pytestmark = pytest.mark.django_db
PAYMENTS = "/konsola/platnosci/"
NEW = f"{PAYMENTS}wyciagi/nowy/"
CSV = (
    "Kiedy;Ile;Od kogo;Za co\n"
    "{day};404,67;KWIATY;{title}\n"
    "{day};-12,00;BANK;prowizja\n"
)  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "statements"


def statement_of(found: Invoice, **changes: Any) -> str:
    """One payment that names the invoice, one of nobody, one debit."""
    rows = [
        entry(40_467, on=today(), title=found.number),
        entry(777, on=today(), title="przelew", account="", name="LEW"),
        entry(-1_200, on=today(), title="prowizja", account=""),
    ]
    return mt940(rows, account=Vendor.load().account, **changes)


def sent(browser: Browser, *contents: str | bytes, name: str = "wyciag.sta") -> Any:
    files = [
        SimpleUploadedFile(name, one.encode() if isinstance(one, str) else one) for one in contents
    ]
    return browser.post(NEW, {"statements": files})


def to(answer: Any) -> str:
    """Where it leads."""
    return str(answer.url)


def test_a_statement_is_seen_first_and_counts_when_it_is_read_in(folder: Path) -> None:
    found, browser = invoice(), browser_of("Krysia")
    answer = sent(browser, statement_of(found))
    (file,) = browser.get(answer.url).context["files"]
    assert (file.report.new, file.report.to_clarify, file.report.debits) == (2, 1, 1)
    assert not Payment.objects.exists()
    assert to(browser.post(answer.url)) == PAYMENTS
    found.refresh_from_db()
    assert (found.left_grosze, Payment.objects.to_clarify().count()) == (0, 1)
    assert list(folder.iterdir()) == []
    assert browser.get(answer.url).status_code == 302  # nothing to see there any more


def test_the_same_statement_again_says_when_it_was_read_in() -> None:
    found, browser = invoice(), browser_of("Krysia")
    text = statement_of(found)
    browser.post(sent(browser, text).url)
    page = browser.get(sent(browser, text).url)
    (file,) = page.context["files"]
    assert (file.report.repeated is not None, page.context["may_read"]) == (True, False)
    assert file.earlier == BankStatement.objects.get()


def test_a_month_in_another_format_is_warned_of_and_waits() -> None:
    found, browser = invoice(), browser_of("Krysia")
    row, account = entry(40_467, on=today(), title=found.number), Vendor.load().account
    named = replace(row, reference="R1")
    browser.post(sent(browser, mt940([named], account=account)).url)
    answer = sent(browser, pekao_csv([row], account=account), name="historia.csv")
    page = browser.get(answer.url)
    (file,) = page.context["files"]
    assert (file.report.new, file.report.twins) == (1, 1)
    assert found.number in page.content.decode()
    said = browser.post(answer.url, follow=True).context["messages"]
    assert [message.level_tag for message in said] == ["success", "warning"]
    (row,) = browser.get(PAYMENTS).context["matches"]
    assert (row.of.doubt, row.is_picked) == (Payment.Doubt.TWICE, False)


def test_several_files_are_read_in_together() -> None:
    found, browser = invoice(), browser_of("Krysia")
    later = mt940([entry(5_000, on=today(), title="x")], account=Vendor.load().account)
    answer = sent(browser, statement_of(found), later)
    assert len(browser.get(answer.url).context["files"]) == 2
    browser.post(answer.url)
    assert (BankStatement.objects.count(), Payment.objects.count()) == (2, 3)


@pytest.mark.parametrize(
    "bad", [b"", b"%PDF-1.4 faktura", b":20:MT940\r\n:25:/PL1\r\n", b"\x00" * 99]
)
def test_a_file_that_cannot_be_trusted_is_refused_with_its_mistakes(
    bad: bytes, folder: Path
) -> None:
    cast.vendor()
    answer = sent(browser_of("Krysia"), bad)
    assert answer.status_code == 422
    assert answer.context["form"].errors or answer.context["bad"][0].mistakes
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_statement_of_another_account_is_refused() -> None:
    found, browser = invoice(), browser_of("Krysia")
    text = statement_of(found).replace(Vendor.load().account, "13999900000000000000000099")
    assert sent(browser, text).status_code == 422
    assert not BankStatement.objects.exists()


def test_too_big_a_file_is_refused_before_it_is_read(folder: Path) -> None:
    cast.vendor()
    answer = sent(browser_of("Krysia"), b"x" * (uploads.MOST_BYTES + 1))
    assert (answer.status_code, folder.exists()) == (422, False)


def test_an_unknown_csv_is_asked_about_once_and_then_known() -> None:
    found, browser = invoice(), browser_of("Krysia")
    text = CSV.format(day=today().isoformat(), title=found.number)
    answer = sent(browser, text, name="bank.csv")
    (file,) = browser.get(answer.url).context["files"]
    assert file.asks
    address = f"{answer.url}0/"
    assert browser.get(address).context["sample"][0] == ["Kiedy", "Ile", "Od kogo", "Za co"]
    assert browser.post(address, {"day": "Kiedy"}).status_code == 422
    assert browser.post(address, {"day": "Ile", "amount": "Kiedy"}).status_code == 409
    assert not CsvMapping.objects.exists()
    told = {"day": "Kiedy", "amount": "Ile", "name": "Od kogo", "title": "Za co"}
    assert to(browser.post(address, told)) == answer.url
    browser.post(answer.url)
    found.refresh_from_db()
    assert (found.left_grosze, Debit.objects.count()) == (0, 1)
    again = sent(browser, text.replace("404,67", "1,00"), name="bank.csv")
    (file,) = browser.get(again.url).context["files"]
    assert not file.asks


def test_a_big_file_is_read_in_by_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "READ_AT_ONCE", 10)
    found, browser = invoice(), browser_of("Krysia")
    answer = sent(browser, statement_of(found))
    (file,) = browser.get(answer.url).context["files"]
    assert (file.report.rows, file.report.new) == (3, 0)  # its rows are matched by the worker
    assert to(browser.post(answer.url)) == answer.url
    assert not Payment.objects.exists()
    assert uploads.approved_wait(now())
    assert "data-hx-trigger" in browser.get(answer.url).content.decode()
    assert uploads.tick_uploads(now(), 10) == 1
    assert (Payment.objects.count(), uploads.approved_wait(now())) == (2, False)
    assert BankStatement.objects.get().entered_by == cast.person("Krysia")


def test_what_the_worker_cannot_read_is_told_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "READ_AT_ONCE", 10)
    browser, found = browser_of("Krysia"), invoice()
    answer = sent(browser, statement_of(found))
    browser.post(answer.url)
    Vendor.objects.update(account="13999900000000000000000099")
    uploads.tick_uploads(now(), 10)
    assert not uploads.approved_wait(now())
    assert browser.get(answer.url).context["upload"].failed


def test_nobody_sees_anothers_files_and_they_go_after_a_day(folder: Path) -> None:
    found = invoice()
    answer = sent(browser_of("Krysia"), statement_of(found))
    assert browser_of("Adam").get(answer.url).status_code == 302
    assert browser_of("Adam").get(f"{NEW}..%2F..%2Fetc/").status_code in {302, 404}
    assert uploads.forget_uploads(now(), 10) == 0
    assert uploads.forget_uploads(now() + timedelta(days=1, seconds=9), 10) == 1
    assert list(folder.iterdir()) == []


def test_files_are_left_without_a_trace(folder: Path) -> None:
    found, browser = invoice(), browser_of("Krysia")
    answer = sent(browser, statement_of(found))
    browser.post(answer.url, {"drop": "1"})
    assert (list(folder.iterdir()), BankStatement.objects.exists()) == ([], False)


def test_a_statement_shows_what_came_and_what_left() -> None:
    found, browser = invoice(), browser_of("Krysia")
    browser.post(sent(browser, statement_of(found)).url)
    statement = BankStatement.objects.get()
    address = f"{PAYMENTS}wyciagi/{statement.pk}/"
    assert len(browser.get(address).context["rows"]) == 2
    (debit,) = browser.get(address, {"co": "obciazenia"}).context["rows"]
    assert debit.amount_grosze == 1_200
    assert len(browser.get(f"{PAYMENTS}wyciagi/").context["rows"]) == 1
    assert browser.get(PAYMENTS).context["statement"].matched == 1


@pytest.mark.parametrize("name", ["Ola", "Rita"])
def test_staff_and_readers_read_in_nothing(name: str) -> None:
    browser = browser_of(name)
    assert sent(browser, "x").status_code == 403
    assert browser.get(f"{PAYMENTS}wyciagi/").status_code == 403
