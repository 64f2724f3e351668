"""The billing run: everything due on a day is invoiced, free or held with a reason; once."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import groupby
from time import monotonic
from typing import Any, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import bulk
from ogniwo.billing.freeze import seller_of
from ogniwo.billing.issue import Occasion, StoredRates, Tally, hold, issue_chunk, lock_rows
from ogniwo.billing.models import (
    WAITING,
    BillingDetail,
    BillingPeriod,
    BillingRun,
    BillingSpan,
    Invoice,
    NumbersMoved,
    Series,
)
from ogniwo.billing.models.detail import PeriodQuerySet
from ogniwo.billing.plan import ERROR
from ogniwo.billing.progress import Progress, Tell
from ogniwo.billing.rows import PeriodRow
from ogniwo.billing.timetable import make_ahead
from ogniwo.journal.actors import SYSTEM_ACTOR, Actor
from ogniwo.journal.bulk import insert
from ogniwo.journal.moves import Conflict, Refused
from ogniwo.kernel.days import warsaw_day, warsaw_time
from ogniwo.programme.models import Client, Vendor

logger = logging.getLogger(__name__)

# Clients of one day, which is about invoices: what SQLite does in 100 ms, so that people wait for
# nothing; and not more than so many lines for each.
CHUNK = {"sqlite": 140, "postgresql": 300}
MOST_LINES = 3
DETAILS_AT_ONCE = {"sqlite": 500, "postgresql": 1_000}
KEYS_AT_ONCE = 1_000
TRIES = 20
AT_ONCE = 200
WORKER_BEGINS = 6  # o'clock in Warsaw
T = TypeVar("T")
Clock = Callable[[], datetime]
MOVED = (NumbersMoved, OperationalError)
RACES = frozenset({"invoice_serial_once", "line_one_living_per_period"})
BEGINNING: bulk.Key = (date.min, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One waiting period in the order of the run."""

    period_id: int
    client_id: int


def bill_due(  # noqa: PLR0913  # what a run is told
    *, on: date, by: Actor = SYSTEM_ACTOR, at: datetime, limit: int | None = None,
    client: Client | None = None, tell: Tell | None = None, now: Clock | None = None,
) -> BillingRun:  # fmt: skip
    """Approve and issue what is due on that day, dated the day of `at`; safe to repeat."""
    refuse(on=on, at=at)
    is_partial = limit is not None or client is not None
    run = BillingRun.objects.propose(on=on, by=by, at=at, is_partial=is_partial)
    run.approve(by=by, at=at)
    return issue(run, by=by, at=at, limit=limit, client=client, tell=tell, now=now)


def approve_and_issue(run: BillingRun, *, by: Actor, at: datetime) -> BillingRun:
    """Approve; what is due today or earlier is issued at once, else at six o'clock of its day.

    A page waits for `AT_ONCE` invoices (a fraction of a second); more are begun here and issued by
    the worker, which looks for them every few seconds: no proxy cuts off a run of minutes.
    """
    if run.on > warsaw_day(at):
        seller_of(Vendor.load())
        run.approve(by=by, at=at)
        return run
    refuse(on=run.on, at=at)
    run.approve(by=by, at=at)
    if len(run.plan.get("groups", ())) > AT_ONCE:
        run.start(by=by, at=at)
        return run
    return issue(run, by=by, at=at)


def issue_queued(at: datetime, limit: int = 10) -> int:
    """The worker's turn of every few seconds: runs that a page has begun and left to it."""
    runs, now = list(BillingRun.objects.queued()[:limit]), clock_from(at)
    for run in runs:
        issue(run, by=SYSTEM_ACTOR, at=now())
    return len(runs)


def runs_queue(_at: datetime) -> bool:
    return BillingRun.objects.queued().exists()


def issue_approved(at: datetime, limit: int = 10) -> int:
    """The worker's turn, from six o'clock: approved runs, those left half done, unapproved ones."""
    for part in BillingRun.objects.abandoned(at=at)[:limit]:
        part.finish(by=SYSTEM_ACTOR, at=at)
    if warsaw_time(at).hour < WORKER_BEGINS:
        return 0
    today, now = warsaw_day(at), clock_from(at)
    runs = list(BillingRun.objects.to_issue(on=today)[:limit])
    for run in runs:
        issue(run, by=SYSTEM_ACTOR, at=now())
    vendor = Vendor.objects.first()
    if vendor is not None and vendor.bill_unapproved and not _was_billed(today):
        bill_due(on=today, at=now())
        return len(runs) + 1
    return len(runs)


def _was_billed(day: date) -> bool:
    """Also when somebody stopped it: what he left is for the next day."""
    states = [BillingRun.State.DONE, BillingRun.State.ERRORS]
    over = Q(state__in=states) | Q(state=BillingRun.State.CANCELLED, started_at__isnull=False)
    return BillingRun.objects.filter(over, on=day, is_partial=False, by__isnull=True).exists()


