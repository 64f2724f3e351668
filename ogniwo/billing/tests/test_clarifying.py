"""What people do with money that came: each deed leaves the books true, each refusal unchanged."""

from collections.abc import Callable
from datetime import date
from functools import partial
from random import Random
from typing import Any

import pytest

from ogniwo.billing import clarifying, paying
from ogniwo.billing.booking import receive
from ogniwo.billing.check import breaches
from ogniwo.billing.clarifying import Share
from ogniwo.billing.models import Invoice, Payment, SenderAccount
from ogniwo.billing.paying import Transfer
from ogniwo.billing.tests import scene
from ogniwo.journal.models import Event
from ogniwo.journal.moves import Conflict, NotAllowed, Refused
from tests import cast

pytestmark = pytest.mark.django_db
DAY, FEBRUARY = scene.JANUARY, date(2026, 2, 10)
AT = scene.noon(FEBRUARY)
ACCOUNT = "61109010140000071219812874"


def krysia() -> Any:
    return cast.person("Krysia")


def came(grosze: int = 12_300, **changes: Any) -> Payment:
    facts = {"title": "przelew", "payer_account": ACCOUNT, "payer_name": "KTOŚ"} | changes
    sent = Transfer(amount_grosze=grosze, booked_on=DAY, **facts)
    return fresh(receive(sent, by=krysia(), at=scene.noon(DAY)))


def given(payment: Payment, invoice: Invoice) -> Payment:
    paying.assign(payment, invoice.client, invoices=[invoice], by=krysia(), at=AT)
    return fresh(payment)


def fresh(payment: Payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)


def left_of(*invoices: Invoice) -> list[int]:
    for one in invoices:
        one.refresh_from_db()
    return [one.left_grosze for one in invoices]


def books_hold() -> bool:
    found = list(breaches(AT))
    assert found == []
    return True


def refused(deed: Callable[[], object]) -> str:
    before = list(Payment.objects.order_by("pk").values()), Event.objects.count()
    with pytest.raises(Refused) as refusal:
        deed()
    assert (list(Payment.objects.order_by("pk").values()), Event.objects.count()) == before
    return refusal.value.code


def test_a_look_at_a_probable_match_takes_it_from_the_list_once() -> None:
    invoice = scene.invoice()
    SenderAccount.learn(client_id=invoice.client_id, account=ACCOUNT, on=DAY)
    payment = came()
    assert list(Payment.objects.to_confirm()) == [payment]
    assert clarifying.confirm([payment], by=krysia(), at=AT) == 1
    assert clarifying.confirm([payment], by=krysia(), at=AT) == 0
    assert not Payment.objects.to_confirm().exists()
    assert left_of(invoice) == [0]
    assert clarifying.unconfirm([payment], by=krysia(), at=AT) == 1
    assert list(Payment.objects.to_confirm()) == [payment]
    verbs = list(Event.objects.about(payment).values_list("verb", flat=True))[:2]
    assert verbs == ["billing.payment.unconfirm", "billing.payment.confirm"]


def test_a_wrong_match_is_taken_back_whole_and_given_to_the_other() -> None:
    wrong, right = scene.invoice(), scene.invoice(scene.account("Meble"))
    payment = given(came(), wrong)
    clarifying.reassign(payment, right.client, invoices=[right], by=krysia(), at=AT)
    assert left_of(wrong, right) == [12_300, 0]
    assert list(SenderAccount.objects.values_list("client", flat=True)) == [right.client_id]
    assert books_hold()


def test_what_a_wrong_match_paid_is_paid_by_the_clients_other_money() -> None:
    wrong, right = scene.invoice(), scene.invoice(scene.account("Meble"))
    payment = given(came(), wrong)
    spare = scene.pay(wrong.client, 5_000)
    clarifying.unassign(payment, by=krysia(), at=AT)
    assert (left_of(wrong), fresh(spare).unallocated_grosze) == ([7_300], 0)
    assert fresh(payment).state == Payment.State.TO_CLARIFY
    assert left_of(right) == [12_300]
    assert books_hold()


