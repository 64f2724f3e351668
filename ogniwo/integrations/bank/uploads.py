"""Files of banks that people upload: kept from the preview to the import, at most a day.

A small file is read in by the page that asks for it. A big one is marked, and the worker reads it:
what one process left half done, the next goes on with (`intake.read_in` is safe to repeat).
"""

import json
import logging
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ogniwo.integrations.bank.faults import BadStatement, NeedsMapping
from ogniwo.integrations.bank.intake import BankFile, Report, open_file, read_in
from ogniwo.integrations.bank.source import unpacked_bytes
from ogniwo.integrations.bank.statement import believed_until
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Refused
from ogniwo.people.models import User

logger = logging.getLogger(__name__)

MOST_BYTES: Final = 10 * 1024 * 1024
READ_AT_ONCE: Final = 1024 * 1024  # more bytes than these, unpacked, are the worker's
ROWS_AT_ONCE: Final = 5_000
KEPT: Final = timedelta(days=1)
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")
FACTS = "upload.json"


@dataclass(frozen=True, slots=True)
class Upload:
    """The files of one form, by the names they had, and what became of them."""

    token: str
    owner: int
    names: Sequence[str]
    approved_at: str = ""
    failed: str = ""

    @property
    def folder(self) -> Path:
        return _home() / self.token

    def is_big(self, *examined: BankFile) -> bool:
        """Too much for a page that somebody waits for: in bytes, or in rows already counted."""
        sizes = (unpacked_bytes(self.path(place)) for place in range(len(self.names)))
        rows = sum(part.entries for file in examined for part in file.parts)
        return rows > ROWS_AT_ONCE or sum(sizes) > READ_AT_ONCE

    def path(self, place: int) -> Path:
        return self.folder / str(place)

    def open(
        self, place: int, *, at: datetime, mapping: Mapping[str, str] | None = None
    ) -> BankFile:
        """One of its files, examined.

        Raises what `intake.open_file` raises, and FileNotFoundError once it was read in or left.
        """
        return open_file(
            self.path(place),
            name=self.names[place],
            mapping=mapping,
            most_bytes=MOST_BYTES,
            until=believed_until(at),
        )

    def open_all(self, *, at: datetime) -> list[BankFile]:
        return [self.open(place, at=at) for place in range(len(self.names))]


def keep(files: Iterable[tuple[str, Iterable[bytes]]], *, by: Actor) -> Upload:
    """Write what came, by name and chunks, to a folder with a name nobody guesses."""
    token, names = secrets.token_urlsafe(16), []
    folder = _home() / token
    folder.mkdir(parents=True, mode=0o700)
    for place, (name, chunks) in enumerate(files):
        with (folder / str(place)).open("wb") as file:
            file.writelines(chunks)
        names.append(name)
    upload = Upload(token, by.pk, names)
    _write(upload)
    return upload


def find(token: str, *, by: Actor) -> Upload | None:
    """The upload of this person; another's does not exist."""
    upload = _read(token)
    return upload if upload is not None and upload.owner == by.pk else None


def approve(upload: Upload, *, at: datetime) -> None:
    """Give it to the worker."""
    _write(_changed(upload, approved_at=at.isoformat(), failed=""))


def drop(upload: Upload) -> None:
    shutil.rmtree(upload.folder, ignore_errors=True)


def import_all(
    upload: Upload, files: Iterable[BankFile], *, by: Actor, at: datetime
) -> list[Report]:
    """Read in all its files; each counts by itself, and once."""
    reports = [read_in(file, by=by, at=at) for file in files]
    drop(upload)
    return reports


# --- the worker --------------------------------------------------------------------------------


def approved_wait(_at: datetime) -> bool:
    return any(upload.approved_at for upload in _all())


def tick_uploads(at: datetime, limit: int) -> int:
    """Read in what pages gave to the worker; what fails tells its person why."""
    done = 0
    for upload in _all():
        if not upload.approved_at or done >= limit:
            continue
        if _tick(upload, at=at):
            done += 1
    return done


def _tick(upload: Upload, *, at: datetime) -> bool:
    """Whether the upload is done with; no mistake in it may keep the next from its turn."""
    try:
        owner = User.objects.get(pk=upload.owner)
        import_all(upload, upload.open_all(at=at), by=owner, at=at)
    except BadStatement as why:
        _fail(upload, " ".join(str(sentence) for _line, sentence in why.mistakes))
    except Refused as why:
        if why.code == "being_read":
            return False  # another worker has it
        _fail(upload, str(why))
    except NeedsMapping as why:
        _fail(upload, str(why))
    except Exception:
        if not upload.folder.is_dir():
            return False  # another has read it in meanwhile, or its person left it
        logger.exception("the upload %s cannot be read in", upload.token)
        _fail(upload, str(_("Something is wrong with this file. The details are in the log.")))
    return True


def _fail(upload: Upload, why: str) -> None:
    """Tell its person, unless it is gone."""
    with suppress(FileNotFoundError):
        _write(_changed(upload, approved_at="", failed=why))


def forget_uploads(at: datetime, limit: int) -> int:
    """Delete what nobody read in within a day, also what was never kept whole."""
    oldest = (at - KEPT).timestamp()
    old = [folder for folder in _folders() if _touched(folder) < oldest][:limit]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


# --- on disk -----------------------------------------------------------------------------------


def _home() -> Path:
    return Path(settings.MEDIA_ROOT) / "statements"


def _all() -> Iterator[Upload]:
    """The oldest first."""
    found = (_read(folder.name) for folder in sorted(_folders(), key=_touched))
    return (upload for upload in found if upload is not None)


def _folders() -> list[Path]:
    home = _home()
    return [folder for folder in home.iterdir() if folder.is_dir()] if home.is_dir() else []


def _touched(folder: Path) -> float:
    """When its facts were written, or the folder itself where there are none; 0 if it is gone."""
    for place in (folder / FACTS, folder):
        with suppress(FileNotFoundError):
            return place.stat().st_mtime
    return 0.0


def _read(token: str) -> Upload | None:
    if not TOKEN.fullmatch(token):
        return None
    try:
        facts = json.loads((_home() / token / FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Upload(token=token, **facts)


def _write(upload: Upload) -> None:
    """In one step, so that nobody reads the half of it."""
    facts = {
        "owner": upload.owner,
        "names": list(upload.names),
        "approved_at": upload.approved_at,
        "failed": upload.failed,
    }
    draft = upload.folder / f"{FACTS}.new"
    draft.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    draft.replace(upload.folder / FACTS)


def _changed(upload: Upload, *, approved_at: str, failed: str) -> Upload:
    return Upload(upload.token, upload.owner, upload.names, approved_at, failed)
