"""Runs deeds at the same moment, each in a thread with a connection of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any

from django.db import connection

from ogniwo.journal.models import Event
from ogniwo.outbox.models import Message

TOGETHER = 60.0  # seconds until a thread that does not come fails the test


@dataclass(frozen=True)
class Outcome:
    """What came of one deed: its result, or what it raised."""

    result: Any = None
    error: BaseException | None = None


Deed = Callable[[], Any]
# Loads what it needs (before anybody starts) and returns the deed.
Runner = Callable[[Any], Deed]


def race(rows: Sequence[Any], *runners: Runner) -> list[list[Outcome]]:
    """For each row all runners load, wait for one another, and do their deeds at once."""
    outcomes = [[Outcome()] * len(runners) for _row in rows]
    gate = Barrier(len(runners))

    def run(lane: int, runner: Runner) -> None:
        try:
            for number, row in enumerate(rows):
                deed = runner(row)
                gate.wait(TOGETHER)
                outcomes[number][lane] = outcome_of(deed)
        except BaseException:
            gate.abort()
            raise
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not gate.broken, "a thread failed before the start"
    return outcomes


def together(*deeds: Deed) -> list[Outcome]:
    """Do these deeds at once."""
    return race([None], *(_always(deed) for deed in deeds))[0]


def _always(deed: Deed) -> Runner:
    return lambda _row: deed


def outcome_of(deed: Deed) -> Outcome:
    try:
        return Outcome(result=deed())
    except Exception as error:  # noqa: BLE001 - the test looks at whatever it is
        return Outcome(error=error)


def winners(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [one for one in outcomes if one.error is None]


def errors(outcomes: Sequence[Outcome]) -> list[BaseException]:
    return [one.error for one in outcomes if one.error is not None]


def events(verb: str, obj: Any) -> int:
    """How often the journal says that this was done to the object."""
    return Event.objects.filter(verb=verb, kind=obj._meta.label_lower, key=obj.pk).count()


def letters(template: str, obj: Any) -> int:
    """How many letters of this kind tell of the object."""
    return Message.objects.about(obj).filter(template=template).count()
