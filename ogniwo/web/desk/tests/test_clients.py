"""Accounts at the desk: data, billing details, reassigning, closing, undoing a conversion."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from ogniwo.billing import accounts
from ogniwo.billing.agreeing import Agreement
from ogniwo.billing.models import BillingDetail
from ogniwo.kernel.days import warsaw_day
from ogniwo.programme.models import Client
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast

pytestmark = pytest.mark.django_db
LIST = "/konsola/klienci/"


def today() -> date:
    return warsaw_day(now())


def an_account(name: str = "Kwiaty", *, hours_ago: int = 30, **changes: Any) -> Client:
    client = cast.lead(name=name, at=now() - timedelta(days=9), **changes)
    accounts.convert(
        client,
        reseller=client.reseller,
        unverified_because="telefon",
        details=[
            Agreement(service=cast.service(), price_grosze=32_900, months=1, start_on=today())
        ],
        by=cast.person("Ola"),
        at=now() - timedelta(hours=hours_ago),
    )
    return client


def address(client: Client, verb: str = "") -> str:
    return f"{LIST}{client.number}/{verb}/" if verb else f"{LIST}{client.number}/"


def typed(client: Client, **changes: Any) -> dict[str, Any]:
    fields = cast.client_fields() | {"nip": client.nip, "country": "PL", "services": []}
    return fields | {"version": client.version} | changes


def added(**changes: str) -> dict[str, str]:
    return {
        "service": "integrator",
        "months": "12",
        "price": "1 200,00",
        "start_on": (today() + timedelta(days=3)).isoformat(),
        "quantity": "1",
    } | changes


def test_the_list_shows_accounts_with_their_next_invoice() -> None:
    client = an_account()
    lead = cast.lead(name="Tylko Lead", at=now())
    page = browser_of("Krysia").get(LIST)
    assert [row.next_on for row in page.context["page"].rows] == [today()]
    assert client.company_name in page.content.decode()
    assert lead.company_name not in page.content.decode()
    assert browser_of("Rita").get(LIST, {"stan": "zalegle"}).status_code == 200


def test_the_page_shows_what_will_be_invoiced() -> None:
    client = an_account()
    page = browser_of("Rita").get(address(client)).content.decode()
    assert "329,00" in page
    assert "404,67" in page


def test_a_lead_has_its_own_page() -> None:
    lead = cast.lead(at=now())
    answer = browser_of("Ola").get(f"{LIST}{lead.lead_number}/")
    assert answer.headers["Location"] == f"/konsola/leady/{lead.lead_number}/"


def test_data_are_changed_by_staff_and_a_stale_form_is_refused() -> None:
    client, ola = an_account(), browser_of("Ola")
    old = typed(client, city="Wrocław", due_days="30")
    assert ola.post(address(client, "change_account"), old).status_code == 302
    client.refresh_from_db()
    assert (client.city, client.due_days) == ("Wrocław", 30)
    assert ola.post(address(client, "change_account"), old).status_code == 409


def test_a_foreign_client_needs_no_nip() -> None:
    client = an_account()
    foreign = typed(client, country="de", vat_ue="DE123456789", nip="")
    browser_of("Ola").post(address(client, "change_account"), foreign)
    client.refresh_from_db()
    assert (client.country, client.nip, client.vat_ue) == ("DE", "", "DE123456789")


def test_a_conversion_is_undone_within_a_day_and_not_later() -> None:
    fresh, old, ola = an_account(hours_ago=2), an_account("Stare"), browser_of("Ola")
    assert "undo_convert" in ola.get(address(fresh)).content.decode()
    assert "undo_convert" not in ola.get(address(old)).content.decode()
    answer = ola.post(address(fresh, "undo_convert"))
    assert answer.headers["Location"] == f"/konsola/leady/{fresh.lead_number}/"
    fresh.refresh_from_db()
    assert fresh.state == "lead"
    assert BillingDetail.objects.get(client=fresh).cancelled_at is not None
    assert ola.post(address(old, "undo_convert")).status_code == 409


def test_closing_ends_the_details_and_reopening_frees_the_account() -> None:
    client, ola = an_account(), browser_of("Ola")
    last = today() + timedelta(days=20)
    ola.post(address(client, "close"), {"last_day": last.isoformat(), "reason": "Koniec"})
    client.refresh_from_db()
    assert (client.state, client.closed_on) == ("closed", last + timedelta(days=1))
    assert BillingDetail.objects.get().last_day == last
    assert ola.post(address(client, "reopen")).status_code == 302


def test_another_reseller_from_a_day_with_a_reason() -> None:
    client, zenon, ola = an_account(), cast.reseller("Zenon"), browser_of("Ola")
    given = {"reseller": zenon.number, "on": today().isoformat(), "reason": ""}
    assert ola.post(address(client, "reassign"), given).status_code == 422
    ola.post(address(client, "reassign"), given | {"reason": "Radek kończy"})
    client.refresh_from_db()
    assert client.reseller == zenon
    assert client.assignments.count() == 2


@pytest.mark.parametrize("name", ["Krysia", "Rita"])
@pytest.mark.parametrize("verb", ["change_account", "reassign", "close", "undo_convert"])
def test_only_staff_changes_an_account(name: str, verb: str) -> None:
    client, browser = an_account(hours_ago=2), browser_of(name)
    assert f"/{verb}/" not in browser.get(address(client)).content.decode()
    assert browser.post(address(client, verb), typed(client)).status_code == 403


# -- billing details -----------------------------------------------------------------------------


def test_a_detail_is_added_once_however_often_one_clicks() -> None:
    client, krysia = an_account(), browser_of("Krysia")
    for _click in range(2):
        answer = krysia.post(f"{address(client)}billing/add/", added(once="k1"))
        assert answer.status_code == 302
    detail = BillingDetail.objects.get(months=12)
    assert detail.terms.get().price_grosze == 120_000
    assert krysia.get(f"{address(client)}billing/{detail.pk}/").status_code == 200


def test_mistakes_of_a_detail_stand_beside_their_fields() -> None:
    client = an_account()
    wrong = added(start_on="2019-01-01", rate="zw")
    answer = browser_of("Ola").post(f"{address(client)}billing/add/", wrong)
    assert answer.status_code == 422
    assert {"start_on", "rate"} <= set(answer.context["form"].errors)
    assert "1\u00a0200,00" in answer.content.decode()


def test_a_price_changes_from_a_chosen_period() -> None:
    client, ola = an_account(), browser_of("Ola")
    detail = BillingDetail.objects.get()
    page = ola.get(f"{address(client)}billing/{detail.pk}/change_terms/")
    day = page.context["form"].fields["from_on"].choices[1][0]
    given = {"from_on": day, "price": "349,00", "quantity": "1", "rate": "23"}
    ola.post(f"{address(client)}billing/{detail.pk}/change_terms/", given)
    assert detail.terms.get(from_on=day).price_grosze == 34_900


def test_a_detail_ends_on_its_last_day() -> None:
    client, ola = an_account(), browser_of("Ola")
    detail, last = BillingDetail.objects.get(), today() + timedelta(days=9)
    path = f"{address(client)}billing/{detail.pk}/terminate/"
    assert ola.post(path, {"last_day": ""}).status_code == 422
    ola.post(path, {"last_day": last.isoformat(), "version": detail.version})
    detail.refresh_from_db()
    assert detail.last_day == last
    again = {"last_day": last.isoformat(), "version": "1"}
    assert ola.post(path, again).status_code == 409


def test_pausing_and_resuming() -> None:
    client, ola = an_account(), browser_of("Ola")
    detail = BillingDetail.objects.get()
    path = f"{address(client)}billing/{detail.pk}/"
    day = ola.get(f"{path}pause/").context["form"].fields["from_on"].choices[1][0]
    ola.post(f"{path}pause/", {"from_on": day})
    detail.refresh_from_db()
    assert detail.paused_on == date.fromisoformat(day)
    ola.post(f"{path}resume/", {"from_on": day})
    detail.refresh_from_db()
    assert detail.paused_on is None


def test_a_reader_reads_a_detail_and_changes_nothing() -> None:
    client, rita = an_account(), browser_of("Rita")
    detail = BillingDetail.objects.get()
    page = rita.get(f"{address(client)}billing/{detail.pk}/")
    assert page.status_code == 200
    assert "/terminate/" not in page.content.decode()
    assert rita.post(f"{address(client)}billing/{detail.pk}/cancel/").status_code == 403
    assert rita.post(f"{address(client)}billing/add/", added()).status_code == 403


def test_a_detail_of_another_client_is_not_found() -> None:
    client, other = an_account(), an_account("Inny")
    foreign = BillingDetail.objects.get(client=other)
    path = f"{address(client)}billing/{foreign.pk}/"
    assert browser_of("Ola").get(path).status_code == 404


def test_the_list_and_the_page_ask_as_much_for_many_as_for_two() -> None:
    ola = browser_of("Ola")
    for number in range(2):
        an_account(f"Klient {number}", nip=cast.nip(3000 + number * 30))
    few = queries_of(ola, LIST)
    for number in range(2, 7):
        an_account(f"Klient {number}", nip=cast.nip(3000 + number * 30))
    assert queries_of(ola, LIST) <= few
