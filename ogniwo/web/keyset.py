"""Pages by key: where one page ends the next begins, however many rows came in between."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core import signing
from django.db.models import Q, QuerySet

SALT = "ogniwo.list.cursor"
AT_A_TIME = 500


class Key(NamedTuple):
    """One expression of an order; never one that may be null."""

    name: str
    descending: bool

    @property
    def order(self) -> str:
        return f"-{self.name}" if self.descending else self.name

    def value_of(self, row: Any) -> Any:
        for step in self.name.split("__"):
            row = getattr(row, step)
        return row


Keys = tuple[Key, ...]


def keys_of(names: Sequence[str], *, reverse: bool = False) -> Keys:
    """The order as keys, ended by the primary key so that it is unique."""
    keys = [Key(name.removeprefix("-"), name.startswith("-") != reverse) for name in names]
    if all(key.name != "pk" for key in keys):
        keys.append(Key("pk", keys[-1].descending if keys else reverse))
    return tuple(keys)


def turned(keys: Keys) -> Keys:
    return tuple(Key(key.name, not key.descending) for key in keys)


def ordered(rows: QuerySet[Any], keys: Keys) -> QuerySet[Any]:
    return rows.order_by(*(key.order for key in keys))


def after(rows: QuerySet[Any], keys: Keys, values: Sequence[Any]) -> QuerySet[Any]:
    """Rows that come after the one with these values, in the order of the keys."""
    beyond = Q()
    same: dict[str, Any] = {}
    for key, value in zip(keys, values, strict=True):
        further = f"{key.name}__{'lt' if key.descending else 'gt'}"
        beyond |= Q(**same, **{further: value})
        same[key.name] = value
    return rows.filter(beyond)


def walk(rows: QuerySet[Any], keys: Keys) -> Iterator[Any]:
    """Every row, some hundred at a time: no cursor stays open while somebody reads slowly."""
    batch = list(ordered(rows, keys)[:AT_A_TIME])
    while batch:
        yield from batch
        if len(batch) < AT_A_TIME:
            return
        last = [key.value_of(batch[-1]) for key in keys]
        batch = list(ordered(after(rows, keys, last), keys)[:AT_A_TIME])


def cursor_of(row: Any, keys: Keys, *, order: str) -> str:
    """The place of a row, signed: it goes through the address bar."""
    values = [_packed(key.value_of(row)) for key in keys]
    return signing.dumps([order, values], salt=SALT)


def place_of(cursor: str, keys: Keys, *, order: str) -> list[Any] | None:
    """The values of a cursor; None for one that is not ours or of another order."""
    try:
        made_for, values = signing.loads(cursor, salt=SALT)
        if made_for != order or len(values) != len(keys):
            return None
        return [_unpacked(value) for value in values]
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return value


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return datetime.fromisoformat(value["t"]) if "t" in value else date.fromisoformat(value["d"])
