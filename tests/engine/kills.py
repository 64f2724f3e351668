"""Kill −9 in the middle of a run with two workers, again and again: nothing twice, nothing lost.

`python -m tests.engine.kills --rounds 30 --database sqlite|postgres`

Each round bills many due details by two processes, kills one or both when a random number of
invoices stands, starts two again, and compares what stands with a run that nobody disturbed.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psycopg

ROOT: Final = Path(__file__).resolve().parent.parent.parent
SERVER: Final = "postgres://postgres@127.0.0.1:5432"
ENOUGH: Final = 300  # seconds for a process
CLIENTS, EACH = 400, 3
DAY: Final = "2026-06-01"
BILL: Final = [sys.executable, "-m", "ogniwo.commands", "bill", "--on", DAY, "--json"]

SCENE: Final = f"""
import django
django.setup()
from datetime import date
from django.core.management import call_command
from django.utils.timezone import now
call_command("migrate", verbosity=0, interactive=False)
from tests.many import accounts, monthly
monthly(accounts({CLIENTS}, at=now()), each={EACH}, start_on=date(2026, 6, 1), at=now())
"""
# No numbers of documents: another process may have been first. All else is the same.
COUNTS: Final = """
import django, json, hashlib
django.setup()
from django.utils.timezone import now
from ogniwo.billing.check import breaches
from ogniwo.billing.models import BillingPeriod, Invoice, InvoiceLine, Series
from ogniwo.journal.models import Event
from ogniwo.outbox.models import Message
from ogniwo.people.models import Link
lines = InvoiceLine.objects.order_by("invoice", "no")
columns = ("invoice", "detail", "period_no", "name", "quantity", "unit_grosze", "rate")
papers = {}
for paper, *line in lines.values_list(*columns):
    papers.setdefault(paper, []).append(tuple(map(str, line)))
sums = Invoice.objects.values_list("pk", "client", "net_grosze", "vat_grosze", "gross_grosze")
documents = sorted((client, *money, papers[pk]) for pk, client, *money in sums)
print(json.dumps({
    "documents": hashlib.sha256(repr(documents).encode()).hexdigest(),
    "invoices": len(documents),
    "lines": lines.count(),
    "numbers": sorted(Invoice.objects.values_list("serial", flat=True)) ==
        list(range(1, len(documents) + 1)),
    "series": list(Series.objects.values_list("last", flat=True)),
    "due": BillingPeriod.objects.filter(state="due", bill_on__lte="%(day)s").count(),
    "letters": Message.objects.filter(kind="billing.invoice").count(),
    "links": Link.objects.filter(kind="billing.invoice").count(),
    "events": Event.objects.filter(verb="billing.invoice.issue").count(),
    "breaches": [row.sentence for row in breaches(now())],
}))
""" % {"day": DAY}  # noqa: UP031 - braces are those of the code


ISSUED: Final = "SELECT count(*) FROM billing_invoice"


class Place:
    """A database with everything due, copied anew for each round."""

    def __init__(self, folder: Path, *, postgres: bool) -> None:
        self.folder, self.postgres = folder, postgres
        self.name = f"kills_{uuid4().hex[:10]}"
        self.data = folder / "round"
        (folder / "template").mkdir()
        self._create("template")
        script(SCENE, self.environment("template"))

    def environment(self, name: str = "round") -> dict[str, str]:
        found = {
            **os.environ,
            "OGNIWO_DATA": str(self.folder / name),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(ROOT),
        }
        found.pop("DATABASE_URL", None)
        if self.postgres:
            found["DATABASE_URL"] = f"{SERVER}/{self.name}_{name}"
        return found

    def renew(self) -> None:
        """As nothing had been billed yet."""
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.folder / "template", self.data)
        self._create("round", like="template")

    def drop(self) -> None:
        for name in ("round", "template"):
            self._sql(f"DROP DATABASE IF EXISTS {self.name}_{name} WITH (FORCE)")

    def issued(self) -> int:
        """How many invoices stand by now."""
        if self.postgres:
            with psycopg.connect(f"{SERVER}/{self.name}_round") as connection:
                row = connection.execute(ISSUED).fetchone()
        else:
            with closing(sqlite3.connect(self.data / "ogniwo.sqlite3", timeout=30)) as file:
                row = file.execute(ISSUED).fetchone()
        return int(row[0]) if row else 0

    def _create(self, name: str, *, like: str = "") -> None:
        template = f" TEMPLATE {self.name}_{like}" if like else ""
        self._sql(f"DROP DATABASE IF EXISTS {self.name}_{name} WITH (FORCE)")
        self._sql(f"CREATE DATABASE {self.name}_{name}{template}")

    def _sql(self, statement: str) -> None:
        if self.postgres:
            with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
                connection.execute(statement.encode())


@contextmanager
def place(*, postgres: bool) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="ogniwo-kills-") as folder:
        made = Place(Path(folder), postgres=postgres)
        try:
            yield made
        finally:
            made.drop()


def script(body: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", body],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=ENOUGH, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def two(environment: dict[str, str]) -> list[subprocess.Popen[str]]:
    return [
        subprocess.Popen(
            BILL, env=environment, cwd=ROOT, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        for _number in range(2)
    ]  # fmt: skip


def undisturbed(where: Place) -> dict[str, Any]:
    """What two processes leave that nobody kills."""
    where.renew()
    finish(two(where.environment()))
    return counts(where)


def disturbed(where: Place, marks: Sequence[int], *, both: bool) -> tuple[int, dict[str, Any]]:
    """Kill as soon as so many invoices stand, and start again; then let two end.

    How many were killed at work, and what stands at last.
    """
    where.renew()
    killed = 0
    for mark in marks:
        working = two(where.environment())
        while where.issued() < mark and any(process.poll() is None for process in working):
            time.sleep(0.005)
        for process in working if both else working[:1]:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                killed += 1
        for process in working:
            process.communicate(timeout=ENOUGH)
    finish(two(where.environment()))
    return killed, counts(where)


def finish(working: Sequence[subprocess.Popen[str]]) -> None:
    said = [process.communicate(timeout=ENOUGH)[1] for process in working]
    if any(process.returncode for process in working):
        raise RuntimeError("\n".join(said))


def counts(where: Place) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(script(COUNTS, where.environment()))
    return found


def rounds(number: int, *, postgres: bool, seed: int) -> Iterator[tuple[str, bool]]:
    """A line about each round, and whether it ended as if nobody had been killed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    with place(postgres=postgres) as where:
        expected = undisturbed(where)
        sound = not expected["breaches"] and not expected["due"] and expected["numbers"]
        yield f"undisturbed: {json.dumps(expected)}", sound
        for one in range(1, number + 1):
            both = chance.random() < 0.5
            marks = sorted(chance.sample(range(CLIENTS * 9 // 10), chance.choice([1, 2])))
            killed, found = disturbed(where, marks, both=both)
            same = found == expected
            verdict = "same" if same else f"DIFFERENT {json.dumps(found)}"
            yield f"round {one}: {killed} killed after {marks} invoices: {verdict}", same


def main() -> int:
    """Print a line for each round; 0 when all ended as the undisturbed run."""
    parser = argparse.ArgumentParser(description="Kill billing runs at random moments.")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    different = 0
    found = rounds(options.rounds, postgres=options.database == "postgres", seed=options.seed)
    for line, same in found:
        print(line, flush=True)  # noqa: T201 - a script
        different += not same
    print(f"{options.database}: {different} of {options.rounds} rounds differ")  # noqa: T201 - a script
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
