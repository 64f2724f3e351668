"""Money in: whose it is, what it pays, what is left as credit."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import Allocation, Invoice, NoteAllocation, Payment, SenderAccount
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Conflict, NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel.money import PLN, format_money
from ogniwo.kernel.roles import MONEY, SYSTEM
from ogniwo.programme.models import Client

CASHIERS = MONEY | {SYSTEM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """What a bank statement or a person says about money that came."""

    amount_grosze: int
    booked_on: date
    currency: str = PLN
    title: str = ""
    account: str = ""
    payer_account: str = ""
    payer_name: str = ""
    bank_key: str | None = None


@transaction.atomic
def enter(
    transfer: Transfer,
    *,
    client: Client,
    invoices: Sequence[Invoice] = (),
    by: Actor,
    at: datetime,
) -> Payment:
    """A payment entered by hand for a client: the named invoices first, the rest by due day."""
    allowed(by)
    lock(client.pk)
    payment = new_payment(transfer, by=by, at=at)
    book(payment, client.pk, named=invoices, matched_by=Payment.MatchedBy.MANUAL, by=by, at=at)
    return payment


def new_payment(transfer: Transfer, *, by: Actor, at: datetime) -> Payment:
    """Store what came, still of nobody."""
    if transfer.amount_grosze <= 0:
        raise Refused("bad_amount", _("The amount must be above zero."))
    earlier = transfer.bank_key and Payment.objects.filter(bank_key=transfer.bank_key).first()
    if earlier:
        raise Refused(
            "duplicate_payment",
            _("This transfer was already read in on %(day)s.")
            % {"day": earlier.entered_at.strftime("%d.%m.%Y")},
        )
    payment = Payment.objects.create(
        amount_grosze=transfer.amount_grosze,
        unallocated_grosze=transfer.amount_grosze,
        currency=transfer.currency,
        booked_on=transfer.booked_on,
        title=transfer.title,
        account=transfer.account,
        payer_account=transfer.payer_account,
        payer_name=transfer.payer_name,
        bank_key=transfer.bank_key,
        entered_at=at,
        entered_by_id=by.pk,
    )
    record("billing.payment.enter", payment, by=by, at=at, grosze=payment.amount_grosze)
    return payment


def book(  # what a person or a rule decided about a payment
    payment: Payment,
    client_id: int,
    *,
    named: Sequence[Invoice] = (),
    matched_by: str,
    by: Actor,
    at: datetime,
) -> None:
    """Give the payment to a client and pay: named invoices, an equal amount, the oldest due.

    The caller holds the client's lock.
    """
    of_others = [i for i in named if i.client_id != client_id or i.currency != payment.currency]
    if of_others:
        raise Refused("other_client", _("The invoice belongs to another client."))
    payment.client_id = client_id
    payment.matched_by = matched_by
    Payment.objects.filter(pk=payment.pk).update(
        client=client_id, matched_by=matched_by, version=F("version") + 1
    )
    if matched_by != Payment.MatchedBy.IBAN:
        SenderAccount.learn(
            client_id=client_id, account=payment.payer_account, on=payment.booked_on
        )
    pay_first(payment, named=named, at=at)
    settle(client_id, payment.currency, at=at)
    payment.refresh_from_db()
    record("billing.payment.book", payment, by=by, at=at, client=client_id, matched_by=matched_by)


def pay_first(payment: Payment, *, named: Sequence[Invoice], at: datetime) -> None:
    """The debtor's word; without one, the oldest invoice of exactly this amount."""
    if named:
        chosen: Iterable[Invoice] = Invoice.objects.unpaid().in_bulk([i.pk for i in named]).values()
        order = {invoice.pk: place for place, invoice in reversed(list(enumerate(named)))}
        chosen = sorted(chosen, key=lambda invoice: order[invoice.pk])
    else:
        whole = payment.unallocated_grosze
        chosen = [i for i in open_invoices(payment) if i.left_grosze == whole][:1]
    for invoice in chosen:
        allocate(payment, invoice, at=at)


def open_invoices(payment: Payment) -> list[Invoice]:
    return _open(payment.client_id or 0, payment.currency)


