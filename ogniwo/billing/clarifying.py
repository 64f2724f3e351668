"""What people do with money that came: look at a match, undo it, split it, leave it out.

Each verb keeps the books true by itself: the clients are locked before their payments, what a
payment paid is open again, and the other money of its clients settles what that opened.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Min
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.issue import lock_rows
from ogniwo.billing.models import Debit, Invoice, Payment, SenderAccount
from ogniwo.billing.models.payment import PaymentQuerySet
from ogniwo.billing.paying import (
    allocate,
    allowed,
    book,
    held,
    held_whole,
    pay_first,
    refuse_assigned,
    refuse_gone,
    refuse_refunded,
    refuse_reversed,
    release,
    release_all,
    settle,
    withdraw,
)
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Conflict, Refused
from ogniwo.journal.record import event_of, record, record_all
from ogniwo.kernel.money import format_money
from ogniwo.programme.models import Client

FEWEST_PARTS, MOST_PARTS = 2, 20
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a transfer: how much, and whose; of nobody it waits to be clarified."""

    grosze: int
    client: Client | None = None
    invoices: Sequence[Invoice] = ()


@transaction.atomic
def confirm(payments: Iterable[Payment], *, by: Actor, at: datetime) -> int:
    """Somebody looked at probable matches: they need no more look. Gives how many there were."""
    return _look(payments, confirmed_at=at, verb="billing.payment.confirm", by=by, at=at)


@transaction.atomic
def unconfirm(payments: Iterable[Payment], *, by: Actor, at: datetime) -> int:
    """They are to be looked at again."""
    return _look(payments, confirmed_at=None, verb="billing.payment.unconfirm", by=by, at=at)


def _look(
    payments: Iterable[Payment], *, confirmed_at: datetime | None, verb: str, by: Actor,
    at: datetime,
) -> int:  # fmt: skip
    allowed(by)
    named = Payment.objects.filter(pk__in=[payment.pk for payment in payments])
    probable = named.filter(matched_by__in=Payment.PROBABLE, reversed_at__isnull=True)
    seen = probable.filter(confirmed_at__isnull=confirmed_at is not None)
    rows = list(seen.order_by("pk").select_for_update(no_key=True))
    Payment.objects.filter(pk__in=[row.pk for row in rows]).update(
        confirmed_at=confirmed_at, version=F("version") + 1
    )
    record_all(event_of(verb, row, by=by, at=at) for row in rows)
    return len(rows)


@transaction.atomic
def reassign(
    payment: Payment, client: Client, *, invoices: Sequence[Invoice] = (), by: Actor, at: datetime
) -> None:
    """A wrong match: everything is taken back from the old client and given to another."""
    allowed(by)
    payment = held(payment, client.pk)
    was = _client_of(payment)
    refuse_refunded(payment)
    if was == client.pk:
        raise Refused("already_assigned", _("The payment is assigned already."))
    _take_back(payment, was, at=at)
    record("billing.payment.take_back", payment, by=by, at=at, client=was)
    manual = Payment.MatchedBy.MANUAL
    book(payment, client.pk, named=invoices, matched_by=manual, by=by, at=at)


@transaction.atomic
def unassign(payment: Payment, *, by: Actor, at: datetime) -> None:
    """Back to clarify: the undo of an assignment."""
    allowed(by)
    payment = held(payment)
    was = _client_of(payment)
    refuse_refunded(payment)
    _take_back(payment, was, at=at)
    record("billing.payment.take_back", payment, by=by, at=at, client=was)


@transaction.atomic
def reallocate(
    payment: Payment, wanted: Sequence[tuple[Invoice, int]], *, by: Actor, at: datetime
) -> None:
    """Which invoices of its client a payment pays, and how much of each (in grosze).

    What is not named pays the rest by due day (§8.3). Refused above what is left of an invoice
    (`above_left`) or of the payment (`above_payment`).
    """
    allowed(by)
    payment = held(payment)
    client_id = _client_of(payment)
    release(payment.allocations.all())
    payment.refresh_from_db()
    if sum(grosze for _invoice, grosze in wanted) > payment.unallocated_grosze:
        whole = format_money(payment.unallocated_grosze, payment.currency)
        raise Refused("above_payment", _("The payment has %(amount)s to give.") % {"amount": whole})
    for invoice, grosze in wanted:
        invoice.refresh_from_db(fields=["paid_grosze", "corrected_grosze"])
        _refuse_share(payment, invoice, grosze)
        allocate(payment, invoice, at=at, most=grosze)
    settle(client_id, payment.currency, at=at)
    Payment.objects.filter(pk=payment.pk).update(version=F("version") + 1)
    record("billing.payment.reallocate", payment, by=by, at=at, invoices=len(wanted))


