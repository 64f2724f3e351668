"""A Lead in the Panel: corrected, asked about, withdrawn, and met as an Account (II.6, III.4)."""

import pytest
import time_machine

from ogniwo.billing.accounts import convert, undo_convert
from ogniwo.journal.models import Event
from ogniwo.kernel.roles import RESELLER_MEMBER, RESELLER_READER
from ogniwo.programme.models import Case, Client
from ogniwo.web.panel.tests.browsing import (
    TODAY,
    an_account,
    browser_of,
    owner_browser,
    page_of,
    typed,
)
from tests import cast

pytestmark = pytest.mark.django_db


def address(client: Client, verb: str = "") -> str:
    return f"/panel/klienci/{client.lead_number}/{verb + '/' if verb else ''}"


def converted(client: Client) -> None:
    convert(
        client,
        reseller=client.reseller,
        unverified_because="sprawdzone",
        by=cast.person("Ola"),
        at=TODAY,
    )


def test_a_mistake_is_corrected_in_the_panel_and_the_journal_keeps_the_difference() -> None:
    client = cast.lead()
    radeks = browser_of(cast.colleague(cast.reseller("Radek"), RESELLER_MEMBER))
    answer = radeks.post(address(client, "edit"), typed(client, street="ul. Nowa 4"))
    assert answer.status_code == 302
    client.refresh_from_db()
    assert client.street == "ul. Nowa 4"
    event = Event.objects.about(client).filter(verb="programme.client.edit").get()
    assert [d.field for d in event.details.all()] == ["street"]


def test_saving_answers_the_vendors_question() -> None:
    client = cast.lead()
    client.ask(
        fields=["street"], question="Gdzie jest magazyn?", by=cast.person("Ola"), at=cast.later(1)
    )
    radeks = owner_browser(cast.reseller("Radek"))
    page = page_of(radeks, address(client))
    assert "Gdzie jest magazyn?" in page
    assert "We ask about this." in page
    radeks.post(address(client, "edit"), typed(client, street="ul. Magazynowa 2"))
    client.refresh_from_db()
    assert (client.state, client.question) == ("lead", "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nip", "999-000-00-00"),
        ("nip", "0000000000"),
        ("nip", "abc"),
        ("email", "ola@zielony"),
        ("email", "a@b.example\r\nBcc: c@d.example"),
        ("company_name", "x" * 10_000),
        ("statement_on", "1800-01-01"),
        ("city", "a\x00b"),
        ("platform", "none"),
    ],
)
def test_a_mistake_in_the_form_changes_nothing_and_keeps_what_was_typed(
    field: str, value: str
) -> None:
    client = cast.lead()
    fields = typed(client, street="ul. Zapamiętana 1") | {field: value}
    answer = owner_browser(cast.reseller("Radek")).post(address(client, "edit"), fields)
    assert answer.status_code == 422
    assert "ul. Zapamiętana 1" in answer.content.decode()
    client.refresh_from_db()
    assert client.street != "ul. Zapamiętana 1"


def test_a_taken_nip_is_refused_without_naming_the_holder() -> None:
    radek, zenon = cast.reseller("Radek"), cast.reseller("Zenon")
    mine, foreign = cast.lead(radek, "Kwiaty"), cast.lead(zenon, "Rower")
    answer = owner_browser(radek).post(address(mine, "edit"), typed(mine, nip=foreign.nip))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "rodzaj=dispute" in page
    assert "Rower" not in page
    assert foreign.lead_number not in page


def test_the_nip_of_another_client_of_his_names_that_client() -> None:
    radek = cast.reseller("Radek")
    mine, other = cast.lead(radek, "Kwiaty"), cast.lead(radek, "Rower")
    answer = owner_browser(radek).post(address(mine, "edit"), typed(mine, nip=other.nip))
    assert answer.status_code == 409
    assert other.lead_number in answer.content.decode()


def test_of_two_who_edit_one_lead_the_second_sees_both_versions() -> None:
    client = cast.lead()
    radeks = owner_browser(cast.reseller("Radek"))
    stale = typed(client, street="ul. Moja 1")
    radeks.post(address(client, "edit"), typed(client, street="ul. Pierwsza 1"))
    answer = radeks.post(address(client, "edit"), stale)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "ul. Moja 1" in page
    assert "ul. Pierwsza 1" in page
    client.refresh_from_db()
    assert client.street == "ul. Pierwsza 1"


