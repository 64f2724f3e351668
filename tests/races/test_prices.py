"""Many prices are changed while others bill and book: all wait for clients in one order."""

from datetime import date
from threading import Event

import pytest
from django.db import transaction

from ogniwo.billing.changes import index_prices
from ogniwo.billing.paying import lock
from ogniwo.billing.tests import scene
from tests import cast
from tests.races.racing import errors, together

pytestmark = pytest.mark.django_db(transaction=True)
A_MOMENT = 0.5  # seconds: enough to come to the lock


def test_an_index_of_many_prices_does_not_lock_crosswise_with_a_run() -> None:
    older, younger = scene.account(), scene.account("Meble")
    details = [scene.detail(younger), scene.detail(older)]
    begun, ola = Event(), cast.person("Ola")

    def run() -> None:
        with transaction.atomic():
            lock(older.pk)
            begun.set()
            Event().wait(A_MOMENT)
            lock(younger.pk)

    def index() -> None:
        begun.wait(10)
        on = date(2026, 3, 10)
        index_prices(details, from_on=on, bp=470, by=ola, at=scene.noon(scene.JANUARY))

    assert not errors(together(run, index))
    assert [one.terms.count() for one in details] == [2, 2]
