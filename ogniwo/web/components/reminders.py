"""Reminders as people read them: which step of the ladder went on which day."""

from datetime import date

from django.utils.translation import ngettext

from ogniwo.billing.models import Invoice


def steps_of(invoice: Invoice) -> list[tuple[str, date]]:
    """The steps sent, the first one first."""
    rows = invoice.reminders.order_by("on", "step").values_list("step", "on")
    return [(step_words(step), on) for step, on in rows]


def step_words(step: int) -> str:
    """3 days before · 7 days after."""
    if step < 0:
        return ngettext("%(n)d day before", "%(n)d days before", -step) % {"n": -step}
    return ngettext("%(n)d day after", "%(n)d days after", step) % {"n": step}
