"""Ask for many rows and insert many, each in one statement.

Inserted by COPY where the database has it, else by one prepared INSERT.

A row is a NamedTuple whose fields are columns; columns it leaves out have the default of their
field. JSON is given as text. Measured: a third of a billing run's time went into making model
instances only to take them apart again.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

COPY: Final = sql.SQL("COPY {} ({}) FROM STDIN")
INSERT: Final = "INSERT INTO {} ({}) VALUES ({})"
KEYS: Final = """
SELECT %s, nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)
"""
PLACES: Final = 6


@models.ForeignObject.register_lookup
@models.Field.register_lookup
class Among(models.Lookup):
    """`pk__among=[…]`: so many keys as one parameter, where `__in` makes a parameter of each."""

    lookup_name = "among"
    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", (*params, as_array(self.rhs))

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        lhs, params = self.process_lhs(compiler, connection)
        among = f"{lhs} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - a column
        return among, (*params, json.dumps(list(self.rhs)))


def as_array(values: Iterable[Any]) -> Any:
    """A column for PostgreSQL: numbers and plain texts as one text, which is ten times as quick."""
    column = list(values)
    kinds = {type(value) for value in column}
    if kinds == {int}:
        return f"{{{','.join(map(str, column))}}}"
    if kinds == {str} and not any(sign in "".join(column) for sign in ('"', "\\")):
        return '{"' + '","'.join(column) + '"}'
    return column


def insert(model: type[models.Model], rows: Sequence[NamedTuple]) -> None:
    """Insert rows of one model, in order."""
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    columns, rest = _columns(model, rows[0])
    if connection.vendor == "postgresql":
        _copy(model, columns, ((*row, *rest) for row in rows), connection)
        return
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    table = connection.ops.quote_name(model._meta.db_table)
    told = _teller(connection)
    with connection.cursor() as cursor:
        cursor.executemany(
            INSERT.format(table, names, places),
            [tuple(map(told, (*row, *rest))) for row in rows],
        )


def keys(*wanted: tuple[type[models.Model], int]) -> list[list[int]]:
    """So many keys of each table, in rising order, for rows that point at one another.

    On SQLite the caller writes in the same transaction, which nobody else shares.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    tables = [model._meta.db_table for model, _count in wanted]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            values = [
                value
                for place, (table, (_model, count)) in enumerate(zip(tables, wanted, strict=True))
                for value in (place, table, count)
            ]
            cursor.execute(" UNION ALL ".join([KEYS] * len(wanted)), values)
            found: list[list[int]] = [[] for _table in tables]
            for place, key in cursor.fetchall():
                found[place].append(key)
            return [sorted(some) for some in found]
        places = ", ".join(["%s"] * len(tables))
        cursor.execute(f"SELECT name, seq FROM sqlite_sequence WHERE name IN ({places})", tables)  # noqa: S608 - places only
        last = dict(cursor.fetchall())
    first = [last.get(table, 0) + 1 for table in tables]
    return [list(range(k, k + count)) for k, (_model, count) in zip(first, wanted, strict=True)]


def as_json(value: Any) -> str:
    """JSON as a row carries it."""
    return json.dumps(value, ensure_ascii=False)


def _columns(model: type[models.Model], row: NamedTuple) -> tuple[list[str], list[Any]]:
    """The columns of the row, then those it leaves out, with the defaults of the latter."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    columns = [str(by_name[name].column) for name in row._fields]
    rest: list[Any] = []
    for name, field in by_name.items():
        if name in row._fields or field.primary_key or field.generated:
            continue
        columns.append(str(field.column))
        default = field.get_default()
        rest.append(as_json(default) if isinstance(field, models.JSONField) else default)
    return columns, rest


def _copy(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Any],
    connection: BaseDatabaseWrapper,
) -> None:  # fmt: skip
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = COPY.format(sql.Identifier(model._meta.db_table), names)
    # Django wraps the errors of `execute`, not those of `copy`.
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        write = copy.write_row
        for row in rows:
            write(row)


def _teller(connection: BaseDatabaseWrapper) -> Callable[[Any], Any]:
    """How SQLite is told a value: as Django's fields would tell it; equal values once."""
    ops, known = connection.ops, dict[Any, Any]()
    ways: Mapping[type, Callable[[Any], Any]] = {
        date: str,
        datetime: ops.adapt_datetimefield_value,
        Decimal: lambda value: ops.adapt_decimalfield_value(value, None, PLACES),
    }

    def told(value: Any) -> Any:
        way = ways.get(type(value))
        if way is None:
            return value
        key = (type(value), value)
        if key not in known:
            known[key] = way(value)
        return known[key]

    return told
