"""Approves and issues what is due on a day; safe to repeat."""

import argparse
import signal
import sys
from datetime import date
from types import FrameType
from typing import Any, Self

from django.utils import timezone

from ogniwo.billing.models import BillingDetail, BillingPeriod, BillingRun
from ogniwo.billing.plan import Plan
from ogniwo.billing.preview import preview
from ogniwo.billing.progress import Progress
from ogniwo.billing.run import bill_due, issue_day
from ogniwo.commands import DONE, Stop, day_argument, print_json
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.journal.seal import seal_all
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.money import format_money
from ogniwo.programme.models import Client, NotSetUp, Vendor

HELP = "Issues the invoices that are due on a day."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", type=day_argument, metavar="YYYY-MM-DD", help="today by default")
    parser.add_argument("--dry-run", action="store_true", help="say what would be issued")
    parser.add_argument("--client", metavar="K-0142", help="only this client")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Print what was (would be) issued, what is held and why."""
    at = timezone.now()
    day: date = options.on or warsaw_day(at)
    try:
        Vendor.load()
    except NotSetUp as why:
        raise Stop("Set up the company first: bin/ogniwo setup.") from why
    client = _client(options.client)
    seal_all()
    if options.dry_run:
        plan = preview(on=day, issued_on=issue_day(on=day, at=at), client=client)
        report = {"on": day, "dry_run": True, "invoices": _planned(plan), "held": _to_hold(plan)}
    else:
        with _Watch() as watch:
            made = bill_due(on=day, at=at, client=client, tell=watch)
        held = BillingPeriod.objects.held().filter(bill_on__lte=day)
        report = {
            "on": day,
            "dry_run": False,
            "invoices": [
                _document(invoice.number, invoice.client, invoice.gross_grosze, invoice.currency)
                for invoice in made.invoices.order_by("pk").select_related("client")
            ],
            "held": _held(list(held.filter(client=client) if client else held)),
        }
    (print_json if options.json else _print)(report)
    if not options.dry_run and made.was_stopped:
        raise Stop("Stopped as asked. What is issued stands; run it again for the rest.")
    if not options.dry_run and made.state == BillingRun.State.ISSUING:
        raise Stop("Its day is over. What is issued stands; run it again for the rest.")
    return DONE


class _Watch:
    """Tells a terminal how far the run is; Ctrl-C ends it after the chunk under way."""

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> Self:
        self.before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *_failure: object) -> None:
        signal.signal(signal.SIGINT, self.before)

    def __call__(self, progress: Progress) -> None:
        if sys.stderr.isatty():
            done, issued = f"{progress.done} of {progress.total} periods", progress.tally.issued
            end = "\n" if progress.done == progress.total or self.asked else ""
            line = f"\r{done}, {issued} invoices issued, {progress.tally.held} held"
            print(line, end=end, file=sys.stderr, flush=True)
        if self.asked:
            run = BillingRun.objects.get(pk=progress.run.pk)
            run.stop(by=SYSTEM_ACTOR, at=timezone.now())

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        """A second Ctrl-C ends the process at once; the chunk under way is taken back then."""
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _client(number: str | None) -> Client | None:
    if number is None:
        return None
    client = Client.objects.numbered(number).first()
    if client is None:
        raise Stop(f"There is no client {number}.")
    return client


def _planned(plan: Plan) -> list[dict[str, Any]]:
    clients = Client.objects.in_bulk({invoice.client_id for invoice in plan.invoices})
    return [
        _document(None, clients[one.client_id], one.totals.gross, one.first.currency)
        for one in plan.invoices
    ]


def _document(number: str | None, client: Client, gross: int, currency: str) -> dict[str, Any]:
    return {
        "number": number,
        "client": client.shown_number,
        "name": client.company_name,
        "gross": {"amount": gross, "currency": currency},
    }


def _to_hold(plan: Plan) -> list[dict[str, Any]]:
    clients = Client.objects.in_bulk({held.due.client_id for held in plan.held})
    return [
        {
            "client": clients[held.due.client_id].shown_number,
            "name": held.due.name,
            "period_no": held.due.no,
            "reason": held.reason,
        }
        for held in plan.held
    ]


def _held(periods: list[BillingPeriod]) -> list[dict[str, Any]]:
    clients = Client.objects.in_bulk({period.client_id for period in periods})
    details = BillingDetail.objects.in_bulk({period.detail_id for period in periods})
    return [
        {
            "client": clients[period.client_id].shown_number,
            "name": details[period.detail_id].name,
            "period_no": period.no,
            "reason": period.held_reason,
        }
        for period in periods
    ]


def _print(report: dict[str, Any]) -> None:
    for row in report["invoices"]:
        gross = row["gross"]
        amount = format_money(gross["amount"], gross["currency"])
        print(f"{row['number'] or 'would issue'}  {row['client']} {row['name']}  {amount}")
    for row in report["held"]:
        print(f"held ({row['reason']})  {row['client']} {row['name']}, period {row['period_no']}")
    word = "would be issued" if report["dry_run"] else "issued"
    print(f"{len(report['invoices'])} {word}, {len(report['held'])} held.")
