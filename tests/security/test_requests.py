"""Whatever is sent to whichever address: no act by GET, no act without the secret, no error 500."""

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.db import models, transaction
from django.test import Client as Browser

from ogniwo.journal.models import Event
from ogniwo.journal.moves import Stateful
from ogniwo.outbox.models import Message
from ogniwo.people.models import Link, User
from tests.security.access import PUBLIC, ROWS, Row
from tests.security.world import World

pytestmark = pytest.mark.xdist_group("access")
# PostgreSQL refuses a NUL where SQLite keeps it.
on_postgresql = pytest.mark.postgresql
POSTS = [row for row in ROWS if row.method == "POST"]
LISTS = [
    row
    for row in ROWS
    if row.method == "GET" and re.fullmatch(r"/(panel|konsola)/(\w+/)*", row.pattern)
]
LINKS = [row for row in PUBLIC if "_token}" in row.pattern and row.method == "GET"]
TOKENS = sorted({name for row in LINKS for name in re.findall(r"\{(\w+_token)\}", row.pattern)})
SAME_THING = ("wniosek", "zaproszenie", "haslo", "to-nie-ja", "regulamin", "f")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ODD = ("\x00", "'", '"><svg onload=x>', "0 OR 1=1", "-pk", "../../etc/passwd", "9" * 400, "💐", "٣")
QUERIES = ("q", "sort", "stan", "po", "przed", "format", "miesiac", "klient", "reseller", "p")


def person_for(row: Row) -> str:
    """A column that may do it."""
    return next(column for column, cell in row.cells.items() if cell in {"+", "own"})


POSSIBLE = [row for row in POSTS if {"+", "own"} & set(row.cells.values())]


def models_of_moves(base: type[Stateful] = Stateful) -> Iterator[type[Stateful]]:
    for model in base.__subclasses__():
        yield model
        yield from models_of_moves(model)


def rows_now() -> list[Any]:
    """What would be another one after any deed."""
    states = [
        [(row.pk, row.state, row.version) for row in model._default_manager.order_by("pk")]
        for model in models_of_moves()
        if not model._meta.abstract
    ]
    people = list(User.objects.order_by("pk").values_list("pk", "password", "role", "is_active"))
    links = list(Link.objects.order_by("pk").values_list("pk", "used_at"))
    return [*states, people, links, Event.objects.count(), Message.objects.count()]


# -- T20 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", POSSIBLE, ids=lambda row: row.id)
def test_a_post_without_the_secret_of_its_form_is_403_and_does_nothing(
    world: World, row: Row
) -> None:
    browser, before = world.browser(person_for(row)), rows_now()
    browser.handler.enforce_csrf_checks = True
    answer = browser.post(world.address(row.pattern), {})
    assert answer.status_code == 403
    assert b"out of date" in answer.content
    assert rows_now() == before


@pytest.mark.parametrize("row", POSTS, ids=lambda row: row.id)
def test_opening_the_address_of_a_deed_does_nothing(world: World, row: Row) -> None:
    column = person_for(row) if row in POSSIBLE else "owner"
    before = rows_now()
    answer = world.browser(column).get(world.address(row.pattern))
    assert answer.status_code in {200, 302, 403, 404, 405, 409, 410}
    assert rows_now() == before


# -- T19 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", LINKS, ids=lambda row: row.id)
def test_a_scanner_that_opens_a_link_ten_times_changes_nothing_and_keeps_nothing(
    world: World, row: Row
) -> None:
    browser, before = world.browser("anon"), rows_now()
    for _time in range(10):
        answer = browser.get(world.address(row.pattern))
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"
    assert rows_now() == before


@pytest.mark.parametrize("row", LINKS, ids=lambda row: row.id)
def test_a_link_of_one_purpose_opens_nothing_else(world: World, row: Row) -> None:
    own = re.findall(r"\{(\w+_token)\}", row.pattern)
    for token in set(TOKENS) - set(own):
        address = row.pattern.format(**{own[0]: world.names["Radek"][token]})
        assert world.browser("anon").get(address).status_code == 410, token


