"""The worker: one loop over the schedule, any number of them on one database."""

import argparse
import os
import signal
import socket
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from types import FrameType

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from ogniwo.commands import DONE
from ogniwo.outbox.turns import beat, claim_turn, end_turn
from ogniwo.programme.models import Vendor
from ogniwo.schedule import SWEEPS, Sweep

HELP = "Starts the worker only: letters, reminders, lapses and the like."
BATCH = 100
BEAT_EVERY = timedelta(seconds=20)
WAIT = 1.0  # seconds between two looks at the schedule

log = structlog.get_logger(__name__)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="look at the schedule once and end")


def run(options: argparse.Namespace) -> int:
    """Look at the schedule each second until told to end; the turn under way is finished."""
    asked = _Asked()
    name = f"{socket.gethostname()}:{os.getpid()}"
    seen = None
    while not asked.to_end:
        at = timezone.now()
        try:
            if seen is None or at - seen >= BEAT_EVERY:
                beat(name, at=at)
                seen = at
            # Before the set-up there is nobody to work for.
            for sweep in SWEEPS if Vendor.objects.exists() else ():
                if asked.to_end or not _has_work(sweep, at=at):
                    continue
                if claim_turn(sweep.name, every=sweep.every, at=at):
                    make_turn(sweep, at=timezone.now())
        except DatabaseError:
            log.exception("the database does not answer; trying again")
            connection.close()
        if options.once:
            break
        close_old_connections()
        asked.wait(WAIT)
    return DONE


def _has_work(sweep: Sweep, *, at: datetime) -> bool:
    return not sweep.waits or bool(import_string(sweep.waits)(at))


def make_turn(sweep: Sweep, *, at: datetime) -> int | None:
    """Do one sweep; one that fails is noted and has its next turn like the others."""
    try:
        done = sweep_all(sweep, at=at)
    except Exception as why:
        log.exception("a sweep failed", sweep=sweep.name)
        end_turn(sweep.name, error=repr(why))
        return None
    end_turn(sweep.name, done=done)
    return done


def sweep_all(sweep: Sweep, *, at: datetime) -> int:
    """Go on in batches until nothing is left that is due."""
    function = import_string(sweep.function)
    done = 0
    while batch := function(at, BATCH):
        done += batch
        if batch < BATCH:
            break
    return done


def named(names: Iterable[str]) -> list[Sweep]:
    """Return the sweeps of these names, all when none is named."""
    wanted = set(names)
    return [sweep for sweep in SWEEPS if not wanted or sweep.name in wanted]


class _Asked:
    """Remembers that somebody asked the worker to end."""

    def __init__(self) -> None:
        self.to_end = False
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.to_end = True

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.to_end and time.monotonic() < until:
            time.sleep(0.1)
