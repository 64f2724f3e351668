"""The machine of moves: the only writer of a state.

A move is checked, atomic, safe against a second caller, and journalled. State and facts are
written in one UPDATE that names the old state and the version, so of two who come at once one is
refused and nothing of his remains.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.db import IntegrityError, models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.actors import Actor
from ogniwo.journal.record import record

STAYS = ""  # as `to`: the move changes facts and leaves the state

P = ParamSpec("P")
S = TypeVar("S", bound="Stateful")
R = TypeVar("R")


class Refused(Exception):
    """A deed that may not be done now; `str()` is a sentence for people, `code` for machines."""

    def __init__(self, code: str, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.code = code

    def __str__(self) -> str:
        return str(self.args[0])


class NotAllowed(Refused):
    """The person's role may never do this, in any state."""

    def __init__(self) -> None:
        super().__init__("not_allowed", _("Your role does not allow this."))


class Conflict(Refused):
    """Somebody changed the row since it was read, or its state is not one the move starts from."""

    def __init__(self, code: str, sentence: str | Promise, *, obj: models.Model) -> None:
        super().__init__(code, sentence)
        self.obj = obj


@dataclass(frozen=True)
class Move:
    """One row of a table of moves."""

    name: str
    sources: tuple[str, ...]
    to: str
    roles: frozenset[str]
    journal: tuple[str, ...] = ()


class Stateful(models.Model):
    """A row whose state changes only by moves; `version` rises by one with each."""

    state: Any
    version = models.PositiveIntegerField(default=1)

    UNJOURNALLED: frozenset[str] = frozenset({"state", "version"})

    class Meta:
        abstract = True

    @classmethod
    def table_of_moves(cls) -> list[Move]:
        """All moves in the order in which they are written, which is the order of life."""
        found = (getattr(value, "move", None) for value in vars(cls).values())
        return [row for row in found if isinstance(row, Move)]

    def moves_open_to(self, by: Actor) -> list[Move]:
        """What this actor may do with this row in its present state."""
        return [
            row
            for row in self.table_of_moves()
            if self.state in row.sources and by.role in row.roles
        ]

    def checked_version(self, version: int) -> None:
        """Refuse a form that was filled in on an older version of the row."""
        if version != self.version:
            raise _stale(self)


def move(
    *sources: str, to: str, roles: Collection[str], journal: tuple[str, ...] = ()
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Make a method a move from one of `sources` to `to` (or STAYS), open to `roles`.

    `journal` names the keyword arguments that go into the journal; fields that changed are named
    there anyway, their old and new values are kept beside it.
    """

    def decorate(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        row = Move(method.__name__, tuple(map(str, sources)), str(to), frozenset(roles), journal)
        if not {"by", "at"} <= signature(method).parameters.keys():
            raise TypeError(f"the move {row.name} must take `by` and `at`")

        @wraps(method)
        def make(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            _may(self, row, cast(Actor, kwargs["by"]))
            before = _values(self)
            try:
                with transaction.atomic():
                    result = method(self, *args, **kwargs)
                    _write(self, row, before, kwargs)
            except IntegrityError as why:
                vars(self).update(before)
                if _is_stale(self):
                    raise _stale(self) from why
                raise
            except BaseException:
                vars(self).update(before)
                raise
            return result

        make.move = row  # type: ignore[attr-defined]  # read back by table_of_moves
        return make

    return decorate


def _may(obj: Stateful, row: Move, by: Actor) -> None:
    if by.role not in row.roles:
        raise NotAllowed
    if obj.state not in row.sources:
        raise Conflict(
            "wrong_state", _("This is no longer possible in its present state."), obj=obj
        )


def _values(obj: models.Model) -> dict[str, Any]:
    return {f.attname: getattr(obj, f.attname) for f in obj._meta.concrete_fields}


def _write(obj: Stateful, row: Move, before: dict[str, Any], kwargs: dict[str, Any]) -> None:
    obj.state = row.to or before["state"]
    obj.version = before["version"] + 1
    new = {k: value for k in before if (value := getattr(obj, k)) != before[k]}
    old = {"pk": obj.pk, "state": before["state"], "version": before["version"]}
    mine = type(obj)._default_manager.filter(**old)
    if not mine.update(**new):
        raise _stale(obj)
    details = {k: (before[k], new[k]) for k in new if k not in obj.UNJOURNALLED}
    facts = {k: str(kwargs[k]) for k in row.journal if kwargs.get(k) not in (None, "")}
    facts |= {"from": str(before["state"]), "to": str(obj.state)}
    verb = f"{obj._meta.label_lower}.{row.name}"
    record(verb, obj, by=kwargs["by"], at=kwargs["at"], details=details, **facts)


def _is_stale(obj: Stateful) -> bool:
    """Whoever was quicker made the very rows this move was about to make."""
    return not type(obj)._default_manager.filter(pk=obj.pk, version=obj.version).exists()


def _stale(obj: models.Model) -> Conflict:
    return Conflict("stale", _("Somebody changed this in the meantime."), obj=obj)
