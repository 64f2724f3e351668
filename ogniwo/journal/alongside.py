"""Rows with their children in one statement, where `prefetch_related` asks once more for each.

The database hands the children over as JSON beside their parent; they become the same objects, in
the same order, that a query of their own would have made.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, ClassVar, Final, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import CharField, OuterRef, Subquery, TextField
from django.db.models.functions import Cast
from django.db.models.query import ModelIterable

Parents = TypeVar("Parents", bound=models.QuerySet[Any])
NOT_ALIKE: Final = (models.JSONField, models.BinaryField)  # no plain value of JSON


class Children(NamedTuple):
    """Rows of another model, by plain fields in order, that point at their parent by `by`.

    Kept under `name`: a reverse relation, whose `all()` then asks nothing, or else an attribute.
    """

    name: str
    rows: models.QuerySet[Any]
    by: str


def alongside(parents: Parents, *children: Children) -> Parents:
    """The same rows, each with these children; still to be filtered, ordered and cut."""
    asked = {_column(one): _AsJson(one) for one in children}
    found = parents.annotate(**asked)
    # How Django itself says what rows become (`values`, `dates`).
    found._iterable_class = type("WithChildren", (_WithChildren,), {"children": children})  # noqa: SLF001 - no public name
    return found


class _AsJson(Subquery):
    """A JSON array of the children, each an array of its columns; null when there is none."""

    output_field: ClassVar[Any] = TextField()
    TEMPLATES: Final = {
        "postgresql": "(SELECT json_agg(json_build_array({}))::text FROM (%(subquery)s) AS child)",
        "sqlite": "(SELECT json_group_array(json_array({})) FROM (%(subquery)s) AS child)",
    }

    def __init__(self, of: Children) -> None:
        names, rows = [], of.rows.filter(**{of.by: OuterRef("pk")})
        for field in _fields(of.rows.model):
            if isinstance(field, NOT_ALIKE):
                raise TypeError(f"{field} does not go into JSON as it is")
            name = field.attname
            if isinstance(field, models.DecimalField):  # exact, where JSON would make it a float
                name = f"{name}_text"
                rows = rows.annotate(**{name: Cast(field.attname, CharField())})
            names.append(name)
        self.names = names
        super().__init__(rows.values_list(*names))

    def as_sql(
        self, compiler: Any, connection: Any, template: str | None = None, **more: Any
    ) -> Any:
        names = ", ".join(connection.ops.quote_name(name) for name in self.names)
        whole = self.TEMPLATES[connection.vendor].format(names)
        return super().as_sql(compiler, connection, template=whole, **more)


class _WithChildren(ModelIterable):  # type: ignore[type-arg]  # made for any model
    children: tuple[Children, ...] = ()

    def __iter__(self) -> Iterator[Any]:
        for parent in super().__iter__():
            for one in self.children:
                _keep(parent, one, json.loads(parent.__dict__.pop(_column(one)) or "[]"))
            yield parent


def _keep(parent: models.Model, of: Children, rows: Sequence[Sequence[Any]]) -> None:
    """As `prefetch_related` would."""
    model = of.rows.model
    fields = _fields(model)
    names = [field.attname for field in fields]
    found = [
        model.from_db(DEFAULT_DB_ALIAS, names, list(map(value_of, fields, values)))
        for values in rows
    ]
    if isinstance(model._meta.get_field(of.by), models.ForeignKey):
        for child in found:
            setattr(child, of.by, parent)
    for key in map(str, reversed(of.rows.query.order_by)):
        found.sort(key=attrgetter(key.lstrip("-")), reverse=key.startswith("-"))
    if not hasattr(type(parent), of.name):
        setattr(parent, of.name, found)
        return
    known: Any = getattr(parent, of.name).all()
    known._result_cache, known._prefetch_done = found, True  # noqa: SLF001 - as prefetch does it
    cache: dict[str, Any] = vars(parent).setdefault("_prefetched_objects_cache", {})
    cache[of.name] = known


def value_of(field: Any, value: Any) -> Any:
    """What a column of that field says, out of JSON."""
    if isinstance(field, models.DecimalField) and value is not None:
        return Decimal(value).quantize(Decimal(1).scaleb(-field.decimal_places))
    if isinstance(field, models.DateTimeField) and value is not None:
        instant = datetime.fromisoformat(value)  # SQLite keeps UTC and does not say so
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return field.to_python(value)


def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.column]


def _column(of: Children) -> str:
    return f"{of.name}_as_json"
