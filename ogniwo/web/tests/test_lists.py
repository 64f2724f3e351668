"""A list pages by key, keeps its choices in the address, and exports what it shows."""

import io
from datetime import timedelta

import pytest
from django.test import Client as Browser
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from ogniwo.journal.models import Event
from ogniwo.kernel import roles
from ogniwo.people.models import User
from ogniwo.programme.models import Client, Reseller
from ogniwo.web.tests.conftest import AT, lead_of, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]
LIST = "/panel/klienci/"
NAMES = ("Żabka", "Łąka", "Ania", "Ania", "=HYPERLINK(1)", "Bazar", "Ćma", "+48 600")


@pytest.fixture
def browser(anna: User, kowalska: Reseller) -> Browser:
    for place, name in enumerate(NAMES):
        lead = lead_of(kowalska, no=place, name=name)
        Client.objects.filter(pk=lead.pk).update(registered_at=AT + timedelta(days=place % 3))
    return signed_in(anna)


def walked(browser: Browser, address: str, way: str = "next_url") -> list[list[str]]:
    pages = []
    while address:
        page = browser.get(address).context["page"]
        pages.append([client.lead_number for client in page.rows])
        address = getattr(page, way)
    return pages


@pytest.mark.parametrize("sort", ["", "nazwa", "-nazwa", "data", "-data", "evil", "-", "pk"])
def test_every_row_is_met_once_in_order_and_back_again(browser: Browser, sort: str) -> None:
    there = walked(browser, f"{LIST}?sort={sort}")
    met = [number for page in there for number in page]
    assert sorted(met) == [f"L-{no:04}" for no in range(len(NAMES))]
    last = f"{LIST}?sort={sort}"
    for _turn in range(2):
        last = browser.get(last).context["page"].next_url
    assert walked(browser, last, "previous_url") == there[::-1]


def test_rows_that_come_in_between_neither_repeat_nor_hide_others(
    browser: Browser, kowalska: Reseller
) -> None:
    first = browser.get(LIST).context["page"]
    lead_of(kowalska, no=900, name="0 pierwsza")
    Client.objects.filter(pk=first.rows[0].pk).delete()
    second = browser.get(first.next_url).context["page"]
    assert not {c.pk for c in first.rows} & {c.pk for c in second.rows}
    assert len(second.rows) == 3


def test_forged_places_and_choices_show_the_first_page(browser: Browser) -> None:
    first = [c.pk for c in browser.get(LIST).context["page"].rows]
    cursor = browser.get(LIST).context["page"].next_url.partition("po=")[2]
    for query in (
        "po=x",
        "przed=x",
        "po=",
        f"po={cursor}x",
        f"sort=data&po={cursor}",
        "stan=nieznany",
    ):
        page = browser.get(f"{LIST}?{query}").context["page"]
        if "sort" not in query:
            assert [c.pk for c in page.rows] == first
        assert len(page.rows) == 3


def test_search_folds_letters_and_joins_words(browser: Browser) -> None:
    def found(q: str) -> set[str]:
        return {str(c) for c in browser.get(LIST, {"q": q}).context["page"].rows}

    assert found("ŁĄKA") == found("laka") == {"Łąka"}
    assert found("L-0003 ania") == {"Ania"}
    assert found("ania laka") == set()
    assert found("%") == found("_") == set()
    assert browser.get(LIST, {"q": "x" * 5000}).status_code == 200


def test_filters_show_counts_and_what_is_empty(browser: Browser, stragan: Client) -> None:
    page = browser.get(LIST, {"stan": "konto"}).context["page"]
    assert [link.count for link in page.filters[0].links] == ["9", "9", "0"]
    assert 'href="/panel/klienci/"' in browser.get(LIST, {"stan": "konto"}).content.decode()


def test_queries_do_not_grow_with_the_rows(
    browser: Browser, kowalska: Reseller, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for no in range(1000, 1100):
        lead_of(kowalska, no=no, name=f"Sklep {no}")
    browser.get(LIST)
    with django_assert_max_num_queries(12):
        browser.get(LIST)


def test_csv_is_the_whole_list_without_formulas(browser: Browser, anna: User) -> None:
    answer = browser.get(LIST, {"format": "csv", "stan": "lead"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="klienci-')
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(NAMES)
    assert all(line.split(";")[2] == "1234.56" for line in lines[1:])
    assert {line.split(";")[1] for line in lines[1:]} >= {"'=HYPERLINK(1)", "'+48 600", "Żabka"}
    event = Event.objects.order_by("-pk").first()
    assert event is not None
    assert (event.verb, event.by, event.facts["count"]) == ("people.user.export", anna, len(NAMES))


def test_xlsx_holds_text_as_text_and_amounts_as_numbers(browser: Browser) -> None:
    answer = browser.get(LIST, {"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.getvalue())).active
    assert sheet is not None
    cells = list(sheet.iter_rows(values_only=False))
    assert len(cells) == 1 + len(NAMES)
    assert {row[1].data_type for row in cells[1:]} == {"s"}
    assert {row[2].value for row in cells[1:]} == {1234.56}
    assert {row[3].is_date for row in cells[1:]} == {True}
    assert "=HYPERLINK(1)" in {row[1].value for row in cells[1:]}


def test_who_only_reads_may_not_export(kowalska: Reseller) -> None:
    reader = person(roles.RESELLER_READER, "Jan Cichy", reseller=kowalska)
    browser = signed_in(reader)
    assert browser.get(LIST, {"format": "csv"}).status_code == 403
    assert "format=csv" not in browser.get(LIST).content.decode()


def test_an_unknown_format_is_not_there(browser: Browser) -> None:
    assert browser.get(LIST, {"format": "exe"}).status_code == 404
