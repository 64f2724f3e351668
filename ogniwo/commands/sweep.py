"""The scheduled work, once, now or as of a given time."""

import argparse
import sys
from datetime import datetime

from django.utils import timezone

from ogniwo.commands import DONE, WRONG, WrongUsage, moment_argument, print_json, print_table
from ogniwo.commands.worker import named, sweep_all
from ogniwo.schedule import SWEEPS, Sweep

HELP = "Runs the scheduled work once, now or as of a given time."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--at", type=moment_argument, help="as of this time (ISO 8601)")
    parser.add_argument("--list", action="store_true", help="what there is")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Print for each sweep how many rows it did."""
    if options.list:
        return _list(as_json=options.json)
    if unknown := set(options.names) - {sweep.name for sweep in SWEEPS}:
        raise WrongUsage(
            f"There is no sweep {', '.join(sorted(unknown))}; sweep --list says which."
        )
    at = options.at or timezone.now()
    done = {sweep.name: _sweep(sweep, at=at) for sweep in named(options.names)}
    if options.json:
        print_json(done)
    else:
        print_table([(name, "failed" if n is None else n) for name, n in done.items()])
    return WRONG if None in done.values() else DONE


def _sweep(sweep: Sweep, *, at: datetime) -> int | None:
    """One that fails is told of and does not keep the others from their work."""
    try:
        return sweep_all(sweep, at=at)
    except Exception as why:  # noqa: BLE001 - whatever it is, the line below names it
        print(f"{sweep.name}: {why!r}", file=sys.stderr)
        return None


def _list(*, as_json: bool) -> int:
    if as_json:
        print_json([{"name": one.name, "every": one.every.total_seconds()} for one in SWEEPS])
    else:
        print_table([(one.name, f"every {one.every}", one.says) for one in SWEEPS])
    return DONE