def test_no_page_behind_a_link_asks_another_site_for_anything(world: World) -> None:
    for row in LINKS:
        text = world.browser("anon").get(world.address(row.pattern)).content.decode("latin-1")
        foreign = re.findall(r'(?:src|action|<link[^>]*href)="(?:https?:)?//[^"]*"', text)
        assert foreign == [], row.id


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """What the log of an operator would read, formatted as it is set up."""
    formatter = next(
        handler.formatter
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    )
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def test_no_line_of_the_log_tells_the_secret_of_a_link(
    world: World, log_lines: io.StringIO
) -> None:
    secrets = {token: world.names["Radek"][token] for token in TOKENS}
    for row in (row for row in PUBLIC if "_token}" in row.pattern):
        for column in ("anon", "member"):
            _ask(world.browser(column), row, world.address(row.pattern), {"password": "kot"})
            _ask(world.browser(column), row, world.address(row.pattern) + "dalej/")
    logged = log_lines.getvalue()
    assert "/zaproszenie/***/" in logged
    assert [name for name, secret in secrets.items() if secret in logged] == []


# -- §6 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [r for r in ROWS if r.method == "GET"], ids=lambda row: row.id)
def test_every_answer_carries_the_headers_and_no_page_has_inline_code(
    world: World, row: Row
) -> None:
    for column in ("anon", person_for(row) if {"+", "own"} & set(row.cells.values()) else "staff"):
        with transaction.atomic():
            answer = world.browser(column).get(world.address(row.pattern))
            transaction.set_rollback(True)
        if row.pattern.endswith("/html/"):
            # A letter as it looks, in a frame of our own page; it may run and load nothing.
            assert answer["Content-Security-Policy"].startswith("default-src 'none'")
            continue
        assert {name: answer.get(name) for name in HEADERS} == HEADERS
        if answer["Content-Type"].startswith("text/html"):
            text = answer.content.decode()
            assert "default-src 'none'; script-src 'self'" in answer["Content-Security-Policy"]
            assert not re.search(r"<[^>]+\s(style|on\w+)\s*=", text)
            assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
        else:
            assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


# -- T14 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", LISTS, ids=lambda row: row.id)
def test_odd_words_in_the_query_are_no_error_of_ours(world: World, row: Row) -> None:
    browser, address = world.browser(person_for(row)), world.address(row.pattern)
    for given in (dict.fromkeys(QUERIES, word) for word in ODD):
        assert browser.get(address, given).status_code in {200, 302, 403, 404, 422}, given


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_odd_words_in_an_address_are_no_error_of_ours(world: World, row: Row) -> None:
    places = re.findall(r"\{(\w+)\}", row.pattern)
    column = person_for(row) if {"+", "own"} & set(row.cells.values()) else "staff"
    browser = world.browser(column)
    for place in places:
        for word in ("%C5%81'", "a" * 300, "2026-02-31", "9" * 30):
            names = {**world.names["Radek"], place: word}
            answer = _ask(browser, row, row.pattern.format(**names))
            assert answer.status_code in {200, 301, 302, 403, 404, 405, 409, 410, 422}, word


@pytest.mark.parametrize("row", POSSIBLE, ids=lambda row: row.id)
def test_odd_values_in_every_field_are_refused_in_words(world: World, row: Row) -> None:
    browser, address = world.browser(person_for(row)), world.address(row.pattern)
    fields = fields_of(browser, address)
    for word in (
        "\x00",
        "a\x00b",
        "\r\nBcc: x@y.example",
        "9" * 40,
        "x" * 10_000,
        "💐",
        "-1",
        "[]",
    ):
        answer = _ask(browser, row, address, dict.fromkeys(fields, word))
        assert answer.status_code in {200, 302, 403, 404, 409, 422, 429}, word
    for body, kind in ((b"\xff\xfe=%00&%", "application/x-www-form-urlencoded"), (b"{", "text/x")):
        with transaction.atomic():
            answer = browser.generic("POST", address, body, content_type=kind)
            transaction.set_rollback(True)
        assert answer.status_code < 500


