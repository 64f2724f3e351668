"""Insert many rows at once: by COPY where the database has it, else in few INSERTs."""

from collections.abc import Sequence

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

KEYS = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
COPY = sql.SQL("COPY {} ({}) FROM STDIN")


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model, in order; each is given its key."""
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        _copy(rows, connection)
    else:
        type(rows[0])._default_manager.bulk_create(rows)


def _copy(rows: Sequence[models.Model], connection: BaseDatabaseWrapper) -> None:
    """Measured: a billing run is a quarter quicker than with INSERTs out of arrays."""
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    names = [sql.Identifier(str(field.column)) for field in fields]
    columns = sql.SQL(", ").join(names)
    statement = COPY.format(sql.Identifier(meta.db_table), columns)
    prepare = [(field.attname, field.get_db_prep_save) for field in fields]
    # Django wraps the errors of `execute`, not those of `copy`.
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(KEYS, [meta.db_table, len(rows)])
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([save(getattr(row, name), connection) for name, save in prepare])
    for row in rows:
        row._state.adding = False  # noqa: SLF001  # what `bulk_create` would have done
