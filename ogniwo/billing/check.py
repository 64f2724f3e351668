"""What must hold in the books of billing; each breach is named with its object."""

from collections.abc import Iterator
from datetime import datetime

from ogniwo.journal.seal import Breach


def breaches(at: datetime) -> Iterator[Breach]:
    """All invariants of billing."""
    yield from ()
