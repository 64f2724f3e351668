"""Requests in the Panel: opened, answered, withdrawn (II.5)."""

from typing import Any

import pytest
import time_machine

from ogniwo.kernel.roles import RESELLER_READER
from ogniwo.outbox.models import Message
from ogniwo.programme.cases import open_case
from ogniwo.programme.models import Case, Reseller
from ogniwo.web.panel.tests.browsing import (
    TODAY,
    an_account,
    browser_of,
    owner_browser,
    page_of,
)
from tests import cast

pytestmark = pytest.mark.django_db
LIST, NEW = "/panel/zgloszenia/", "/panel/zgloszenia/nowe/"


def a_case(firm: Reseller, **changes: Any) -> Case:
    facts: dict[str, Any] = {"kind": "other", "subject": "Pytanie", "text": "Kiedy?"}
    return open_case(firm, **(facts | changes), by=cast.owner_of(firm), at=TODAY)


def test_another_service_is_reported_from_the_account_and_mailed_to_the_contact_address() -> None:
    radek = cast.reseller("Radek")
    client = an_account(radek)
    radeks = owner_browser(radek)
    page = page_of(radeks, f"{NEW}?klient={client.number}&rodzaj=further_service")
    assert "Integrator" in page
    sent = {"klient": str(client.number), "rodzaj": "further_service", "service": "integrator",
            "text": "Drugi magazyn"}  # fmt: skip
    answer = radeks.post(NEW, sent)
    case = Case.objects.get()
    assert answer["Location"] == f"{LIST}{case.number}/"
    assert (case.kind, case.client_id, case.reseller_id) == ("further_service", client.pk, radek.pk)
    to = set(Message.objects.filter(label=case.number).values_list("to", flat=True))
    assert "partnerzy@meridian.example" in to
    assert "Drugi magazyn" in page_of(radeks, answer["Location"])


def test_another_shop_says_where_it_is() -> None:
    radek = cast.reseller("Radek")
    client = an_account(radek)
    owner_browser(radek).post(
        NEW,
        {"klient": client.number, "rodzaj": "further_shop", "shop_url": "wianki.example",
         "platform": "shoper", "text": ""},
    )  # fmt: skip
    case = Case.objects.get()
    assert "wianki.example" in case.subject
    assert "Shoper" in case.posts.get().text


def test_a_change_of_data_is_a_difference_of_fields() -> None:
    radek = cast.reseller("Radek")
    client = an_account(radek)
    radeks = owner_browser(radek)
    base = {"klient": client.number, "rodzaj": "change_of_data", "text": ""}
    radeks.post(NEW, base | {"phone": "600 111 222", "street": "", "city": client.city})
    case = Case.objects.get()
    assert [(r["field"], r["old"], r["new"]) for r in case.changes] == [
        ("phone", "+48602118447", "+48600111222")
    ]
    assert "600 111 222" in page_of(radeks, f"{LIST}{case.number}/")
    nothing = radeks.post(NEW, base)
    assert nothing.status_code == 422
    wrong = radeks.post(NEW, base | {"nip": "123", "street": "ul. Zapamiętana 1"})
    assert wrong.status_code == 422
    assert "ul. Zapamiętana 1" in wrong.content.decode()
    assert Case.objects.count() == 1


def test_a_cancellation_and_a_question_are_reported() -> None:
    radek = cast.reseller("Radek")
    client = an_account(radek)
    radeks = owner_browser(radek)
    sent = {"klient": client.number, "rodzaj": "cancellation", "effective_on": "2026-04-30",
            "text": "Sklep się zamyka"}  # fmt: skip
    assert radeks.post(NEW, sent).status_code == 302
    asked = {"rodzaj": "other", "subject": "Ulotki", "text": "Czy są?"}
    assert radeks.post(NEW, asked).status_code == 302
    assert sorted(Case.objects.values_list("kind", flat=True)) == ["cancellation", "other"]


def test_a_dispute_names_the_company_and_never_its_holder() -> None:
    radek, zenon = cast.reseller("Radek"), cast.reseller("Zenon")
    foreign = cast.lead(zenon, "Rower")
    radeks = owner_browser(radek)
    sent = {"rodzaj": "dispute", "company_name": "Rower", "nip": foreign.nip, "text": "Znamy się"}
    where = radeks.post(NEW, sent)["Location"]
    page = page_of(radeks, where)
    assert "Rower" in page
    assert zenon.company_name not in page
    assert foreign.lead_number not in page


