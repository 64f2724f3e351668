"""Dziennik: found by person, object, deed and day; taken along as a file; for few people."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from ogniwo.journal.models import Event
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast
from tests.billed import invoice, today

pytestmark = pytest.mark.django_db
JOURNAL = "/konsola/dziennik/"


def verbs(browser_name: str, **asked: str) -> set[str]:
    rows = browser_of(browser_name).get(JOURNAL, asked).context["rows"]
    return {row.event.verb for row in rows}


def test_every_deed_is_there_newest_first() -> None:
    invoice()
    rows = browser_of("Adam").get(JOURNAL).context["rows"]
    times = [row.event.pk for row in rows]
    assert times == sorted(times, reverse=True)
    assert "billing.invoice.issue" in {row.event.verb for row in rows}


def test_it_is_narrowed_by_person_object_deed_and_day() -> None:
    found = invoice()
    ola = cast.person("Ola")
    issued = {"billing.invoice.issue"}
    assert verbs("Adam", obiekt=found.number) == issued
    assert verbs("Adam", obiekt=found.number.replace("/", "-").lower()) == issued
    assert verbs("Adam", czynnosc="billing.invoice.issue") == issued
    assert "programme.client.convert" in verbs("Krysia", osoba=str(ola.pk))
    assert "billing.invoice.issue" in verbs("Krysia", osoba="system")
    assert "billing.invoice.issue" not in verbs("Krysia", osoba=str(ola.pk))
    past = (today() - timedelta(days=1)).isoformat()
    assert "billing.invoice.issue" not in verbs("Adam", do=past)
    assert verbs("Adam", od=today().isoformat(), czynnosc="billing.invoice.issue") == issued


def test_a_day_that_is_none_is_a_mistake_and_no_error() -> None:
    cast.vendor()
    answer = browser_of("Adam").get(JOURNAL, {"od": "kiedyś", "osoba": "9'9"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["od"]


def test_objects_are_named_and_linked() -> None:
    found = invoice()
    page = browser_of("Adam").get(JOURNAL).content.decode()
    assert f"/konsola/faktury/{found.number.replace('/', '-')}/" in page
    assert f"/konsola/ustawienia/ludzie/{cast.person('Ola').pk}/" in page


def test_the_file_has_what_the_list_shows_and_taking_it_is_journalled() -> None:
    found = invoice()
    answer = browser_of("Krysia").get(JOURNAL, {"obiekt": found.number, "format": "csv"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a streaming answer
    assert len(text.splitlines()) == 2
    assert "billing.invoice.issue" in text
    assert Event.objects.filter(verb="people.user.export").count() == 1


@pytest.mark.parametrize("name", ["Ola", "Rita"])
def test_others_of_the_vendor_do_not_read_it(name: str) -> None:
    assert browser_of(name).get(JOURNAL).status_code == 403


def test_queries_do_not_grow_with_the_journal() -> None:
    cast.reseller("Radek")
    browser = browser_of("Adam")
    few = queries_of(browser, JOURNAL)
    cast.reseller("Zenon", at=now())
    assert queries_of(browser, JOURNAL) == few
