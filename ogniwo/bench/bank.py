"""A large statement against many open invoices: ours, and the plain SQL it is measured by.

Of twenty rows eighteen name an invoice (two of them pay a part), one comes from an account learnt
from the row before, one is nobody's. The bare rows all name an invoice.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from ogniwo.bench import data
from ogniwo.billing.models import Invoice
from ogniwo.billing.run import bill_due
from ogniwo.journal.actors import SYSTEM_ACTOR

PER_CLIENT: Final = 10
FIRST_SERIAL: Final = 10_000
GROSZE: Final = 12_177
DAY: Final = date(2026, 11, 2)
ROWS_A_DAY: Final = 5_000
ROUND: Final = 20
BARE_TABLES: Final = (
    "CREATE TABLE bare_debt (id bigint PRIMARY KEY, number varchar(35) NOT NULL UNIQUE,"
    " client bigint NOT NULL, gross bigint NOT NULL, paid bigint NOT NULL DEFAULT 0)",
    "CREATE TABLE bare_payment (id bigint PRIMARY KEY, booked_on date NOT NULL,"
    " grosze bigint NOT NULL, title varchar(500) NOT NULL, name varchar(200) NOT NULL,"
    " account varchar(40) NOT NULL, bank_key varchar(200) NOT NULL UNIQUE)",
    "CREATE TABLE bare_share (payment bigint NOT NULL REFERENCES bare_payment,"
    " debt bigint NOT NULL REFERENCES bare_debt, grosze bigint NOT NULL)",
    "CREATE INDEX bare_share_payment ON bare_share (payment)",
    "CREATE INDEX bare_share_debt ON bare_share (debt)",
    "INSERT INTO bare_debt (id, number, client, gross)"
    " SELECT id, number, client_id, gross_grosze FROM billing_invoice",
)
BARE: Final = (
    "INSERT INTO bare_share (payment, debt, grosze) SELECT payment.id, debt.id,"
    " CASE WHEN payment.grosze < debt.gross - debt.paid THEN payment.grosze"
    " ELSE debt.gross - debt.paid END"
    " FROM bare_payment AS payment JOIN bare_debt AS debt ON debt.number = payment.title",
    "UPDATE bare_debt SET paid = paid + share.grosze FROM bare_share AS share"
    " WHERE share.debt = bare_debt.id",
)


class Line(NamedTuple):
    """A row of the statement."""

    on: date
    grosze: int
    title: str
    name: str
    account: str
    reference: str


def fill(*, invoices: int) -> None:
    """So many open invoices of a tenth as many clients, and the bare table of the same debts."""
    clients = max(invoices // PER_CLIENT, 1)
    data.fill(clients=clients)
    bill_due(on=data.FIRST, at=data.AT, limit=1)
    invoice = Invoice.objects.order_by("pk")[0]
    data.clone(
        invoice, invoices, number=f"'FV/2026/09/' || (g + {FIRST_SERIAL})", snapshot="'{}'",
        serial=f"g + {FIRST_SERIAL}", client_id=f"client_id + (g % {clients})",
    )  # fmt: skip
    with connection.cursor() as cursor:
        for statement in BARE_TABLES:
            cursor.execute(statement)
    data.analyze()


def ours(*, n: int, invoices: int) -> dict[str, Any]:
    """What `bin/ogniwo bank` does with a file of `n` rows: examine, store, match."""
    from ogniwo.bench.deeds import measured
    from ogniwo.integrations.bank.intake import open_file, read_in

    path = Path(settings.DATA) / "bench.sta"
    write(path, list(lines(n, invoices)))
    with measured() as found:
        report = read_in(open_file(path), by=SYSTEM_ACTOR, at=data.AT)
    found |= {"rows": report.rows, "waiting": report.to_clarify}
    found["by_title"] = report.matched["title"]
    return found


def bare(*, n: int, invoices: int) -> dict[str, Any]:
    """Plain SQL: insert the payments, join, insert allocations, update the invoices."""
    from ogniwo.bench.deeds import measured

    rows = [
        (pk, line.on, line.grosze, _number(pk - 1, n, invoices), line.name, line.account,
         line.reference)
        for pk, line in enumerate(lines(n, invoices), 1)
    ]  # fmt: skip
    with measured() as found, transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy("COPY bare_payment FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(rows[0]))
            plain = [(row[0], row[1].isoformat(), *row[2:]) for row in rows]
            cursor.executemany(f"INSERT INTO bare_payment VALUES ({places})", plain)
        for statement in BARE:
            cursor.execute(statement)
    return found | {"rows": n}


def lines(n: int, invoices: int) -> Iterator[Line]:
    """The statement, spread over all the invoices."""
    for place in range(n):
        turn = place % ROUND
        payer = place - 1 if turn == ROUND - 2 else place
        title = f"Zaplata za fakture {_number(place, n, invoices)} dziekujemy"
        if turn >= ROUND - 2:
            title = "abonament za listopad"
        yield Line(
            on=DAY + timedelta(days=place // ROWS_A_DAY),
            grosze=GROSZE // 2 if turn in {3, 13} else GROSZE,
            title=title,
            name=f"FIRMA HANDLOWA {payer} SP. Z O.O.",
            account=f"319999{payer:020}" if turn < ROUND - 1 else f"329999{place:020}",
            reference=f"B{place:012}",
        )


def write(path: Path, rows: list[Line]) -> None:
    """As MT940 of one of the big banks."""
    total = sum(row.grosze for row in rows)
    with path.open("w", encoding="utf-8") as file:
        file.write(":20:MT940\r\n:25:/PL12999900040000307198128740\r\n:28C:1/1\r\n")
        file.write(f":60F:C{DAY:%y%m%d}PLN0,00\r\n")
        for row in rows:
            amount = f"{row.grosze // 100},{row.grosze % 100:02}"
            file.write(f":61:{row.on:%y%m%d%m%d}C{amount}NTRFNONREF//{row.reference}\r\n")
            file.write(f":86:020~00PRZELEW\r\n~20{row.title[:27]}\r\n~21{row.title[27:]}\r\n")
            file.write(f"~32{row.name[:27]}\r\n~33{row.name[27:]}\r\n~38{row.account}\r\n")
        file.write(f":62F:C{rows[-1].on:%y%m%d}PLN{total // 100},{total % 100:02}\r\n-\r\n")


def _number(place: int, n: int, invoices: int) -> str:
    return f"FV/2026/09/{FIRST_SERIAL + 1 + place * max(invoices // n, 1) % invoices}"