def allocate(payment: Payment, invoice: Invoice, *, at: datetime, most: int | None = None) -> int:
    """As much of the payment (of `most` grosze) as the invoice still needs; both sums are kept."""
    whole = payment.unallocated_grosze if most is None else most
    grosze = min(payment.unallocated_grosze, invoice.left_grosze, whole)
    if grosze <= 0:
        return 0
    Allocation.objects.create(payment=payment, invoice=invoice, grosze=grosze, at=at)
    Payment.objects.filter(pk=payment.pk).update(
        unallocated_grosze=F("unallocated_grosze") - grosze
    )
    Invoice.objects.filter(pk=invoice.pk).update(paid_grosze=F("paid_grosze") + grosze)
    payment.unallocated_grosze -= grosze
    invoice.paid_grosze += grosze
    return grosze


def settle(client_id: int, currency: str, *, at: datetime) -> None:
    """Credits, the oldest first, pay open invoices by due day: never both at once.

    The caller holds the client's lock.
    """
    unused = list(Payment.objects.credits().filter(client=client_id, currency=currency))
    if not unused:
        return
    for invoice in _open(client_id, currency):
        while unused and invoice.left_grosze:
            allocate(unused[0], invoice, at=at)
            if not unused[0].unallocated_grosze:
                unused.pop(0)


def settle_clients(client_ids: Collection[int], *, at: datetime) -> None:
    """Settle those of the clients that have credit; one statement when none has."""
    found = Payment.objects.credits().filter(client__among=client_ids)
    for client_id, currency in found.order_by().values_list("client_id", "currency").distinct():
        settle(client_id, currency, at=at)


@transaction.atomic
def assign(
    payment: Payment, client: Client, *, invoices: Sequence[Invoice] = (), by: Actor, at: datetime
) -> None:
    """A person says whose money it is; the sender's account is learnt."""
    allowed(by)
    payment = held(payment, client.pk)
    refuse_assigned(payment)
    refuse_gone(payment)
    book(payment, client.pk, named=invoices, matched_by=Payment.MatchedBy.MANUAL, by=by, at=at)


@transaction.atomic
def reverse(payment: Payment, *, by: Actor, at: datetime) -> None:
    """A returned transfer: its allocations vanish, its invoices are open again, then settle.

    A transfer comes back whole: with one that is split go its parts.
    """
    allowed(by)
    payment, parts = held_whole(payment)
    refuse_reversed(payment)
    if payment.part_of_id is not None:
        raise Refused("payment_split", _("It is a part of a transfer. Reverse the whole transfer."))
    for one in (*parts, payment):
        refuse_refunded(one)
        withdraw(one, at=at)
        record("billing.payment.reverse", one, by=by, at=at)
    for debit in payment.returns.proposed():
        debit.take_back(by=by, at=at)


def withdraw(payment: Payment, *, at: datetime) -> None:
    """It pays nothing any more, and its client's other money settles what that opened."""
    release(payment.allocations.all())
    NoteAllocation.release(payment)
    Payment.objects.filter(pk=payment.pk).update(
        reversed_at=at, unallocated_grosze=0, version=F("version") + 1
    )
    if payment.client_id:
        settle(payment.client_id, payment.currency, at=at)


@transaction.atomic
def refund(payment: Payment, *, grosze: int, by: Actor, at: datetime) -> None:
    """We sent money back: at most what pays nothing."""
    allowed(by)
    payment = held(payment)
    if grosze <= 0:
        raise Refused("bad_amount", _("The amount must be above zero."))
    refuse_gone(payment)
    if grosze > payment.unallocated_grosze:
        most = format_money(payment.unallocated_grosze, payment.currency)
        raise Refused("refund_too_big", _("At most %(amount)s can be refunded.") % {"amount": most})
    Payment.objects.filter(pk=payment.pk).update(
        refunded_grosze=F("refunded_grosze") + grosze,
        unallocated_grosze=F("unallocated_grosze") - grosze,
        version=F("version") + 1,
    )
    record("billing.payment.refund", payment, by=by, at=at, grosze=grosze)


