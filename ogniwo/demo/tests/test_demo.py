"""The demo is a year made through the real verbs: true books, nothing later than now."""

from datetime import UTC, datetime

import pytest

from ogniwo.commands.check import breaches
from ogniwo.demo import play
from ogniwo.journal.models import Event
from ogniwo.journal.moves import Refused
from ogniwo.kernel import roles
from ogniwo.outbox.models import Message
from ogniwo.programme.models import Application, Reseller, Vendor
from tests import cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def test_a_year_of_demo_keeps_true_books_and_knows_no_future() -> None:
    logins = play(at=NOW, clients=12, seed=3)
    assert Vendor.load().is_demo
    assert {row.role for row in logins} >= roles.VENDOR | {roles.RESELLER_OWNER}
    assert not Event.objects.filter(at__gt=NOW).exists()
    assert not Message.objects.filter(queued_at__gt=NOW).exists()
    assert not Message.objects.waiting().exists()
    states = set(Application.objects.values_list("state", flat=True))
    assert states == set(Application.State.values)
    assert set(Reseller.objects.values_list("state", flat=True)) == set(Reseller.State.values)
    assert list(breaches(NOW)) == []


def test_the_demo_needs_an_empty_installation() -> None:
    cast.vendor()
    with pytest.raises(Refused):
        play(at=NOW, clients=1)
