"""A case (`Z-0217`): one thread for everything a reseller reports, by e-mail or in the panel."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import STAYS, Conflict, Refused, Stateful, move
from ogniwo.kernel import roles
from ogniwo.people.models import User
from ogniwo.programme import letters
from ogniwo.programme.models.client import Client
from ogniwo.programme.models.reseller import Reseller

REOPEN_WITHIN = timedelta(days=14)
SYSTEM = frozenset({roles.SYSTEM})
WRITERS = roles.RESELLER_WRITERS | SYSTEM


class State(models.TextChoices):
    OPEN = "open", pgettext_lazy("case", "New")
    IN_PROGRESS = "in_progress", pgettext_lazy("case", "In progress")
    WAITING = "waiting", pgettext_lazy("case", "Awaiting your reply")
    DONE = "done", pgettext_lazy("case", "Done")
    WITHDRAWN = "withdrawn", pgettext_lazy("case", "Withdrawn")


class Kind(models.TextChoices):
    SERVICE = "further_service", _("further service")
    SHOP = "further_shop", _("further shop")
    DATA = "change_of_data", _("change of data")
    CANCELLATION = "cancellation", _("cancellation")
    DISPUTE = "dispute", _("dispute about a client")
    PAYOUT = "payout", _("payout")
    OTHER = "other", pgettext_lazy("case", "other")


class Channel(models.TextChoices):
    PANEL = "panel", _("panel")
    EMAIL = "email", _("e-mail")


class Outcome(models.TextChoices):
    APPLIED = "applied", _("done")
    REFUSED = "refused", _("declined")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> "CaseQuerySet":
        if user.role in roles.VENDOR:
            return self.all()
        return self.filter(reseller_id=user.firm)

    def unfinished(self) -> "CaseQuerySet":
        return self.exclude(state__in=[State.DONE, State.WITHDRAWN])

    def for_desk(self) -> "CaseQuerySet":
        """What waits for the vendor's people."""
        return self.filter(state__in=[State.OPEN, State.IN_PROGRESS])