def release_all(payment: Payment) -> None:
    """The whole of a payment is free again: of invoices and of notes."""
    release(payment.allocations.all())
    NoteAllocation.release(payment)
    whole = F("amount_grosze") - F("refunded_grosze")
    Payment.objects.filter(pk=payment.pk).update(unallocated_grosze=whole)


def release(allocations: Iterable[Allocation]) -> None:
    """Give allocated money back to its payments."""
    for row in list(allocations):
        give_back(row, row.grosze)


def release_above(invoice: Invoice, *, owed: int) -> None:
    """Give back what is paid above `owed`, the latest payment first."""
    surplus = invoice.paid_grosze - owed
    latest = invoice.allocations.order_by("-payment__booked_on", "-payment", "-pk")
    for row in list(latest):
        if surplus <= 0:
            return
        part = min(row.grosze, surplus)
        give_back(row, part)
        surplus -= part


def give_back(row: Allocation, grosze: int) -> None:
    """All of an allocation or a part of it."""
    Payment.objects.filter(pk=row.payment_id).update(
        unallocated_grosze=F("unallocated_grosze") + grosze
    )
    Invoice.objects.filter(pk=row.invoice_id).update(paid_grosze=F("paid_grosze") - grosze)
    if grosze == row.grosze:
        row.delete()
    else:
        Allocation.objects.filter(pk=row.pk).update(grosze=F("grosze") - grosze)


def lock(client_id: int) -> Client:
    """One process at a time books for a client or bills him."""
    return Client.objects.select_for_update(no_key=True).get(pk=client_id)


def locked(payment: Payment) -> Payment:
    """The payment as it stands now, not as a page showed it."""
    return Payment.objects.select_for_update().get(pk=payment.pk)


def held(payment: Payment, *others: int) -> Payment:
    """The payment as it stands now, with the locks of its client and of `others`.

    Clients before payments, the older first, so that two who book never wait for each other.
    """
    known = Payment.objects.values_list("client", flat=True).get(pk=payment.pk)
    for client_id in sorted({*others, known} - {None}):
        lock(client_id)
    found = locked(payment)
    if found.client_id != known:
        raise Conflict("stale", _("Somebody changed this in the meantime."), obj=found)
    return found


def held_whole(payment: Payment) -> tuple[Payment, list[Payment]]:
    """A transfer and its parts that stand, as they are now, with the locks of all their clients.

    Whose a part is can only be known for sure under the lock of that client: one that was given
    to another in between is refused.
    """
    standing = payment.parts.filter(reversed_at__isnull=True).order_by("pk")
    known = {key for key in standing.values_list("client", flat=True) if key}
    payment = held(payment, *known)
    parts = list(standing.select_for_update())
    if {part.client_id for part in parts} - {None, payment.client_id, *known}:
        raise Conflict("stale", _("Somebody changed this in the meantime."), obj=payment)
    return payment, parts


def allowed(by: Actor) -> None:
    if by.role not in CASHIERS:
        raise NotAllowed


def refuse_reversed(payment: Payment) -> None:
    if payment.reversed_at is not None:
        raise Refused("payment_reversed", _("The payment was returned."))


def refuse_gone(payment: Payment) -> None:
    """Money that is no client's, or not of this row, cannot be given to anybody."""
    refuse_reversed(payment)
    if payment.split_at is not None:
        raise Refused("payment_split", _("The payment is split: each part is on its own."))
    if payment.ignored_at is not None:
        raise Refused("payment_ignored", _("The payment was left out. Take it back first."))


def refuse_refunded(payment: Payment) -> None:
    if payment.refunded_grosze:
        raise Refused("payment_refunded", _("Part of the payment was refunded."))


def refuse_assigned(payment: Payment) -> None:
    if payment.client_id is not None:
        raise Refused("already_assigned", _("The payment is assigned already."))


def _open(client_id: int, currency: str) -> list[Invoice]:
    """Open, not disputed, in the order in which they are paid."""
    found = Invoice.objects.unpaid().filter(
        client=client_id, currency=currency, disputed_at__isnull=True
    )
    return list(found.order_by("due_on", "pk"))
