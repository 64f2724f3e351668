"""Django's own management command."""

import argparse

from django.core.management import execute_from_command_line

from ogniwo.commands import DONE

HELP = "Django's own management command."
NEEDS_DATABASE = False


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="what Django is asked to do")


def run(options: argparse.Namespace) -> int:
    execute_from_command_line(["bin/ogniwo manage", *options.rest])
    return DONE
