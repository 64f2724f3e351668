"""Two billing processes at once: each period is invoiced once, numbers have no gap."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
ENOUGH = 300  # seconds for a process

SCENE = """
import django
django.setup()
from datetime import date
from django.core.management import call_command
from django.utils.timezone import now
call_command("migrate", verbosity=0, interactive=False)
from tests.many import accounts, monthly
clients = accounts(250, at=now())
print(monthly(clients, each=4, start_on=date(2026, 6, 1), at=now()))
"""
COUNTS = """
import django, json
django.setup()
from django.utils.timezone import now
from django.db.models import Count
from ogniwo.billing.check import breaches
from ogniwo.billing.models import BillingPeriod, Invoice, InvoiceLine, Series
from ogniwo.journal.models import Event
from ogniwo.outbox.models import Message
states = BillingPeriod.objects.filter(no=1).values_list("state").annotate(n=Count("pk"))
print(json.dumps({
    "first_periods": dict(states.order_by()),
    "invoices": Invoice.objects.count(),
    "lines": InvoiceLine.objects.count(),
    "letters": Message.objects.filter(kind="billing.invoice").count(),
    "events": Event.objects.filter(verb="billing.invoice.issue").count(),
    "series": list(Series.objects.values_list("last", flat=True)),
    "breaches": [row.sentence for row in breaches(now())],
}))
"""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A database of its own, of the kind under test, for processes of their own."""
    environment = {
        **os.environ,
        "OGNIWO_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    if connection.vendor == "sqlite":
        environment.pop("DATABASE_URL", None)
        yield environment
        return
    name = f"race_{uuid4().hex[:12]}"
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    _sql(f"CREATE DATABASE {name}")
    try:
        yield environment | {"DATABASE_URL": f"{base}/{name}"}
    finally:
        _sql(f"DROP DATABASE {name} WITH (FORCE)")


def _sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _script(body: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", body],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=ENOUGH, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _bill(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ogniwo.commands", "bill", "--on", "2026-06-01", "--json"],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_billing_runs_at_once_each_invoices_what_the_other_has_not(
    installation: dict[str, str],
) -> None:
    assert _script(SCENE, installation).strip() == "1000"
    two = [_bill(installation), _bill(installation)]
    said = [process.communicate(timeout=ENOUGH) for process in two]
    assert [process.returncode for process in two] == [0, 0], said
    issued = [row["number"] for out, _err in said for row in json.loads(out)["invoices"]]
    found = json.loads(_script(COUNTS, installation))
    assert len(issued) == len(set(issued)) == 250
    assert found == {
        "first_periods": {"invoiced": 1000},
        "invoices": 250,
        "lines": 1000,
        "letters": 250,
        "events": 250,
        "series": [250],
        "breaches": [],
    }
