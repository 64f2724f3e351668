"""People's words are words: nowhere markup, nowhere a template, nowhere a formula."""

import csv
import html
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from ogniwo.billing.accounts import convert
from ogniwo.billing.agreeing import Agreement
from ogniwo.billing.models import BillingDetail, Invoice
from ogniwo.billing.run import bill_due
from ogniwo.integrations.mailin.intake import take_in
from ogniwo.kernel.days import warsaw_day
from ogniwo.outbox.models import Message
from ogniwo.outbox.post import render
from ogniwo.people.models import User
from ogniwo.programme.cases import open_case
from ogniwo.programme.models import Application, Client, Reseller, Service, Vendor
from ogniwo.programme.noting import note
from tests import cast
from tests.security.access import ROWS
from tests.security.test_requests import person_for
from tests.security.world import World

pytestmark = pytest.mark.xdist_group("access")
MARKUP = "\"'><img src=x onerror=alert(7)><bdo>"
RAW = ("<img src=x", "<bdo>", "onerror=alert(7)>")
TEMPLATES = [
    '#read("/etc/passwd")', '"#eval("1 + 1")', "{{ settings.SECRET_KEY }}", "{% load i18n %}",
    "#import sys", "$ x^2 $", "*gruby* _pochyły_", "`raw`", "\\u{41} // komentarz", "<label> @ref",
    "= Nagłówek", "#[a] #{1}", "%(name)s {0} %s",
]  # fmt: skip
FORMULAS = ["=1+1", "+48 600", "-2+3", "@SUM(A1)", "\t=1+1", '=HYPERLINK("https://x.example")']
LETTER = (
    'From: "<img src=x onerror=alert(7)>" <ktos@obcy.example>\r\n'
    "To: partnerzy@meridian.example\r\nSubject: <img src=x onerror=alert(7)>\r\n"
    "Message-ID: <2@obcy.example>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/html; charset=utf-8\r\n\r\n"
    "<html><body><script>alert(7)</script><img src=x onerror=alert(7)><b>Dzień dobry</b>"
    "</body></html>\r\n"
)


@pytest.fixture
def hostile(world: World) -> Iterator[World]:
    """Every word that people write is markup, and each stands on a page, a letter or a paper."""
    ola, radek = world.people["Radek", "staff"], world.rows["Radek"]["reseller"]
    owner, at = world.people["Radek", "owner"], world.now
    User.objects.update(name=MARKUP[:120])
    named = {"company_name": MARKUP, "city": MARKUP, "street": MARKUP}
    Reseller.objects.update(**named, first_name=MARKUP, last_name=MARKUP, reason=MARKUP)
    Application.objects.update(**named, first_name=MARKUP, last_name=MARKUP, message=MARKUP,
                               website="javascript:alert(7)")  # fmt: skip
    Service.objects.update(name=MARKUP, description=MARKUP, unit="<bdo>")
    Vendor.objects.update(brand_name=MARKUP, bank=MARKUP, phone="<bdo>")
    words = named | dict.fromkeys(("contact_person", "notes", "second_contact"), MARKUP)
    client = cast.lead(radek, "Zla", nip=cast.nip(55_000), at=at - timedelta(days=2))
    client.edit(values=words | {"shop_url": "javascript:alert(7)"}, by=owner, at=at)
    client.ask(fields=["phone"], question=MARKUP, by=ola, at=at)
    lead = cast.lead(radek, "Zla2", nip=cast.nip(55_100), at=at - timedelta(days=2))
    lead.edit(values=words, by=owner, at=at)
    lead.ask(fields=["phone"], question=MARKUP, by=ola, at=at)
    terms = Agreement(service=Service.objects.get(), price_grosze=100, start_on=warsaw_day(at),
                      months=1, name=MARKUP)  # fmt: skip
    convert(client, reseller=radek, reason=MARKUP, unverified_because=MARKUP, details=[terms],
            by=ola, at=at)  # fmt: skip
    bill_due(on=warsaw_day(at), by=world.people["Radek", "accountant"], at=at)
    case = open_case(radek, kind="data_change", subject=MARKUP, text=MARKUP, client=client,
                     changes={"city": MARKUP + "2"}, by=owner, at=at)  # fmt: skip
    case.note(text=MARKUP, by=ola, at=at)
    note(client, MARKUP, by=ola, at=at)
    names = world.names["Radek"]
    before = dict(names)
    names |= {
        "account": client.number, "lead": lead.lead_number, "case": case.number,
        "invoice": Invoice.objects.get(client=client).number.replace("/", "-"),
        "detail": BillingDetail.objects.get(client=client).pk,
        "inbound": take_in(LETTER.encode(), at=at).letter.pk,
    }  # fmt: skip
    yield world
    names |= before


# -- T12 ------------------------------------------------------------------------------------------

GETS = [row for row in ROWS if row.method == "GET" and {"+", "own"} & set(row.cells.values())]


