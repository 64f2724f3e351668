"""How the tests of the Console open pages: somebody's browser, and how much a page asks."""

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests import cast


def browser_of(name: str) -> Browser:
    """The browser of one of the vendor's people, signed in."""
    browser = Browser()
    browser.force_login(cast.person(name))
    return browser


def queries_of(browser: Browser, address: str) -> int:
    """How many queries a page takes."""
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(address)
    assert answer.status_code == 200
    return len(asked)
