"""Every sweep, how often it runs, and what it does: the scheduled work on one page."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Sweep:
    """Scheduled work: `function(at, limit) -> done`, safe to run twice and in two processes."""

    name: str
    every: timedelta
    function: str
    says: str


SWEEPS = (
    Sweep(
        "letters",
        timedelta(seconds=1),
        "ogniwo.outbox.deliver.deliver",
        "sends the letters that wait",
    ),
)
