"""What the page of the queues is made of: tiles, and rows of the list over all of them."""

from datetime import date, datetime
from typing import NamedTuple

from ogniwo.web.desk.meters import Meter


class Tile(NamedTuple):
    """A queue: how many wait, and since when the oldest one does."""

    label: str
    icon: str
    url: str
    number: int
    note: str
    tone: str


class Row(NamedTuple):
    """One thing to do, in the list over all queues."""

    due: date
    since: datetime
    icon: str
    title: str
    sub: str
    url: str
    action: str
    left: Meter
    tone: str = "info"