def refuse(*, on: date, at: datetime) -> None:
    """Refuse a run that cannot be, before anything is written."""
    vendor = Vendor.load()
    if on > warsaw_day(at) and not vendor.is_demo:
        raise Refused("day_ahead", _("A day that lies ahead can only be previewed."))
    seller_of(vendor)
    Series.refuse_backdating(Invoice.Kind.FV, on=issue_day(on=on, at=at))


def issue_day(*, on: date, at: datetime) -> date:
    """The date on the documents: today, never backdated; in a demo a day ahead is possible."""
    return max(on, warsaw_day(at))


def issue(  # noqa: PLR0913  # what a run is told
    run: BillingRun, *, by: Actor, at: datetime, limit: int | None = None,
    client: Client | None = None, tell: Tell | None = None, now: Clock | None = None,
) -> BillingRun:  # fmt: skip
    """Issue an approved run, or go on with one that was interrupted; it can be stopped.

    All is dated the day of `at`, so no chunk starts after midnight (§4.4): the run then waits for
    the morning like an interrupted one. `now` is the clock for that; else the one of `at` goes on.
    """
    occasion, clock = occasion_of(run, by=by, at=at), now or clock_from(at)
    Series.refuse_backdating(Invoice.Kind.FV, on=occasion.issued_on)
    run.start(by=by, at=at)
    tally, stopped = Tally(), run.stop_asked_at is not None
    with bulk.by_index():
        make_missing(on=run.on, client=client)
        progress = Progress(run, waiting=_waiting(on=run.on, client=client).count(), tell=tell)
        for page in () if stopped else pages(on=run.on, client=client):
            left = None if limit is None else max(limit - tally.issued, 0)
            made = _on_its_day(page, occasion, most=left, now=clock)
            if made is None:
                run.refresh_from_db()
                return run
            tally.add(made)
            if stopped := not progress.goes_on(periods=len(page), tally=tally):
                break
        if not stopped:
            progress.close()
    return _end(run, stopped=stopped, by=by, at=at)


def clock_from(at: datetime) -> Clock:
    """A clock that shows `at` now and goes on by the time that passes."""
    begin = monotonic()
    return lambda: at + timedelta(seconds=monotonic() - begin)


def _on_its_day(
    page: list[Waiting], occasion: Occasion, *, most: int | None, now: Clock
) -> Tally | None:
    """A chunk; None, and nothing issued, when its day is over or a later date is given already."""
    if warsaw_day(now()) != warsaw_day(occasion.at):
        return None
    try:
        return issue_page(page, occasion, most=most)
    except Refused as refusal:
        if refusal.code != "date_before_last":
            raise
        return None


def _end(run: BillingRun, *, stopped: bool, by: Actor, at: datetime) -> BillingRun:
    """Done, or broken off; unless another process has gone on with the run and finished it."""
    run.refresh_from_db()
    while run.state == BillingRun.State.ISSUING:
        end = run.break_off if stopped else run.finish_with_errors if run.errors else run.finish
        try:
            end(by=by, at=at)
        except Conflict:  # asked to stop, or ended, in this very moment
            run.refresh_from_db()
    return run


def occasion_of(
    run: BillingRun | None, *, by: Actor, at: datetime, on: date | None = None
) -> Occasion:
    """What the documents of this run have in common, read once."""
    vendor = Vendor.load()
    day = run.on if run else on or warsaw_day(at)
    return Occasion(
        run=run,
        issued_on=issue_day(on=day, at=at),
        by=by,
        at=at,
        seller=seller_of(vendor),
        due_days=vendor.due_days,
        by_year=vendor.series_span == Vendor.Span.YEAR,
        rates=StoredRates(),
    )


def make_missing(*, on: date, client: Client | None = None) -> None:
    """Rows for every period that may be billed up to that day, and one beyond for each detail."""
    behind = BillingDetail.objects.filter(made_on__lte=on, cancelled_at__isnull=True)
    if client is not None:
        behind = behind.filter(client=client)
    size = DETAILS_AT_ONCE[connection.vendor]
    while found := list(behind.order_by("pk").values_list("pk", "client_id")[:size]):
        with transaction.atomic():
            lock_rows(sorted({client_id for _pk, client_id in found}))
            _make([pk for pk, _client in found], on=on)


def _make(detail_ids: list[int], *, on: date) -> None:
    """For details whose clients are locked; those another process has done are left out."""
    details = BillingDetail.objects.filter(pk__among=detail_ids, made_on__lte=on)
    spans: dict[int, list[BillingSpan]] = {}
    for span in BillingSpan.objects.filter(detail__among=detail_ids).order_by("detail", "first_no"):
        spans.setdefault(span.detail_id, []).append(span)
    rows: list[PeriodRow] = []
    made: list[tuple[int, date | None, int]] = []
    for detail in details:
        rows += make_ahead(detail, spans.get(detail.pk, ()), until=on)
        made.append((detail.made_no, detail.made_on, detail.pk))
    insert(BillingPeriod, rows)
    if made:
        bulk.move_made(made)


