"""Whatever happens: over all months the register is the documents, each tax in it once."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from ogniwo.billing.golden.database import fresh_database
from ogniwo.billing.golden.play import Player
from ogniwo.billing.models import InvoiceLine, InvoiceVat
from ogniwo.billing.register.reading import SALES, entries
from ogniwo.billing.tests.test_properties import CLIENTS, START, details, event, slow
from ogniwo.kernel.periods import anchor_date

# After each run some of its invoices are paid, most of them before the month they pay for is over.
HISTORIES = st.lists(
    st.tuples(
        st.integers(1, 40),
        st.lists(
            st.tuples(
                st.integers(0, 9),
                st.sampled_from(["pay", "pay", "pay", "price", "to_zero", "raise"]),
                st.integers(0, 2),
                st.integers(1, 60_000),
            ),
            max_size=4,
        ),
    ),
    min_size=1,
    max_size=4,
)
History = list[tuple[int, list[tuple[int, str, int, int]]]]


def events_of(history: History) -> list[dict[str, Any]]:
    """Runs, and after each what happens to its invoices."""
    day, events = START + timedelta(days=10), []
    for gap, deeds in history:
        run = day = day + timedelta(days=gap)
        events.append({"do": "run", "on": day.isoformat()})
        for days, kind, number, amount in deeds:
            day += timedelta(days=days)
            deed = event("price" if kind == "raise" else kind, number, amount, run)
            if kind == "raise":
                deed["cause"] = "error"
            events.append(deed | {"on": day.isoformat()})
    return events


@slow
@given(rows=details(), history=HISTORIES)
def test_over_all_months_the_register_is_the_documents(
    rows: list[dict[str, Any]], history: History, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), fresh_database():
        given_events = events_of(history)
        Player({"clients": CLIENTS, "details": rows, "events": given_events}).play()
        assert _in_registers() == _in_documents()


def _in_documents() -> Counter[tuple[int, str, str]]:
    """Net and tax by document and rate, zeros left out."""
    found: Counter[tuple[int, str, str]] = Counter()
    for key, rate, net, vat in InvoiceVat.objects.filter(invoice__kind__in=SALES).values_list(
        "invoice", "rate", "net_grosze", "vat_grosze"
    ):
        found[key, rate, "net"] += net
        found[key, rate, "vat"] += vat
    return _without_zeros(found)


def _in_registers() -> Counter[tuple[int, str, str]]:
    found: Counter[tuple[int, str, str]] = Counter()
    for month in _months():
        for entry in entries(month):
            for rate, sums in entry.rates.items():
                found[entry.key, rate, "net"] += sums.net
                found[entry.key, rate, "vat"] += sums.vat
    return _without_zeros(found)


def _months() -> list[date]:
    """From the first event to the last tax day there is, and a year on."""
    last = InvoiceLine.objects.order_by("-tax_point_on").values_list("tax_point_on", flat=True)
    end = max([START, *last[:1]]) + timedelta(days=366)
    months = [START]
    while months[-1] < end:
        months.append(anchor_date(months[-1], 1, 1))
    return months


def _without_zeros(found: Counter[tuple[int, str, str]]) -> Counter[tuple[int, str, str]]:
    return Counter({key: value for key, value in found.items() if value})