class Case(Stateful):
    """One matter. `changes` is a list of {field, old, new}; `old` is the value when asked."""

    State, Kind, Channel, Outcome = State, Kind, Channel, Outcome

    number = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    subject = models.CharField(_("subject"), max_length=200)
    reseller = models.ForeignKey(Reseller, on_delete=models.PROTECT, related_name="cases")
    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="cases")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    changes = models.JSONField(default=list)
    effective_on = models.DateField(_("from which day"), null=True)
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, blank=True, choices=Outcome.choices)
    reason = models.CharField(max_length=300, blank=True)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    last_post_at = models.DateTimeField()

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "opened_at"], name="case_queue"),
            models.Index(fields=["reseller", "-id"], name="case_of_reseller"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def say(  # noqa: PLR0913  # a post is these facts
        self,
        text: str,
        *,
        by: Actor,
        at: datetime,
        internal: bool = False,
        author: str = "",
        letter: models.Model | None = None,
        files: list[dict[str, Any]] | None = None,
    ) -> "CasePost":
        """Add to the thread; the moves say who is told."""
        if not text.strip():
            raise Refused("empty", _("Write a message."))
        self.last_post_at = at
        return CasePost.objects.create(
            case=self,
            text=text.strip(),
            by_id=by.pk,
            role=by.role,
            author=author,
            at=at,
            internal=internal,
            letter_id=letter.pk if letter else None,
            files=files or [],
        )

    def outdated_changes(self) -> list[dict[str, Any]]:
        """Changes whose field has got another value since the reseller asked."""
        if self.client is None:
            return []
        live = self.client.snapshot()
        return [
            row | {"live": live.get(row["field"])}
            for row in self.changes
            if live.get(row["field"]) != row["old"]
        ]

    def can_reopen(self, *, at: datetime) -> bool:
        """Whether a reply still opens this case again."""
        if self.state != State.DONE or self.closed_at is None:
            return False
        return at < self.closed_at + REOPEN_WITHIN

    # -- moves -------------------------------------------------------------------------------

    @move(State.OPEN, to=State.IN_PROGRESS, roles=roles.DESK_AND_MONEY)
    def take(self, *, by: Actor, at: datetime) -> None:
        self.owner_id = by.pk

    @move(
        State.OPEN,
        State.IN_PROGRESS,
        State.WAITING,
        to=State.WAITING,
        roles=roles.DESK_AND_MONEY,
    )
    def answer(self, *, text: str, by: Actor, at: datetime) -> None:
        """Write to the reseller and wait for him."""
        post = self.say(text, by=by, at=at)
        self.owner_id = self.owner_id or by.pk
        self.answered_at = self.answered_at or at
        letters.case_answered(self, post, at=at)

    @move(State.OPEN, State.IN_PROGRESS, State.WAITING, to=STAYS, roles=roles.DESK_AND_MONEY)
    def note(self, *, text: str, by: Actor, at: datetime) -> None:
        """An internal note; the reseller does not see it."""
        self.say(text, by=by, at=at, internal=True)

    @move(State.OPEN, State.IN_PROGRESS, State.WAITING, to=State.IN_PROGRESS, roles=WRITERS)
    def reply(
        self,
        *,
        text: str,
        by: Actor,
        at: datetime,
        author: str = "",
        letter: models.Model | None = None,
    ) -> None:
        """The reseller writes, in the panel or by e-mail."""
        post = self.say(text, by=by, at=at, author=author, letter=letter)
        letters.case_reported(self, post, at=at)

    @move(State.OPEN, State.IN_PROGRESS, State.WAITING, to=State.DONE, roles=roles.DESK_AND_MONEY)
    def apply(self, *, text: str = "", confirmed: bool = False, by: Actor, at: datetime) -> None:
        """Apply the diff in one transaction (or just finish a case without one)."""
        outdated = self.outdated_changes()
        if outdated and not confirmed:
            raise Conflict(
                "outdated", _("The data have changed since the reseller asked."), obj=self
            )
        if self.changes and self.client is not None:
            values = {row["field"]: row["new"] for row in self.changes}
            values = {k: _value(k, v) for k, v in values.items()}
            self.client.change_account(values=values, case=self.number, by=by, at=at)
        self._finish(Outcome.APPLIED, text, by=by, at=at)

    @move(
        State.OPEN,
        State.IN_PROGRESS,
        State.WAITING,
        to=State.DONE,
        roles=roles.DESK_AND_MONEY,
        journal=("reason",),
    )
    def refuse(self, *, reason: str, by: Actor, at: datetime) -> None:
        if not reason.strip():
            raise Refused("no_reason", _("Give a reason."))
        self.reason = reason.strip()[:300]
        self._finish(Outcome.REFUSED, reason, by=by, at=at)

    @move(
        State.OPEN,
        State.IN_PROGRESS,
        State.WAITING,
        to=State.WITHDRAWN,
        roles=roles.RESELLER_WRITERS,
    )
    def withdraw(self, *, by: Actor, at: datetime) -> None:
        self.closed_at = at

    @move(State.DONE, to=State.IN_PROGRESS, roles=WRITERS)
    def reopen(
        self,
        *,
        text: str,
        by: Actor,
        at: datetime,
        author: str = "",
        letter: models.Model | None = None,
    ) -> None:
        """A reply within 14 days; later a new case begins (see `cases.reply_to`)."""
        if self.closed_at is None or at >= self.closed_at + REOPEN_WITHIN:
            raise Refused("too_late", _("This request was closed more than 14 days ago."))
        self.closed_at, self.outcome = None, ""
        post = self.say(text, by=by, at=at, author=author, letter=letter)
        letters.case_reported(self, post, at=at)

    def _finish(self, outcome: str, text: str, *, by: Actor, at: datetime) -> None:
        post = self.say(text, by=by, at=at) if text.strip() else None
        self.outcome, self.closed_at = outcome, at
        self.owner_id = self.owner_id or by.pk
        self.answered_at = self.answered_at or at
        letters.case_done(self, post, at=at)


class CasePost(models.Model):
    """One message of a thread."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="posts")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=20)
    author = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()
    text = models.TextField()
    internal = models.BooleanField(default=False)
    letter = models.ForeignKey("programme.InboundLetter", null=True, on_delete=models.PROTECT)
    files = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.text[:60]


def _value(field: str, text: str) -> Any:
    return date.fromisoformat(text) if field == "statement_on" and text else text
