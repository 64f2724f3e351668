"""Whose a payment to clarify may be: up to three clients with points; only a person books it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import Invoice, Payment, SenderAccount
from ogniwo.billing.models.invoice import LEFT
from ogniwo.billing.models.series import DIGITS
from ogniwo.billing.titles import Numbered, nips_in, numbers_in
from ogniwo.kernel.text import fold
from ogniwo.programme.models import Client

MOST: Final = 3
MOST_NUMBERS: Final = 5  # of a title: who lists more means none of them by a slip
LONGEST_SERIAL: Final = 6  # digits; of a longer one everybody has too many neighbours
LEAST_POINTS: Final = 20
ALL_POINTS: Final = 100
SAME_AMOUNT: Final = 1_000  # invoices looked at; an amount so many owe tells nothing anyway
FEW: Final = 3
SHORTEST_WORD: Final = 3
# Words of a firm's name that many firms share.
COMMON: Final = frozenset(
    {
        "spolka", "ograniczona", "odpowiedzialnoscia", "akcyjna", "komandytowa", "cywilna", "jawna",
        "firma", "przedsiebiorstwo", "uslugi", "uslugowe", "handel", "handlowa", "handlowe", "zoo",
    }
)  # fmt: skip


class Why(models.TextChoices):
    """What speaks for a client."""

    NAMED = "named", _("its number is in the title")
    NEAR = "near", _("a number one digit off")
    SENDER = "sender", _("paid from this account before")
    NIP = "nip", _("its NIP is in the title")
    AMOUNT = "amount", _("an invoice of just this amount")
    NAME = "name", _("a similar name")


FACTS: Final = ("number", "pk", "client_id", "kind", "corrects_id")
POINTS: Final = {Why.NAMED: 50, Why.NEAR: 30, Why.SENDER: 30, Why.NIP: 40, Why.NAME: 45}
AMOUNT_ALONE, AMOUNT_OF_FEW, AMOUNT_OF_MANY = 30, 20, 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A client with the invoices meant, 0–100 points and what speaks for it."""

    client: Client
    invoices: tuple[Invoice, ...]
    points: int
    why: tuple[Why, ...]


@dataclass(slots=True)
class Case:
    """What speaks for one client while it is counted."""

    points: Counter[Why] = field(default_factory=Counter)
    invoices: list[int] = field(default_factory=list)

    def add(self, why: Why, points: int, invoice_id: int | None = None) -> None:
        """The strongest of a kind counts, not how often it was found."""
        self.points[why] = max(self.points[why], points)
        if invoice_id is not None and invoice_id not in self.invoices:
            self.invoices.append(invoice_id)


Cases = dict[int, dict[int, Case]]  # by payment, then client


def suggestions(payment: Payment) -> list[Suggestion]:
    """Up to three clients whose the payment may be, the likeliest first."""
    return suggestions_of([payment])[payment.pk]


def suggestions_of(payments: Sequence[Payment]) -> dict[int, list[Suggestion]]:
    """The same for a page of payments, in a number of statements that does not grow."""
    cases: Cases = {payment.pk: defaultdict(Case) for payment in payments}
    _by_number(payments, cases)
    _by_sender_and_nip(payments, cases)
    _by_amount(payments, cases)
    clients = _by_name(payments, cases)
    best = {pk: _best(found) for pk, found in cases.items()}
    likely = {pk for rows in best.values() for pk, _case in rows}
    if likely - clients.keys():  # more clients than are looked at have such a name
        clients |= Client.objects.in_bulk(likely - clients.keys())
    wanted = {pk for rows in best.values() for _client, case in rows for pk in case.invoices}
    invoices = Invoice.objects.unpaid().defer("snapshot").in_bulk(wanted)
    return {
        pk: [
            Suggestion(
                clients[client_id],
                tuple(invoices[one] for one in case.invoices if one in invoices),
                _sum(case),
                tuple(why for why in Why if case.points[why]),
            )
            for client_id, case in rows
        ]
        for pk, rows in best.items()
    }


def _best(found: dict[int, Case]) -> list[tuple[int, Case]]:
    enough = [(client_id, case) for client_id, case in found.items() if _sum(case) >= LEAST_POINTS]
    return sorted(enough, key=lambda row: (-_sum(row[1]), row[0]))[:MOST]


def _sum(case: Case) -> int:
    return min(sum(case.points.values()), ALL_POINTS)


def _by_number(payments: Sequence[Payment], cases: Cases) -> None:
    """Documents the title names; where nobody has the number, those one digit off."""
    places = {
        payment.pk: list(islice(numbers_in(payment.title), MOST_NUMBERS)) for payment in payments
    }
    said = {one for found in places.values() for place in found for one in place}
    if not said:
        return
    wanted = {one.number for one in said} | {near for one in said for near in _one_off(one)}
    rows = Invoice.objects.filter(number__among=wanted).values_list(*FACTS)
    known = {number: facts for number, *facts in rows}
    for pk, found in places.items():
        for place in found:
            exact = [one.number for one in place if one.number in known]
            near = [number for one in place for number in _one_off(one) if number in known]
            for number in exact or near:
                invoice, client_id, kind, corrects = known[number]
                owed = None if kind == Invoice.Kind.PRO else corrects or invoice
                why = Why.NAMED if exact else Why.NEAR
                cases[pk][client_id].add(why, POINTS[why], owed)


