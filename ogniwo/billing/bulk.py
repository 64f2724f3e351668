"""Many rows in one statement, on both databases; the statements are constants."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db import connection

Key = tuple[Any, int, int, int]

AFTER: Final = """
SELECT bill_on, client_id, detail_id, no, id FROM billing_billingperiod
WHERE state = %s AND bill_on <= %s AND (bill_on, client_id, detail_id, no) > (%s, %s, %s, %s)
ORDER BY bill_on, client_id, detail_id, no LIMIT %s
"""
MARK: Final = {
    "postgresql": """
UPDATE billing_billingperiod AS period
SET state = 'invoiced', held_reason = '', line_id = made.line
FROM unnest(%s::bigint[], %s::bigint[]) AS made (period, line)
WHERE period.id = made.period AND period.state IN ('due', 'held')
""",
    "sqlite": """
UPDATE billing_billingperiod AS period
SET state = 'invoiced', held_reason = '', line_id = made.line
FROM (SELECT p.value AS period, l.value AS line
      FROM json_each(%s) AS p JOIN json_each(%s) AS l ON l.key = p.key) AS made
WHERE period.id = made.period AND period.state IN ('due', 'held')
""",
}
MADE: Final = {
    "postgresql": """
UPDATE billing_billingdetail AS detail SET made_no = made.no, made_on = made.day
FROM unnest(%s::bigint[], %s::integer[], %s::date[]) AS made (detail, no, day)
WHERE detail.id = made.detail
""",
    "sqlite": """
UPDATE billing_billingdetail AS detail SET made_no = made.no, made_on = made.day
FROM (SELECT d.value AS detail, n.value AS no, o.value AS day
      FROM json_each(%s) AS d JOIN json_each(%s) AS n ON n.key = d.key
      JOIN json_each(%s) AS o ON o.key = d.key) AS made
WHERE detail.id = made.detail
""",
}


def periods_after(state: str, *, until: date, key: Key, limit: int) -> list[tuple[Any, ...]]:
    """The next waiting rows in the order of the run: (billing day, client, detail, no, id)."""
    with connection.cursor() as cursor:
        cursor.execute(AFTER, [state, until, *key, limit])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def mark_invoiced(lines: Sequence[tuple[int, int]]) -> int:
    """Tell periods their lines: (period, line) pairs; how many were still waiting."""
    columns = _columns(lines)
    with connection.cursor() as cursor:
        cursor.execute(MARK[connection.vendor], columns)
        marked: int = cursor.rowcount
    return marked


def move_made(rows: Sequence[tuple[int, int, date | None]]) -> None:
    """Tell details how far their periods are made: (detail, number, day)."""
    with connection.cursor() as cursor:
        cursor.execute(MADE[connection.vendor], _columns(rows))


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    if connection.vendor == "postgresql":
        return columns
    return [json.dumps(column, default=str) for column in columns]
