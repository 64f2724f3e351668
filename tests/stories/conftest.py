"""Every story has an installation of its own, and leaves books that prove."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from tests.stories.driver import MAIL_SERVER, START, World
from tests.stories.walks import Firm, reseller


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> Iterator[World]:
    """Meridian, set up on a Monday in January."""
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.OGNIWO_MAIL_AUTHSERV = MAIL_SERVER
    with time_machine.travel(START, tick=True) as clock:
        found = World(tmp_path, clock)
        found.set_up()
        yield found
        found.sweep()
        found.command("check")


@pytest.fixture
def radek(world: World) -> Firm:
    """An active reseller."""
    return reseller(world, "Radek")


@pytest.fixture
def zenon(world: World) -> Firm:
    """Another one, who must not see what is Radek's."""
    return reseller(world, "Zenon")
