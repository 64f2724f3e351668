"""Several numbers of a page in one statement: each is a query of one row, all stand side by side.

A page that counts what waits in eight places would ask the database eight times.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Aggregate, IntegerField, QuerySet, Value

from ogniwo.journal.alongside import value_of

Figures = dict[str, Any]
Rows = TypeVar("Rows", bound=QuerySet[Any])
# One row as JSON: a scalar, so that nothing is joined and nothing has to be planned as a join.
AS_JSON = {
    "postgresql": "(SELECT json_build_array({})::text FROM ({}) AS part)",
    "sqlite": "(SELECT json_array({}) FROM ({}) AS part)",
}


class Ask(NamedTuple):
    """A query of one row: its columns by name with the fields they are of, its SQL."""

    fields: Mapping[str, Any]
    sql: str
    params: tuple[Any, ...]


def figures(rows: QuerySet[Any], **aggregates: Aggregate) -> Ask:
    """What `rows.aggregate(…)` would answer."""
    # Grouped by a constant: one row, also when there is nothing.
    whole = rows.order_by().annotate(whole=Value(1)).values("whole").annotate(**aggregates)
    query = whole.values_list(*aggregates).query
    fields = {name: query.annotations[name].output_field for name in aggregates}
    try:
        return Ask(fields, *query.sql_with_params())
    except EmptyResultSet:
        return _nothing(fields, [one.empty_result_set_value for one in aggregates.values()])


def number(rows: QuerySet[Any], *, most: int | None = None) -> Ask:
    """How many rows there are; with `most` no more than so many are looked at."""
    fields = {"number": IntegerField()}
    try:
        sql, params = rows.order_by().values("pk")[:most].query.sql_with_params()
    except EmptyResultSet:
        return _nothing(fields, [0])
    return Ask(fields, f'SELECT COUNT(*) AS "number" FROM ({sql}) AS counted', params)  # noqa: S608 - Django's own SQL


def together(asked: Mapping[str, Ask]) -> dict[str, Figures]:
    """The answers by name, in one statement."""
    if not asked:
        return {}
    connection = connections[DEFAULT_DB_ALIAS]
    template, quoted = AS_JSON[connection.vendor], connection.ops.quote_name
    parts = [template.format(", ".join(map(quoted, one.fields)), one.sql) for one in asked.values()]
    params = [param for ask in asked.values() for param in ask.params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        row = cursor.fetchone() or ()
    return {
        name: dict(
            zip(ask.fields, map(value_of, ask.fields.values(), json.loads(told)), strict=True)
        )
        for (name, ask), told in zip(asked.items(), row, strict=True)
    }


def of_any(first: Rows, *others: Rows) -> Rows:
    """Rows of any of these queries, each cut to its own few: to be loaded in one statement.

    Whoever loads them sorts them out again. An OR of the conditions would read the whole table.
    """
    every = first.model._default_manager.order_by()
    keys = [every.filter(pk__in=some.values("pk")).values("pk") for some in (first, *others)]
    found: Rows = every.filter(pk__in=keys[0].union(*keys[1:]))
    return found


def _nothing(fields: Mapping[str, Any], values: Sequence[Any]) -> Ask:
    """The answer where no row can match, without looking: numbers and nulls."""
    columns = [
        f'{"NULL" if value is None else int(value)} AS "{name}"'
        for name, value in zip(fields, values, strict=True)
    ]
    return Ask(fields, f"SELECT {', '.join(columns)}", ())
