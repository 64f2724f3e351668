"""Plays golden cases in a fresh database each; compares a folder of them with what they expect."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ogniwo.billing.golden import Unreadable, play
from ogniwo.commands import DONE, USAGE, WRONG, WrongUsage

HELP = "Plays golden cases and prints what the product answers."
NEEDS_DATABASE = False
SHOWN = 300  # characters of a value in a difference


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cases", nargs="*", type=Path, metavar="CASE.json")
    parser.add_argument("--check", type=Path, metavar="DIR", help="compare every case of a folder")


def run(options: argparse.Namespace) -> int:
    """Answer each case on a line of its own, or print the differences of a folder."""
    if options.check:
        return _check(options.check)
    if not options.cases:
        raise WrongUsage("name at least one case, or --check DIR")
    for path in options.cases:
        try:
            answer = play(_read(path))
        except Unreadable as why:
            print(f"{path}: {why}", file=sys.stderr)
            return USAGE
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    return DONE


def _check(folder: Path) -> int:
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise WrongUsage(f"{folder} has no cases")
    differences = [line for path in paths for line in _differences(path)]
    for line in differences:
        print(line)
    return WRONG if differences else DONE


def _differences(path: Path) -> list[str]:
    """One line for each key that is not as expected."""
    try:
        case = _read(path)
        actual = play(case)
    except (Unreadable, KeyError) as why:
        return [f"{path.stem}: {why}"]
    return [
        f"{path.stem}: {key}: expected {_short(value)}, got {_short(actual.get(key))}"
        for key, value in case["expected"].items()
        if actual.get(key) != value
    ]


def _read(path: Path) -> dict[str, Any]:
    try:
        case = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as why:
        raise Unreadable(str(why)) from why
    if not isinstance(case, dict):
        raise Unreadable("not a JSON object")
    return case


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
