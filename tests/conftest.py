"""One small demo for all tests that look at an installation from outside."""

import pytest

from tests.installation import Done, Installation


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, Done]:
    """The installation, to be copied by whoever changes it, and what the command said."""
    place = Installation(tmp_path_factory.mktemp("demo"))
    return place, place.ogniwo("demo", "--clients", "8", "--seed", "5", "--json")
