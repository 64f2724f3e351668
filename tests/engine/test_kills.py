"""A billing run that is killed and started again leaves what an undisturbed one leaves."""

import pytest
from django.db import connection

from tests.engine.kills import rounds


@pytest.mark.django_db
def test_a_run_killed_with_two_workers_is_finished_by_the_next() -> None:
    postgres = connection.vendor == "postgresql"
    found = list(rounds(3, postgres=postgres, seed=3))
    assert [line for line, same in found if not same] == []
    assert not any(": 0 killed" in line for line, _same in found), found
