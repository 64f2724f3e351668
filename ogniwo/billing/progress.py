"""How far a billing run is: written after each chunk, and whether it was asked to stop."""

from collections.abc import Callable
from time import monotonic

from django.db.models import Count, F, Subquery
from django.db.models.functions import Coalesce, Greatest

from ogniwo.billing.issue import Tally
from ogniwo.billing.models import BillingPeriod, BillingRun
from ogniwo.billing.models.detail import PeriodQuerySet
from ogniwo.billing.models.run import RunQuerySet
from ogniwo.billing.plan import ERROR


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
            "held": Greatest("held", tally.held),
            "errors": Greatest("errors", tally.errors),
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

    def close(self) -> None:
        """At the end of the whole: what is held is counted by its rows, which are the truth.

        Two processes may have issued along, and each has met what the other held, or not: neither
        its own count nor the sum is right. A run of a part has one process, whose count is.
        """
        if self.run.is_partial:
            return
        held = BillingPeriod.objects.held().filter(bill_on__lte=self.run.on)
        self._row().filter(state=BillingRun.State.ISSUING).update(
            done=F("total"),
            held=_number(held),
            errors=_number(held.filter(held_reason=ERROR)),
        )

    def _row(self) -> RunQuerySet:
        return BillingRun.objects.filter(pk=self.run.pk)


def _number(rows: PeriodQuerySet) -> Coalesce:
    """How many rows, counted in the statement that writes it."""
    counted = rows.order_by().values("state").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


Tell = Callable[[Progress], None]
