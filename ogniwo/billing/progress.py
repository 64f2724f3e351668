"""How far a billing run is: written after each chunk, and whether it was asked to stop."""

from collections.abc import Callable
from time import monotonic

from django.db.models import F
from django.db.models.functions import Greatest

from ogniwo.billing.issue import Tally
from ogniwo.billing.models import BillingRun
from ogniwo.billing.models.run import RunQuerySet


class Progress:
    """The count of one process that issues a run; pages read it from the run's row.

    Periods are counted, not invoices: how many invoices come of them is known only when they are
    planned. The time is that of work, measured, because `at` is one instant for the whole run.
    """

    def __init__(self, run: BillingRun, *, waiting: int, tell: "Tell | None" = None) -> None:
        """`waiting` periods are left; of a run that was interrupted the rest is behind it."""
        self.run, self.tell, self.since = run, tell, monotonic()
        self.done = max((run.total or 0) - waiting, 0)
        self.total = self.done + waiting
        self.tally = Tally()
        self._row().update(total=self.total)

    def goes_on(self, *, periods: int, tally: Tally) -> bool:
        """Note a chunk of so many periods; False when the run shall end here."""
        self.done, self.tally = self.done + periods, tally
        now = monotonic()
        took, self.since = round((now - self.since) * 1000), now
        counted = {
            # Two processes may issue one run; the one that is farther is right.
            "done": Greatest("done", self.done),
            "held": tally.held,
            "errors": tally.errors,
            "worked_ms": F("worked_ms") + took,
        }
        wanted = self._row().filter(state=BillingRun.State.ISSUING, stop_asked_at__isnull=True)
        goes_on = bool(wanted.update(**counted))
        if not goes_on:
            self._row().update(**counted)
        if self.tell is not None:
            self.tell(self)
            return wanted.exists()  # who watches may have asked to stop
        return goes_on

    def _row(self) -> RunQuerySet:
        return BillingRun.objects.filter(pk=self.run.pk)


Tell = Callable[[Progress], None]