def test_a_double_click_opens_one_request() -> None:
    radeks = owner_browser(cast.reseller("Radek"))
    sent = {"rodzaj": "other", "subject": "Raz", "text": "Raz", "once": "k" * 43}
    first, second = radeks.post(NEW, sent), radeks.post(NEW, sent)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_a_client_must_be_chosen_and_must_be_his() -> None:
    radek, zenon = cast.reseller("Radek"), cast.reseller("Zenon")
    foreign = cast.lead(zenon, "Rower")
    radeks = owner_browser(radek)
    assert radeks.get(f"{NEW}?klient={foreign.lead_number}").status_code == 404
    sent = {"rodzaj": "further_service", "text": "Coś"}
    assert radeks.post(NEW, sent | {"klient": foreign.lead_number}).status_code == 404
    assert radeks.post(NEW, sent).status_code == 422
    assert radeks.get(f"{NEW}?rodzaj=nic").status_code == 404
    assert not Case.objects.exists()


def test_a_reply_goes_on_with_the_thread() -> None:
    radek = cast.reseller("Radek")
    case = a_case(radek)
    case.take(by=cast.person("Ola"), at=TODAY)
    case.note(text="Tylko dla nas", by=cast.person("Ola"), at=TODAY)
    case.answer(text="W maju?", by=cast.person("Ola"), at=TODAY)
    radeks = owner_browser(radek)
    page = page_of(radeks, f"{LIST}{case.number}/")
    assert "W maju?" in page
    assert "Tylko dla nas" not in page
    assert "We wait for your reply" in page
    radeks.post(f"{LIST}{case.number}/reply/", {"text": "Tak, w maju"})
    case.refresh_from_db()
    assert case.state == "in_progress"
    assert "Tak, w maju" in page_of(radeks, f"{LIST}{case.number}/")
    assert radeks.post(f"{LIST}{case.number}/reply/", {"text": " "}).status_code == 422


def test_a_reply_within_14_days_reopens_a_finished_request_later_a_new_one_follows(
    clock: time_machine.Traveller,
) -> None:
    radek = cast.reseller("Radek")
    case = a_case(radek)
    case.refuse(reason="Nie robimy tego", by=cast.person("Ola"), at=TODAY)
    clock.shift(13 * 24 * 3600)
    radeks = owner_browser(radek)
    assert "Declined" in page_of(radeks, f"{LIST}{case.number}/")
    radeks.post(f"{LIST}{case.number}/reply/", {"text": "A jednak"})
    case.refresh_from_db()
    assert case.state == "in_progress"
    case.apply(by=cast.person("Ola"), at=cast.later(13, at=TODAY))
    clock.shift(15 * 24 * 3600)
    answer = owner_browser(radek).post(f"{LIST}{case.number}/reply/", {"text": "Jeszcze jedno"})
    new = Case.objects.latest("pk")
    assert answer["Location"] == f"{LIST}{new.number}/"
    assert new.follows_id == case.pk


def test_a_request_is_withdrawn_once() -> None:
    radek = cast.reseller("Radek")
    case = a_case(radek)
    radeks = owner_browser(radek)
    assert radeks.get(f"{LIST}{case.number}/withdraw/").status_code == 200
    case.refresh_from_db()
    assert case.state == "open"
    assert radeks.post(f"{LIST}{case.number}/withdraw/", {}).status_code == 302
    assert radeks.post(f"{LIST}{case.number}/withdraw/", {}).status_code == 409


def test_another_resellers_request_is_not_there() -> None:
    case = a_case(cast.reseller("Radek"))
    zenons = owner_browser(cast.reseller("Zenon"))
    assert zenons.get(f"{LIST}{case.number}/").status_code == 404
    assert zenons.post(f"{LIST}{case.number}/reply/", {"text": "Ja"}).status_code == 404
    assert zenons.post(f"{LIST}{case.number}/withdraw/", {}).status_code == 404
    assert case.number not in page_of(zenons, LIST)


def test_a_reader_reads_requests_and_writes_none() -> None:
    radek = cast.reseller("Radek")
    case = a_case(radek)
    reader = browser_of(cast.colleague(radek, RESELLER_READER))
    assert "Kiedy?" in page_of(reader, f"{LIST}{case.number}/")
    assert 'name="text"' not in page_of(reader, f"{LIST}{case.number}/")
    assert reader.get(NEW).status_code == 403
    assert reader.post(NEW, {"rodzaj": "other", "subject": "a", "text": "b"}).status_code == 403
    assert reader.post(f"{LIST}{case.number}/reply/", {"text": "Ja"}).status_code == 403
    assert reader.post(f"{LIST}{case.number}/withdraw/", {}).status_code == 403