def pages(*, on: date, client: Client | None = None) -> Iterator[list[Waiting]]:
    """Waiting periods in chunks, in order; what can share an invoice is never split."""
    size = CHUNK[connection.vendor]
    page: list[Waiting] = []
    groups = 0
    for bucket in buckets(on=on, client=client):
        if page and (groups == size or len(page) + len(bucket) > size * MOST_LINES):
            yield page
            page, groups = [], 0
        page += bucket
        groups += 1
    if page:
        yield page


def buckets(*, on: date, client: Client | None = None) -> Iterator[list[Waiting]]:
    """The periods of one client and billing day, by day, then client."""
    keys = merge(*(_keys(state, on=on) for state in WAITING)) if client is None else _of(client, on)
    for _day_and_client, rows in groupby(keys, key=lambda row: row[:2]):
        yield [Waiting(period_id=row[4], client_id=row[1]) for row in rows]


def _keys(state: str, *, on: date) -> Iterator[tuple[Any, ...]]:
    """All keys of a state, read by ranges so that no cursor stays open."""
    key = BEGINNING
    while rows := bulk.periods_after(state, until=on, key=key, limit=KEYS_AT_ONCE):
        yield from rows
        *key_parts, _id = rows[-1]
        key = (key_parts[0], key_parts[1], key_parts[2], key_parts[3])


def _of(client: Client, on: date) -> Iterable[tuple[Any, ...]]:
    rows = _waiting(on=on, client=client)
    columns = ("bill_on", "client_id", "detail_id", "no", "id")
    return list(rows.order_by(*columns).values_list(*columns))


def _waiting(*, on: date, client: Client | None) -> PeriodQuerySet:
    rows = BillingPeriod.objects.waiting().filter(bill_on__lte=on)
    return rows if client is None else rows.filter(client=client)


def issue_page(page: list[Waiting], occasion: Occasion, *, most: int | None) -> Tally:
    """A chunk; when it fails, client by client, so that one broken detail stops nobody else."""
    try:
        return numbered(lambda: _issue(page, occasion, most=most))
    except Refused:
        raise  # nothing is wrong with the lines
    except Exception:
        logger.exception("a chunk of the billing run failed; trying it client by client")
    tally = Tally()
    for _client, rows in groupby(page, key=lambda row: row.client_id):
        left = None if most is None else max(most - tally.issued, 0)
        tally.add(_issue_client(list(rows), occasion, most=left))
    return tally


def _issue_client(rows: list[Waiting], occasion: Occasion, *, most: int | None) -> Tally:
    """One client's periods; lines that fail alone are held, if none does all are."""
    try:
        return numbered(lambda: _issue(rows, occasion, most=most))
    except (Refused, *MOVED):
        raise
    except Exception:
        logger.exception("client %s cannot be billed; trying line by line", rows[0].client_id)
    broken = [row for row in rows if _fails_alone(row, occasion)] or rows
    hold([row.period_id for row in broken], ERROR)
    tally = Tally(held=len(broken), errors=len(broken))
    sound = [row for row in rows if row not in broken]
    if sound:
        tally.add(_issue_client(sound, occasion, most=most))
    return tally


def _fails_alone(row: Waiting, occasion: Occasion) -> bool:
    """Whether it is the line; that others were quicker with numbers is not its fault."""
    try:
        numbered(lambda: _issue_in_vain(row, occasion))
    except (Refused, *MOVED):
        raise
    except Exception:
        logger.exception("period %s cannot be billed", row.period_id)
        return True
    return False


def _issue_in_vain(row: Waiting, occasion: Occasion) -> None:
    """One line in a transaction that is always rolled back."""
    with transaction.atomic():
        _issue([row], occasion, most=None)
        transaction.set_rollback(True)


def _issue(rows: list[Waiting], occasion: Occasion, *, most: int | None) -> Tally:
    client_ids = sorted({row.client_id for row in rows})
    return issue_chunk([row.period_id for row in rows], client_ids, occasion, most=most)


def numbered(attempt: Callable[[], T]) -> T:
    """Again when another process took the numbers; what it billed is no longer waiting then."""
    for _try in range(TRIES):
        try:
            return attempt()
        except MOVED as error:
            last: Exception = error
        except IntegrityError as error:
            if not _is_race(error):
                raise
            last = error
    raise last


def _is_race(error: IntegrityError) -> bool:
    """Whether another process inserted the same number or line first (PostgreSQL names it)."""
    facts = getattr(error.__cause__, "diag", None)
    name: str = getattr(facts, "constraint_name", None) or ""
    return name in RACES or name.startswith("billing_invoice_number")
