"""Money in: part, full and too much; whose it is; nothing is paid above what is owed."""

from datetime import date

import pytest

from ogniwo.billing import paying, status
from ogniwo.billing.booking import receive
from ogniwo.billing.check import breaches
from ogniwo.billing.matching import Document, Evidence, Match, Undecided, decide
from ogniwo.billing.models import Invoice, Payment, SenderAccount
from ogniwo.billing.paying import Transfer
from ogniwo.billing.tests import scene
from ogniwo.billing.titles import numbers_in
from ogniwo.journal.moves import NotAllowed, Refused
from tests import cast

pytestmark = pytest.mark.django_db

FEBRUARY = date(2026, 2, 10)
DAY = scene.JANUARY


def code_of(refusal: pytest.ExceptionInfo[Refused]) -> str:
    return refusal.value.code


def test_a_part_leaves_the_rest_open() -> None:
    invoice = scene.invoice()
    payment = scene.pay(invoice.client, 5_000, invoice)
    invoice.refresh_from_db()
    assert (invoice.left_grosze, invoice.status(on=DAY)) == (7_300, status.PART_PAID)
    assert payment.state == Payment.State.ALLOCATED


def test_the_whole_sum_pays_the_invoice() -> None:
    invoice = scene.invoice()
    scene.pay(invoice.client, 12_300)
    invoice.refresh_from_db()
    assert invoice.status(on=DAY) == status.PAID


def test_what_is_too_much_is_credit_and_pays_the_next_invoice() -> None:
    invoice = scene.invoice()
    payment = scene.pay(invoice.client, 20_000, invoice)
    assert (payment.state, payment.unallocated_grosze) == (Payment.State.CREDIT, 7_700)
    scene.one_off(invoice.client, price_grosze=10_000, start_on=FEBRUARY)
    scene.bill(FEBRUARY)
    following = Invoice.objects.latest("pk")
    payment.refresh_from_db()
    assert (following.paid_grosze, payment.unallocated_grosze) == (7_700, 0)
    assert list(breaches(scene.noon(FEBRUARY))) == []


def test_named_invoices_come_before_older_ones() -> None:
    client = scene.account()
    scene.one_off(client, price_grosze=10_000, separate=True)
    scene.one_off(client, price_grosze=10_000, separate=True)
    scene.bill(DAY)
    older, newer = Invoice.objects.order_by("pk")
    scene.pay(client, 15_000, newer)
    older.refresh_from_db()
    newer.refresh_from_db()
    assert (older.paid_grosze, newer.paid_grosze) == (2_700, 12_300)


def test_only_the_cashiers_book_money() -> None:
    invoice = scene.invoice()
    with pytest.raises(NotAllowed):
        paying.enter(
            Transfer(amount_grosze=1, booked_on=DAY),
            client=invoice.client,
            by=cast.person("Ola"),
            at=scene.noon(DAY),
        )
    assert not Payment.objects.exists()


@pytest.mark.parametrize("grosze", [0, -1])
def test_an_amount_is_above_zero(grosze: int) -> None:
    invoice = scene.invoice()
    with pytest.raises(Refused) as refusal:
        scene.pay(invoice.client, grosze)
    assert code_of(refusal) == "bad_amount"


def test_money_of_one_client_never_pays_another() -> None:
    invoice = scene.invoice()
    with pytest.raises(Refused) as refusal:
        scene.pay(scene.account("Meble"), 12_300, invoice)
    assert (code_of(refusal), Payment.objects.count()) == ("other_client", 0)


def test_a_transfer_of_nobody_waits_and_is_learnt_from_a_person() -> None:
    invoice = scene.invoice()
    krysia, at = cast.person("Krysia"), scene.noon(DAY)
    sent = Transfer(amount_grosze=300, booked_on=DAY, title="przelew", payer_account="PL99")
    payment = receive(sent, by=krysia, at=at)
    assert payment.state == Payment.State.TO_CLARIFY
    paying.assign(payment, invoice.client, by=krysia, at=at)
    assert SenderAccount.objects.get().client == invoice.client
    again = receive(sent, by=krysia, at=at)
    assert (again.client, again.matched_by) == (invoice.client, Payment.MatchedBy.IBAN)
    payment.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        paying.assign(payment, invoice.client, by=krysia, at=at)
    assert code_of(refusal) == "already_assigned"


