"""A billing run: previewed, approved, issued; each stands in the books with what it did."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy as word

from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import STAYS, Stateful, move
from ogniwo.journal.record import record
from ogniwo.kernel.roles import ADMINISTRATOR, DESK_AND_MONEY, MONEY, SYSTEM, VENDOR
from ogniwo.people.models import User

ISSUERS = MONEY | {SYSTEM}
LONGEST_PART = timedelta(hours=1)


class RunQuerySet(models.QuerySet["BillingRun"]):
    def visible_to(self, user: User) -> "RunQuerySet":
        return self.all() if user.role in VENDOR else self.none()

    def newest_first(self) -> "RunQuerySet":
        return self.order_by("-pk")

    def waiting(self, *, on: date) -> "BillingRun | None":
        """The preview kept for that day."""
        return self.filter(state=BillingRun.State.PREVIEW, on=on).order_by("-pk").first()

    def to_issue(self, *, on: date) -> "RunQuerySet":
        """Approved for that day or an earlier one, or left half done by a process that died.

        A run of one client or of so many invoices is never gone on with: nobody approved the rest.
        """
        states = [BillingRun.State.APPROVED, BillingRun.State.ISSUING]
        found = self.filter(state__in=states, on__lte=on, is_partial=False)
        return found.order_by("on", "pk")

    def queued(self) -> "RunQuerySet":
        """Approved for now and too big for a page: begun, and no process has looked at it yet."""
        begun = self.filter(state=BillingRun.State.ISSUING, is_partial=False, total__isnull=True)
        return begun.order_by("pk")

    def abandoned(self, *, at: datetime) -> "RunQuerySet":
        """Runs of a part whose process died: nothing of them goes on."""
        died = self.filter(state=BillingRun.State.ISSUING, is_partial=True)
        return died.filter(started_at__lt=at - LONGEST_PART).order_by("pk")

    def propose(
        self,
        *,
        on: date,
        by: Actor,
        at: datetime,
        plan: dict[str, Any] | None = None,
        is_partial: bool = False,
    ) -> "BillingRun":
        """A run in preview, with the plan that was shown."""
        run: BillingRun = self.create(
            on=on, by_id=by.pk, plan=plan or {}, proposed_at=at, is_partial=is_partial
        )
        record("billing.billingrun.propose", run, by=by, at=at, on=on.isoformat())
        return run


class BillingRun(Stateful):
    """Everything due on one day, or as much of it as could be issued."""

    class State(models.TextChoices):
        PREVIEW = "preview", word("billing run", "Preview")
        APPROVED = "approved", word("billing run", "Approved")
        ISSUING = "issuing", word("billing run", "Being issued")
        DONE = "done", word("billing run", "Issued")
        ERRORS = "errors", word("billing run", "Issued with errors")
        CANCELLED = "cancelled", word("billing run", "Cancelled")

    on = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.PREVIEW)
    plan = models.JSONField(default=dict)
    # Stopped after so many invoices, or for one client only: says nothing of the others.
    is_partial = models.BooleanField(default=False)
    issued = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    gross_grosze = models.BigIntegerField(default=0)
    # Periods: how many were waiting when issuing began, and how many are behind it.
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    worked_ms = models.PositiveBigIntegerField(default=0)
    stop_asked_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    # As long as the bill itself; the invoices have rows of their own.
    UNJOURNALLED = Stateful.UNJOURNALLED | {"plan"}

    def __str__(self) -> str:
        return f"{self.on} {self.state}"

    @property
    def is_stopping(self) -> bool:
        """Asked to stop, and the process that issues it has not come to it yet."""
        return self.state == self.State.ISSUING and self.stop_asked_at is not None

    @property
    def was_stopped(self) -> bool:
        return self.state == self.State.CANCELLED and self.started_at is not None

    @move(State.PREVIEW, to=STAYS, roles=DESK_AND_MONEY)
    def recount(self, *, plan: dict[str, Any], by: Actor, at: datetime) -> None:
        """Keep the preview as it is now: what changes from here on is shown."""
        self.plan = plan
        self.proposed_at = at

    @move(State.PREVIEW, to=State.APPROVED, roles=ISSUERS)
    def approve(self, *, by: Actor, at: datetime) -> None:
        """May be issued now, or at six in the morning of its day."""

    @move(State.PREVIEW, State.APPROVED, to=State.CANCELLED, roles=MONEY | {ADMINISTRATOR})
    def cancel(self, *, by: Actor, at: datetime) -> None:
        """Will not be issued; a new preview can be made at once."""

    @move(State.APPROVED, State.ISSUING, to=State.ISSUING, roles=ISSUERS)
    def start(self, *, by: Actor, at: datetime) -> None:
        """Begin to issue, or go on after an interruption."""
        self.started_at = self.started_at or at

    @move(State.ISSUING, to=STAYS, roles=ISSUERS)
    def stop(self, *, by: Actor, at: datetime) -> None:
        """Issue no further: the chunk under way is finished, the rest is due for the next run."""
        self.stop_asked_at = self.stop_asked_at or at

    @move(State.ISSUING, to=State.CANCELLED, roles=ISSUERS)
    def break_off(self, *, by: Actor, at: datetime) -> None:
        """Stopped as asked; what was issued so far stands."""
        self.ended_at = at

    @move(State.ISSUING, to=State.DONE, roles=ISSUERS)
    def finish(self, *, by: Actor, at: datetime) -> None:
        """All that was due is issued, free or held."""
        self.ended_at = at

    @move(State.ISSUING, to=State.ERRORS, roles=ISSUERS)
    def finish_with_errors(self, *, by: Actor, at: datetime) -> None:
        """Some lines could not be computed; they are held."""
        self.ended_at = at
