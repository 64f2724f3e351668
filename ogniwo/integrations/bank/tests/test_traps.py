"""Not one of ten thousand transfers is booked to a client other than the true one."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ogniwo.billing.check import breaches
from ogniwo.billing.models import BankStatement, Debit, Payment
from ogniwo.billing.tests import scene
from ogniwo.integrations.bank.intake import Report, open_file, preview, read_in
from ogniwo.integrations.bank.tests.traps import (
    DAY,
    EURO_ACCOUNT,
    NOBODY,
    VIRTUAL,
    Maker,
    Row,
    build,
)
from ogniwo.integrations.bank.tests.writing import camt053, entry, mt940
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.programme.models import Vendor

pytestmark = pytest.mark.django_db

AT = scene.noon(date(2027, 3, 31))
ROWS = 10_000


def take(folder: Path, text: str, name: str) -> Report:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_in(open_file(path), by=SYSTEM_ACTOR, at=AT)


def wrong(rows: list[Row]) -> Counter[tuple[str, str]]:
    """Traps that caught us, and how: booked to another, or left waiting where a rule decides."""
    credits_ = [row for row in rows if row.entry.amount_grosze > 0]
    stored = Payment.objects.filter(statement__isnull=False).order_by("pk")
    found: Counter[tuple[str, str]] = Counter()
    for row, payment in zip(credits_, stored, strict=True):
        assert payment.title == row.entry.title
        if payment.client_id != (row.client_id or None):
            found[row.trap, "waits" if payment.client_id is None else "wrong"] += 1
    return found


def test_ten_thousand_transfers_with_every_trap(tmp_path: Path) -> None:
    world = build()
    maker = Maker(world, seed=2027)
    rows = maker.rows(ROWS)
    account = Vendor.load().account
    # Equal lines without a reference are as many transfers as there are lines.
    equal = [replace(rows[0].entry, title="bez numeru", reference="")] * 3
    text = mt940([row.entry for row in rows] + equal, account=account)
    path = tmp_path / "marzec.sta"
    path.write_text(text, encoding="utf-8")
    shown = preview(open_file(path))
    report = read_in(open_file(path), by=SYSTEM_ACTOR, at=AT)
    kinds = Counter(row.trap for row in rows)
    assert len(kinds) == 22
    assert min(kinds.values()) > 300
    assert (report.known, report.debits) == (0, kinds["debit"])
    assert report.new == ROWS - kinds["debit"] + len(equal)
    assert +shown.matched == +report.matched
    extra = [Row(one, NOBODY, "equal") for one in equal]
    _same_client_as_first(extra, rows[0])
    assert wrong(rows + extra) == {}
    assert report.to_clarify > ROWS // 4
    assert list(breaches(AT)) == []
    before = (Payment.objects.count(), Debit.objects.count(), BankStatement.objects.count())
    again = read_in(open_file(path), by=SYSTEM_ACTOR, at=AT)
    assert again.repeated == AT
    # The same transfers in another statement of the same bank: nothing is new.
    other = take(
        tmp_path, mt940([row.entry for row in rows], account=account, number="2/1"), "m.sta"
    )
    assert (other.new, other.debits, other.known) == (0, 0, ROWS)
    assert before[:2] == (Payment.objects.count(), Debit.objects.count())


def _same_client_as_first(extra: list[Row], first: Row) -> None:
    """The equal lines come from the account of the first row, which its number has taught."""
    extra[:] = [replace(row, client_id=first.client_id) for row in extra]


def test_an_own_account_counts_only_numbers_of_its_client(tmp_path: Path) -> None:
    world = build(20)
    his, other = world.clients[-1], world.clients[0]
    first, second = world.monthly[his.pk][0], world.monthly[other.pk][0]
    rows = [
        entry(100, on=DAY, title=f"za {second.number}", reference="V1"),
        entry(200, on=DAY, title=f"{second.number} {first.number}", reference="V2"),
    ]
    report = take(tmp_path, mt940(rows, account=VIRTUAL), "v.sta")
    assert report.matched == {"virtual_account": 2}
    came = Payment.objects.filter(statement__isnull=False)
    assert set(came.values_list("client", flat=True)) == {his.pk}
    second.refresh_from_db()
    assert second.allocations.exclude(payment__client=other).count() == 0
    assert first.allocations.filter(payment__reference="V2").count() == 1


def test_euros_pay_invoices_in_euros_only(tmp_path: Path) -> None:
    world = build(20)
    client = world.clients[0]
    invoice = client.invoices.get(currency="EUR")
    named = world.monthly[client.pk][0]
    rows = [
        entry(100, on=DAY, title=named.number, currency="EUR", reference="E1"),
        entry(200, on=DAY, title=invoice.number, currency="EUR", reference="E2"),
    ]
    text = camt053(rows, account=EURO_ACCOUNT, currency="EUR")
    report = take(tmp_path, text, "e.xml")
    invoice.refresh_from_db()
    assert (report.matched["title"], invoice.paid_grosze) == (2, 300)
    assert list(breaches(AT)) == []
