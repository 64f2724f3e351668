"""Every test of the Panel has the same day."""

from collections.abc import Iterator

import pytest
import time_machine

from ogniwo.web.panel.tests.browsing import TODAY


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller
