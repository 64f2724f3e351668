"""Every sweep, how often it runs, and what it does: the scheduled work on one page."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Sweep:
    """Scheduled work: `function(at, limit) -> done`, safe to run twice and in two processes.

    `waits(at) -> bool` reads whether there is anything to do: an idle second writes nothing.
    """

    name: str
    every: timedelta
    function: str
    says: str
    waits: str = ""


# In this order; letters and seals last, so that a round takes what the others left to them.
SWEEPS = (
    Sweep(
        "applications",
        timedelta(minutes=5),
        "ogniwo.programme.clocks.tick_applications",
        "reminds of applications that wait for a decision",
    ),
    Sweep(
        "silent_applications",
        timedelta(minutes=5),
        "ogniwo.programme.clocks.tick_silent_applications",
        "warns and lapses applications without an answer",
    ),
    Sweep(
        "leads",
        timedelta(minutes=5),
        "ogniwo.programme.clocks.tick_leads",
        "reminds of and ends the protection of Leads",
    ),
    Sweep(
        "terms",
        timedelta(minutes=5),
        "ogniwo.programme.clocks.tick_terms",
        "minds the terms that come into force",
    ),
    Sweep(
        "forget_applications",
        timedelta(hours=1),
        "ogniwo.programme.apply.forget_unverified",
        "erases applications whose address was not confirmed",
    ),
    Sweep(
        "forget_drafts",
        timedelta(minutes=10),
        "ogniwo.programme.models.draft.forget_drafts",
        "erases drafts of clients that no code confirmed",
    ),
    Sweep(
        "forget_tries",
        timedelta(minutes=10),
        "ogniwo.people.limits.sweep_buckets",
        "forgets tries that no longer count",
    ),
    Sweep(
        "billing",
        timedelta(minutes=5),
        "ogniwo.billing.run.issue_approved",
        "issues approved billing runs, from six in the morning",
    ),
    Sweep(
        "billing_queue",
        timedelta(seconds=5),
        "ogniwo.billing.run.issue_queued",
        "issues the big billing runs that a page has begun",
        waits="ogniwo.billing.run.runs_queue",
    ),
    Sweep(
        "reminders",
        timedelta(minutes=15),
        "ogniwo.billing.reminding.tick_reminders",
        "reminds clients of invoices, on working days from eight in the morning",
    ),
    Sweep(
        "digest",
        timedelta(minutes=15),
        "ogniwo.billing.digest.tick_digest",
        "tells resellers of overdue invoices, on Mondays from eight in the morning",
    ),
    Sweep(
        "statements",
        timedelta(seconds=5),
        "ogniwo.integrations.bank.uploads.tick_uploads",
        "reads in the big bank files that a page has begun",
        waits="ogniwo.integrations.bank.uploads.approved_wait",
    ),
    Sweep(
        "forecasts",
        timedelta(seconds=1),
        "ogniwo.billing.foreseeing.tick_forecasts",
        "keeps the forecast of many agreements, anew each hour, some clients at a time",
        waits="ogniwo.billing.foreseeing.forecasts_wait",
    ),
    Sweep(
        "forget_uploads",
        timedelta(hours=1),
        "ogniwo.integrations.bank.uploads.forget_uploads",
        "deletes bank files that nobody read in",
    ),
    Sweep(
        "forget_parts",
        timedelta(hours=1),
        "ogniwo.billing.paper.store.sweep_parts",
        "deletes papers that a killed process left half written",
    ),
    Sweep(
        "letters",
        timedelta(seconds=1),
        "ogniwo.outbox.deliver.deliver",
        "sends the letters that wait",
        waits="ogniwo.outbox.deliver.letters_wait",
    ),
    Sweep(
        "seal",
        timedelta(seconds=1),
        "ogniwo.journal.seal.sweep_seals",
        "chains the events of the journal",
        waits="ogniwo.journal.seal.events_wait",
    ),
)