def test_an_account_that_another_payment_taught_is_not_forgotten() -> None:
    invoice = scene.invoice()
    first, second = came(100), came(200)
    given(first, invoice)
    given(second, invoice)
    clarifying.unassign(fresh(first), by=krysia(), at=AT)
    assert SenderAccount.objects.get().account == ACCOUNT
    clarifying.unassign(fresh(second), by=krysia(), at=AT)
    assert not SenderAccount.objects.exists()


def test_an_account_known_before_the_payment_stays() -> None:
    invoice = scene.invoice()
    SenderAccount.learn(client_id=invoice.client_id, account=ACCOUNT, on=date(2025, 1, 1))
    payment = came(title=invoice.number)
    clarifying.unassign(payment, by=krysia(), at=AT)
    assert SenderAccount.objects.get().client == invoice.client


def test_refunded_and_returned_money_is_not_given_to_another() -> None:
    invoice, other = scene.invoice(), scene.account("Meble")
    payment = given(came(20_000), invoice)
    paying.refund(payment, grosze=100, by=krysia(), at=AT)
    for deed in (
        lambda: clarifying.reassign(payment, other, by=krysia(), at=AT),
        lambda: clarifying.unassign(payment, by=krysia(), at=AT),
        lambda: clarifying.split(payment, shares((1, None), (19_999, None)), by=krysia(), at=AT),
    ):
        assert refused(deed) == "payment_refunded"
    returned = came(100)  # the account is known by now
    paying.reverse(returned, by=krysia(), at=AT)
    assert refused(lambda: clarifying.unassign(returned, by=krysia(), at=AT)) == "payment_reversed"


def test_only_what_is_assigned_is_reassigned_and_only_to_another() -> None:
    invoice = scene.invoice()
    payment = came()
    assert refused(lambda: clarifying.unassign(payment, by=krysia(), at=AT)) == "not_assigned"
    given(payment, invoice)
    again = refused(lambda: clarifying.reassign(payment, invoice.client, by=krysia(), at=AT))
    assert again == "already_assigned"
    stranger = scene.invoice(scene.account("Meble"))
    other = scene.account("Ramki")
    foreign = refused(
        lambda: clarifying.reassign(payment, other, invoices=[stranger], by=krysia(), at=AT)
    )
    assert (foreign, left_of(invoice)) == ("other_client", [0])


def shares(*parts: tuple[int, Invoice | None]) -> list[Share]:
    return [
        Share(grosze=grosze, client=invoice.client, invoices=[invoice])
        if invoice
        else Share(grosze=grosze)
        for grosze, invoice in parts
    ]


def test_one_transfer_pays_for_two_clients() -> None:
    one, two = scene.invoice(), scene.invoice(scene.account("Meble"))
    payment = came(24_600)
    parts = clarifying.split(payment, shares((12_300, one), (12_300, two)), by=krysia(), at=AT)
    assert left_of(one, two) == [0, 0]
    assert fresh(payment).state == Payment.State.SPLIT
    assert [part.client_id for part in map(fresh, parts)] == [one.client_id, two.client_id]
    assert books_hold()


def test_a_split_is_undone_and_its_transfer_waits_again() -> None:
    one, two = scene.invoice(), scene.invoice(scene.account("Meble"))
    payment = came(24_600)
    clarifying.split(payment, shares((12_300, one), (12_300, two)), by=krysia(), at=AT)
    clarifying.unsplit(payment, by=krysia(), at=AT)
    assert left_of(one, two) == [12_300, 12_300]
    assert fresh(payment).state == Payment.State.TO_CLARIFY
    assert not SenderAccount.objects.exists()
    with pytest.raises(Conflict):
        clarifying.unsplit(payment, by=krysia(), at=AT)
    clarifying.split(payment, shares((24_599, one), (1, None)), by=krysia(), at=AT)
    assert books_hold()


def test_a_split_transfer_comes_back_whole() -> None:
    one, two = scene.invoice(), scene.invoice(scene.account("Meble"))
    payment = came(24_600)
    part, _other = clarifying.split(
        payment, shares((12_300, one), (12_300, two)), by=krysia(), at=AT
    )
    assert refused(lambda: paying.reverse(part, by=krysia(), at=AT)) == "payment_split"
    paying.reverse(payment, by=krysia(), at=AT)
    assert left_of(one, two) == [12_300, 12_300]
    assert {fresh(row).state for row in (payment, part)} == {Payment.State.REVERSED}
    assert books_hold()


