"""What the page of the queues is made of: tiles, and rows of the list over all of them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext

from ogniwo.web.components.formats import days
from ogniwo.web.desk.meters import Meter
from ogniwo.web.together import Ask, Figures


class Tile(NamedTuple):
    """A queue: how many wait, and since when the oldest one does."""

    label: str
    icon: str
    url: str
    number: int
    note: str
    tone: str


def oldest_words(age: int, say: Callable[[str], str]) -> str:
    """How many days the oldest waits, as its noun says it; what came today waits since today."""
    return say(days(age)) if age > 0 else gettext("since today")


class Queue(NamedTuple):
    """What a tile counts, in one statement with all others, and how it tells that."""

    ask: Ask
    tile: Callable[[Figures], Tile]


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
