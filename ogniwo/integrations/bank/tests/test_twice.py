"""Each transfer counts once: none is lost among equal ones, none comes twice in another format."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from ogniwo.billing import paying
from ogniwo.billing.check import breaches
from ogniwo.billing.models import Invoice, Payment
from ogniwo.billing.tests import scene
from ogniwo.integrations.bank import intake, storing
from ogniwo.integrations.bank.entry import Entry
from ogniwo.integrations.bank.intake import Report, open_file, preview
from ogniwo.integrations.bank.tests.test_intake import AT, DAY, take
from ogniwo.integrations.bank.tests.writing import camt053, entry, mt940, pekao_csv
from tests import cast

pytestmark = pytest.mark.django_db

SECOND = "12999900000000000000000099"
Write = Callable[..., str]


def ours() -> str:
    return cast.vendor(more_accounts=SECOND).account


def put(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def taken(folder: Path, text: str, name: str) -> Report:
    return take(put(folder, text, name))


def alternately(*accounts: str, rows: Sequence[Entry]) -> str:
    """One CSV that jumps from account to account."""
    header, *_rows = pekao_csv(rows).splitlines()
    tables = [pekao_csv(rows, account=account).splitlines()[1:] for account in accounts]
    turns = [line for turn in zip(*tables, strict=True) for line in turn]
    return "\n".join([header, *turns]) + "\n"


def test_equal_lines_of_two_accounts_in_one_table_all_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ours()
    chunks = []

    def counted(*args: Any, **options: Any) -> None:
        chunks.append(len(args[1]))
        storing.store(*args, **options)

    monkeypatch.setattr(intake, "store", counted)
    text = alternately(first, SECOND, rows=[entry(500, on=DAY, title="ratka")] * 3)
    path = put(tmp_path, text, "dwa.csv")
    assert preview(open_file(path)).new == 6
    report = take(path)
    assert (report.new, report.known) == (6, 0)
    assert chunks == [3, 3]
    assert list(breaches(AT)) == []


def test_equal_lines_on_two_pages_of_a_statement_all_count(tmp_path: Path) -> None:
    account, row = ours(), entry(500, on=DAY, title="ratka")
    pages = [
        mt940([row, row], account=account, number="7/1").replace(":62F:", ":62M:"),
        mt940([row], account=account, number="7/2", opening=1_000).replace(":60F:", ":60M:"),
    ]
    report = taken(tmp_path, "".join(pages), "strony.sta")
    assert (report.new, report.known) == (3, 0)
    again = taken(tmp_path, mt940([row] * 3, account=account, number="8/1"), "razem.sta")
    assert (again.new, again.known) == (0, 3)


def test_a_daily_and_a_monthly_statement_in_one_zip_bring_each_transfer_once(
    tmp_path: Path,
) -> None:
    account, row = ours(), entry(500, on=DAY, title="ratka")
    other = entry(500, on=DAY, title="z numerem", reference="R1")
    later = entry(500, on=date(2026, 1, 21), title="ratka")
    path = tmp_path / "wyciagi.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("dzien.sta", mt940([row, row, other], account=account))
        month = mt940([row, row, other, later], account=account, number="2/1")
        archive.writestr("miesiac.sta", month)
    report = take(path)
    assert (report.new, report.known) == (4, 3)


def test_a_reference_that_balances_count_twice_is_two_transfers(tmp_path: Path) -> None:
    account, row = ours(), entry(500, on=DAY, title="paczka", reference="PACZKA1")
    table = taken(tmp_path, pekao_csv([row, row], account=SECOND), "a.csv")
    assert (table.new, table.known) == (1, 1)  # no balance says that there were two
    counted = taken(tmp_path, mt940([row, row], account=account), "a.sta")
    assert (counted.new, counted.known) == (2, 0)
    month = taken(tmp_path, mt940([row, row], account=account, number="2/1"), "b.sta")
    assert (month.new, month.known) == (0, 2)


def without_reference(rows: Sequence[Entry], **options: Any) -> str:
    return pekao_csv([replace(row, reference="") for row in rows], **options)


@pytest.mark.parametrize(
    ("first", "second"),
    [(mt940, without_reference), (without_reference, mt940), (camt053, without_reference)],
    ids=["mt940 then csv", "csv then mt940", "camt then csv"],
)
def test_a_month_read_again_in_another_format_waits_for_a_person(
    tmp_path: Path, first: Write, second: Write
) -> None:
    invoice, account = scene.invoice(), ours()
    rows = [
        entry(12_300, on=DAY, title=f"zapłata {invoice.number}", reference="R1"),
        entry(500, on=DAY, title="bez konta, tytuł dłuższy niż wiersz", account="", reference="R2"),
    ]
    fresh = entry(700, on=DAY, title="nowy", account="", reference="R3")
    taken(tmp_path, first(rows, account=account), "a.txt")
    path = put(tmp_path, second([*rows, fresh], account=account), "b.txt")
    shown = preview(open_file(path))
    assert (shown.new, shown.twins, shown.to_clarify) == (3, 2, 3)
    assert [row.amount_grosze for row in shown.alike] == [12_300, 500]
    done = take(path)
    assert (done.new, done.twins, done.to_clarify) == (3, 2, 3)
    waiting = Payment.objects.to_clarify().filter(doubt=Payment.Doubt.TWICE)
    assert list(waiting.order_by("pk").values_list("amount_grosze", flat=True)) == [12_300, 500]
    assert not Payment.objects.credits().exists()
    assert list(breaches(AT)) == []


def test_what_seemed_the_same_transfer_may_be_another(tmp_path: Path) -> None:
    invoice, account = scene.invoice(), ours()
    row = entry(6_150, on=DAY, title=invoice.number, reference="R1")
    taken(tmp_path, mt940([row], account=account), "a.sta")
    taken(tmp_path, without_reference([row], account=account), "b.csv")
    payment = Payment.objects.to_clarify().get()
    paying.assign(payment, invoice.client, invoices=[invoice], by=cast.person("Krysia"), at=AT)
    assert Invoice.objects.get(pk=invoice.pk).left_grosze == 0


def test_another_day_or_amount_or_sender_is_no_doubt(tmp_path: Path) -> None:
    account = ours()
    row = entry(500, on=DAY, title="ratka", reference="R1")
    taken(tmp_path, mt940([row], account=account), "a.sta")
    others = [
        replace(row, booked_on=date(2026, 1, 21)),
        replace(row, amount_grosze=501),
        replace(row, title="inna", account="31999900000000000000000003"),
    ]
    report = taken(tmp_path, without_reference(others, account=account), "b.csv")
    assert (report.new, report.twins) == (3, 0)
    second = taken(tmp_path, without_reference([row], account=SECOND), "c.csv")
    assert (second.new, second.twins) == (1, 0)
