"""The dashboard, the terms, materials and settings of a reseller."""

from datetime import date

import pytest
from django.test import Client as Browser

from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.kernel.roles import RESELLER_MEMBER, RESELLER_READER
from ogniwo.outbox.models import Message
from ogniwo.programme.accepting import publish
from ogniwo.programme.cases import open_case
from ogniwo.programme.materials import add_material
from ogniwo.programme.models import Acceptance, TermsVersion
from ogniwo.web.panel.tests.browsing import (
    TODAY,
    an_account,
    bill,
    browser_of,
    owner_browser,
    page_of,
    queries_of,
)
from tests import cast

pytestmark = pytest.mark.django_db


def test_a_new_reseller_sees_three_steps() -> None:
    page = page_of(owner_browser(cast.reseller("Radek")), "/panel/")
    assert "Terms accepted" in page
    assert "reseller_klient_RadekKowalski.html" in page
    assert "Register the first client" in page


def test_the_dashboard_says_what_needs_the_reseller_first() -> None:
    radek = cast.reseller("Radek")
    an_account(radek, "Kwiaty", end_on=date(2026, 4, 6))
    bill(date(2026, 1, 6))
    asked = cast.lead(radek, "Stragan", at=cast.later(60))
    asked.ask(
        fields=["street"], question="Gdzie jest magazyn?", by=cast.person("Ola"), at=cast.later(61)
    )
    case = open_case(
        radek, kind="other", subject="Ulotki", text="?", by=cast.owner_of(radek), at=cast.later(70)
    )
    case.answer(text="Ile sztuk?", by=cast.person("Ola"), at=cast.later(71))
    page = page_of(owner_browser(radek), "/panel/")
    order = ["Gdzie jest magazyn?", "Reply to the request: Ulotki", "has not paid 404.67 zł",
             "Integrator ends"]  # fmt: skip
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "59 days overdue" in page
    assert "1 Account, 1 Lead" in page
    assert "Recurring revenue" in page


def test_the_dashboard_of_one_reseller_knows_nothing_of_another() -> None:
    radek, zenon = cast.reseller("Radek"), cast.reseller("Zenon")
    an_account(zenon, "Rower")
    bill(date(2026, 1, 6))
    cast.lead(radek, "Kwiaty")
    page = page_of(owner_browser(radek), "/panel/")
    assert "Rower" not in page
    assert "nothing is overdue" in page


def test_the_number_of_queries_does_not_grow_with_clients_and_services() -> None:
    radek = cast.reseller("Radek")
    an_account(radek, "Kwiaty")
    radeks = owner_browser(radek)
    before = queries_of(radeks, "/panel/")
    for turn in range(4):
        an_account(radek, f"Sklep {turn} tej firmy", at=cast.later(turn + 1))
    assert queries_of(radeks, "/panel/") == before


def test_registering_leads_to_ones_own_form() -> None:
    radeks = owner_browser(cast.reseller("Radek"))
    assert radeks.get("/panel/rejestracja/")["Location"] == "/reseller_klient_RadekKowalski.html"


def test_searching_finds_a_number_at_once_and_else_the_clients() -> None:
    radeks = owner_browser(cast.reseller("Radek"))
    assert radeks.get("/panel/szukaj/?q=k-0142")["Location"] == "/panel/klienci/K-0142/"
    assert radeks.get("/panel/szukaj/?q=Z-0217")["Location"] == "/panel/zgloszenia/Z-0217/"
    assert radeks.get("/panel/szukaj/?q=Kwiaty")["Location"] == "/panel/klienci/?q=Kwiaty"


@pytest.mark.parametrize(
    "address",
    ["/panel/", "/panel/klienci/", "/panel/faktury/", "/panel/zgloszenia/", "/panel/materialy/",
     "/panel/zespol/", "/panel/ustawienia/", "/panel/regulamin/", "/panel/zgloszenia/nowe/"],
)  # fmt: skip
def test_the_panel_is_for_resellers_people_only(address: str) -> None:
    cast.reseller("Radek")
    assert Browser().get(address)["Location"].startswith("/logowanie/")
    assert browser_of(cast.person("Ola")).get(address).status_code == 404
    assert owner_browser(cast.reseller("Radek")).get(address).status_code == 200


# --- the terms -----------------------------------------------------------------------------------


def test_the_owner_accepts_the_terms_in_the_panel_and_the_form_opens() -> None:
    radek = cast.reseller("Radek", terms=False)
    radeks = owner_browser(radek)
    assert "Accept the terms" in page_of(radeks, "/panel/")
    version = TermsVersion.objects.get()
    page = page_of(radeks, "/panel/regulamin/")
    assert version.sha256 in page
    assert not Acceptance.objects.exists()
    answer = radeks.post(
        "/panel/regulamin/", {"sha256": version.sha256}, headers={"user-agent": "Testowa/1"}
    )
    assert answer["Location"] == "/panel/"
    accepted = Acceptance.objects.get()
    assert (accepted.person, accepted.sha256) == (cast.owner_of(radek), version.sha256)
    assert (accepted.user_agent, accepted.network) == ("Testowa/1", "127.0.0.1")
    radek.refresh_from_db()
    assert radek.state == "active"
    assert radeks.post("/panel/regulamin/", {"sha256": version.sha256}).status_code == 302
    assert Acceptance.objects.count() == 1


