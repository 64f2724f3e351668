"""What one process of a benchmark does; the last line it prints is what it measured, as JSON."""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


def prepare(
    *, clients: int = 0, each: int = 1, old: int = 0, bare: bool = False, debts: int = 0
) -> dict[str, Any]:
    """Migrate and fill."""
    from django.core.management import call_command

    from ogniwo.bench import bank, data
    from ogniwo.bench import bare as reference

    call_command("migrate", verbosity=0, interactive=False)
    if debts:
        bank.fill(invoices=debts)
    elif bare:
        reference.fill(clients)
    else:
        data.fill(clients=clients, each=each)
    if old:
        data.fill_old(invoices=old)
    return {}


def bill(*, broken: bool = False) -> dict[str, Any]:
    """The billing run over everything due."""
    from ogniwo.bench import data
    from ogniwo.billing.run import bill_due

    if broken:
        data.break_one()
    with measured() as found:
        run = bill_due(on=data.FIRST, at=data.AT)
    found["issued"] = run.issued
    return found | data.written()


def wait_for_first() -> dict[str, Any]:
    """Wait until another process has issued its first chunk; how long it had been at it."""
    from ogniwo.billing.models import BillingRun, Invoice

    begin = None
    while not Invoice.objects.exists():
        if begin is None and BillingRun.objects.exists():
            begin = time.perf_counter()
        time.sleep(0.02)
    return {"seconds": time.perf_counter() - (begin or time.perf_counter())}


def bill_bare(*, invoices: int) -> dict[str, Any]:
    """Django's `bulk_create` of bare invoices with two lines each."""
    from ogniwo.bench import bare as reference

    with measured() as found:
        reference.bill(invoices)
    found["issued"] = invoices
    return found


def read_statement(*, n: int, invoices: int, bare: bool = False) -> dict[str, Any]:
    """A statement of the bank against open invoices, or the plain SQL beside it."""
    from ogniwo.bench import bank

    return (bank.bare if bare else bank.ours)(n=n, invoices=invoices)


def print_papers(*, number: int) -> dict[str, Any]:
    """PDFs of an issued invoice, one after the other."""
    from ogniwo.billing.models import Invoice
    from ogniwo.billing.paper.render import as_pdf

    snapshot = Invoice.objects.order_by("pk")[0].snapshot
    as_pdf(snapshot)
    with measured() as found:
        for _turn in range(number):
            as_pdf(snapshot)
    return found


@contextmanager
def measured() -> Iterator[dict[str, Any]]:
    """Seconds, seconds of CPU, statements, and the most memory of this process in MB."""
    from django.db import connection

    statements = 0

    def count(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*args)

    connection.ensure_connection()
    found: dict[str, Any] = {}
    cpu, wall = sum(os.times()[:2]), time.perf_counter()
    with connection.execute_wrapper(count):
        yield found
    found["seconds"] = time.perf_counter() - wall
    found["cpu"] = sum(os.times()[:2]) - cpu
    found["statements"] = statements
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


DEEDS: dict[str, Callable[..., dict[str, Any]]] = {
    "prepare": prepare,
    "bill": bill,
    "wait_for_first": wait_for_first,
    "bill_bare": bill_bare,
    "read_statement": read_statement,
    "print_papers": print_papers,
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ogniwo.settings")
    import django

    django.setup()
    from django.template import Engine

    Engine.get_default()  # a server and a worker have read their tags long before a run
    deed, options = sys.argv[1:3]
    sys.stdout.write(json.dumps(DEEDS[deed](**json.loads(options))) + "\n")


if __name__ == "__main__":
    main()
