"""A run that is watched: how far it is, and that it stops between chunks when asked."""

from datetime import date, datetime, time, timedelta

import pytest

from ogniwo.billing import run
from ogniwo.billing.bill_now import bill_now
from ogniwo.billing.check import breaches
from ogniwo.billing.models import BillingPeriod, BillingRun, Invoice, Series
from ogniwo.billing.progress import Progress
from ogniwo.billing.tests import scene
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.journal.moves import NotAllowed
from ogniwo.kernel.days import ONE_DAY, warsaw_instant
from tests import cast

pytestmark = pytest.mark.django_db

DAY = scene.JANUARY
AT = scene.noon(DAY)
NEXT_DAY = date(2026, 1, 12)


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of one client, so that three clients are three chunks."""
    monkeypatch.setattr(run, "CHUNK", {"sqlite": 1, "postgresql": 1})


def three_clients() -> None:
    for name in ("Kwiaty", "Meble", "Zegary"):
        scene.detail(scene.account(name))


def begun(*, on: date = DAY, at: datetime = AT) -> BillingRun:
    """Approved and begun by Krysia, as a page does with a big one."""
    krysia = cast.person("Krysia")
    found = BillingRun.objects.propose(on=on, by=krysia, at=at)
    found.approve(by=krysia, at=at)
    found.start(by=krysia, at=at)
    return found


@pytest.mark.usefixtures("one_by_one")
def test_progress_grows_with_each_chunk_up_to_what_was_counted() -> None:
    three_clients()
    BillingPeriod.objects.filter(client__company_name__startswith="Meble").update(
        state="held", held_reason="no_email"
    )
    client = BillingPeriod.objects.held().get().client
    client.change_account(values={"email": ""}, by=cast.person("Adam"), at=AT)
    seen = []

    def tell(progress: Progress) -> None:
        row = BillingRun.objects.get()
        seen.append((row.done, row.total, row.issued, row.held, row.gross_grosze))

    made = run.bill_due(on=DAY, at=AT, tell=tell)
    assert seen == [
        (1, 3, 1, 0, 18_327), (2, 3, 1, 1, 18_327), (3, 3, 2, 1, 36_654),
    ]  # fmt: skip
    assert (made.state, made.done, made.total) == (BillingRun.State.DONE, 3, 3)


@pytest.mark.usefixtures("one_by_one")
def test_a_stopped_run_leaves_what_is_issued_and_the_next_run_issues_the_rest() -> None:
    three_clients()
    krysia = cast.person("Krysia")

    def tell(progress: Progress) -> None:
        if progress.done == 2:
            BillingRun.objects.get().stop(by=krysia, at=AT)

    stopped = run.bill_due(on=DAY, at=AT, tell=tell)
    assert (stopped.state, stopped.issued, stopped.done) == (BillingRun.State.CANCELLED, 2, 2)
    assert stopped.was_stopped
    assert Invoice.objects.count() == 2
    assert scene.bill(NEXT_DAY).issued == 1
    assert list(breaches(scene.noon(NEXT_DAY))) == []


def test_a_run_stopped_before_the_worker_came_issues_nothing() -> None:
    three_clients()
    begun().stop(by=cast.person("Krysia"), at=AT)
    assert BillingRun.objects.get().is_stopping
    assert run.issue_queued(AT) == 1
    assert BillingRun.objects.get().state == BillingRun.State.CANCELLED
    assert not Invoice.objects.exists()


def test_a_stop_asked_after_the_last_chunk_comes_too_late() -> None:
    scene.detail(scene.account())
    late = begun()
    stale = BillingRun.objects.get()
    late.stop(by=cast.person("Krysia"), at=AT)
    # The process that issues has read its row before: it ends by what it knows, then by the truth.
    made = run._end(stale, stopped=False, by=SYSTEM_ACTOR, at=AT)
    assert made.state == BillingRun.State.DONE


def test_only_who_may_issue_may_stop() -> None:
    with pytest.raises(NotAllowed):
        begun().stop(by=cast.person("Ola"), at=AT)


def test_a_big_run_is_begun_by_the_page_and_issued_by_the_workers_next_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "AT_ONCE", 2)
    three_clients()
    krysia = cast.person("Krysia")
    groups = [{"client": n} for n in range(3)]
    big = BillingRun.objects.propose(on=DAY, by=krysia, at=AT, plan={"groups": groups})
    run.approve_and_issue(big, by=krysia, at=AT)
    assert (big.state, Invoice.objects.count()) == (BillingRun.State.ISSUING, 0)
    # Not yet six o'clock of the next day: what was begun is issued at any hour.
    assert run.runs_queue(AT)
    assert run.issue_queued(AT) == 1
    assert not run.runs_queue(AT)
    big.refresh_from_db()
    assert (big.state, big.issued, big.total) == (BillingRun.State.DONE, 3, 3)


def test_the_run_the_worker_makes_by_itself_is_not_made_again_when_it_was_stopped() -> None:
    scene.detail(scene.account())
    cast.vendor(bill_unapproved=True)
    own = BillingRun.objects.propose(on=DAY, by=SYSTEM_ACTOR, at=AT)
    own.approve(by=SYSTEM_ACTOR, at=AT)
    own.start(by=SYSTEM_ACTOR, at=AT)
    own.stop(by=cast.person("Krysia"), at=AT)
    run.issue_approved(AT)
    assert run.issue_approved(AT + timedelta(minutes=5)) == 0
    assert not Invoice.objects.exists()


@pytest.mark.usefixtures("one_by_one")
def test_a_run_that_was_killed_goes_on_from_where_it_was() -> None:
    three_clients()

    def kill(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.bill_due(on=DAY, at=AT, tell=kill)
    seen = []
    run.issue(
        BillingRun.objects.get(), by=SYSTEM_ACTOR, at=AT,
        tell=lambda progress: seen.append((progress.done, progress.total)),
    )  # fmt: skip
    assert seen == [(2, 3), (3, 3)]
    assert BillingRun.objects.get().issued == 3


@pytest.mark.usefixtures("one_by_one")
def test_no_chunk_starts_after_midnight_and_the_morning_issues_the_rest() -> None:
    three_clients()
    late = warsaw_instant(DAY, time(23, 59))
    clock = iter([late, late + timedelta(seconds=30), late + timedelta(minutes=1)])
    left = run.issue(begun(at=late), by=SYSTEM_ACTOR, at=late, now=lambda: next(clock))
    assert (left.state, left.issued) == (BillingRun.State.ISSUING, 2)
    assert run.issue_approved(warsaw_instant(DAY + ONE_DAY, time(5, 59))) == 0
    assert run.issue_queued(warsaw_instant(DAY + ONE_DAY, time(5, 59))) == 0
    assert run.issue_approved(warsaw_instant(DAY + ONE_DAY, time(6))) == 1
    days = Invoice.objects.order_by("pk").values_list("issued_on", flat=True)
    assert list(days) == [DAY, DAY, DAY + ONE_DAY]
    assert BillingRun.objects.get().state == BillingRun.State.DONE


def test_the_clock_of_a_run_goes_on_from_its_beginning() -> None:
    assert AT <= run.clock_from(AT)() < AT + timedelta(seconds=5)


@pytest.mark.usefixtures("one_by_one")
@pytest.mark.parametrize("day", [DAY, date(2026, 1, 31)], ids=["one month", "two months"])
def test_a_run_ends_when_somebody_issues_with_a_later_date(day: date) -> None:
    three_clients()
    ahead = scene.detail(scene.account("Lampy"), start_on=date(2026, 3, 1))
    krysia, late = cast.person("Krysia"), warsaw_instant(day, time(23, 59))

    def tell(_progress: Progress) -> None:
        bill_now(ahead, by=krysia, at=warsaw_instant(day + ONE_DAY, time(0)))

    found = begun(on=day, at=late)
    left = run.issue(found, by=SYSTEM_ACTOR, at=late, tell=tell, now=lambda: late)
    assert (left.state, left.issued, left.errors) == (BillingRun.State.ISSUING, 1, 0)
    assert not BillingPeriod.objects.held().exists()
    days = Invoice.objects.order_by("pk").values_list("issued_on", flat=True)
    assert list(days) == [day, day + ONE_DAY]
    assert Series.objects.order_by("-pk")[0].last_issued_on == day + ONE_DAY
    assert list(breaches(late)) == []


@pytest.mark.usefixtures("one_by_one")
def test_what_another_process_held_is_counted_though_this_one_never_met_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "KEYS_AT_ONCE", 1)
    three_clients()
    broken = scene.detail(scene.account("Lampy"))
    broken.terms.all().delete()

    def die(progress: Progress) -> None:
        if progress.tally.errors:
            raise KeyboardInterrupt

    def along(progress: Progress) -> None:
        """After the first client another process comes, holds the last one, and dies."""
        if progress.tally.issued == 1 and not BillingPeriod.objects.held().exists():
            with pytest.raises(KeyboardInterrupt):
                run.issue(BillingRun.objects.get(), by=SYSTEM_ACTOR, at=AT, tell=die)

    made = run.bill_due(on=DAY, at=AT, tell=along)
    assert (made.issued, made.held, made.errors) == (3, 1, 1)
    assert (made.state, made.done, made.total) == (BillingRun.State.ERRORS, 4, 4)
