"""Makes the data folder, the tables, the translations and the static files ready for a start."""

import argparse
import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation.reloader import translation_file_changed

from ogniwo.commands import DONE, ROOT, print_json
from ogniwo.kernel import setup_link
from ogniwo.programme.models import Vendor

HELP = "Makes the data folder, tables, translations and static files ready."
HIDDEN = True
NEEDS_DATABASE = False
MIGRATION_LOCK = 70_103_111  # any number, the same in every process


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--offer-demo", action="store_true", help="the set-up page offers a demo")


def run(options: argparse.Namespace) -> int:
    """Print the address of the set-up page while there is no vendor."""
    database()
    with _alone():
        static_files()
    if Vendor.objects.exists():
        setup_link.forget(settings.DATA)
        print_json({"set_up": None})
    else:
        token = setup_link.make(settings.DATA, demo=options.offer_demo)
        print_json({"set_up": f"{settings.URL}/start/{token}/"})
    return DONE


def database() -> None:
    """Make the data folder, the translations and the tables ready; quick when they are."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    if not translations_are_fresh():
        with _alone():
            translations()
    if _behind():
        with _alone(), _alone_in_postgres():
            if _behind():
                call_command("migrate", verbosity=0, interactive=False)


def _behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Of several starts on one data folder one prepares, the others wait."""
    with (settings.DATA / "prepare.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _alone_in_postgres() -> Iterator[None]:
    """Machines that share a database share no folder: there the database is the lock."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def _catalogues() -> Iterator[tuple[Path, Path]]:
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po")):
        yield source, source.with_suffix(".mo")


def translations_are_fresh() -> bool:
    return all(
        made.exists() and made.stat().st_mtime >= source.stat().st_mtime
        for source, made in _catalogues()
    )


def translations() -> None:
    """Compile each catalogue that is newer than its compiled form."""
    for source, made in _catalogues():
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            part = made.with_suffix(f".{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(part))
            part.replace(made)
            translation_file_changed(None, made)  # what was said before had no words


def static_files() -> None:
    """Collect and compress the static files when any of them changed."""
    stamp = settings.STATIC_ROOT / ".made-of"
    state = _state_of_static_files()
    with contextlib.suppress(OSError):
        if stamp.read_text() == state:
            return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(state)


def _state_of_static_files() -> str:
    digest = hashlib.sha256()
    for path in sorted((ROOT / "ogniwo").glob("*/static/**/*")):
        if path.is_file():
            facts = path.stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
