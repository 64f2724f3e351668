"""System: what answers, what waits, versions and folders; read only."""

import platform
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import metadata
from typing import Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

import ogniwo
from ogniwo.journal.models import Event
from ogniwo.outbox.models import Heartbeat, Message, Turn
from ogniwo.web.components.formats import moment
from ogniwo.web.desk.settings_tabs import ADMINISTRATORS, tabs
from ogniwo.web.health import DISK_NEEDED, WORKER_SILENT
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.vendor import vendor_of

WORKS, DOWN, OFF = "works", "down", "off"
LATE: Final = timedelta(minutes=15)
SHOWN: Final = ("django", "gunicorn", "psycopg", "cryptography", "typst")
MEGABYTE: Final = 1_000_000


class Line(NamedTuple):
    """One thing looked at: its state as a badge, and a sentence."""

    what: str
    state: str
    says: str


@desk_page(roles=ADMINISTRATORS)
def system(request: SignedInRequest) -> HttpResponse:
    at = now()
    vendor = vendor_of(request)
    files = vendor is not None and (vendor.is_demo or not settings.SMTP_URL)
    context = {
        "lines": [*_worker(at), *_letters(at), *_post(files=files), *_database(), *_disk()],
        "turns": Turn.objects.order_by("name"),
        "versions": _versions(),
        "letters_are_files": files,
        "mail_folder": settings.DATA / "mail",
        "data_folder": settings.DATA,
        "address": settings.URL,
        "unsealed": Event.objects.unsealed().count(),
        **tabs(request, "system"),
    }
    return render(request, "desk/system.html", context)


def _worker(at: datetime) -> Iterator[Line]:
    seen = Heartbeat.objects.order_by("-seen_at").first()
    if seen is None:
        yield Line(_("Worker"), DOWN, _("Never seen. Start it with bin/ogniwo worker."))
        return
    state = WORKS if seen.seen_at > at - WORKER_SILENT else DOWN
    yield Line(_("Worker"), state, _("Last seen: %(when)s") % {"when": moment(seen.seen_at)})


def _letters(at: datetime) -> Iterator[Line]:
    late = Message.objects.waiting().filter(queued_at__lt=at - LATE).count()
    failed = Message.objects.failed().count()
    said = _("%(late)s wait longer than 15 minutes, %(failed)s are given up") % {
        "late": late,
        "failed": failed,
    }
    yield Line(_("Letters"), DOWN if late else WORKS, said)


def _post(*, files: bool) -> Iterator[Line]:
    if files:
        yield Line("SMTP", OFF, _("Letters are files, none is sent."))
    else:
        host = settings.SMTP_URL.rpartition("@")[2].rpartition("//")[2]
        last = Message.objects.filter(sent_at__isnull=False).order_by("-sent_at").first()
        sent = moment(last.sent_at) if last else "–"
        yield Line(
            "SMTP", WORKS, _("%(host)s, last letter: %(when)s") % {"host": host, "when": sent}
        )


def _database() -> Iterator[Line]:
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    version = ".".join(str(part) for part in connection.get_database_version())
    yield Line(_("Database"), WORKS, f"{names[connection.vendor]} {version}")


def _disk() -> Iterator[Line]:
    free = shutil.disk_usage(settings.DATA).free
    said = _("%(n)s MB free") % {"n": f"{free // MEGABYTE:,}".replace(",", "\u00a0")}
    yield Line(_("Disk"), WORKS if free >= DISK_NEEDED else DOWN, said)


def _versions() -> list[tuple[str, str]]:
    known = [("Ogniwo", ogniwo.__version__), ("Python", platform.python_version())]
    return known + [(name, metadata.version(name)) for name in SHOWN]


urlpatterns: list[URLPattern] = [path("system/", system)]