def test_no_page_shows_peoples_words_as_markup(hostile: World) -> None:
    seen = 0
    for row in GETS:
        if "/html/" in row.pattern:
            continue  # a letter in its frame: below
        answer = hostile.browser(person_for(row)).get(hostile.address(row.pattern))
        if answer.streaming or not answer["Content-Type"].startswith("text/html"):
            continue
        text = answer.content.decode()
        assert not [raw for raw in RAW if raw in text], row.id
        assert not re.search(r'(href|src|action)="\s*(javascript|data|vbscript):', text), row.id
        seen += html.escape("<img src=x") in text
    assert seen > 25


def test_no_letter_carries_peoples_words_as_markup(hostile: World) -> None:
    letters = [render(letter) for letter in Message.objects.order_by("-pk")[:40]]
    assert not [raw for letter in letters for raw in RAW[:1] if raw in letter.html]
    assert any(html.escape("<img src=x") in letter.html for letter in letters)
    # In plain text they stand as typed.
    assert any("<img src=x" in letter.text for letter in letters)


def test_an_inbound_html_letter_is_shown_as_text(hostile: World) -> None:
    page = hostile.address("/konsola/zgloszenia/skrzynka/{inbound}/")
    text = hostile.browser("staff").get(page).content.decode()
    assert "Dzień dobry" in text
    assert "<script>alert" not in text


def test_terms_in_markdown_bring_no_html_and_no_odd_links(world: World) -> None:
    terms = (
        "# Regulamin\n\n<script>alert(7)</script> <img src=x onerror=alert(7)>\n\n"
        "[a](javascript:alert(7)) [b](https://dobra.example) [c](data:text/html,x)\n"
        "![d](https://obca.example/p.png)"
    )
    day = warsaw_day(world.now)
    typed = {"text": terms, "terms_text": terms, "valid_from": day.isoformat()}
    answer = world.browser("admin").post("/konsola/ustawienia/regulamin/nowa/", typed)
    assert answer.status_code == 302
    text = world.browser("anon").get("/regulamin/2/").content.decode()
    assert "<script>alert" not in text
    assert "<img" not in text
    assert not re.search(r'(href|src)="(javascript|data):', text)
    link = re.search(r'<a [^>]*href="https://dobra.example"[^>]*>', text)
    assert link
    assert "noopener" in link[0]
    assert "nofollow" in link[0]


# -- T13 ------------------------------------------------------------------------------------------


def words_of(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"[\s\u200b]+", "", text)


@pytest.mark.parametrize("words", TEMPLATES)
def test_a_name_that_looks_like_a_program_is_printed_as_typed(world: World, words: str) -> None:
    ola, radek = world.people["Radek", "staff"], world.rows["Radek"]["reseller"]
    client = cast.lead(radek, "X", nip=cast.nip(56_000), at=world.now, company_name=words)
    terms = Agreement(service=Service.objects.get(), price_grosze=100, name=words,
                      start_on=warsaw_day(world.now), months=1)  # fmt: skip
    convert(client, reseller=radek, unverified_because="telefon", details=[terms], by=ola,
            at=world.now)  # fmt: skip
    bill_due(on=warsaw_day(world.now), by=world.people["Radek", "accountant"], at=world.now)
    number = Invoice.objects.get(client=client).number.replace("/", "-")
    paper = world.browser("staff").get(f"/konsola/faktury/{number}/faktura.pdf")
    assert paper.status_code == 200
    assert words_of(paper.content).count(re.sub(r"\s+", "", words)) >= 2
    letter = Message.objects.about(client).filter(template__endswith="/lead_converted")[0]
    assert words in render(letter).text
    assert html.escape(words) in render(letter).html


@pytest.mark.parametrize("words", TEMPLATES[:4])
def test_terms_and_the_card_print_as_typed_too(world: World, words: str) -> None:
    Reseller.objects.filter(pk=world.rows["Radek"]["reseller"].pk).update(company_name=words)
    card = world.browser("owner").get("/panel/formularz/karta.pdf").content
    assert re.sub(r"\s+", "", words) in words_of(card)
    Vendor.objects.update(company_name=words)
    paper = world.browser("anon").get("/regulamin/1.pdf")
    assert paper.status_code == 200


# -- T17 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", FORMULAS)
def test_no_cell_of_an_export_is_a_formula(world: World, words: str) -> None:
    radek = world.rows["Radek"]["reseller"]
    cast.lead(radek, "X", nip=cast.nip(57_000), at=world.now, company_name=words, city=words)
    Client.objects.filter(nip=cast.nip(57_000)).update(company_name=words, city=words)
    browser = world.browser("owner")
    rows = list(csv.reader(io.StringIO(body(browser.get("/panel/klienci/?format=csv")).decode(
        "utf-8-sig")), delimiter=";"))  # fmt: skip
    cells = [cell for row in rows for cell in row]
    assert any(words.strip() in cell for cell in cells)
    assert not [cell for cell in cells if cell.strip()[:1] in "=@" and cell.strip()]
    assert not [cell for cell in cells if cell.strip()[:2] in {"+4", "-2"}]
    book = load_workbook(io.BytesIO(body(browser.get("/panel/klienci/?format=xlsx"))))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def body(answer: Any) -> bytes:
    content: bytes = answer.getvalue() if answer.streaming else answer.content
    return content
