"""Takes in letters from files, as if they had come to the contact mailbox."""

import argparse
import sys
from pathlib import Path

from django.utils import timezone, translation

from ogniwo.commands import DONE, WRONG, print_json
from ogniwo.integrations.mailin.intake import Outcome, take_in
from ogniwo.integrations.mailin.read import Unreadable
from ogniwo.programme.models import InboundLetter, Vendor

HELP = "Takes in letters as if they had come to the contact mailbox."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE.eml", type=Path)
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Each letter on its own: a bad one does not keep the others out."""
    Vendor.load()
    taken: list[dict[str, str | bool]] = []
    status = DONE
    for file in options.files:
        try:
            outcome = take_in(file.read_bytes(), at=timezone.now())
        except (Unreadable, OSError) as why:
            status = WRONG
            print(f"{file}: {_reason(why)}", file=sys.stderr)
            continue
        shown = _shown(file, outcome)
        if outcome.kind == InboundLetter.What.UNREADABLE:
            status = WRONG
            print(f"{file}: {shown['sentence']}", file=sys.stderr)
        taken.append(shown)
    if options.json:
        print_json({"items": taken})
    else:
        for item in taken:
            print(f"{item['file']}: {item['sentence']}")
    return status


def _shown(file: Path, outcome: Outcome) -> dict[str, str | bool]:
    with translation.override("en"):
        sentence = outcome.sentence
    return {
        "file": str(file),
        "kind": outcome.kind,
        "verdict": outcome.letter.verdict,
        "handled_as": outcome.letter.handled_as,
        "new": outcome.is_new,
        "sentence": sentence,
    }


def _reason(why: Exception) -> str:
    if isinstance(why, OSError):
        return why.strerror or str(why)
    with translation.override("en"):
        return str(why)
