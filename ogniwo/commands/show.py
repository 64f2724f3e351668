"""One object with its history, or the list of a kind."""

import argparse
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from ogniwo.api import shapes
from ogniwo.commands import DONE, Stop, print_json, print_table
from ogniwo.journal.models import Event
from ogniwo.journal.seal import seal_all
from ogniwo.kernel.days import warsaw_day
from ogniwo.programme.models import Client, Vendor

HELP = "Shows one object with its history, or the list of a kind."
COLUMNS = 6

Rows = models.QuerySet[Any]
Shaper = Callable[[Any], shapes.Shape]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("number", nargs="?", help="W-0081, K-0142, FV/2026/11/0042, an id")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Print one object or a list; a number that does not exist is an error."""
    seal_all()
    rows, find, shaper_of = KINDS[options.kind]
    shape = shaper_of(timezone.now())
    if options.number:
        return _one(
            options.kind,
            find(rows(), options.number),
            shape,
            as_json=options.json,
            number=options.number,
        )
    items = [shape(row) for row in rows()]
    if options.json:
        print_json({"items": items, "next": None})
    elif items:
        heads = list(items[0])[:COLUMNS]
        print_table([heads, *([_word(item[head]) for head in heads] for item in items)])
    return DONE


def _one(kind: str, found: Rows, shape: Shaper, *, as_json: bool, number: str) -> int:
    obj = found.first()
    if obj is None:
        raise Stop(f"There is no {kind} {number}.")
    facts = shape(obj)
    if not isinstance(obj, Event):
        history = shapes.events().filter(kind=obj._meta.label_lower, key=obj.pk)
        facts["history"] = [shapes.event(row) for row in history]
    if as_json:
        print_json(facts)
        return DONE
    history_rows = facts.pop("history", [])
    print_table([(name, _word(value)) for name, value in facts.items()])
    for row in history_rows:
        print(f"  {row['at']}  {row['by']}  {row['verb']}")
    return DONE


def _by_number(rows: Rows, number: str) -> Rows:
    return rows.filter(number=number.upper())


def _by_invoice_number(rows: Rows, number: str) -> Rows:
    return rows.filter(number=number.upper().replace("-", "/"))


def _by_id(rows: Rows, number: str) -> Rows:
    return rows.filter(pk=int(number)) if number.isdecimal() else rows.none()


def _client(rows: Rows, number: str) -> Rows:
    return rows.filter(pk__in=Client.objects.numbered(number).values("pk"))


def _plain(shape: Shaper) -> Callable[[datetime], Shaper]:
    return lambda _at: shape


def _dated(shape: Callable[..., shapes.Shape]) -> Callable[[datetime], Shaper]:
    def shaper(at: datetime) -> Shaper:
        on: date = warsaw_day(at)
        return lambda row: shape(row, on=on)

    return shaper


def _application(at: datetime) -> Shaper:
    vendor, on = Vendor.load(), warsaw_day(at)
    return lambda row: shapes.application(row, vendor=vendor, on=on)


def _word(value: Any) -> str:
    if isinstance(value, dict) and "amount" in value:
        return f"{value['amount'] / 100:.2f} {value['currency']}"
    return "" if value is None else str(value)


Find = Callable[[Rows, str], Rows]
KINDS: dict[str, tuple[Callable[[], Rows], Find, Callable[[datetime], Shaper]]] = {
    "application": (shapes.applications, _by_number, _application),
    "reseller": (shapes.resellers, _by_number, _plain(shapes.reseller)),
    "client": (shapes.clients, _client, _plain(shapes.client)),
    "case": (shapes.cases, _by_number, _plain(shapes.case)),
    "detail": (shapes.details, _by_id, _dated(shapes.detail)),
    "invoice": (shapes.invoices, _by_invoice_number, _dated(shapes.invoice)),
    "payment": (shapes.payments, _by_id, _plain(shapes.payment)),
    "letter": (shapes.letters, _by_id, _plain(shapes.letter)),
    "event": (shapes.events, _by_id, _plain(shapes.event)),
}
