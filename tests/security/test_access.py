"""Every cell of the access matrix: page or move, each column, own and another firm's object."""

import re
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils.html import escape

from ogniwo.web.desk import (
    applications,
    cases,
    clients,
    detail_changes,
    interest_notes,
    invoices,
    leads,
    resellers,
    run_page,
)
from ogniwo.web.desk import people as desk_people
from ogniwo.web.panel import cases as panel_cases
from ogniwo.web.panel import leads as panel_leads
from ogniwo.web.panel import team
from tests.security.access import NO_ROWS, ROWS, Row
from tests.security.world import COLUMNS, World

pytestmark = pytest.mark.xdist_group("access")
MAY = {"GET": {200, 301, 302}, "POST": {200, 302, 409, 422}}
OF_A_FIRM = re.compile(
    r"\{(lead|account|detail|invoice|payment|case|person|reseller|acceptance|\w*token)\}"
)
# Secrets that are another one in each page.
CHANGING = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|content="[\w-]{64}"')
NOBODYS = {
    "lead": "L-9999", "account": "K-9999", "case": "Z-9999", "invoice": "FV-2026-11-9999",
    "person": 99,
}  # fmt: skip


def ask(browser: Browser, row: Row, address: str) -> Any:
    """One request, whose traces are taken back at once."""
    with transaction.atomic():
        answer = browser.get(address) if row.method == "GET" else browser.post(address, {})
        transaction.set_rollback(True)
    return answer


def seen(answer: Any, row: Row) -> str:
    """The cell this answer is."""
    status = answer.status_code
    if status == 302 and answer["Location"].startswith("/logowanie/"):
        return "->"
    return "+" if status in MAY[row.method] else str(status)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_each_column_gets_what_the_matrix_says(world: World, row: Row) -> None:
    found = {}
    for column in COLUMNS:
        wanted = row.cells[column]
        answer = ask(world.browser(column), row, world.address(row.pattern))
        got = seen(answer, row)
        found[column] = wanted if got == "+" and wanted == "own" else got
    assert found == row.cells


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if OF_A_FIRM.search(row.pattern) and "/panel/" in row.pattern],
    ids=lambda row: row.id,
)
def test_another_firms_object_is_as_missing_as_one_that_never_was(world: World, row: Row) -> None:
    for column in ("owner", "member", "podglad"):
        browser = world.browser(column)
        address, nowhere = world.address(row.pattern, firm="Zenon"), missing(row)
        foreign = ask(browser, row, address)
        if row.cells[column] == "403" and foreign.status_code == 403:
            # The page is closed to the role whatever it is asked for.
            assert ask(browser, row, nowhere).status_code == 403
            continue
        nothing = ask(browser, row, nowhere)
        assert (foreign.status_code, nothing.status_code) == (404, 404), column
        assert masked(foreign, address) == masked(nothing, nowhere)
        assert without_date(foreign) == without_date(nothing)


def missing(row: Row) -> str:
    """The same address with numbers that nobody has."""
    return row.pattern.format(**NOBODYS)


def masked(answer: Any, address: str) -> bytes:
    """The page without what it repeats of the request and without its secrets."""
    text = answer.content.decode().replace(escape(address), "").replace(quote(address), "")
    return CHANGING.sub("", text).encode()


def without_date(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.items() if name != "Date"}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            yield prefix + str(one.pattern)
        else:
            yield from routes(one, prefix + str(one.pattern))


def test_every_address_is_in_the_matrix(world: World) -> None:
    tried = {resolve(world.address(row.pattern).partition("?")[0]).route for row in ROWS}
    assert set(routes()) - NO_ROWS - tried == set()


OFFERED: dict[str, Collection[str]] = {
    "/konsola/wnioski/{application}/": applications.MOVES,
    "/konsola/leady/{lead}/": leads.MOVES,
    "/konsola/klienci/{account}/": clients.MOVES,
    "/konsola/klienci/{account}/billing/{detail}/": detail_changes.CHANGES,
    "/konsola/zgloszenia/{case}/": cases.MOVES,
    "/konsola/resellerzy/{reseller}/": resellers.MOVES,
    "/konsola/faktury/{invoice}/": invoices.MARKS,
    "/konsola/fakturowanie/przebieg/{run}/": run_page.RUN_MOVES,
    "/konsola/platnosci/noty/{note}/": interest_notes.MOVES,
    "/konsola/ustawienia/ludzie/{vendor_person}/": desk_people.DEEDS,
    "/panel/klienci/{lead}/": panel_leads.MOVES,
    "/panel/zgloszenia/{case}/": panel_cases.MOVES,
    "/panel/zespol/{person}/": team.DEEDS,
}


@pytest.mark.parametrize("base", OFFERED)
def test_every_verb_that_is_offered_is_in_the_matrix(base: str) -> None:
    tried = {row.pattern for row in ROWS if row.method == "POST"}
    assert {f"{base}{verb}/" for verb in OFFERED[base]} <= tried
