"""Papers that were set once are kept in the data folder; a lost or damaged one is set again.

A file is named by the frozen copy's digest, the version of the paper and its language, and ends
with the digest of what stands before it. Two who ask at once write the same bytes twice.
"""

import hashlib
import logging
import os
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from django.conf import settings

from ogniwo.billing.paper.render import as_pdf
from ogniwo.billing.snapshot import Snapshot

logger = logging.getLogger(__name__)

# Raised when the look of the sheet changes: papers kept before are then set anew.
PAPER: Final = 2
DIGEST_BYTES: Final = 32
LEFT_AFTER: Final = timedelta(days=1)  # nobody has been writing a paper for so long


def paper(snapshot: Snapshot, *, digest: str, language: str = "pl") -> bytes:
    """The PDF of an issued document; `digest` is the stored digest of its frozen copy."""
    place = place_of(name_of(digest, language=language))
    kept = _read(place)
    if kept is not None:
        return kept
    made = as_pdf(snapshot, language=language)
    _write(place, made)
    return made


def name_of(digest: str, *, language: str = "pl") -> str:
    """What the paper is called: another copy, look or language is another paper."""
    return hashlib.sha256(f"{digest} {PAPER} {language}".encode()).hexdigest()


def place_of(name: str) -> Path:
    """Where it lies: no folder gets more than a small part of the papers."""
    return Path(settings.DATA, "papers", name[:2], f"{name}.pdf")


def sweep_parts(at: datetime, limit: int) -> int:
    """Delete what a killed process was writing; how many."""
    oldest = (at - LEFT_AFTER).timestamp()
    left = [
        part for part in Path(settings.DATA, "papers").glob("*/*.part") if _is_older(part, oldest)
    ]
    for part in left[:limit]:
        part.unlink(missing_ok=True)
    return len(left[:limit])


def _is_older(part: Path, oldest: float) -> bool:
    try:
        return part.stat().st_mtime < oldest
    except FileNotFoundError:
        return False


def _read(place: Path) -> bytes | None:
    """The kept paper, unless it is absent or its bytes are not those that were written."""
    try:
        found = place.read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        logger.exception("the kept paper %s cannot be read", place.name)
        return None
    body, digest = found[:-DIGEST_BYTES], found[-DIGEST_BYTES:]
    if hashlib.sha256(body).digest() == digest:
        return body
    logger.warning("the kept paper %s is damaged and is set again", place.name)
    return None


def _write(place: Path, made: bytes) -> None:
    """Whole or not at all; a full disk costs the copy, not the answer."""
    temporary = ""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=place.parent, suffix=".part", delete=False) as file:
            temporary = file.name
            file.write(made + hashlib.sha256(made).digest())
        os.replace(temporary, place)
    except OSError:
        logger.exception("the paper %s cannot be kept", place.name)
        if temporary:
            Path(temporary).unlink(missing_ok=True)