def _refuse_share(payment: Payment, invoice: Invoice, grosze: int) -> None:
    if invoice.client_id != payment.client_id or invoice.currency != payment.currency:
        raise Refused("other_client", _("The invoice belongs to another client."))
    if invoice.kind != Invoice.Kind.FV:
        raise Refused("no_such_invoice", _("Only invoices are paid, not corrections or proformas."))
    if grosze <= 0:
        raise Refused("bad_amount", _("The amount must be above zero."))
    if grosze > invoice.left_grosze:
        left = format_money(invoice.left_grosze, invoice.currency)
        raise Refused(
            "above_left",
            _("Of %(invoice)s at most %(amount)s is left to pay.")
            % {"invoice": invoice.number, "amount": left},
        )


@transaction.atomic
def split(payment: Payment, shares: Sequence[Share], *, by: Actor, at: datetime) -> list[Payment]:
    """One transfer for several clients: the bank's row stays, its parts carry the money."""
    allowed(by)
    clients = [share.client.pk for share in shares if share.client is not None]
    payment = held(payment, *clients)
    _refuse_shares(payment, shares)
    refuse_gone(payment)
    if payment.part_of_id is not None:
        raise Refused("payment_split", _("It is a part already. Undo the split to divide anew."))
    refuse_refunded(payment)
    if payment.client_id is not None:
        _take_back(payment, payment.client_id, at=at)
    Payment.objects.filter(pk=payment.pk).update(
        split_at=at, unallocated_grosze=0, doubt="", version=F("version") + 1
    )
    record("billing.payment.split", payment, by=by, at=at, parts=len(shares))
    return [_part(payment, share, by=by, at=at) for share in shares]


def _refuse_shares(payment: Payment, shares: Sequence[Share]) -> None:
    if any(share.grosze <= 0 for share in shares):
        raise Refused("bad_amount", _("The amount must be above zero."))
    whole = payment.amount_grosze
    enough = FEWEST_PARTS <= len(shares) <= MOST_PARTS
    if not enough or sum(share.grosze for share in shares) != whole:
        amount = format_money(whole, payment.currency)
        raise Refused(
            "bad_split",
            _("The parts, two or more, must add up to %(amount)s.") % {"amount": amount},
        )


def _part(whole: Payment, share: Share, *, by: Actor, at: datetime) -> Payment:
    part = Payment.objects.create(
        part_of=whole,
        amount_grosze=share.grosze,
        unallocated_grosze=share.grosze,
        currency=whole.currency,
        booked_on=whole.booked_on,
        title=whole.title,
        account=whole.account,
        payer_account=whole.payer_account,
        payer_name=whole.payer_name,
        entered_at=at,
        entered_by_id=by.pk,
    )
    record("billing.payment.enter", part, by=by, at=at, grosze=share.grosze)
    if share.client is not None:
        manual = Payment.MatchedBy.MANUAL
        book(part, share.client.pk, named=share.invoices, matched_by=manual, by=by, at=at)
    return part


@transaction.atomic
def unsplit(payment: Payment, *, by: Actor, at: datetime) -> None:
    """The transfer is one again and waits to be clarified; its parts pay nothing any more."""
    allowed(by)
    payment, parts = held_whole(payment)
    refuse_reversed(payment)
    if payment.split_at is None:
        raise Conflict("wrong_state", _("The payment is not split."), obj=payment)
    for part in parts:
        refuse_refunded(part)
        _unlearn(part)
        withdraw(part, at=at)
        record("billing.payment.unsplit", part, by=by, at=at)
    Payment.objects.filter(pk=payment.pk).update(
        split_at=None, unallocated_grosze=F("amount_grosze"), version=F("version") + 1
    )
    record("billing.payment.unsplit", payment, by=by, at=at)


