"""Whatever people do, in whatever order, and wherever the process dies: the books hold.

`OGNIWO_MACHINE=300x60` plays that many stories of that many steps instead of the few of every run.
"""

import os
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.engine.world import World, hold

EXAMPLES, _x, STEPS = os.environ.get("OGNIWO_MACHINE", "14x25").partition("x")

gaps = st.sampled_from([0, 0, 0, 1, 3, 10, 28, 31])
ahead = st.sampled_from([-40, -3, 0, 1, 5, 17, 28, 31, 60, 90])
picks = st.integers(0, 11)
prices = st.sampled_from([1, 99, 9_999, 14_900, 31_000, 1_000_001])
quantities = st.sampled_from(["1", "2", "0.5", "0.333333", "3.141592"])
rates = st.sampled_from(["23", "23", "8", "5", "0", "np", "oo"])
cycles = st.sampled_from([1, 1, 1, 6, 12, 36])
anchors = st.sampled_from([None, 1, 15, 29, 30, 31])
clients = st.sampled_from(["alfa", "beta", "gama"])
statements = st.integers(1, 45)


def one_of(names: Sequence[str], pick: int) -> str:
    return names[pick % len(names)]


class Machine(RuleBasedStateMachine):
    """One firm, three clients; each rule is one deed on one day."""

    @initialize()
    def begin(self) -> None:
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.world = World()

    def teardown(self) -> None:
        if hasattr(self, "whole"):
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

    @invariant()
    def the_books_hold(self) -> None:
        if hasattr(self, "world"):
            self.world.check()

    def day(self, days: int) -> str:
        return (self.world.day + timedelta(days=days)).isoformat()

    def invoice(self, pick: int) -> str:
        return one_of(self.world.documents(), pick)

    def boundary(self, name: str, pick: int) -> str:
        """Mostly a day on which a period begins: anything else would nearly always be refused."""
        detail = self.world.player.cast.detail(name)
        span = detail.spans.order_by("-first_no").first()
        if span is None or detail.months is None or pick % 4 == 3:
            return self.day(pick)
        first = span.grid(detail.months).boundaries()
        days = [day for day, _n in zip(first, range(40), strict=False)]
        coming = [day for day in days if day >= self.world.day] or days
        found: date = coming[pick % 3 if pick % 3 < len(coming) else 0]
        return found.isoformat()

    @rule(
        client=clients, price=prices, quantity=quantities, rate=rates, months=cycles,
        anchor=anchors, start=ahead, flags=st.integers(0, 127), free=st.sampled_from([0, 0, 1]),
        ends=st.sampled_from([None, None, 20, 95]), bp=st.sampled_from([0, 0, 1000, 3333, 10_000]),
    )  # fmt: skip
    def agree(self, client: str, months: int, start: int, flags: int, **given: Any) -> None:
        begin = self.world.day + timedelta(days=start)
        detail = {
            "id": f"d{len(self.world.details)}", "client": client, "start_on": begin.isoformat(),
            "price_grosze": given["price"], "quantity": given["quantity"], "rate": given["rate"],
            "basis": "gross" if flags & 1 else "net", "separate": bool(flags & 2),
            "currency": "EUR" if flags & 12 == 12 else "PLN", "annex15": bool(flags & 2),
        }  # fmt: skip
        if flags & 112 == 112:
            detail["kind"] = "one_off"
        else:
            detail |= {"months": months, "free_periods": given["free"]}
            detail["timing"] = "arrears" if flags & 16 else "advance"
            if not flags & 16 and flags & 32:
                detail["lead_days"] = 14
            if given["anchor"]:
                detail["anchor_day"] = given["anchor"]
            if given["ends"] and flags & 64:
                detail["periods"] = given["ends"] % 4 + 1
            elif given["ends"]:
                detail["end_on"] = (begin + timedelta(days=given["ends"])).isoformat()
        if given["bp"]:
            discount = {"bp": given["bp"], "from": begin.isoformat(), "to": self.day(start + 70)}
            detail["discounts"] = [discount]
        self.world.play({"do": "add_detail", "detail": detail})

    @rule(days=gaps)
    def bill(self, days: int) -> None:
        self.world.run(days=days)

    @rule(days=gaps, limit=st.integers(0, 3))
    def bill_some(self, days: int, limit: int) -> None:
        self.world.play({"do": "run", "limit": limit}, days=days)

    @rule(days=gaps, after=st.integers(1, 120))
    def die_while_billing(self, days: int, after: int) -> None:
        self.world.day += timedelta(days=days)
        self.world.killed_run(after)
        self.world.check()
        self.world.run()

    @precondition(lambda self: self.world.details)
    @rule(pick=picks)
    def bill_now(self, pick: int) -> None:
        self.world.play({"do": "bill_now", "detail": one_of(self.world.details, pick)})

    @precondition(lambda self: self.world.details)
    @rule(pick=picks)
    def break_a_detail(self, pick: int) -> None:
        self.world.break_and_mend(one_of(self.world.details, pick))

    @precondition(lambda self: self.world.details)
    @rule(pick=picks, where=picks, price=prices, rate=rates, quantity=quantities)
    def change_terms(self, pick: int, where: int, price: int, rate: str, quantity: str) -> None:
        name = one_of(self.world.details, pick)
        event = {"do": "change_terms", "detail": name, "from": self.boundary(name, where)}
        self.world.play(event | {"price_grosze": price, "rate": rate, "quantity": quantity})

    @rule(days=ahead, bp=st.sampled_from([-5000, -1, 0, 360, 5000, 5001]))
    def index(self, days: int, bp: int) -> None:
        self.world.play({"do": "index_prices", "from": self.day(days), "bp": bp})

    @precondition(lambda self: self.world.details)
    @rule(pick=picks, where=picks)
    def pause(self, pick: int, where: int) -> None:
        name = one_of(self.world.details, pick)
        self.world.play({"do": "pause", "detail": name, "from": self.boundary(name, where)})

    @precondition(lambda self: self.world.details)
    @rule(pick=picks, days=ahead, anchor=anchors)
    def resume(self, pick: int, days: int, anchor: int | None) -> None:
        event = {"do": "resume", "detail": one_of(self.world.details, pick), "from": self.day(days)}
        self.world.play(event | ({"anchor_day": anchor} if anchor else {}))

    @precondition(lambda self: self.world.details)
    @rule(pick=picks, days=ahead, refund=st.booleans(), after=st.integers(1, 90))
    def terminate(self, *, pick: int, days: int, refund: bool, after: int) -> None:
        event: dict[str, Any] = {"do": "terminate", "detail": one_of(self.world.details, pick)}
        event |= {"end_on": self.day(days), "refund": refund}
        self.world.killed_deed(event, after)
        self.world.play(event)

    @precondition(lambda self: self.world.details)
    @rule(pick=picks, where=picks, months=cycles, price=prices, arrears=st.booleans())
    def change_cycle(
        self, *, pick: int, where: int, months: int, price: int, arrears: bool
    ) -> None:
        name = one_of(self.world.details, pick)
        event: dict[str, Any] = {
            "do": "change_cycle",
            "detail": name,
            "from": self.boundary(name, where),
        }
        event |= {"months": months, "price_grosze": price, "new": f"d{len(self.world.details)}"}
        self.world.play(event | ({"timing": "arrears"} if arrears else {}))

    @precondition(lambda self: self.world.documents())
    @rule(
        pick=picks, days=gaps, rebill=st.booleans(), unit=prices, quantity=quantities, rate=rates,
        how=st.sampled_from(["zero", "price", "quantity", "rate", "two", "buyer", "nip"]),
        after=st.integers(1, 60),
    )  # fmt: skip
    def correct(self, pick: int, days: int, how: str, after: int, **to: Any) -> None:
        price = {"line": 1, "unit_grosze": to["unit"]}
        wanted: dict[str, dict[str, Any]] = {
            "zero": {"to_zero": True, "rebill": to["rebill"]},
            "price": {"lines": [price]},
            "quantity": {"lines": [{"line": 1, "quantity": to["quantity"]}]},
            "rate": {"lines": [{"line": 1, "rate": to["rate"]}]},
            "two": {"lines": [price, {"line": 2, "quantity": "0"}]},
            "buyer": {"buyer": {"name": f"Inna {to['unit']} sp. z o.o."}},
            "nip": {"buyer": {"nip": "9991001866"}},
        }
        event = {"do": "correct", "invoice": self.invoice(pick), "reason": "x", **wanted[how]}
        self.world.day += timedelta(days=days)
        self.world.killed_deed(event, after)
        self.world.play(event)

    @rule(
        pick=picks, days=gaps, off=st.sampled_from([0, 0, -1, 1, 5_000, -100_000]),
        sender=st.sampled_from(["", "", "PL77", "PL88"]), after=statements,
        how=st.sampled_from(["title", "title", "nip", "account", "two", "nothing"]),
        currency=st.sampled_from(["PLN", "PLN", "PLN", "EUR"]),
    )  # fmt: skip
    def pay(self, pick: int, days: int, off: int, how: str, after: int, **given: str) -> None:
        numbers = self.world.documents() or ["FV/2026/01/0001"]
        number = one_of(numbers, pick)
        titles = {"title": number, "nip": "NIP 999-100-03-70", "account": "za okres",
                  "two": f"{number} {one_of(numbers, pick + 1)}", "nothing": ""}  # fmt: skip
        event = {
            "do": "pay", "id": f"p{len(self.world.payments)}", "title": titles[how],
            "amount_grosze": self.world.left_of(number) + off, "iban": given["sender"],
            "currency": given["currency"],
            "account": "11111111111111111111111111" if how == "account" else "",
        }  # fmt: skip
        self.world.day += timedelta(days=days)
        self.world.killed_deed(event, after)
        self.world.play(event)

    @precondition(lambda self: self.world.payments)
    @rule(pick=picks, client=clients, number=picks, named=st.booleans())
    def assign(self, *, pick: int, client: str, number: int, named: bool) -> None:
        event: dict[str, Any] = {
            "do": "assign",
            "payment": one_of(self.world.payments, pick),
            "client": client,
        }
        if named and self.world.documents():
            event["invoices"] = [self.invoice(number)]
        self.world.play(event)

    @precondition(lambda self: self.world.payments)
    @rule(pick=picks, grosze=st.sampled_from([0, 1, 5_000, 99_999]), after=statements)
    def give_back(self, pick: int, grosze: int, after: int) -> None:
        name = one_of(self.world.payments, pick)
        event = {"do": "refund", "payment": name, "grosze": grosze}
        if grosze == 99_999:
            event = {"do": "reverse", "payment": name}
        self.world.killed_deed(event, after)
        self.world.play(event)

    @precondition(lambda self: self.world.documents())
    @rule(pick=picks, verb=st.sampled_from(["dispute", "dispute", "undispute"]))
    def contest(self, pick: int, verb: str) -> None:
        self.world.play({"do": verb, "invoice": self.invoice(pick)})

    @rule(days=gaps)
    def remind(self, days: int) -> None:
        self.world.play({"do": "remind"}, days=days)

    @rule(client=clients, held=st.booleans())
    def hold(self, *, client: str, held: bool) -> None:
        hold(self.world, client, held=held)

    @rule()
    def convert_the_lead(self) -> None:
        if not self.world.is_account("gama"):
            event = {"do": "update_client", "client": "gama", "set": {"state": "account"}}
            self.world.play(event)


@pytest.mark.django_db
def test_whatever_happens_the_books_hold() -> None:
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=int(EXAMPLES),
            stateful_step_count=int(STEPS),
            deadline=None,
            derandomize="OGNIWO_MACHINE" not in os.environ,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
