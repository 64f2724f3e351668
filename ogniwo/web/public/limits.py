"""Limits of strangers' forms: what was typed is kept, and the page says when to come back."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from ogniwo.people.limits import TooMany
from ogniwo.web.components.formats import moment


def sentence(full: TooMany, *, at: datetime) -> str:
    """Until when, in words."""
    until = moment(at + timedelta(seconds=full.retry_after))
    return _("There were too many tries. Send this again after: %(when)s.") % {"when": until}
