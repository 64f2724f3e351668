"""Whatever happens, in whatever order: after every step the books of billing hold."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from ogniwo.billing.check import breaches
from ogniwo.billing.golden.case import noon
from ogniwo.billing.golden.database import fresh_database
from ogniwo.billing.golden.play import Player
from ogniwo.billing.models import Invoice, InvoiceLine

START = date(2026, 1, 1)
CLIENTS = [
    {
        "id": name,
        "name": f"{name} sp. z o.o.",
        "nip": nip,
        "email": f"biuro@{name}.example",
        "address": "ul. Prosta 1, 00-001 Warszawa",
    }
    for name, nip in (("alfa", "9991000016"), ("beta", "9991000370"))
]

# A test needs a database of its own for each example, not for each function.
slow = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def later_than(day: date) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *((day + timedelta(days=n)).isoformat() for n in (1, 45, 120))])


@st.composite
def details(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One to four recurring details of the two clients."""
    rows = []
    for number in range(draw(st.integers(1, 4))):
        months = draw(st.sampled_from([1, 1, 1, 6, 12]))
        start = START + timedelta(days=draw(st.integers(0, 40)))
        timing = draw(st.sampled_from(["advance", "arrears"]))
        ends = draw(st.sampled_from([None, None, 17, 75, 200]))
        discount = {"bp": 3333, "from": start.isoformat(), "to": draw(later_than(start))}
        rows.append(
            {
                "id": f"d{number}",
                "client": draw(st.sampled_from(["alfa", "beta"])),
                "price_grosze": draw(st.integers(1, 50_000)),
                "quantity": draw(st.sampled_from(["1", "2", "0.5", "0.333333"])),
                "rate": draw(st.sampled_from(["23", "8", "5", "np"])),
                "basis": draw(st.sampled_from(["net", "gross"])),
                "start_on": start.isoformat(),
                "end_on": ends and (start + timedelta(days=ends)).isoformat(),
                "periods": draw(st.sampled_from([None, None, 1, 3])),
                "discounts": [discount] if draw(st.booleans()) else [],
                "lead_days": draw(st.sampled_from([0, 14])) if timing == "advance" else 0,
                "anchor_day": draw(st.sampled_from([1, 15, 28, 31])),
                "months": months,
                "timing": timing,
                "separate": draw(st.booleans()),
                "free_periods": draw(st.sampled_from([0, 0, 1])),
            }
        )
    return rows


def event(kind: str, number: int, amount: int, day: date) -> dict[str, Any]:
    """Something that may happen; much of it is refused, which must leave no trace."""
    invoice = f"FV/{day:%Y/%m}/{number + 1:04}"
    detail = f"d{number % 4}"
    later = (day + timedelta(days=amount % 60)).isoformat()
    known: dict[str, dict[str, Any]] = {
        "run": {"do": "run"},
        "pay": {"do": "pay", "id": f"p{amount}-{day}", "amount_grosze": amount, "title": invoice},
        "to_zero": {"do": "correct", "invoice": invoice, "reason": "x", "to_zero": True},
        "rebill": {
            "do": "correct", "invoice": invoice, "reason": "x", "to_zero": True, "rebill": True,
        },
        "price": {
            "do": "correct", "invoice": invoice, "reason": "x",
            "lines": [{"line": 1, "unit_grosze": amount}],
        },
        "pause": {"do": "pause", "detail": detail, "from": later},
        "resume": {"do": "resume", "detail": detail, "from": later},
        "terminate": {
            "do": "terminate", "detail": detail, "end_on": later, "refund": bool(amount % 2),
        },
        "change_terms": {
            "do": "change_terms", "detail": detail, "from": later, "price_grosze": amount,
        },
        "bill_now": {"do": "bill_now", "detail": detail},
        "dispute": {"do": "dispute", "invoice": invoice},
        "undispute": {"do": "undispute", "invoice": invoice},
        "remind": {"do": "remind"},
    }  # fmt: skip
    return known[kind]


KINDS = ["run", "run", "run", "pay", "pay", "to_zero", "rebill", "price", "pause", "resume",
         "terminate", "change_terms", "bill_now", "dispute", "undispute", "remind"]  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.integers(0, 35), st.sampled_from(KINDS), st.integers(0, 4), st.integers(1, 60_000)
    ),
    min_size=3,
    max_size=14,
)


@slow
@given(rows=details(), steps=STEPS)
def test_after_every_step_the_books_hold(
    rows: list[dict[str, Any]],
    steps: list[tuple[int, str, int, int]],
    django_db_blocker: DjangoDbBlocker,
) -> None:
    day, events = START, []
    for days, kind, number, amount in steps:
        day += timedelta(days=days)
        of_detail = kind in {"pause", "resume", "terminate", "change_terms", "bill_now"}
        which = number % len(rows) if of_detail else number
        events.append(event(kind, which, amount, day) | {"on": day.isoformat()})
    with django_db_blocker.unblock(), fresh_database():
        player = Player({"clients": CLIENTS, "details": rows, "events": []})
        player.begin()
        for place, one in enumerate(events):
            player.step(place, one)
            assert list(breaches(noon(day))) == [], one


@slow
@given(rows=details(), gaps=st.lists(st.integers(1, 90), min_size=1, max_size=6))
def test_what_is_invoiced_does_not_depend_on_the_days_of_the_runs(
    rows: list[dict[str, Any]], gaps: list[int], django_db_blocker: DjangoDbBlocker
) -> None:
    end = START + timedelta(days=41 + sum(gaps))
    days, day = [], START + timedelta(days=41)
    for gap in gaps:
        day += timedelta(days=gap)
        days.append(day)
    with django_db_blocker.unblock():
        assert _invoiced(rows, days) == _invoiced(rows, [end])


def _invoiced(rows: list[dict[str, Any]], days: list[date]) -> set[Any]:
    events = [{"do": "run", "on": day.isoformat()} for day in days]
    with fresh_database():
        player = Player({"clients": CLIENTS, "details": rows, "events": events})
        player.play()
        lines = InvoiceLine.objects.order_by("detail", "period_no").values_list(
            "invoice", "detail", "period_no", "amount_grosze", "name"
        )
        together: dict[int, list[Any]] = {}
        for invoice, *line in lines:
            together.setdefault(invoice, []).append(tuple(line))
        clients = dict(Invoice.objects.values_list("pk", "client_id"))
        return {(clients[pk], tuple(group)) for pk, group in together.items()}
