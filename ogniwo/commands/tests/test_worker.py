"""The worker makes each turn once, and a sweep that fails keeps nobody else from his."""

from datetime import UTC, datetime, timedelta

import pytest

from ogniwo.commands import worker
from ogniwo.outbox.models import Turn
from ogniwo.outbox.turns import claim_turn
from ogniwo.schedule import Sweep

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
left = 0


def three_batches(_at: datetime, limit: int) -> int:
    global left  # noqa: PLW0603 - the work that is left, seen from the test
    batch = min(left, limit)
    left -= batch
    return batch


def broken(_at: datetime, _limit: int) -> int:
    raise RuntimeError("no bread")


@pytest.mark.django_db
def test_a_turn_goes_on_until_nothing_is_due() -> None:
    global left  # noqa: PLW0603 - as above
    left = 250
    sweep = Sweep("bread", MINUTE, f"{__name__}.three_batches", "bakes")
    assert worker.make_turn(sweep, at=NOON) == 250
    assert left == 0


@pytest.mark.django_db
def test_a_failed_sweep_is_noted_and_has_its_next_turn() -> None:
    sweep = Sweep("bread", MINUTE, f"{__name__}.broken", "bakes")
    assert claim_turn("bread", every=MINUTE, at=NOON)
    assert worker.make_turn(sweep, at=NOON) is None
    assert "no bread" in Turn.objects.get(name="bread").last_error
    assert not claim_turn("bread", every=MINUTE, at=NOON)
    assert claim_turn("bread", every=MINUTE, at=NOON + MINUTE)


@pytest.mark.django_db
def test_two_workers_do_not_share_a_turn() -> None:
    assert claim_turn("bread", every=MINUTE, at=NOON)
    assert not claim_turn("bread", every=MINUTE, at=NOON + MINUTE / 2)
