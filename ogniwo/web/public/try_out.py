"""Play the demo from the set-up page: a process of its own, and how far it is."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from django.conf import settings

COMMAND = ("-P", "-m", "ogniwo.commands", "demo")
MARK, LOGINS, ERRORS = "demo.pid", "demo-logins.json", "demo.log"


def start() -> None:
    """Start it once; of two clicks the second finds it running."""
    try:
        mark = os.open(settings.DATA / MARK, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(mark, "w") as file, (settings.DATA / ERRORS).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command, no word of the visitor
            [sys.executable, *COMMAND],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "OGNIWO_DATA": str(settings.DATA), "OGNIWO_URL": settings.URL},
        )
        file.write(str(process.pid))
    threading.Thread(target=process.wait, daemon=True).start()


def is_started() -> bool:
    return (settings.DATA / MARK).exists()


def logins() -> list[dict[str, Any]]:
    """Who may sign in, once the demo is played; empty until then."""
    try:
        found: list[dict[str, Any]] = json.loads((settings.DATA / LOGINS).read_text())
    except (OSError, ValueError):
        return []
    return found


def has_failed() -> bool:
    """It was started, is gone, and left no logins."""
    try:
        pid = int((settings.DATA / MARK).read_text())
    except (OSError, ValueError):
        return False
    return not logins() and not _lives(pid)


def forget() -> None:
    """After a failure: it may be started again."""
    (settings.DATA / MARK).unlink(missing_ok=True)


def why() -> str:
    """The last line it said."""
    lines = _lines(settings.DATA / ERRORS)
    return lines[-1] if lines else ""


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").strip().splitlines()
    except OSError:
        return []


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
