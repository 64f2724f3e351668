"""Money sent to a client's own account is his, also in a statement of the account it ends on."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ogniwo.billing import clarifying, paying
from ogniwo.billing.clarifying import Share
from ogniwo.billing.models import BankStatement, Debit, Payment
from ogniwo.billing.tests import scene
from ogniwo.integrations.bank import intake, storing
from ogniwo.integrations.bank.intake import open_file, preview
from ogniwo.integrations.bank.tests.test_intake import AT, DAY, take, write
from ogniwo.integrations.bank.tests.writing import camt053, entry, mt940
from ogniwo.programme.models import Client, Vendor
from tests import cast

pytestmark = pytest.mark.django_db

OWN = "72999900040000000000000078"
SPACED = "72 9999 0004 0000 0000 0000 0078"
OTHER = "87999900040000000000000099"  # nobody's own account
SENDER = "31999900000000000000000002"


def owner() -> Client:
    client = scene.account()
    Client.objects.filter(pk=client.pk).update(virtual_account=OWN)
    return client


def in_camt() -> str:
    """The creditor's account of the transfer is the client's own."""
    row = replace(entry(500, on=DAY, title="przelew", reference="C1"), credited=OWN)
    return camt053([row], account=Vendor.load().account)


def in_title() -> str:
    return mt940([entry(500, on=DAY, title=f"na {SPACED}")], account=Vendor.load().account)


def in_free_text() -> str:
    row = entry(500, on=DAY, title=f"przelew na {OWN} od KWIATY")
    return mt940([row], account=Vendor.load().account, style="")


@pytest.mark.parametrize("text_of", [in_camt, in_title, in_free_text])
def test_a_transfer_to_the_own_account_of_a_client_is_his(
    tmp_path: Path, text_of: Callable[[], str]
) -> None:
    client = owner()
    path = tmp_path / "plik"
    path.write_text(text_of(), encoding="utf-8")
    assert preview(open_file(path)).matched == {"virtual_account": 1}
    assert take(path).matched == {"virtual_account": 1}
    payment = Payment.objects.get()
    assert (payment.client, payment.account) == (client, OWN)


def test_an_account_of_nobody_in_a_title_says_nothing(tmp_path: Path) -> None:
    owner()
    rows = [entry(500, on=DAY, title=f"na {OTHER}"), entry(-600, on=DAY, title=f"na {OWN}")]
    report = take(write(tmp_path, rows))
    assert report.matched == {"": 1}
    assert Payment.objects.get().account == Vendor.load().account


def test_what_came_to_an_own_account_and_went_back_is_proposed_as_a_return(tmp_path: Path) -> None:
    owner()
    take(write(tmp_path, [entry(500, on=DAY, title=OWN, reference="BANK000123")], "a.sta"))
    back = entry(-500, on=DAY, title="zwrot BANK000123", reference="X1")
    assert take(write(tmp_path, [back], "b.sta")).returns == 1


def test_the_return_of_a_split_transfer_is_of_all_of_it(tmp_path: Path) -> None:
    one, two = scene.invoice(), scene.invoice(scene.account("Meble"))
    krysia = cast.person("Krysia")
    take(write(tmp_path, [entry(24_600, on=DAY, title="za dwie", reference="B1")], "a.sta"))
    whole = Payment.objects.get()
    shares = [Share(grosze=12_300, client=each.client, invoices=[each]) for each in (one, two)]
    clarifying.split(whole, shares, by=krysia, at=AT)
    back = [
        entry(-12_300, on=DAY, title="zwrot czesci", account=SENDER, reference="X1"),
        entry(-24_600, on=DAY, title="zwrot calosci", account=SENDER, reference="X2"),
    ]
    assert take(write(tmp_path, back, "b.sta")).returns == 1
    debit = Debit.objects.proposed().get()
    assert (debit.amount_grosze, debit.proposes) == (24_600, whole)
    paying.reverse(whole, by=krysia, at=AT)
    for invoice in (one, two):
        invoice.refresh_from_db()
        assert invoice.left_grosze == 12_300


def test_a_split_transfer_refunded_in_part_cannot_come_back(tmp_path: Path) -> None:
    one, krysia = scene.invoice(), cast.person("Krysia")
    take(write(tmp_path, [entry(12_400, on=DAY, title="za dwie", reference="B1")], "a.sta"))
    shares = [Share(grosze=12_300, client=one.client, invoices=[one]), Share(grosze=100)]
    _first, rest = clarifying.split(Payment.objects.get(), shares, by=krysia, at=AT)
    paying.refund(rest, grosze=100, by=krysia, at=AT)
    back = entry(-12_400, on=DAY, title="zwrot", account=SENDER, reference="X1")
    assert take(write(tmp_path, [back], "b.sta")).returns == 0


def test_nobody_sees_the_rows_of_a_statement_that_is_half_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.vendor()
    krysia = cast.person("Krysia")
    path = write(tmp_path, [entry(500, on=DAY, title="x"), entry(-1, on=DAY, title="y")])

    def killed(*args: Any, **options: Any) -> None:
        storing.store(*args, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as while_reading:
        while_reading.setattr(intake, "store", killed)
        with pytest.raises(KeyboardInterrupt):
            take(path)
    assert BankStatement.objects.get().state == BankStatement.State.READING
    assert (Payment.objects.count(), Debit.objects.count()) == (1, 1)
    assert not Payment.objects.visible_to(krysia).exists()
    assert not Payment.objects.visible_to(krysia).waiting().exists()
    assert not Debit.objects.visible_to(krysia).exists()
    take(path)
    assert Payment.objects.visible_to(krysia).waiting().count() == 1
    assert Debit.objects.visible_to(krysia).count() == 1


def test_money_entered_by_hand_is_of_no_statement_and_is_seen() -> None:
    payment = scene.pay(scene.account(), 500)
    assert Payment.objects.visible_to(cast.person("Krysia")).get() == payment
