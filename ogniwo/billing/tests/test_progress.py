"""A run that is watched: how far it is, and that it stops between chunks when asked."""

from datetime import date, timedelta

import pytest

from ogniwo.billing import run
from ogniwo.billing.check import breaches
from ogniwo.billing.issue import Tally
from ogniwo.billing.models import BillingPeriod, BillingRun, Invoice
from ogniwo.billing.progress import Progress
from ogniwo.billing.tests import scene
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.journal.moves import NotAllowed
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


def begun() -> BillingRun:
    """Approved and begun by Krysia, as a page does with a big one."""
    krysia = cast.person("Krysia")
    found = BillingRun.objects.propose(on=DAY, by=krysia, at=AT)
    found.approve(by=krysia, at=AT)
    found.start(by=krysia, at=AT)
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
    made = run._end(stale, Tally(), stopped=False, by=SYSTEM_ACTOR, at=AT)
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
