"""A person at the vendor or in a reseller's firm, added from the command line."""

import argparse
import sys
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone, translation

from ogniwo.commands import DONE, Stop, WrongUsage, print_json
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.kernel.roles import PEOPLE, RESELLERS
from ogniwo.people.letters import invite
from ogniwo.people.models import User
from ogniwo.programme.models import Reseller

HELP = "Adds a person; prints an invitation link when no password is given."


def arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", required=True)
    add = deeds.add_parser("add", help=HELP, allow_abbrev=False)
    add.add_argument("email")
    add.add_argument("--role", required=True, choices=sorted(PEOPLE))
    add.add_argument("--reseller", default="", metavar="R-014")
    add.add_argument("--name", default="")
    add.add_argument("--password-stdin", action="store_true", help="read the password from stdin")
    add.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Add the person, whole or not at all."""
    at = timezone.now()
    with transaction.atomic():
        person = User.objects.add(
            _email(options.email),
            role=options.role,
            name=options.name.strip(),
            reseller_id=_reseller(options),
            by=SYSTEM_ACTOR,
            at=at,
        )
        if options.password_stdin:
            _give_password(person, sys.stdin.readline().rstrip("\r\n"), at=at)
            link = None
        else:
            link = f"{settings.URL}/zaproszenie/{invite(person, at=at)}/"
    if options.json:
        print_json({"email": person.email, "role": person.role, "invitation": link})
    else:
        print(f"{person.email} is added." + (f" Invitation: {link}" if link else ""))
    return DONE


def _email(text: str) -> str:
    try:
        validate_email(text.strip())
    except ValidationError as why:
        raise Stop(f"{text!r} is no e-mail address.") from why
    return text


def _reseller(options: argparse.Namespace) -> int | None:
    if options.role not in RESELLERS:
        if options.reseller:
            raise WrongUsage(f"--reseller does not go with the role {options.role}.")
        return None
    if not options.reseller:
        raise WrongUsage(f"The role {options.role} needs --reseller.")
    found = Reseller.objects.filter(number=options.reseller.strip().upper()).first()
    if found is None:
        raise Stop(f"There is no reseller {options.reseller}.")
    return found.pk


def _give_password(person: User, password: str, *, at: datetime) -> None:
    try:
        with translation.override("en"):
            person.change_password(password, by=SYSTEM_ACTOR, at=at)
    except ValidationError as why:
        raise Stop(" ".join(why.messages)) from why