def test_each_part_says_in_its_history_what_became_of_the_whole() -> None:
    payment = came(24_600)
    for undo, verb in (
        (clarifying.unsplit, "billing.payment.unsplit"),
        (paying.reverse, "billing.payment.reverse"),
    ):
        parts = clarifying.split(payment, shares((1, None), (24_599, None)), by=krysia(), at=AT)
        undo(payment, by=krysia(), at=AT)
        for part in parts:
            assert Event.objects.about(part).values_list("verb", flat=True)[0] == verb


def split_anew_meanwhile(
    monkeypatch: pytest.MonkeyPatch, payment: Payment, *parts: tuple[int, Invoice | None]
) -> None:
    """Somebody divides the transfer otherwise after its parts were read, before their locks."""

    def held_late(whole: Payment, *clients: int) -> Payment:
        monkeypatch.undo()
        clarifying.unsplit(payment, by=krysia(), at=AT)
        clarifying.split(payment, shares(*parts), by=krysia(), at=AT)
        return paying.held(whole, *clients)

    monkeypatch.setattr(paying, "held", held_late)


def test_a_transfer_comes_back_with_the_parts_it_has_under_the_locks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, two = scene.invoice(), scene.invoice(scene.account("Meble"))
    payment = came(24_600)
    clarifying.split(payment, shares((12_300, one), (12_300, two)), by=krysia(), at=AT)
    split_anew_meanwhile(monkeypatch, payment, (10_000, one), (14_600, two))
    paying.reverse(payment, by=krysia(), at=AT)
    assert left_of(one, two) == [12_300, 12_300]
    assert not Payment.objects.filter(reversed_at__isnull=True).exists()
    assert books_hold()


def test_a_transfer_whose_part_is_of_a_client_not_locked_is_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, two = scene.invoice(), scene.invoice(scene.account("Meble"))
    payment = came(24_600)
    clarifying.split(payment, shares((12_300, one), (12_300, None)), by=krysia(), at=AT)
    split_anew_meanwhile(monkeypatch, payment, (12_300, two), (12_300, one))
    with pytest.raises(Conflict) as refusal:
        paying.reverse(payment, by=krysia(), at=AT)
    # Here the deed of the other goes back too: both are in one transaction of this test.
    assert (refusal.value.code, left_of(one, two)) == ("stale", [0, 12_300])
    assert books_hold()


@pytest.mark.parametrize("grosze", [(24_599, 2), (24_600,), (12_300, 12_299), ()])
def test_the_parts_of_a_transfer_are_the_whole_of_it(grosze: tuple[int, ...]) -> None:
    payment = came(24_600)
    parts = shares(*((one, None) for one in grosze))
    assert refused(lambda: clarifying.split(payment, parts, by=krysia(), at=AT)) == "bad_split"


def test_no_part_is_nothing() -> None:
    payment = came(24_600)
    parts = shares((24_600, None), (0, None))
    assert refused(lambda: clarifying.split(payment, parts, by=krysia(), at=AT)) == "bad_amount"


def two_open() -> tuple[Invoice, Invoice]:
    client = scene.account()
    for _number in range(2):
        scene.one_off(client, price_grosze=10_000, separate=True)
    scene.bill(DAY)
    older, newer = Invoice.objects.order_by("pk")
    return older, newer


def test_a_person_chooses_what_a_payment_pays() -> None:
    older, newer = two_open()
    payment = scene.pay(older.client, 15_000)
    clarifying.reallocate(payment, [(newer, 12_300), (older, 2_700)], by=krysia(), at=AT)
    assert left_of(older, newer) == [9_600, 0]
    assert books_hold()


def test_what_is_not_chosen_pays_the_rest_by_due_day() -> None:
    older, newer = two_open()
    payment = scene.pay(older.client, 15_000)
    clarifying.reallocate(payment, [(newer, 1_000)], by=krysia(), at=AT)
    assert left_of(older, newer) == [0, 9_600]
    assert books_hold()


