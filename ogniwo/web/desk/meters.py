"""Promised times as the desk reads them: a bar, what is left in words, of how many days."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ogniwo.programme.waiting import Clock
from ogniwo.web.components.formats import days, days_overdue


class Meter(NamedTuple):
    """What `{% sla %}` draws."""

    used: int
    words: str
    of: str
    tone: str


def meter(clock: Clock) -> Meter:
    of = ngettext("of %(days)d day", "of %(days)d days", clock.limit) % {"days": clock.limit}
    if clock.left < 0:
        return Meter(100, days_overdue(-clock.left), "", "bad")
    return Meter(clock.share, days(clock.left) if clock.left else _("today"), of, clock.tone)
