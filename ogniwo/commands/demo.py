"""A lively year of demo data, in an empty installation only."""

import argparse
from dataclasses import asdict

from django.utils import timezone

from ogniwo.commands import DONE, Stop, print_json, print_table
from ogniwo.demo import play
from ogniwo.programme.models import Vendor

HELP = "Fills an empty installation with a lively year of demo data and prints logins."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clients", type=int, default=150, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Print the logins; refused where a vendor is set up already."""
    if Vendor.objects.exists():
        raise Stop("The demo needs an empty installation; this one is set up already.")
    if options.clients < 0:
        raise Stop("The number of clients cannot be negative.")
    logins = play(at=timezone.now(), clients=options.clients, seed=options.seed)
    if options.json:
        print_json([asdict(login) for login in logins])
    else:
        print_table([("role", "e-mail", "password", "address")]
                    + [tuple(asdict(login).values()) for login in logins])  # fmt: skip
    return DONE