def test_a_returned_transfer_opens_its_invoice_again() -> None:
    invoice = scene.invoice()
    payment = scene.pay(invoice.client, 12_300, invoice)
    paying.reverse(payment, by=cast.person("Krysia"), at=scene.noon(FEBRUARY))
    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.paid_grosze, payment.state) == (0, Payment.State.REVERSED)
    with pytest.raises(Refused) as refusal:
        paying.reverse(payment, by=cast.person("Krysia"), at=scene.noon(FEBRUARY))
    assert code_of(refusal) == "payment_reversed"
    assert list(breaches(scene.noon(FEBRUARY))) == []


def test_a_refund_takes_at_most_the_credit() -> None:
    invoice = scene.invoice()
    payment = scene.pay(invoice.client, 13_300, invoice)
    krysia, at = cast.person("Krysia"), scene.noon(FEBRUARY)
    with pytest.raises(Refused) as refusal:
        paying.refund(payment, grosze=1_001, by=krysia, at=at)
    assert code_of(refusal) == "refund_too_big"
    paying.refund(payment, grosze=1_000, by=krysia, at=at)
    payment.refresh_from_db()
    assert (payment.unallocated_grosze, payment.state) == (0, Payment.State.ALLOCATED)


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("FV/2026/11/0042", ("FV", "2026/11", 42)),
        ("zapłata fv 2026-11-42", ("FV", "2026/11", 42)),
        ("FV2026110042", ("FV", "2026/11", 42)),
        ("za FV/2026/0042.", ("FV", "2026", 42)),
        ("KOR/2026/01/0003", ("KOR", "2026/01", 3)),
    ],
)
def test_a_number_is_read_however_it_is_written(title: str, found: tuple[str, str, int]) -> None:
    (candidates,) = numbers_in(title)
    assert candidates[0][:3] == found


@pytest.mark.parametrize(
    ("title", "spans"),
    [
        ("FV/2026/0742", ["2026/07", "2026"]),
        ("FV 2026 11 9942", ["2026/11"]),
        ("FV/2026/11/9942", ["2026/11"]),
        ("FV/2026/1342", ["2026"]),
    ],
)
def test_a_number_parted_by_month_is_never_read_as_a_yearly_one(
    title: str, spans: list[str]
) -> None:
    (candidates,) = numbers_in(title)
    assert [one.span for one in candidates] == spans


def match_of(title: str, *known: Invoice, account: str = "") -> Match | Undecided:
    """What the rules say when just these documents are known, each an invoice in zloty."""
    evidence = Evidence(
        documents={
            one.number: Document(one.pk, Invoice.Kind.FV, one.client_id, "PLN", None)
            for one in known
        }
    )
    if account:
        evidence.virtual[account] = {known[0].client_id}
    return decide(Transfer(amount_grosze=1, booked_on=DAY, title=title, account=account), evidence)


MONTHLY, YEARLY = "FV/2026/07/0042", "FV/2026/0742"


def test_of_a_monthly_and_a_yearly_number_the_one_written_literally_is_meant() -> None:
    monthly = Invoice(pk=1, client_id=10, number=MONTHLY)
    yearly = Invoice(pk=2, client_id=20, number=YEARLY)
    by_title = Payment.MatchedBy.TITLE
    assert match_of("za fv/2026/0742", monthly, yearly) == Match(20, by_title, [2])
    assert match_of(MONTHLY, monthly, yearly) == Match(10, by_title, [1])
    assert match_of("FV 2026 0742", monthly) == Match(10, by_title, [1])
    assert match_of("FV 2026 0742", yearly) == Match(20, by_title, [2])


def test_where_both_readings_are_known_and_neither_is_literal_a_person_decides() -> None:
    monthly = Invoice(pk=1, client_id=10, number=MONTHLY)
    yearly = Invoice(pk=2, client_id=20, number=YEARLY)
    assert match_of("FV 2026 0742", monthly, yearly) == Undecided(Payment.Doubt.NUMBERS)
    # His own account tells whose it is, so of the two readings his is meant.
    of_account = match_of("FV 2026 0742", monthly, yearly, account="1" * 26)
    assert of_account == Match(10, Payment.MatchedBy.VIRTUAL_ACCOUNT, [1])
    # Both his: the client is sure, the invoice is not, and none is named.
    yearly.client_id = 10
    assert match_of("FV 2026 0742", monthly, yearly) == Match(10, Payment.MatchedBy.TITLE, [])


def test_a_mistyped_monthly_number_never_books_to_a_yearly_invoice() -> None:
    yearly = Invoice(pk=2, client_id=20, number="FV/2026/0011")
    assert match_of("FV 2026 11 9942", yearly) == Undecided()


@pytest.mark.parametrize("title", ["", "faktura", "FVAT 2026/01/0001", "FV/26/1", "2026/01/0001"])
def test_what_is_no_number_is_not_read(title: str) -> None:
    assert list(numbers_in(title)) == []
