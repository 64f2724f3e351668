"""The one-time link of an installation that is not set up yet, kept in the data folder."""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

FILE = "setup_link"


@dataclass(frozen=True)
class Offer:
    """What the page behind the link may offer."""

    demo: bool


def make(folder: Path, *, demo: bool) -> str:
    """Return the token of a new link; the one before opens nothing any more."""
    token = secrets.token_urlsafe(16)
    own = folder / f"{FILE}.{os.getpid()}"
    own.unlink(missing_ok=True)
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"digest": _digest(token), "demo": demo}, file)
    own.replace(folder / FILE)
    return token


def find(folder: Path, token: str) -> Offer | None:
    """Return what the link offers, or nothing when it is not the present one."""
    try:
        kept = json.loads((folder / FILE).read_text())
    except (OSError, ValueError):
        return None
    if not hmac.compare_digest(kept["digest"], _digest(token)):
        return None
    return Offer(demo=bool(kept["demo"]))


def forget(folder: Path) -> None:
    """The installation is set up: no link opens anything."""
    (folder / FILE).unlink(missing_ok=True)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
