"""A lively year of demo data, in an empty installation only."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils import timezone

from ogniwo.commands import DONE, Stop, print_json, print_table
from ogniwo.demo import play
from ogniwo.programme.models import Vendor

LOGINS = "demo-logins.json"
HELP = "Fills an empty installation with a lively year of demo data and prints logins."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clients", type=int, default=150, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--logins", action="store_true", help="only print the logins again")


def run(options: argparse.Namespace) -> int:
    """Print the logins; refused where a vendor is set up already."""
    if options.logins:
        return _print(_kept(), as_json=options.json)
    if Vendor.objects.exists():
        raise Stop("The demo needs an empty installation; this one is set up already.")
    if options.clients < 0:
        raise Stop("The number of clients cannot be negative.")
    logins = [
        asdict(login)
        for login in play(at=timezone.now(), clients=options.clients, seed=options.seed)
    ]
    _keep(logins)
    return _print(logins, as_json=options.json)


def _print(logins: list[dict[str, Any]], *, as_json: bool) -> int:
    if as_json:
        print_json(logins)
    else:
        heads = ("role", "e-mail", "password", "address")
        print_table([heads, *(tuple(login.values()) for login in logins)])
    return DONE


def _keep(logins: list[dict[str, Any]]) -> None:
    """Later starts print them again; only the owner of the data folder may read them."""
    file = settings.DATA / LOGINS
    file.touch(mode=0o600)
    file.write_text(json.dumps(logins))


def _kept() -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads((settings.DATA / LOGINS).read_text())
    except (OSError, ValueError) as why:
        raise Stop("There is no demo here.") from why
    return found
