"""Many rows in one statement, on both databases; the statements are constants."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from django.db import connection

from ogniwo.journal.bulk import as_array

Key = tuple[Any, int, int, int]

MANY: Final = 2_000
AFTER: Final = """
SELECT bill_on, client_id, detail_id, no, id FROM billing_billingperiod
WHERE state = %s AND bill_on <= %s AND (bill_on, client_id, detail_id, no) > (%s, %s, %s, %s)
ORDER BY bill_on, client_id, detail_id, no LIMIT %s
"""
# PostgreSQL takes whole columns; SQLite is quickest with one prepared statement, row by row.
MARK: Final = {
    "postgresql": """
UPDATE billing_billingperiod AS period
SET state = 'invoiced', held_reason = '', line_id = made.line
FROM unnest(%s::bigint[], %s::bigint[]) AS made (line, period)
WHERE period.id = made.period AND period.state IN ('due', 'held')
""",
    "sqlite": """
UPDATE billing_billingperiod SET state = 'invoiced', held_reason = '', line_id = %s
WHERE id = %s AND state IN ('due', 'held')
""",
}
MADE: Final = {
    "postgresql": """
UPDATE billing_billingdetail AS detail SET made_no = made.no, made_on = made.day
FROM unnest(%s::integer[], %s::date[], %s::bigint[]) AS made (no, day, detail)
WHERE detail.id = made.detail
""",
    "sqlite": "UPDATE billing_billingdetail SET made_no = %s, made_on = %s WHERE id = %s",
}


@contextmanager
def by_index() -> Iterator[None]:
    """PostgreSQL checks foreign keys by index from the first invoice on.

    While statistics still say that a table is empty, each check would read all of it: measured,
    a first run of 5,000 invoices is a quarter slower, and the more the longer it is. A table that
    has no index for the question then seems so dear that PostgreSQL would compile each reading of
    it (45 ms), hence no JIT.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET jit = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET enable_seqscan; RESET jit")


def count_payments_anew(*, added: int) -> None:
    """Tell PostgreSQL's planner of many new payments at once, not when it comes round to it.

    While it believes that hardly a payment waits, it reads all that wait for each chunk.
    """
    if connection.vendor == "postgresql" and added >= MANY:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE billing_payment")


def periods_after(state: str, *, until: date, key: Key, limit: int) -> list[tuple[Any, ...]]:
    """The next waiting rows in the order of the run: (billing day, client, detail, no, id)."""
    with connection.cursor() as cursor:
        cursor.execute(AFTER, [state, until, *key, limit])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def mark_invoiced(lines: Sequence[tuple[int, int]]) -> int:
    """Tell periods their lines: (line, period) pairs; how many were still waiting."""
    return update_rows(MARK, lines)


def move_made(rows: Sequence[tuple[int, date | None, int]]) -> None:
    """Tell details how far their periods are made: (number, day, detail)."""
    update_rows(MADE, rows)


def update_rows(statements: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> int:
    """Run a statement of each database's own kind for all rows; how many it changed."""
    statement = statements[connection.vendor]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(statement, [as_array(column) for column in zip(*rows, strict=True)])
        else:
            cursor.executemany(statement, [[_plain(value) for value in row] for row in rows])
        changed: int = cursor.rowcount
    return changed


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