@on_postgresql
@pytest.mark.parametrize("row", POSSIBLE, ids=lambda row: row.id)
def test_a_nul_in_any_field_query_or_address_is_no_error_of_ours(world: World, row: Row) -> None:
    browser, address = world.browser(person_for(row)), world.address(row.pattern)
    answer = _ask(browser, row, address, dict.fromkeys(fields_of(browser, address), "a\x00b"))
    assert answer.status_code in {200, 302, 403, 404, 409, 422, 429}
    assert browser.get(address, {"klient": "\x00"}).status_code == 422
    for place in re.findall(r"\{(\w+)\}", row.pattern):
        names = {**world.names["Radek"], place: "%00"}
        assert _ask(browser, row, row.pattern.format(**names)).status_code in {404, 422}


def fields_of(browser: Browser, address: str) -> set[str]:
    """What the page of this address asks for; else what such pages usually do."""
    usual = {"version", "once", "text", "reason", "note", "email", "name", "role", "on", "number"}
    answer = browser.get(address)
    text = answer.content.decode("latin-1") if not answer.streaming else ""
    return usual | set(re.findall(r'<(?:input|select|textarea)\b[^>]*\bname="([^"]+)"', text))


def _ask(browser: Browser, row: Row, address: str, fields: dict[str, str] | None = None) -> Any:
    with transaction.atomic():
        if row.method == "GET":
            answer = browser.get(address)
        else:
            answer = browser.post(address, fields or {})
        transaction.set_rollback(True)
    return answer


def test_a_request_that_is_too_big_is_refused(world: World) -> None:
    address = "/zostan-resellerem/"
    browser = world.browser("anon")
    assert browser.post(address, {"message": "x" * 1_100_000}).status_code in {400, 413, 422}
    many = {f"f{n}": "1" for n in range(300)}
    assert browser.post(address, many).status_code in {400, 413, 422}


# -- T21, T22 -------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "[::1]", "localhost:x"])
def test_another_host_is_400(world: World, host: str) -> None:
    for address in ("/", "/haslo/", "/logowanie/"):
        assert Browser(headers={"host": host}).get(address).status_code == 400


def test_links_in_letters_are_ours_whatever_the_request_said(world: World) -> None:
    browser = Browser(headers={"host": "127.0.0.1", "X-Forwarded-Host": "evil.example"})
    owner = world.people["Radek", "owner"]
    browser.post("/haslo/", {"email": owner.email})
    letter = Message.objects.filter(template="people/letters/password_reset").latest("pk")
    from ogniwo.outbox.post import render  # noqa: PLC0415 - only here

    assert "http://localhost:8000/haslo/" in render(letter).text
    assert "evil.example" not in render(letter).text


NEXT = [
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "http:evil.example", "https:///evil.example", "javascript:alert(1)",
    "data:text/html,x", "http://localhost@evil.example/", "//localhost:8000@evil.example/",
    "\t//evil.example", " https://evil.example", "https:/evil.example", "ftp://localhost/",
]  # fmt: skip


@pytest.mark.parametrize("wanted", NEXT)
def test_after_signing_in_nobody_is_led_away(world: World, wanted: str) -> None:
    from tests import cast  # noqa: PLC0415 - only here

    login = {"login": world.people["Radek", "owner"].email, "password": cast.PASSWORD}
    for answer in (
        Browser().post("/logowanie/", login | {"next": wanted}),
        Browser().post("/jezyk/", {"language": "en", "next": wanted}),
        world.browser("owner").get("/logowanie/", {"next": wanted}),
    ):
        assert answer.status_code == 302
        assert answer["Location"] in {"/panel/", "/"}


def test_every_model_of_moves_is_watched() -> None:
    names = {model.__name__ for model in models_of_moves()}
    assert {"Application", "Client", "Reseller", "Case"} <= names
    assert all(issubclass(model, models.Model) for model in models_of_moves())
