"""Imports a statement of the bank; safe to repeat."""

import argparse
from pathlib import Path
from typing import Any

from django.utils import timezone

from ogniwo.billing.models import Payment
from ogniwo.commands import DONE, Stop, print_json
from ogniwo.integrations.bank.faults import BadStatement, NeedsMapping
from ogniwo.integrations.bank.intake import Report, open_file, preview, read_in, said_before
from ogniwo.integrations.bank.statement import believed_until
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.journal.moves import Refused
from ogniwo.journal.seal import seal_all
from ogniwo.kernel.money import format_money
from ogniwo.programme.models import NotSetUp

HELP = "Imports a statement of the bank (MT940, CAMT.053, CSV)."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="say what would be imported")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Print what was new and whose it was; a file that cannot be trusted is refused whole."""
    path: Path = options.file
    if not path.is_file():
        raise Stop(f"There is no file {path}.")
    try:
        file = open_file(path, until=believed_until(timezone.now()))
        if options.dry_run:
            report = preview(file)
        else:
            seal_all()
            report = read_in(file, by=SYSTEM_ACTOR, at=timezone.now())
    except BadStatement as why:
        lines = [f"{path.name}:{line}: {text}" if line else text for line, text in why.mistakes]
        raise Stop("; ".join(map(str, lines)) or why.code) from why
    except NeedsMapping as why:
        raise Stop(f"The columns of this CSV are unknown: {', '.join(why.header)}.") from why
    except NotSetUp as why:
        raise Stop("Set up the company first: bin/ogniwo setup.") from why
    except Refused as why:
        raise Stop(str(why)) from why
    document = _document(report, dry_run=options.dry_run)
    (print_json if options.json else _print)(document)
    return DONE


def _document(report: Report, *, dry_run: bool) -> dict[str, Any]:
    rules = [str(rule) for rule in Payment.MatchedBy]
    return {
        "dry_run": dry_run,
        "repeated": report.repeated,
        "rows": report.rows,
        "new": report.new,
        "known": report.known,
        "matched": {rule: report.matched[rule] for rule in rules if report.matched[rule]},
        "to_clarify": report.to_clarify,
        "perhaps_twice": report.twins,
        "debits": report.debits,
        "returns": report.returns,
        "sums": [
            {"amount": grosze, "currency": currency}
            for currency, grosze in sorted(report.sums.items())
        ],
    }


def _print(document: dict[str, Any]) -> None:
    if document["repeated"]:
        print(said_before(document["repeated"]))
        return
    sums = ", ".join(format_money(one["amount"], one["currency"]) for one in document["sums"])
    word = "would be new" if document["dry_run"] else "new"
    print(f"{document['rows']} rows: {document['new']} {word} ({sums}), {document['known']} known,")
    print(f"{document['debits']} debits, {document['returns']} of them seem returns.")
    for rule, count in document["matched"].items():
        print(f"  {count} by {rule}")
    print(f"  {document['to_clarify']} to clarify")
    if document["perhaps_twice"]:
        print(f"  ({document['perhaps_twice']} perhaps here already, from another format)")
