"""A real Chromium, and a product of its own for each test."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.product import FLAGS, Product, browser_path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one bin/test found; without it there is nothing to show."""
    path = browser_path()
    if not path:
        pytest.skip("no Chromium: name one in OGNIWO_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Product]:
    """Started on an empty data folder, waiting for its set-up."""
    yield from Product(tmp_path / "data", port=free_port()).running(lines=2)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[Product, list[dict[str, str]]]]:
    """A small year of demo data, and its logins."""
    product = Product(tmp_path / "data", port=free_port())
    logins = product.command("demo", "--clients", "12")
    for running in product.running(lines=1):
        yield running, logins


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
