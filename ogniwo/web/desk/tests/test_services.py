"""The price list at the desk: added, changed, priced from a day, and never for one's clients."""

from datetime import timedelta

import pytest

from ogniwo.journal.models import Event
from ogniwo.programme.models import Price, Service
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast
from tests.billed import today

pytestmark = pytest.mark.django_db
LIST = "/konsola/uslugi/"
TYPED = {
    "name": "Opieka serwisowa",
    "code": "",
    "unit": "szt.",
    "vat_rate": "23",
    "is_active": "on",
}


def test_a_new_service_gets_its_code_from_its_name() -> None:
    answer = browser_of("Krysia").post(f"{LIST}nowa/", TYPED)
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}opieka-serwisowa/")
    made = Service.objects.get(code="opieka-serwisowa")
    assert Event.objects.about(made).get().verb == "programme.service.add"
    assert "Opieka serwisowa" in browser_of("Rita").get(LIST).content.decode()


def test_a_code_is_given_once_and_what_was_typed_stays() -> None:
    cast.service("opieka-serwisowa")
    answer = browser_of("Ola").post(f"{LIST}nowa/", TYPED)
    assert answer.status_code == 409
    assert "Opieka serwisowa" in answer.content.decode()
    assert Service.objects.count() == 1


def test_exempt_from_vat_needs_its_legal_basis() -> None:
    answer = browser_of("Ola").post(f"{LIST}nowa/", TYPED | {"vat_rate": "zw"})
    assert answer.status_code == 409
    assert not Service.objects.exists()


def test_a_price_holds_from_its_day_and_the_one_before_stays() -> None:
    cast.person("Ola")
    service, soon = cast.service("asi", grosze=10_000), today() + timedelta(days=10)
    typed = {"months": "1", "net_price": "120,50", "from_on": soon.isoformat()}
    assert browser_of("Ola").post(f"{LIST}asi/set_price/", typed).status_code == 302
    now_price = service.price_on(today(), months=1)
    later = service.price_on(soon, months=1)
    assert now_price is not None
    assert later is not None
    assert (now_price.net_grosze, later.net_grosze) == (10_000, 12_050)
    page = browser_of("Ola").get(f"{LIST}asi/").content.decode()
    assert "100,00" in page
    assert "120,50" in page


def test_a_price_of_zero_is_a_mistake_beside_its_field() -> None:
    cast.person("Ola")
    cast.service("asi")
    typed = {"months": "1", "net_price": "0", "from_on": today().isoformat()}
    answer = browser_of("Ola").post(f"{LIST}asi/set_price/", typed)
    assert answer.status_code == 422
    assert Price.objects.count() == 1


def test_of_two_who_change_a_service_the_second_sees_both_versions() -> None:
    cast.person("Ola")
    service = cast.service("asi")
    old = service.version
    typed = TYPED | {"code": "asi", "name": "ASI Plus"}
    browser = browser_of("Ola")
    assert browser.post(f"{LIST}asi/change/", typed | {"version": old}).status_code == 302
    answer = browser.post(f"{LIST}asi/change/", typed | {"version": old, "name": "ASI Mini"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "ASI Mini" in page
    assert "ASI Plus" in page
    service.refresh_from_db()
    assert service.name == "ASI Plus"


def test_a_withdrawn_service_is_no_longer_offered() -> None:
    cast.person("Ola")
    cast.service("asi")
    typed = {k: v for k, v in TYPED.items() if k != "is_active"} | {"code": "asi"}
    browser_of("Ola").post(f"{LIST}asi/change/", typed)
    assert not Service.objects.offered().exists()


def test_a_reader_reads_and_changes_nothing() -> None:
    cast.person("Ola")
    cast.service("asi")
    browser = browser_of("Rita")
    page = browser.get(f"{LIST}asi/").content.decode()
    assert "set_price" not in page
    for address in (f"{LIST}nowa/", f"{LIST}asi/change/", f"{LIST}asi/set_price/"):
        assert browser.post(address, TYPED).status_code == 403


def test_queries_do_not_grow_with_the_price_list() -> None:
    browser = browser_of("Ola")
    cast.service("asi")
    few = queries_of(browser, LIST)
    for number in range(9):
        cast.service(f"asi-{number}")
    assert queries_of(browser, LIST) == few
