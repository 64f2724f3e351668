"""What is configured, what answers, and what to do about the rest."""

import argparse
import os
import platform
import shutil
import smtplib
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

import ogniwo
from ogniwo.commands import DONE, WRONG, print_json, print_table
from ogniwo.commands.prepare import translations_are_fresh
from ogniwo.outbox.models import Message
from ogniwo.outbox.turns import worker_seen
from ogniwo.programme.models import Vendor

HELP = "Says what is configured, what answers, and what to do about the rest."
NEEDS_DATABASE = False
OK, WARNING, BROKEN = "ok", "warning", "broken"
KNOWN = {
    "OGNIWO_DATA", "OGNIWO_URL", "OGNIWO_SECRET_KEY", "OGNIWO_SMTP_URL", "OGNIWO_PROXIES",
    "OGNIWO_MAIL_AUTHSERV", "OGNIWO_LIMITS", "OGNIWO_LOG", "OGNIWO_CHROMIUM",
}  # fmt: skip
SPACE = 500_000_000
WORKER_SILENT = timedelta(minutes=2)
LETTERS_LATE = timedelta(minutes=15)
NOT_BEFORE = datetime(2025, 1, 1, tzinfo=UTC)  # a clock before this day was never set
SHOWN = ("django", "gunicorn", "psycopg", "cryptography", "lxml", "typst")


class Line(NamedTuple):
    """One thing looked at."""

    what: str
    verdict: str
    says: str


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Exit 1 when anything is broken."""
    lines = [line for look in LOOKS for line in look()]
    if options.json:
        print_json([line._asdict() for line in lines])
    else:
        print_table(lines)
    return WRONG if any(line.verdict == BROKEN for line in lines) else DONE


def _versions() -> Iterator[Line]:
    said = ", ".join(f"{name} {metadata.version(name)}" for name in SHOWN)
    python = platform.python_version()
    yield Line("versions", OK, f"Ogniwo {ogniwo.__version__}, Python {python}, {said}")


def _settings() -> Iterator[Line]:
    given = {name.removesuffix("_FILE") for name in os.environ if name.startswith("OGNIWO_")}
    if unknown := sorted(given - KNOWN):
        yield Line("settings", WARNING, f"{', '.join(unknown)}: no such setting; nothing reads it")
    yield Line("address", OK, settings.URL)
    local = urlsplit(settings.URL).hostname in {"localhost", "127.0.0.1"}
    if not (settings.HTTPS or local):
        yield Line("address", WARNING, "people sign in without https: give OGNIWO_URL https://…")
    if not settings.OGNIWO_LIMITS:
        yield Line("limits", WARNING, "OGNIWO_LIMITS is off: for trials only, remove it")
    if not translations_are_fresh():
        yield Line("translations", WARNING, "not compiled yet: the next start does it")


def _disk() -> Iterator[Line]:
    where = settings.DATA if settings.DATA.exists() else settings.DATA.parent
    free = shutil.disk_usage(where).free
    verdict, advice = (OK, "") if free > SPACE else (BROKEN, ": free some, writes will fail")
    yield Line("disk", verdict, f"{free // 1_000_000} MB free beside {settings.DATA}{advice}")
    if where == settings.DATA and not os.access(where, os.W_OK):
        yield Line("data folder", BROKEN, f"{where} cannot be written to: give it to this user")
    key = settings.DATA / "secret_key"
    if key.exists() and key.stat().st_mode & 0o077:
        yield Line("secret key", WARNING, f"others can read {key}: chmod 600 it")


def _clock() -> Iterator[Line]:
    now = timezone.now()
    if now < NOT_BEFORE:
        yield Line("clock", BROKEN, f"it shows {now:%Y-%m-%d}: set it, invoices are dated by it")
    else:
        yield Line("clock", OK, f"{now:%Y-%m-%d %H:%M} UTC")


def _database() -> Iterator[Line]:
    started = time.monotonic()
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, OSError) as why:
        yield Line("database", BROKEN, f"does not answer ({str(why).strip().splitlines()[0]})")
        return
    took = (time.monotonic() - started) * 1000
    yield Line("database", OK, f"{_engine()}, {took:.0f} ms")
    if plan:
        yield Line("migrations", WARNING, f"{len(plan)} wait: the next start applies them")
        return
    yield from _life()


def _engine() -> str:
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version} in {settings.DATABASES['default']['NAME']}"
    return f"PostgreSQL {connection.get_database_version()[0]}"


def _life() -> Iterator[Line]:
    """What the tables tell: set up, worker, letters."""
    now = timezone.now()
    vendor = Vendor.objects.first()
    if vendor is None:
        yield Line("set-up", WARNING, "not done: start bin/run and open the link it prints")
    else:
        yield Line("set-up", OK, f"{vendor.brand}{' (demo)' if vendor.is_demo else ''}")
    if worker_seen(since=now - WORKER_SILENT):
        yield Line("worker", OK, "seen in the last two minutes")
    else:
        yield Line("worker", WARNING, "none in the last two minutes: bin/ogniwo run or worker")
    late = Message.objects.waiting().filter(queued_at__lt=now - LETTERS_LATE).count()
    failed = Message.objects.failed().count()
    if late or failed:
        yield Line("letters", WARNING, f"{late} late, {failed} given up: see the outbox in console")
    else:
        yield Line("letters", OK, "none late, none given up")


def _post() -> Iterator[Line]:
    if not settings.SMTP_URL:
        yield Line("SMTP", WARNING, f"not set: letters are files in {settings.DATA / 'mail'}")
        return
    url = urlsplit(settings.SMTP_URL)
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    port = url.port or (465 if url.scheme == "smtps" else 587)
    try:
        with kind(url.hostname or "", port, timeout=5) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as why:
        yield Line("SMTP", BROKEN, f"{url.hostname}:{port} does not answer ({why})")
    else:
        yield Line("SMTP", OK, f"{url.hostname}:{port} answers")


LOOKS: tuple[Callable[[], Iterator[Line]], ...] = (
    _versions,
    _settings,
    _disk,
    _clock,
    _database,
    _post,
)
