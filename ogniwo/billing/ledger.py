"""What a payment pays (§8.2, §8.3), counted in memory: no database here, so that many are quick."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class Paid(NamedTuple):
    """So much of a payment pays an invoice."""

    payment_id: int
    invoice_id: int
    grosze: int


@dataclass(slots=True)
class Debt:
    """An open invoice: what is left of it in grosze."""

    pk: int
    due_on: date
    left: int
    disputed: bool = False


@dataclass(slots=True)
class Money:
    """A payment: what is left of it in grosze."""

    pk: int
    booked_on: date
    left: int


@dataclass(slots=True)
class Ledger:
    """One client's open invoices and unused money in one currency."""

    debts: dict[int, Debt] = field(default_factory=dict)
    credits: list[Money] = field(default_factory=list)

    def take(self, money: Money, *, named: Sequence[int] = ()) -> list[Paid]:
        """The debtor's word first, else an invoice of just this amount; then settle."""
        paid = []
        for debt in self._chosen(money, named):
            paid += _pay(money, debt)
        if money.left:
            self.credits.append(money)
        return paid + self.settle()

    def settle(self) -> list[Paid]:
        """Credits, the oldest first, pay what is open and undisputed, by due day."""
        if not self.credits:
            return []
        paid = []
        self.credits.sort(key=lambda money: (money.booked_on, money.pk))
        for debt in self._open():
            while debt.left and self.credits:
                paid += _pay(self.credits[0], debt)
                if not self.credits[0].left:
                    self.credits.pop(0)
        return paid

    def _chosen(self, money: Money, named: Sequence[int]) -> Iterable[Debt]:
        if named:
            return [self.debts[pk] for pk in named if pk in self.debts]
        return [debt for debt in self._open() if debt.left == money.left][:1]

    def _open(self) -> list[Debt]:
        found = [debt for debt in self.debts.values() if debt.left and not debt.disputed]
        return sorted(found, key=lambda debt: (debt.due_on, debt.pk))


def covered(money: int, lefts: dict[int, int], named: Sequence[int]) -> bool:
    """Whether the named invoices take all of the money; `lefts` become what is left of them."""
    for pk in named:
        part = min(money, lefts.get(pk, 0))
        if part:
            lefts[pk] -= part
            money -= part
    return not money


def _pay(money: Money, debt: Debt) -> list[Paid]:
    grosze = min(money.left, debt.left)
    if grosze <= 0:
        return []
    money.left -= grosze
    debt.left -= grosze
    return [Paid(money.pk, debt.pk, grosze)]
