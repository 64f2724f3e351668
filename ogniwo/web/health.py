"""For machines that watch: does the process live, and can it do its work."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import now

from ogniwo.journal.models import Event
from ogniwo.outbox.models import Heartbeat

WORKER_SILENT = timedelta(minutes=2)
DISK_NEEDED = 500 * 1024 * 1024
CLOCK_SLIP = timedelta(hours=1)


def lives(_request: HttpRequest) -> HttpResponse:
    """200 while the process lives; touches nothing."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def is_ready(_request: HttpRequest) -> HttpResponse:
    """200 when all that work needs is there; else 503 with the names of what is not."""
    at = now()
    failing = [name for name, holds in CHECKS.items() if not _holds(holds, at)]
    response = JsonResponse({"failing": failing}, status=503 if failing else 200)
    if failing:
        response["Retry-After"] = "10"
    return response


def _holds(check: Callable[[datetime], bool], at: datetime) -> bool:
    try:
        return check(at)
    except (DatabaseError, OSError):
        return False


def _database(_at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _migrations(_at: datetime) -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _worker(at: datetime) -> bool:
    return Heartbeat.objects.filter(seen_at__gt=at - WORKER_SILENT).exists()


def _disk(_at: datetime) -> bool:
    return shutil.disk_usage(settings.DATA).free >= DISK_NEEDED


def _clock(at: datetime) -> bool:
    """A clock that stands far before the last event was set back."""
    last = Event.objects.order_by("-pk").first()
    return last is None or at > last.at - CLOCK_SLIP


CHECKS: dict[str, Callable[[datetime], bool]] = {
    "database": _database,
    "migrations": _migrations,
    "worker": _worker,
    "disk": _disk,
    "clock": _clock,
}
