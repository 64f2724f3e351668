"""Measures the bars of performance in throwaway databases; the installation is not touched."""

import argparse
import json
import os
import platform
import sqlite3
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

from ogniwo.bench import bars
from ogniwo.bench.places import POSTGRESQL, SQLITE, place, version
from ogniwo.commands import DONE, WRONG, print_json, print_table

HELP = "Measures the speed of billing against bare references and peers."
NEEDS_DATABASE = False


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="*", help="B1 B3 B4 …; all by default")
    parser.add_argument("--peers", type=Path, metavar="FILE", help="rates of the peers, as JSON")
    parser.add_argument("--n", type=int, default=bars.N, help="invoices of an ordinary round")
    parser.add_argument("--large", type=int, default=bars.LARGE, help="of the largest run")
    parser.add_argument("--rounds", type=int, default=bars.ROUNDS)
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true")
    shape.add_argument("--markdown", action="store_true", help="a table for docs/performance.md")


def run(options: argparse.Namespace) -> int:
    """Print each bar with its rounds; exit 1 when one that must be met is missed."""
    peers = json.loads(options.peers.read_text()) if options.peers else {}
    vendors = [SQLITE, *([POSTGRESQL] if version() else [])]
    with ExitStack() as stack:
        places = {vendor: stack.enter_context(place(vendor)) for vendor in vendors}
        bench = bars.Bench(
            places, peers, n=options.n, large=options.large, rounds=options.rounds, tell=_tell
        )
        found = list(bars.results(bench, {name.upper() for name in options.name}))
    report = {"machine": machine(), "n": options.n, "large": options.large, "peers": peers}
    if options.json:
        print_json(report | {"bars": [one.as_dict() for one in found]})
    elif options.markdown:
        print_markdown(report["machine"], found, n=options.n, large=options.large)
    else:
        _print(report["machine"], found)
    return WRONG if any(one.verdict == "missed" for one in found) else DONE


def machine() -> dict[str, Any]:
    """On what it was measured."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "django": django.__version__,
        "sqlite": sqlite3.sqlite_version,
        "postgresql": version() or "none",
    }


def _print(where: dict[str, Any], found: list[bars.Result]) -> None:
    print(", ".join(f"{key} {value}" for key, value in where.items()))
    head = ("bar", "what", "median", "rounds", "must", "aim", "verdict")
    print_table([head, *(_row(one) for one in found)])


def print_markdown(where: dict[str, Any], found: list[bars.Result], *, n: int, large: int) -> None:
    """The same as a table of Markdown."""
    told = {**where, "N": f"{n:,}", "large": f"{large:,}"}
    print(", ".join(f"{key} {value}" for key, value in told.items()) + ".\n")
    print("| bar | what | median | rounds | must | aim | verdict |")
    print("|---|---|---|---|---|---|---|")
    for one in found:
        print("| " + " | ".join(_row(one)) + " |")


def _row(one: bars.Result) -> tuple[str, ...]:
    sign = "≤" if one.at_most else "≥"
    spread = f"{min(one.values):.3g}–{max(one.values):.3g}" if len(one.values) > 1 else ""
    must, aim = f"{sign} {one.must:g}", f"{sign} {one.aim:g}"
    return one.name, one.says, f"{one.median:.3g}", spread, must, aim, one.verdict


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
