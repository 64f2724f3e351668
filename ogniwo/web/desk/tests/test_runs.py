"""Fakturowanie at the desk: seen before, approved once, held with a reason, cancelled in time."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from ogniwo.billing.models import BillingPeriod, BillingRun, Invoice
from ogniwo.billing.run import bill_due
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.programme.models import Vendor
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast
from tests.billed import account, today

pytestmark = pytest.mark.django_db
LIST = "/konsola/fakturowanie/"


def day(ahead: int = 0) -> str:
    return f"{LIST}{(today() + timedelta(days=ahead)).isoformat()}/"


def test_the_preview_equals_what_the_run_issues() -> None:
    account("Kwiaty")
    account("Ramki", price=14_900)
    browser = browser_of("Krysia")
    sheet = browser.get(day()).context["sheet"]
    seen = sorted((row.client.pk, row.net, row.gross) for row in sheet.rows)
    answer = browser.post(f"{day()}approve/", {"shown": browser.get(day()).context["shown"]})
    run = BillingRun.objects.get()
    assert answer["Location"] == f"{LIST}przebieg/{run.pk}/"
    assert run.issued == len(seen) == 2
    issued = Invoice.objects.values_list("client", "net_grosze", "gross_grosze")
    assert sorted(issued) == seen
    page = browser.get(f"{LIST}przebieg/{run.pk}/").content.decode()
    assert Invoice.objects.get(client__company_name__startswith="Ramki").number in page


def test_approving_twice_issues_once() -> None:
    account()
    browser = browser_of("Krysia")
    shown = {"shown": browser.get(day()).context["shown"]}
    browser.post(f"{day()}approve/", shown)
    assert browser.post(f"{day()}approve/", shown).status_code == 409
    assert Invoice.objects.count() == 1


def test_nothing_is_approved_that_was_not_on_the_screen() -> None:
    account("Kwiaty")
    browser = browser_of("Krysia")
    shown = browser.get(day()).context["shown"]
    account("Ramki")
    answer = browser.post(f"{day()}approve/", {"shown": shown})
    assert answer.status_code == 409
    assert not Invoice.objects.exists()


def test_a_kept_preview_shows_what_came_and_went_since() -> None:
    account("Kwiaty")
    browser = browser_of("Krysia")
    answer = browser.post(LIST, {"on": today().isoformat()})
    assert answer["Location"] == day()
    assert browser.get(day()).context["changes"] == {}
    account("Ramki")
    changes = browser.get(day()).context["changes"]
    assert [name for name, _gross, _currency in changes["new"]] == ["Ramki sp. z o.o."]
    assert (changes["gone"], changes["changed"]) == ([], [])
    browser.post(LIST, {"on": today().isoformat()})
    assert BillingRun.objects.count() == 1
    assert browser.get(day()).context["changes"] == {}


def test_a_day_ahead_is_approved_now_issued_later_and_can_be_cancelled() -> None:
    account()
    browser = browser_of("Krysia")
    browser.post(f"{day(3)}approve/")
    run = BillingRun.objects.get()
    assert run.state == BillingRun.State.APPROVED
    assert not Invoice.objects.exists()
    page = f"{LIST}przebieg/{run.pk}/"
    assert "cancel/" in browser.get(page).content.decode()
    assert browser.get(f"{page}cancel/").status_code == 405
    assert browser.post(f"{page}cancel/", {"version": run.version}).status_code == 302
    assert browser.post(f"{page}cancel/").status_code == 409
    run.refresh_from_db()
    assert run.state == BillingRun.State.CANCELLED


def test_without_the_sellers_account_it_is_refused_and_the_way_is_shown() -> None:
    account()
    Vendor.load().change(by=SYSTEM_ACTOR, at=now(), account="")
    for ahead in (0, 3):
        answer = browser_of("Adam").post(f"{day(ahead)}approve/")
        assert answer.status_code == 409
        assert "/konsola/ustawienia/firma/" in answer.content.decode()
    assert not Invoice.objects.exists()


def test_held_periods_say_why_and_for_how_long() -> None:
    client = account(days_ago=12)
    client.billing_held = "Spór o zakres"
    client.save(update_fields=["billing_held"])
    browser = browser_of("Krysia")
    (row,) = browser.get(day()).context["sheet"].held
    assert (row.days, row.tone) == (12, "bad")
    assert "Spór o zakres" in row.reason
    bill_due(on=today(), at=now())
    assert BillingPeriod.objects.held().count() == 1
    page = browser.get(f"{LIST}wstrzymane/").content.decode()
    assert "Spór o zakres" in page
    assert f"/konsola/klienci/{client.number}/" in page
    assert "przebieg" not in browser.get(f"{LIST}wstrzymane/?powod=no_email").content.decode()


@pytest.mark.parametrize("name", ["Ola", "Adam", "Krysia"])
def test_a_repair_is_offered_to_those_who_may_make_it(name: str) -> None:
    client = account()
    client.street = ""
    client.save(update_fields=["street"])
    bill_due(on=today(), at=now())
    link = f"/konsola/klienci/{client.number}/change_account/"
    for page in (day(), f"{LIST}wstrzymane/"):
        assert (link in browser_of(name).get(page).content.decode()) is (name != "Krysia")


def test_a_changed_price_stands_apart_from_what_is_as_before() -> None:
    account("Kwiaty", days_ago=31)
    bill_due(on=today() - timedelta(days=31), at=now() - timedelta(days=31))
    sheet = browser_of("Krysia").get(day()).context["sheet"]
    assert [(row.kind, row.before, row.net) for row in sheet.rows] == [("same", 32_900, 32_900)]
    assert sheet.difference == 0
    account("Ramki")
    kinds = [row.kind for row in browser_of("Krysia").get(day()).context["sheet"].rows]
    assert sorted(kinds) == ["new", "same"]


def test_staff_keeps_a_preview_and_may_not_approve_it() -> None:
    account()
    browser = browser_of("Ola")
    assert browser.post(LIST, {"on": today().isoformat()}).status_code == 302
    assert not browser.get(day()).context["may_approve"]
    assert browser.post(f"{day()}approve/").status_code == 403
    assert not Invoice.objects.exists()


def test_a_reader_sees_the_preview_and_leaves_no_trace() -> None:
    account()
    browser = browser_of("Rita")
    assert browser.post(LIST, {"on": today().isoformat()})["Location"] == day()
    assert browser.get(day()).status_code == 200
    assert not BillingRun.objects.exists()


@pytest.mark.parametrize("text", ["2026-13-01", "wczoraj", "1999-01-01", "2099-01-01"])
def test_a_day_that_cannot_be_previewed_is_no_page(text: str) -> None:
    browser = browser_of("Krysia")
    assert browser.get(f"{LIST}{text}/").status_code == 404
    assert browser.post(LIST, {"on": text}).status_code == 422


def test_an_empty_day_says_so() -> None:
    cast.vendor()
    page = browser_of("Krysia").get(day())
    assert page.context["sheet"].is_empty
    assert "actionbar" not in page.content.decode()


def test_queries_of_a_preview_do_not_grow_with_it() -> None:
    account("Kwiaty")
    browser = browser_of("Krysia")
    few = queries_of(browser, day())
    for name in ("Ramki", "Rowery", "Zegary"):
        account(name)
    assert queries_of(browser, day()) == few