def test_what_is_typed_into_a_lead_that_became_an_account_becomes_a_request() -> None:
    client = cast.lead()
    radeks = owner_browser(cast.reseller("Radek"))
    fields = typed(client, street="ul. Nowa 4", invoice_email="faktury@kwiaty.example")
    converted(client)
    answer = radeks.post(address(client, "edit"), fields)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "The Lead is an Account already" in page
    assert "ul. Nowa 4" in page
    client.refresh_from_db()
    assert client.street == "ul. Różana 11"

    sent = {"klient": client.number, "rodzaj": "change_of_data", "text": "",
            "street": "ul. Nowa 4", "invoice_email": "faktury@kwiaty.example"}  # fmt: skip
    for name in sent:
        assert f'name="{name}"' in page
    assert radeks.post("/panel/zgloszenia/nowe/", sent).status_code == 302
    case = Case.objects.get()
    assert [(row["field"], row["new"]) for row in case.changes] == [
        ("street", "ul. Nowa 4"),
        ("invoice_email", "faktury@kwiaty.example"),
    ]


def test_the_old_address_leads_to_the_account_for_good_only_after_a_day(
    clock: time_machine.Traveller,
) -> None:
    client = cast.lead()
    radeks = owner_browser(cast.reseller("Radek"))
    converted(client)
    new = f"/panel/klienci/{client.number}/"
    first = radeks.get(address(client))
    assert (first.status_code, first["Location"]) == (302, new)
    clock.shift(24 * 3600)
    assert radeks.get(address(client)).status_code == 301
    assert radeks.get(new).status_code == 200


def test_after_an_undone_conversion_the_lead_is_edited_again() -> None:
    client = cast.lead()
    radeks = owner_browser(cast.reseller("Radek"))
    converted(client)
    undo_convert(client, by=cast.person("Ola"), at=TODAY)
    client.refresh_from_db()
    assert radeks.get(f"/panel/klienci/{client.number}/")["Location"] == address(client)
    assert "K-0001" not in page_of(radeks, address(client))
    assert radeks.post(address(client, "edit"), typed(client, city="Cieplice")).status_code == 302


def test_a_lead_is_withdrawn_by_a_button_after_a_question() -> None:
    client = cast.lead()
    radeks = owner_browser(cast.reseller("Radek"))
    assert "Withdraw the Lead" in page_of(radeks, address(client, "withdraw"))
    client.refresh_from_db()
    assert client.state == "lead"
    assert radeks.post(
        address(client, "withdraw"), {"version": client.version}
    ).status_code == 302  # fmt: skip
    client.refresh_from_db()
    assert client.state == "withdrawn"
    assert radeks.post(address(client, "withdraw"), {}).status_code == 409
    assert radeks.post(address(client, "edit"), typed(client)).status_code == 409


def test_another_resellers_lead_is_not_there_whatever_is_tried() -> None:
    client = cast.lead(cast.reseller("Radek"))
    zenons = owner_browser(cast.reseller("Zenon"))
    for verb in ("", "edit", "withdraw"):
        assert zenons.get(address(client, verb)).status_code == 404
    assert zenons.post(address(client, "edit"), typed(client)).status_code == 404
    assert zenons.post(address(client, "withdraw"), {}).status_code == 404


def test_a_reader_sees_the_lead_and_writes_nothing() -> None:
    client = cast.lead()
    reader = browser_of(cast.colleague(cast.reseller("Radek"), RESELLER_READER))
    page = page_of(reader, address(client))
    assert client.street in page
    assert 'name="street"' not in page
    assert reader.post(address(client, "edit"), typed(client)).status_code == 403
    assert reader.post(address(client, "withdraw"), {}).status_code == 403


def test_a_suspended_reseller_reads_and_writes_nothing() -> None:
    radek = cast.reseller("Radek")
    client = cast.lead(radek)
    radeks = owner_browser(radek)
    radek.suspend(reason="Zaległe rozliczenie", by=cast.person("Ola"), at=TODAY)
    assert 'name="street"' not in page_of(radeks, address(client))
    assert radeks.post(address(client, "edit"), typed(client)).status_code == 403


def test_verbs_of_the_desk_are_not_offered_here() -> None:
    client = cast.lead()
    radeks = owner_browser(cast.reseller("Radek"))
    assert radeks.post(address(client, "convert"), {}).status_code == 403
    assert radeks.post(address(client, "reject"), {"reason": "other"}).status_code == 403


def test_an_account_shows_from_what_it_is_billed_and_why_its_data_are_locked() -> None:
    client = an_account(cast.reseller("Radek"))
    radeks = owner_browser(cast.reseller("Radek"))
    page = page_of(radeks, f"/panel/klienci/{client.number}/")
    assert "Integrator" in page
    assert "every month" in page
    assert "329.00 zł" in page
    assert "404.67 zł" in page
    assert "changes the data of an Account" in page
    assert 'name="street"' not in page
