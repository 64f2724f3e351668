"""The address a running site answers on, remembered for the commands started beside it."""

import contextlib
from pathlib import Path

FILE = "address"


def remember(folder: Path, url: str) -> None:
    """Keep the address of this start in the data folder."""
    part = folder / f".{FILE}.part"
    part.write_text(url, encoding="ascii")
    part.replace(folder / FILE)


def remembered(folder: Path) -> str:
    """The address of the last start; nothing when there was none."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return (folder / FILE).read_text(encoding="ascii").strip()
    return ""
