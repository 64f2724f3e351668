"""Whatever happens: over all months the register is the documents, each tax in it once."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from pytest_django import DjangoDbBlocker

from ogniwo.billing.golden.database import fresh_database
from ogniwo.billing.golden.play import Player
from ogniwo.billing.models import InvoiceLine, InvoiceVat
from ogniwo.billing.register.reading import SALES, entries
from ogniwo.billing.tests.test_properties import CLIENTS, START, STEPS, details, event, slow
from ogniwo.kernel.periods import anchor_date


@slow
@given(rows=details(), steps=STEPS)
def test_over_all_months_the_register_is_the_documents(
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
        Player({"clients": CLIENTS, "details": rows, "events": events}).play()
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
