"""Files an administrator offers to resellers: known by their content, kept under random names."""

import hashlib
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel.roles import ADMINISTRATOR, SYSTEM
from ogniwo.programme.models import Material

MOST_BYTES = 10 * 1024 * 1024
FOLDER = "materials"
NAME_BYTES = 16

# The beginning of a file → its type. What is not here is not taken.
BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
ENDINGS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}


def media_type_of(content: bytes) -> str:
    """The type by content, never by name; empty for what is not taken."""
    return next((kind for start, kind in BEGINNINGS if content.startswith(start)), "")


def add_material(name: str, content: bytes, *, by: Actor, at: datetime) -> Material:
    """Keep a file for resellers."""
    _allowed(by)
    if len(content) > MOST_BYTES:
        raise Refused("too_big", _("The file is larger than 10 MB. Make it smaller."))
    media_type = media_type_of(content)
    if not media_type:
        raise Refused("bad_type", _("Choose a PDF, PNG or JPEG file."))
    file = secrets.token_hex(NAME_BYTES)
    with transaction.atomic():
        material = Material.objects.create(
            name=name,
            file=file,
            media_type=media_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            added_at=at,
        )
        record("programme.material.add", material, by=by, at=at, sha256=material.sha256)
        # Last: a row without a file would be an error page, a file without a row is nothing.
        _write(path_of(material), content)
    return material


def withdraw_material(material: Material, *, by: Actor, at: datetime) -> None:
    """Offer it no longer; the file stays, since somebody may ask what it said."""
    _allowed(by)
    with transaction.atomic():
        mine = Material.objects.filter(pk=material.pk, withdrawn_at__isnull=True)
        if not mine.update(withdrawn_at=at):
            raise Refused("withdrawn_already", _("This file is withdrawn already."))
        record("programme.material.withdraw", material, by=by, at=at)


def path_of(material: Material) -> Path:
    return Path(settings.DATA) / "files" / FOLDER / material.file


def file_name_of(material: Material) -> str:
    """The name under which it is downloaded: what people called it, with a true ending."""
    return material.name.removesuffix(ENDINGS[material.media_type]) + ENDINGS[material.media_type]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_bytes(content)
    part.replace(path)


def _allowed(by: Actor) -> None:
    if by.role not in {ADMINISTRATOR, SYSTEM}:
        raise NotAllowed
