"""A file of the bank in the books: each transfer once, whatever is read in twice or broken off."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ogniwo.billing import booking, matching, returns
from ogniwo.billing.check import breaches
from ogniwo.billing.matching import Evidence, Match, Sent, Undecided
from ogniwo.billing.models import BankStatement, Debit, Invoice, Payment, SenderAccount
from ogniwo.billing.tests import scene
from ogniwo.integrations.bank import intake, storing
from ogniwo.integrations.bank.entry import Entry
from ogniwo.integrations.bank.intake import Report, open_file, preview, read_in, said_before
from ogniwo.integrations.bank.tests.writing import entry, mt940
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.journal.models import Event
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.programme.models import Client, Vendor
from tests import cast

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 20)
AT = scene.noon(DAY)
THEIRS = "31999900000000000000000002"


def write(
    folder: Path, rows: Sequence[Entry], name: str = "wyciag.sta", *, account: str = "",
    number: str = "1/1",
) -> Path:  # fmt: skip
    path = folder / name
    text = mt940(rows, account=account or Vendor.load().account, number=number)
    path.write_text(text, encoding="utf-8")
    return path


def take(path: Path) -> Report:
    return read_in(open_file(path), by=SYSTEM_ACTOR, at=AT)


def counts() -> tuple[int, int, int, int]:
    return (
        Payment.objects.count(),
        Debit.objects.count(),
        BankStatement.objects.count(),
        Event.objects.count(),
    )


def test_a_statement_pays_what_it_names_and_the_rest_waits(tmp_path: Path) -> None:
    invoice = scene.invoice()
    rows = [
        entry(12_300, on=DAY, title=f"zaplata {invoice.number}", reference="R1"),
        entry(500, on=DAY, title="nie wiadomo za co", account="", reference="R2"),
        entry(-900, on=DAY, title="prowizja", reference="R3"),
    ]
    report = take(write(tmp_path, rows))
    invoice.refresh_from_db()
    assert (report.rows, report.new, report.known, report.debits) == (3, 2, 0, 1)
    assert (report.matched["title"], report.to_clarify) == (1, 1)
    assert invoice.left_grosze == 0
    statement = BankStatement.objects.get()
    assert (statement.state, statement.rows, statement.credits_grosze) == ("imported", 3, 12_800)
    assert SenderAccount.objects.get().client == invoice.client
    assert list(breaches(AT)) == []


def test_the_same_file_again_changes_nothing_and_says_when_it_came(tmp_path: Path) -> None:
    cast.vendor()
    path = write(tmp_path, [entry(500, on=DAY), entry(500, on=DAY)], name="a.sta")
    take(path)
    before = counts()
    path.rename(tmp_path / "b.sta")
    report = read_in(
        open_file(tmp_path / "b.sta"), by=SYSTEM_ACTOR, at=scene.noon(date(2026, 2, 1))
    )
    assert counts() == before
    assert report.repeated == AT
    assert "20.01.2026, 12:00" in said_before(AT)


def test_a_monthly_statement_holds_no_transfer_a_daily_one_brought(tmp_path: Path) -> None:
    cast.vendor()
    equal = [entry(500, on=DAY, title="ratka"), entry(500, on=DAY, title="ratka")]
    named = entry(700, on=DAY, title="inny", reference="C77")
    take(write(tmp_path, [*equal, named], name="day.sta"))
    later = entry(500, on=date(2026, 1, 21), title="ratka")
    month = [entry(100, on=date(2026, 1, 2)), named, *equal, equal[0], later]
    report = take(write(tmp_path, month, name="month.sta", number="2/1"))
    assert (report.rows, report.known, report.new) == (6, 3, 3)
    assert Payment.objects.filter(title="ratka", booked_on=DAY).count() == 3


def test_a_dry_run_says_what_would_come_and_writes_nothing(tmp_path: Path) -> None:
    invoice = scene.invoice()
    known = entry(77, on=DAY, title="wczoraj", account="", reference="R0")
    take(write(tmp_path, [known], name="wczoraj.sta"))
    rows = [
        entry(12_300, on=DAY, title=invoice.number, reference="R1"),
        entry(12_300, on=DAY, title="drugi raz", reference="R2"),  # its account was just learnt
        known,
        entry(-900, on=DAY, title="prowizja"),
    ]
    file = open_file(write(tmp_path, rows))
    before = counts()
    shown = preview(file)
    assert counts() == before
    done = read_in(file, by=SYSTEM_ACTOR, at=AT)
    assert (
        (shown.new, shown.known, shown.debits) == (2, 1, 1) == (done.new, done.known, done.debits)
    )
    assert +shown.matched == +done.matched == {"title": 1, "iban": 1}
    assert shown.sums == done.sums == {"PLN": 24_600}


@pytest.mark.parametrize("fatal", [1, 2, 3, 4, 5, 6, 7])
def test_a_killed_reading_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fatal: int
) -> None:
    invoice = scene.invoice()
    rows = [entry(100 + n, on=DAY, title=f"nr {n % 3}", account="") for n in range(8)]
    # The first of these teaches the account after the other has waited.
    rows[2:4] = [entry(5, on=DAY, title="?"), entry(6, on=DAY, title=invoice.number)]
    path = write(tmp_path, rows)
    monkeypatch.setattr(storing, "AT_ONCE", 3)
    monkeypatch.setattr(intake, "AT_ONCE", 3)
    steps = 0

    def counted(step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == fatal:
                raise KeyboardInterrupt
            return step(*args, **kwargs)

        return run

    monkeypatch.setattr(intake, "store", counted(storing.store))
    monkeypatch.setattr(intake, "book_each", counted(booking.book_each))
    monkeypatch.setattr(intake, "propose_returns", counted(returns.propose_returns))
    with pytest.raises(KeyboardInterrupt):
        take(path)
    report = take(path)
    assert (report.rows, report.new, report.known) == (8, 8, 0)
    assert (report.matched["title"], report.matched["iban"], report.to_clarify) == (1, 0, 7)
    assert Payment.objects.count() == 8
    assert Event.objects.filter(verb="billing.payment.enter").count() == 8
    assert list(breaches(AT)) == []


def test_a_statement_of_another_account_is_refused_before_anything_counts(tmp_path: Path) -> None:
    cast.vendor()
    path = write(tmp_path, [entry(500, on=DAY)], account="12999900000000000000000099")
    with pytest.raises(Refused) as refusal:
        open_file(path)
    assert refusal.value.code == "other_account"
    vendor = Vendor.load()
    vendor.change(more_accounts="12999900000000000000000099", by=cast.person("Adam"), at=AT)
    assert take(path).new == 1


def test_the_own_account_of_a_client_has_statements_too(tmp_path: Path) -> None:
    client = scene.account()
    Client.objects.filter(pk=client.pk).update(virtual_account=THEIRS)
    report = take(write(tmp_path, [entry(500, on=DAY, title="x")], account=THEIRS))
    assert report.matched == {"virtual_account": 1}


def test_only_who_books_money_reads_statements_in(tmp_path: Path) -> None:
    cast.vendor()
    file = open_file(write(tmp_path, [entry(500, on=DAY)]))
    with pytest.raises(NotAllowed):
        read_in(file, by=cast.person("Ola"), at=AT)
    assert not BankStatement.objects.exists()


def test_a_return_is_proposed_never_made(tmp_path: Path) -> None:
    invoice = scene.invoice()
    came = [
        entry(12_300, on=DAY, title=invoice.number, reference="BANK000123"),
        entry(400, on=DAY, title="inne", reference="BANK000124", account=THEIRS),
    ]
    take(write(tmp_path, came, name="a.sta"))
    left = [
        entry(-12_300, on=DAY, title="korekta BANK000123", reference="X1"),
        entry(-400, on=DAY, title="ZWROT wplaty", account=THEIRS, reference="X2"),
        entry(-401, on=DAY, title="ZWROT wplaty", account=THEIRS, reference="X3"),
        entry(-12_299, on=DAY, title="korekta BANK000123", reference="X4"),
    ]
    report = take(write(tmp_path, left, name="b.sta"))
    assert report.returns == 2
    proposed = dict(Debit.objects.proposed().values_list("amount_grosze", "proposes__reference"))
    assert proposed == {12_300: "BANK000123", 400: "BANK000124"}
    assert Invoice.objects.get(pk=invoice.pk).left_grosze == 0


def test_one_row_that_raises_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = scene.invoice()

    def broken(row: Sent, known: Evidence) -> Match | Undecided:
        if "wybuch" in row.title:
            raise ZeroDivisionError
        return matching.decide(row, known)

    monkeypatch.setattr(booking, "decide", broken)
    rows = [
        entry(300, on=DAY, title=invoice.number),
        entry(400, on=DAY, title="wybuch"),
        entry(500, on=DAY, title=invoice.number),
    ]
    report = take(write(tmp_path, rows))
    assert (report.matched["title"], report.to_clarify) == (2, 1)
    waiting = Payment.objects.to_clarify().get()
    assert (waiting.title, waiting.doubt) == ("wybuch", Payment.Doubt.ERROR)
    assert Event.objects.filter(verb="billing.payment.wait", key=waiting.pk).exists()
