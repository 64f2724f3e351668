"""Leads at the desk: corrected, asked about, rejected, and converted into Accounts."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from ogniwo.billing.models import BillingDetail
from ogniwo.kernel.days import warsaw_day
from ogniwo.outbox.models import Message
from ogniwo.programme.models import Client
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast

pytestmark = pytest.mark.django_db
LIST = "/konsola/leady/"


def a_lead(**changes: Any) -> Client:
    return cast.lead(at=now() - timedelta(hours=2), **changes)


def address(client: Client, verb: str = "") -> str:
    return f"{LIST}{client.lead_number}/{verb}/" if verb else f"{LIST}{client.lead_number}/"


def tomorrow() -> date:
    return warsaw_day(now()) + timedelta(days=1)


def decision(client: Client, **changes: str) -> dict[str, str]:
    number = client.reseller.number if client.reseller else "-"
    return {
        "version": str(client.version),
        "unverified_because": "Sprawdzone w rejestrze przez przeglądarkę",
        "reseller": number,
        "rows": "1",
    } | changes


def row(**changes: str) -> dict[str, str]:
    return {
        "d0-use": "on",
        "d0-service": "integrator",
        "d0-months": "1",
        "d0-price": "329,00",
        "d0-start_on": tomorrow().isoformat(),
    } | changes


def test_the_list_shows_the_longest_waiting_first_and_finds_by_nip() -> None:
    old = cast.lead(name="Stary", at=now() - timedelta(days=4))
    new = cast.lead(name="Nowy", at=now())
    ola = browser_of("Ola")
    page = ola.get(LIST).content.decode()
    assert page.index(old.company_name) < page.index(new.company_name)
    spelled = f"{new.nip[:3]}-{new.nip[3:6]}-{new.nip[6:8]}-{new.nip[8:]}"
    found = ola.get(LIST, {"q": spelled}).content.decode()
    assert new.company_name in found
    assert old.company_name not in found


def test_a_conversion_makes_an_account_with_its_first_detail() -> None:
    client = a_lead()
    cast.service()
    answer = browser_of("Ola").post(address(client, "convert"), decision(client) | row())
    client.refresh_from_db()
    assert client.state == "account"
    assert answer.headers["Location"] == f"/konsola/klienci/{client.number}/"
    detail = BillingDetail.objects.get(client=client)
    assert (detail.months, detail.start_on) == (1, tomorrow())
    assert detail.terms.get().price_grosze == 32_900


def test_without_a_price_the_price_list_holds() -> None:
    client = a_lead()
    cast.service(grosze=14_900)
    typed = decision(client) | row(**{"d0-price": ""})
    browser_of("Ola").post(address(client, "convert"), typed)
    assert BillingDetail.objects.get(client=client).terms.get().price_grosze == 14_900


def test_a_price_proposed_for_another_service_is_not_agreed_by_oversight() -> None:
    client = a_lead()
    client.services.set([cast.service()])
    cast.service("opieka", months=6, grosze=59_400)
    other = {"d0-service": "opieka", "d0-months": "6"}
    ola, page = browser_of("Ola"), address(client, "convert")
    assert ola.post(page, decision(client) | row(**other)).status_code == 422
    ola.post(page, decision(client) | row(**other, **{"d0-price": ""}))
    assert BillingDetail.objects.get(client=client).terms.get().price_grosze == 59_400


def test_an_unticked_row_is_no_detail() -> None:
    client = a_lead()
    cast.service()
    typed = decision(client) | row()
    del typed["d0-use"]
    browser_of("Ola").post(address(client, "convert"), typed)
    client.refresh_from_db()
    assert client.state == "account"
    assert not BillingDetail.objects.exists()


def test_mistakes_keep_what_was_typed_and_convert_nothing() -> None:
    client = a_lead()
    cast.service()
    typed = decision(client, unverified_because="") | row(**{"d0-price": "trzysta"})
    answer = browser_of("Ola").post(address(client, "convert"), typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "trzysta" in page
    client.refresh_from_db()
    assert client.state == "lead"


def test_another_row_is_added_and_nothing_is_done() -> None:
    client = a_lead()
    cast.service()
    typed = decision(client, unverified_because="") | row() | {"add": "1"}
    answer = browser_of("Ola").post(address(client, "convert"), typed)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'name="d1-service"' in page
    assert 'role="alert"' not in page
    client.refresh_from_db()
    assert client.state == "lead"


def test_another_reseller_needs_a_reason() -> None:
    client, zenon = a_lead(), cast.reseller("Zenon")
    ola = browser_of("Ola")
    typed = decision(client, reseller=zenon.number)
    assert ola.post(address(client, "convert"), typed).status_code == 422
    ola.post(address(client, "convert"), typed | {"reason": "Zenon był pierwszy"})
    client.refresh_from_db()
    assert client.reseller == zenon
    assert client.assignments.get().reason == "Zenon był pierwszy"


def test_the_client_gets_a_letter_only_when_wanted() -> None:
    client = a_lead()
    letters = Message.objects.filter(template="programme/letters/account_opened")
    browser_of("Ola").post(address(client, "convert"), decision(client, tell_client="on"))
    assert [letter.to for letter in letters] == [client.email]


def test_the_form_of_an_older_version_is_refused_with_both_versions() -> None:
    client = a_lead()
    typed = decision(client)
    client.extend(until=tomorrow(), by=cast.person("Adam"), at=now())
    answer = browser_of("Ola").post(address(client, "convert"), typed)
    assert answer.status_code == 409
    assert "Adam" in answer.content.decode()
    client.refresh_from_db()
    assert client.state == "lead"


def test_an_account_cannot_be_converted_again() -> None:
    client = a_lead()
    ola = browser_of("Ola")
    ola.post(address(client, "convert"), decision(client))
    client.refresh_from_db()
    assert ola.post(address(client, "convert"), decision(client)).status_code == 409
    assert ola.get(address(client)).headers["Location"] == f"/konsola/klienci/{client.number}/"


def test_the_page_compares_with_similar_clients() -> None:
    first = a_lead(name="Tartak")
    second = a_lead(name="Tartak Podgórze", phone="+48756123408")
    page = browser_of("Ola").get(address(second, "convert")).content.decode()
    assert first.lead_number in page


def test_staff_corrects_a_lead_and_learns_who_holds_a_nip() -> None:
    client, other = a_lead(), a_lead(name="Inny")
    ola = browser_of("Ola")
    typed = cast.client_fields() | {"city": "Wrocław", "version": client.version}
    assert ola.post(address(client, "edit"), typed | {"nip": client.nip}).status_code == 302
    client.refresh_from_db()
    assert client.city == "Wrocław"
    answer = ola.post(
        address(client, "edit"), typed | {"nip": other.nip, "version": client.version}
    )
    assert answer.status_code == 409
    assert other.lead_number in answer.content.decode()


def test_a_rejected_lead_frees_the_nip_and_tells_the_reseller() -> None:
    client = a_lead()
    typed = {"reason": "unreachable", "note": "Nikt nie odbiera."}
    browser_of("Ola").post(address(client, "reject"), typed)
    client.refresh_from_db()
    assert client.state == "rejected"
    assert not Client.objects.holding(client.nip).exists()


@pytest.mark.parametrize("name", ["Krysia", "Rita"])
@pytest.mark.parametrize("verb", ["convert", "edit", "ask", "extend", "reject"])
def test_only_staff_decides(name: str, verb: str) -> None:
    client = a_lead()
    browser = browser_of(name)
    page = browser.get(address(client))
    assert page.status_code == 200
    assert f"/{verb}/" not in page.content.decode()
    assert browser.get(address(client, verb)).status_code == 403
    assert browser.post(address(client, verb), decision(client)).status_code == 403


def test_a_reseller_does_not_know_of_the_console() -> None:
    client = a_lead()
    browser = browser_of("Ola")
    assert client.reseller is not None
    browser.force_login(cast.owner_of(client.reseller))
    for path in (LIST, address(client), address(client, "convert")):
        assert browser.get(path).status_code == 404


def test_the_list_asks_as_much_for_many_as_for_two() -> None:
    ola = browser_of("Ola")
    for number in range(2):
        a_lead(name=f"Klient {number}", nip=cast.nip(3000 + number * 30))
    few = queries_of(ola, LIST)
    for number in range(2, 9):
        a_lead(name=f"Klient {number}", nip=cast.nip(3000 + number * 30))
    assert queries_of(ola, LIST) <= few


def test_a_question_and_its_answer_are_told_in_words_not_as_they_are_stored() -> None:
    lead, ola = a_lead(), cast.person("Ola")
    lead.ask(fields=["phone"], question="Jaki telefon?", by=ola, at=now())
    lead.edit(values={"phone": "+48601222444"}, by=ola, at=now())
    page = browser_of("Ola").get(address(lead)).content.decode()
    assert "open fields" not in page
    assert "+48602118447" not in page
    assert "602 118 447" in page.replace("\xa0", " ")