def _one_off(one: Numbered) -> Iterator[str]:
    """The numbers that differ in one digit of the serial, or by two neighbours changed round."""
    serial = f"{one.serial:0{DIGITS}d}"
    if len(serial) > LONGEST_SERIAL:
        return
    for place, digit in enumerate(serial):
        for other in "0123456789":
            if other != digit:
                yield f"{one.kind}/{one.span}/{serial[:place]}{other}{serial[place + 1 :]}"
    for place in range(len(serial) - 1):
        pair = serial[place + 1] + serial[place]
        yield f"{one.kind}/{one.span}/{serial[:place]}{pair}{serial[place + 2 :]}"


def _by_sender_and_nip(payments: Sequence[Payment], cases: Cases) -> None:
    """Two short lists of (what was said, whose it is), in one statement."""
    said: dict[Why, dict[int, set[str]]] = {
        Why.SENDER: {one.pk: {one.payer_account} - {""} for one in payments},
        Why.NIP: {one.pk: set(nips_in(one.title)) for one in payments},
    }
    wanted = {why: set[str]().union(*words.values()) for why, words in said.items()}
    known = SenderAccount.objects.filter(account__in=wanted[Why.SENDER])
    of_nip = Client.objects.filter(nip__in=wanted[Why.NIP], state__in=Client.CLAIMS)
    rows = known.values_list(Value(Why.SENDER.value), "account", "client_id").union(
        of_nip.values_list(Value(Why.NIP.value), "nip", "pk"), all=True
    )
    for key, words, client_id in rows:
        why = Why(key)
        for payment in payments:
            if words in said[why][payment.pk]:
                cases[payment.pk][client_id].add(why, POINTS[why])


def _by_amount(payments: Sequence[Payment], cases: Cases) -> None:
    """Open invoices of just the amount; the more clients owe it, the less it says."""
    amounts = {payment.amount_grosze for payment in payments}
    found = Invoice.objects.unpaid().annotate(left=LEFT).filter(left__in=amounts).order_by()
    owing: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    rows = found.values_list("left", "currency", "client_id", "pk", "client__sort_name")
    names: dict[int, set[str]] = {}
    for left, currency, client_id, pk, name in rows[:SAME_AMOUNT]:
        owing[left, currency][client_id] = min(pk, owing[left, currency].get(client_id, pk))
        names[client_id] = words_of(name)
    for payment in payments:
        of_this = owing.get((payment.amount_grosze, payment.currency), {})
        points = _points_of_amount(len(of_this))
        said = words_of(payment.payer_name)
        for client_id, pk in of_this.items():
            case = cases[payment.pk][client_id]
            # An invoice the title names is meant, not another of the same amount.
            case.add(Why.AMOUNT, points, None if case.invoices else pk)
            _compare(case, said, names[client_id])


def _points_of_amount(clients: int) -> int:
    if clients == 1:
        return AMOUNT_ALONE
    return AMOUNT_OF_FEW if clients <= FEW else AMOUNT_OF_MANY


def _by_name(payments: Sequence[Payment], cases: Cases) -> dict[int, Client]:
    """Clients whose name begins as the sender's does, and those found so far: all by key."""
    said = {payment.pk: words_of(payment.payer_name) for payment in payments}
    either = Q()
    for payment in payments:
        first = next((w for w in fold(payment.payer_name).split() if w in said[payment.pk]), "")
        if first:
            either |= Q(sort_name__startswith=first)
    found = {client_id for by_client in cases.values() for client_id in by_client}
    clients = Client.objects.filter((either & Q(state__in=Client.CLAIMS)) | Q(pk__in=found))
    if not either and not found:
        return {}
    known = {client.pk: client for client in clients[:SAME_AMOUNT]}
    for client in known.values():
        words = words_of(client.sort_name)
        for payment in payments:
            if words & said[payment.pk]:
                _compare(cases[payment.pk][client.pk], said[payment.pk], words)
    return known


def _compare(case: Case, said: set[str], words: set[str]) -> None:
    """Words both names have, of all words of both."""
    both = said & words
    if both:
        case.add(Why.NAME, POINTS[Why.NAME] * len(both) // len(said | words))


def words_of(name: str) -> set[str]:
    """What of a firm's name tells it from other firms."""
    plain = "".join(sign if sign.isalnum() else " " for sign in fold(name))
    return {word for word in plain.split() if len(word) >= SHORTEST_WORD} - COMMON