def test_a_click_on_an_older_text_accepts_nothing() -> None:
    radeks = owner_browser(cast.reseller("Radek", terms=False))
    assert radeks.post("/panel/regulamin/", {"sha256": "0" * 64}).status_code == 409
    assert not Acceptance.objects.exists()


def test_a_newer_version_asks_for_acceptance_while_everything_goes_on() -> None:
    radek = cast.reseller("Radek")
    cast.lead(radek, "Kwiaty")
    publish("# Nowy\n\nTreść", valid_from=date(2026, 4, 1), by=SYSTEM_ACTOR, at=TODAY)
    radeks = owner_browser(radek)
    page = page_of(radeks, "/panel/")
    assert "New terms of the programme, version 2" in page
    assert "Register a client" in page


def test_a_member_reads_the_terms_and_does_not_accept_them() -> None:
    radek = cast.reseller("Radek", terms=False)
    version = TermsVersion.objects.get()
    for role in (RESELLER_MEMBER, RESELLER_READER):
        browser = browser_of(cast.colleague(radek, role))
        assert "I accept the terms" not in page_of(browser, "/panel/regulamin/")
        answer = browser.post("/panel/regulamin/", {"sha256": version.sha256})
        assert answer.status_code == 403
    assert not Acceptance.objects.exists()


def test_awaiting_terms_means_reading_only() -> None:
    radek = cast.reseller("Radek", terms=False)
    radeks = owner_browser(radek)
    assert radeks.get("/panel/klienci/").status_code == 200
    sent = {"rodzaj": "other", "subject": "a", "text": "b"}
    assert radeks.post("/panel/zgloszenia/nowe/", sent).status_code == 403


# --- materials and settings ----------------------------------------------------------------------


def test_the_price_list_shows_the_prices_of_the_day() -> None:
    service = cast.service()
    for grosze, day in ((35_900, date(2026, 3, 1)), (99_900, date(2026, 4, 1))):
        service.set_price(months=1, grosze=grosze, from_on=day, by=SYSTEM_ACTOR, at=cast.START)
    page = page_of(owner_browser(cast.reseller("Radek")), "/panel/materialy/")
    assert "359.00 zł" in page
    assert "329.00" not in page
    assert "999.00" not in page
    assert "accepted" in page


def test_a_file_is_downloaded_under_its_name_and_visiting_changes_nothing() -> None:
    radek = cast.reseller("Radek")
    file = add_material("Prezentacja", b"%PDF-1.7 tekst", by=cast.person("Adam"), at=TODAY)
    radeks = owner_browser(radek)
    before = list(radek.checklist.values_list("key", "done_at"))
    assert "Prezentacja" in page_of(radeks, "/panel/materialy/")
    answer = radeks.get(f"/panel/materialy/{file.pk}/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 tekst"  # type: ignore[attr-defined]  # it streams
    assert answer["Content-Disposition"].startswith("attachment")
    assert list(radek.checklist.values_list("key", "done_at")) == before
    assert radeks.get("/panel/materialy/999/").status_code == 404


def test_the_card_with_the_code_is_a_pdf() -> None:
    answer = owner_browser(cast.reseller("Radek")).get("/panel/formularz/karta.pdf")
    assert answer.content.startswith(b"%PDF-")


def test_a_person_changes_his_name_and_language() -> None:
    owner = cast.owner_of(cast.reseller("Radek"))
    radeks = browser_of(owner)
    sent = {"part": "profile", "name": "Radosław Kowalski", "language": "pl"}
    assert radeks.post("/panel/ustawienia/", sent).status_code == 302
    owner.refresh_from_db()
    assert (owner.name, owner.language) == ("Radosław Kowalski", "pl")
    assert radeks.post("/panel/ustawienia/", sent | {"language": "xx"}).status_code == 422


def test_a_password_is_changed_with_the_old_one_and_other_sessions_end() -> None:
    owner = cast.owner_of(cast.reseller("Radek"))
    here, there = browser_of(owner), browser_of(owner)
    sent = {"part": "password", "old": cast.PASSWORD, "password": "siedem-gor-za-lasem"}
    assert here.post("/panel/ustawienia/", sent | {"old": "nie to"}).status_code == 422
    assert here.post("/panel/ustawienia/", sent | {"password": "krotkie"}).status_code == 422
    assert here.post("/panel/ustawienia/", sent).status_code == 302
    assert here.get("/panel/").status_code == 200
    assert there.get("/panel/")["Location"].startswith("/logowanie/")
    assert Message.objects.filter(to=owner.email, template__endswith="password_changed").exists()
