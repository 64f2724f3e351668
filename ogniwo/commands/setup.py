"""The first set-up without a browser: vendor, terms version 1, first administrator."""

import argparse
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from ogniwo.commands import DONE, Stop, print_json
from ogniwo.kernel import iban, nip, setup_link
from ogniwo.programme import onboarding

HELP = "Sets the installation up without a browser and prints the administrator's invitation."
LONGEST_NAME = 200


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--company", required=True, metavar="NAME")
    parser.add_argument("--nip", required=True)
    parser.add_argument("--email", required=True, metavar="CONTACT_ADDRESS")
    parser.add_argument("--admin", required=True, metavar="EMAIL")
    parser.add_argument("--street", default="")
    parser.add_argument("--postcode", default="")
    parser.add_argument("--city", default="")
    parser.add_argument("--account", default="", metavar="NRB")
    parser.add_argument("--terms", type=Path, metavar="FILE", help="Markdown; else a sample text")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Check what is given, set up, print the invitation link."""
    token = onboarding.set_up(
        company=_name(options.company),
        nip=_nip(options.nip),
        email=_email("--email", options.email),
        admin_email=_email("--admin", options.admin),
        at=timezone.now(),
        street=options.street.strip(),
        postcode=options.postcode.strip(),
        city=options.city.strip(),
        account=_account(options.account) if options.account else "",
        terms_text=_terms(options.terms) if options.terms else None,
    )
    setup_link.forget(settings.DATA)
    link = f"{settings.URL}/zaproszenie/{token}/"
    if options.json:
        print_json({"invitation": link})
    else:
        print(
            f"{options.company.strip()} is set up. The administrator sets a password here: {link}"
        )
    return DONE


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Stop(f"--company: a name of 1 to {LONGEST_NAME} characters is wanted.")
    return name


def _nip(text: str) -> str:
    try:
        return nip.normalise(text)
    except nip.BadNip as why:
        raise Stop(f"--nip: {text!r} is no valid NIP.") from why


def _email(name: str, text: str) -> str:
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError as why:
        raise Stop(f"{name}: {text!r} is no e-mail address.") from why
    return email


def _account(text: str) -> str:
    try:
        return iban.normalise(text)
    except iban.BadAccount as why:
        raise Stop(f"--account: {text!r} is no valid Polish account number.") from why


def _terms(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as why:
        raise Stop(f"--terms: {path} is not a text in UTF-8.") from why
    if not text:
        raise Stop(f"--terms: {path} is empty.")
    return text