@transaction.atomic
def ignore(payment: Payment, *, reason: str, by: Actor, at: datetime) -> None:
    """A credit that is no client's: our own transfer, interest of the bank, a tax returned."""
    allowed(by)
    payment = held(payment)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Refused("no_reason", _("Say in a few words why it is no client’s money."))
    refuse_gone(payment)
    refuse_assigned(payment)
    Payment.objects.filter(pk=payment.pk).update(
        ignored_at=at, ignore_reason=reason.strip(), version=F("version") + 1
    )
    record(
        "billing.payment.ignore", payment, by=by, at=at,
        details={"ignore_reason": ("", reason.strip())},
    )  # fmt: skip


@transaction.atomic
def unignore(payment: Payment, *, by: Actor, at: datetime) -> None:
    """It is to be clarified after all."""
    allowed(by)
    payment = held(payment)
    refuse_reversed(payment)
    if payment.ignored_at is None:
        raise Conflict("wrong_state", _("The payment was not left out."), obj=payment)
    Payment.objects.filter(pk=payment.pk).update(
        ignored_at=None, ignore_reason="", version=F("version") + 1
    )
    record("billing.payment.unignore", payment, by=by, at=at)


@transaction.atomic
def unreverse(payment: Payment, *, by: Actor, at: datetime) -> None:
    """The money did not go back: it pays again what is open, as on the day it came."""
    allowed(by)
    payment = held(payment)
    if payment.reversed_at is None or payment.part_of_id is not None:
        raise Conflict("wrong_state", _("The payment was not returned."), obj=payment)
    if payment.split_at is not None:
        raise Refused("payment_split", _("The payment is split: each part is on its own."))
    Payment.objects.filter(pk=payment.pk).update(
        reversed_at=None, unallocated_grosze=F("amount_grosze"), version=F("version") + 1
    )
    payment.refresh_from_db()
    if payment.client_id is not None:
        pay_first(payment, named=(), at=at)
        settle(payment.client_id, payment.currency, at=at)
    for debit in payment.returns.filter(state=Debit.State.REVERSED):
        debit.propose_again(by=by, at=at)
    record("billing.payment.unreverse", payment, by=by, at=at)


def unchanged(payments: PaymentQuerySet, versions: Mapping[int, int]) -> dict[int, Payment]:
    """Those of the payments, by key, that are still of these versions, with their clients locked.

    For a transaction that takes several deeds back. Refused: stale, when one has changed since.
    """
    known = payments.filter(pk__in=versions, client__isnull=False).order_by()
    lock_rows(sorted(set(known.values_list("client_id", flat=True))))
    found = payments.in_bulk(versions)
    if {pk: one.version for pk, one in found.items()} != versions:
        raise Refused(
            "stale",
            _("Somebody changed these payments in the meantime, so nothing was taken back."),
        )
    return found


def _client_of(payment: Payment) -> int:
    """Whose the payment is now; refused when it is nobody's or gone."""
    refuse_gone(payment)
    if payment.client_id is None:
        raise Refused("not_assigned", _("The payment is not assigned to a client yet."))
    return payment.client_id


def _take_back(payment: Payment, was: int, *, at: datetime) -> None:
    """The payment is nobody's again, what it taught is forgotten, its old client is settled."""
    release_all(payment)
    _unlearn(payment)
    Payment.objects.filter(pk=payment.pk).update(
        client=None, matched_by="", confirmed_at=None, version=F("version") + 1
    )
    settle(was, payment.currency, at=at)
    payment.refresh_from_db()


def _unlearn(payment: Payment) -> None:
    """The sender's account is no longer the client's, unless other payments of his came from it.

    An account known before this payment came was entered or learnt otherwise, and stays.
    """
    if not payment.payer_account or payment.client_id is None:
        return
    learnt = SenderAccount.objects.filter(
        client=payment.client_id, account=payment.payer_account, learnt_on__gte=payment.booked_on
    )
    others = Payment.objects.filter(
        client=payment.client_id, payer_account=payment.payer_account, reversed_at__isnull=True
    )
    taught = others.exclude(pk=payment.pk).exclude(matched_by=Payment.MatchedBy.IBAN)
    first = taught.aggregate(first=Min("booked_on"))["first"]
    if first is None:
        learnt.delete()
    else:
        learnt.update(learnt_on=first)
