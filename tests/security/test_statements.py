"""Every page takes few statements, whoever opens it and however much there is to show."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.security import crowd
from tests.security.access import ROWS, Row
from tests.security.world import World, build, midday

pytestmark = pytest.mark.xdist_group("statements")
BAR = 12
# Forms that open with what the deed would do: it is done, looked at and taken back.
SHOWN_BEFORE = 40
DETAIL = "/konsola/klienci/{account}/billing/{detail}/"
MORE = {
    "/konsola/wnioski/{application}/accept/",  # the letters that would leave
    *(f"{DETAIL}{verb}/" for verb in ("pause", "terminate", "change_terms", "set_discounts")),
    f"{DETAIL}revise/",
    f"{DETAIL}bill_now/",
}
OPENS = {"+", "own"}
WHO = ("anon", "owner", "accountant", "admin")  # each other person sees less than one of them
PAGES = list(
    {row.pattern: row for row in reversed(ROWS) if OPENS & set(row.cells.values())}.values()
)


@pytest.fixture(scope="module")
def lasting_crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        now = midday()
        names = crowd.begin(now=now)
        world = build(now=now)
        crowd.go_on(world, names)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def crowded(lasting_crowd: World, db: None) -> World:
    """What a page writes is undone, since `db` is a savepoint inside."""
    return lasting_crowd


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.pattern)
def test_a_page_takes_few_statements(crowded: World, row: Row, record_property: Any) -> None:
    """Also the page of a form, at the address the form is sent to."""
    address = crowded.address(row.pattern)
    took = {
        column: statements(crowded.browser(column), address)
        for column in WHO
        if row.cells[column] in OPENS
    }
    record_property("statements", max(map(len, took.values())))
    most = SHOWN_BEFORE if row.pattern in MORE else BAR
    assert {column: len(asked) for column, asked in took.items() if len(asked) > most} == {}


def test_most_addresses_are_pages_that_open(crowded: World) -> None:
    """Else the bar would be held by redirects."""
    admin, owner = crowded.browser("admin"), crowded.browser("owner")
    shown = {
        row.pattern
        for row in PAGES
        for browser in (admin, owner)
        if browser.get(crowded.address(row.pattern)).status_code == 200
    }
    assert len(shown) > 120


def statements(browser: Browser, address: str) -> list[str]:
    """What is asked for a page that was opened before, to the end of a file."""
    with transaction.atomic():
        browser.get(address)
        with CaptureQueriesContext(connection) as asked:
            browser.get(address).getvalue()
        transaction.set_rollback(True)
    return [row["sql"] for row in asked if "SAVEPOINT" not in row["sql"]]