def test_never_more_than_is_left_and_never_anothers() -> None:
    older, newer = two_open()
    stranger = scene.invoice(scene.account("Meble"))
    payment = scene.pay(older.client, 15_000)

    def choose(*wanted: tuple[Invoice, int]) -> str:
        return refused(lambda: clarifying.reallocate(payment, wanted, by=krysia(), at=AT))

    assert choose((newer, 12_301)) == "above_left"
    assert choose((newer, 12_300), (older, 2_701)) == "above_payment"
    assert choose((newer, 12_300), (newer, 1)) == "above_left"
    assert choose((stranger, 100)) == "other_client"
    assert choose((newer, 0)) == "bad_amount"
    assert left_of(older, newer) == [0, 9_600]


def test_what_is_no_clients_is_left_out_with_a_reason_and_comes_back() -> None:
    payment = came()
    assert refused(lambda: leave_out(payment, " ")) == "no_reason"
    leave_out(payment, "odsetki banku")
    assert fresh(payment).state == Payment.State.IGNORED
    assert not Payment.objects.to_clarify().exists()
    invoice = scene.invoice()
    assert refused(lambda: given(payment, invoice)) == "payment_ignored"
    assert refused(lambda: leave_out(payment, "znowu")) == "payment_ignored"
    clarifying.unignore(payment, by=krysia(), at=AT)
    given(payment, invoice)
    assert refused(lambda: leave_out(payment, "x")) == "already_assigned"
    assert books_hold()


def leave_out(payment: Payment, reason: str) -> None:
    clarifying.ignore(payment, reason=reason, by=krysia(), at=AT)


def test_a_return_entered_by_mistake_is_undone() -> None:
    invoice = scene.invoice()
    payment = given(came(20_000), invoice)
    paying.reverse(payment, by=krysia(), at=AT)
    clarifying.unreverse(payment, by=krysia(), at=AT)
    assert (left_of(invoice), fresh(payment).unallocated_grosze) == ([0], 7_700)
    assert books_hold()
    with pytest.raises(Conflict):
        clarifying.unreverse(payment, by=krysia(), at=AT)


def test_only_the_cashiers_touch_money() -> None:
    payment, ola = came(), cast.person("Ola")
    for deed in (
        lambda: clarifying.confirm([payment], by=ola, at=AT),
        lambda: clarifying.unassign(payment, by=ola, at=AT),
        lambda: clarifying.split(payment, shares((1, None)), by=ola, at=AT),
        lambda: clarifying.ignore(payment, reason="x", by=ola, at=AT),
        lambda: clarifying.reallocate(payment, [], by=ola, at=AT),
        lambda: clarifying.unreverse(payment, by=ola, at=AT),
    ):
        with pytest.raises(NotAllowed):
            deed()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_done_in_whatever_order_the_books_hold(seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - a test that repeats, no secret
    invoices = [scene.invoice(scene.account(name)) for name in ("Kwiaty", "Meble", "Ramki")]
    payments = [came(dice.randint(1, 30_000), payer_account="") for _number in range(4)]
    done = 0
    for _step in range(20):
        payment = fresh(dice.choice([*payments, *Payment.objects.order_by("pk")]))
        one, other = dice.sample(invoices, 2)
        part = dice.randint(1, max(1, payment.amount_grosze - 1))
        parts = shares((part, one), (payment.amount_grosze - part, dice.choice([other, None])))
        deeds: list[Callable[[], object]] = [
            partial(paying.assign, payment, one.client, invoices=[one], by=krysia(), at=AT),
            partial(clarifying.reassign, payment, other.client, by=krysia(), at=AT),
            partial(clarifying.unassign, payment, by=krysia(), at=AT),
            partial(clarifying.split, payment, parts, by=krysia(), at=AT),
            partial(clarifying.unsplit, payment, by=krysia(), at=AT),
            partial(clarifying.reallocate, payment, [(one, part)], by=krysia(), at=AT),
            partial(paying.reverse, payment, by=krysia(), at=AT),
            partial(clarifying.unreverse, payment, by=krysia(), at=AT),
            partial(paying.refund, payment, grosze=part, by=krysia(), at=AT),
            partial(clarifying.ignore, payment, reason="x", by=krysia(), at=AT),
            partial(clarifying.unignore, payment, by=krysia(), at=AT),
        ]
        deed = dice.choice(deeds)
        try:
            deed()
            done += 1
        except Refused:
            pass  # refused deeds leave no trace; the books are asked all the same
        assert books_hold(), deed
    assert done > 3
