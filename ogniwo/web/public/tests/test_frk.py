"""II.1–II.4: the reseller's own form; who may send it at once, and what a taken NIP tells whom."""

import re

import pytest
import time_machine
from django.test import Client as Browser
from pytest_django import Settings

from ogniwo.journal.models import Event
from ogniwo.kernel import roles
from ogniwo.outbox.models import Message
from ogniwo.programme.models import Case, Client, FrkDraft, Reseller
from ogniwo.web.public.tests.walk import frk_post, secret_of, sent, signed_in
from tests import cast

pytestmark = pytest.mark.django_db
AT = cast.later(3)
RADEK = "/reseller_klient_RadekKowalski.html"
ZENON = "/reseller_klient_ZenonKowalski.html"


@pytest.fixture(autouse=True)
def day() -> object:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def radek() -> Reseller:
    return cast.reseller("Radek")


def test_the_form_says_as_whom_and_is_not_for_search_engines(radek: Reseller) -> None:
    page = Browser().get(RADEK)
    assert page.status_code == 200
    assert radek.company_name in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_any_spelling_leads_to_the_one_address(radek: Reseller) -> None:
    for name in ("radekkowalski", "RADEKKOWALSKI", "RádekKowalski"):
        answer = Browser().get(f"/reseller_klient_{name}.html")
        assert (answer.status_code, answer.headers["Location"]) == (301, RADEK)
    radek.rename_form("Łucja Żak-Nowak", by=cast.person("Ola"), at=AT)
    for name in ("RadekKowalski", "łucjażaknowak"):
        answer = Browser().get(f"/reseller_klient_{name}.html")
        assert answer.headers["Location"] == "/reseller_klient_LucjaZakNowak.html"
    assert Browser().get("/reseller_klient_Nikt.html").status_code == 404


@pytest.mark.parametrize("verb", ["suspend", "end"])
def test_the_form_of_a_reseller_who_is_not_active_is_gone(radek: Reseller, verb: str) -> None:
    getattr(radek, verb)(reason="Umowa", by=cast.person("Ola"), at=AT)
    assert Browser().get(RADEK).status_code == 410
    assert Browser().post(RADEK, frk_post()).status_code == 410
    assert not FrkDraft.objects.exists()


def test_the_form_waits_for_the_terms() -> None:
    cast.reseller("Radek", terms=False)
    assert Browser().get(RADEK).status_code == 410


@pytest.mark.parametrize("role", [roles.RESELLER_OWNER, roles.RESELLER_MEMBER])
def test_his_own_people_register_with_one_click(radek: Reseller, role: str) -> None:
    user = cast.owner_of(radek) if role == roles.RESELLER_OWNER else cast.colleague(radek, role)
    answer = signed_in(user).post(RADEK, frk_post())
    client = Client.objects.get()
    assert answer.headers["Location"] == f"/panel/klienci/{client.lead_number}/"
    assert (client.state, client.reseller, client.registered_by) == ("lead", radek, user)
    assert (sent("lead_registered"), sent("client_information"), sent("frk_code")) == (1, 1, 0)


def test_staff_registers_for_a_reseller(radek: Reseller) -> None:
    answer = signed_in(cast.person("Ola")).post(RADEK, frk_post())
    client = Client.objects.get()
    assert answer.headers["Location"] == f"/konsola/leady/{client.lead_number}/"
    assert client.reseller == radek


def test_who_only_reads_does_not_register(radek: Reseller) -> None:
    readers = [
        cast.colleague(radek, roles.RESELLER_READER), cast.person("Rita"), cast.person("Krysia")
    ]  # fmt: skip
    for user in readers:
        assert signed_in(user).get(RADEK).status_code == 200
        assert signed_in(user).post(RADEK, frk_post()).status_code == 403
    assert not Client.objects.exists()
    assert not FrkDraft.objects.exists()


def test_another_reseller_needs_the_code_like_any_stranger(radek: Reseller) -> None:
    answer = signed_in(cast.owner_of(cast.reseller("Zenon"))).post(RADEK, frk_post())
    assert answer.headers["Location"].startswith("/rejestracja/")
    assert not Client.objects.exists()


def test_own_client_again_leads_to_him_and_to_a_further_service(radek: Reseller) -> None:
    client = cast.lead(radek, at=AT)
    answer = signed_in(cast.owner_of(radek)).post(RADEK, frk_post())
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"/panel/klienci/{client.lead_number}/" in page
    assert f"/panel/zgloszenia/nowe/?klient={client.lead_number}" in page
    assert Client.objects.count() == 1
    assert Event.objects.filter(verb="programme.reseller.nip_refused").count() == 1


def test_anothers_client_is_never_named_and_can_be_disputed(radek: Reseller) -> None:
    zenon = cast.reseller("Zenon")
    cast.lead(radek, at=AT)
    browser = signed_in(cast.owner_of(zenon))
    answer = browser.post(ZENON, frk_post())
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Radek" not in page
    assert "L-0001" not in page
    post = {
        "dispute": "1",
        "company_name": "Kwiaty",
        "nip": cast.client_fields()["nip"],
        "text": "Mój",
    }
    assert browser.post(ZENON, post).headers["Location"] == "/panel/zgloszenia/Z-0001/"
    case = Case.objects.get()
    assert (case.kind, case.reseller, case.client) == ("dispute", zenon, None)
    said, note = case.posts.order_by("pk")
    assert "Radek" not in said.text
    assert (note.internal, "Radek Doradztwo" in note.text) == (True, True)


def test_only_his_own_people_dispute(radek: Reseller) -> None:
    post = {"dispute": "1", "company_name": "Kwiaty", "nip": cast.client_fields()["nip"]}
    assert Browser().post(RADEK, post).status_code == 403
    assert signed_in(cast.person("Ola")).post(RADEK, post).status_code == 403


def test_a_company_nobody_holds_cannot_be_disputed(radek: Reseller) -> None:
    post = {"dispute": "1", "company_name": "Kwiaty", "nip": cast.client_fields()["nip"]}
    assert signed_in(cast.owner_of(radek)).post(RADEK, post).status_code == 409
    assert not Case.objects.exists()


def test_staff_sees_who_holds_the_company(radek: Reseller) -> None:
    client = cast.lead(radek, at=AT)
    page = signed_in(cast.person("Ola")).post(RADEK, frk_post())
    assert page.status_code == 409
    assert f"/konsola/leady/{client.lead_number}/" in page.content.decode()


def test_a_stranger_cannot_tell_a_free_company_from_a_taken_one(radek: Reseller) -> None:
    cast.lead(radek, "Kwiaty", at=AT)
    pages, letters = [], []
    for name in ("Kwiaty", "Stolarz"):
        before, browser = Message.objects.count(), Browser()
        answer = browser.post(RADEK, frk_post(name))
        page = browser.get(answer.headers["Location"])
        pages.append((answer.status_code, page.status_code, masked(page.content.decode())))
        letters.append(Message.objects.count() - before)
    assert pages[0] == pages[1]
    assert letters == [1, 1]


def masked(page: str) -> str:
    page = re.sub(r"/rejestracja/[\w-]+/", "/rejestracja/…/", page)
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_strangers_client_waits_for_the_code(radek: Reseller) -> None:
    browser = Browser()
    here = browser.post(RADEK, frk_post()).headers["Location"]
    assert not Client.objects.exists()
    assert Browser().get(here).status_code == 410  # another browser
    code = secret_of("frk_code", key="code")
    assert browser.post(here, {"code": f"{code[:3]} {code[3:]}"}).headers["Location"] == here
    client = Client.objects.get()
    assert client.reseller == radek
    page = browser.get(here).content.decode()
    assert f"/panel/klienci/{client.lead_number}/" in page
    assert browser.post(here, {"code": code}).status_code == 200


def test_a_wrong_code_is_named_and_a_new_one_can_be_sent(radek: Reseller) -> None:
    browser = Browser()
    here = browser.post(RADEK, frk_post()).headers["Location"]
    old = secret_of("frk_code", key="code")
    wrong = "000000" if old != "000000" else "111111"
    assert browser.post(here, {"code": wrong}).status_code == 422
    assert browser.get(f"{here}code/").status_code == 405
    assert browser.post(f"{here}code/").headers["Location"] == here
    new = secret_of("frk_code", key="code")
    if new != old:
        assert browser.post(here, {"code": old}).status_code == 422
    assert browser.post(here, {"code": new}).status_code == 302
    assert Client.objects.count() == 1


def test_after_the_code_a_taken_company_gets_one_neutral_sentence(radek: Reseller) -> None:
    own, foreign = cast.lead(radek, "Kwiaty", at=AT), cast.reseller("Zenon")
    cast.lead(foreign, "Stolarz", at=AT)
    pages = set()
    for name in ("Kwiaty", "Stolarz"):
        browser = Browser()
        here = browser.post(RADEK, frk_post(name)).headers["Location"]
        answer = browser.post(here, {"code": secret_of("frk_code", key="code")})
        assert answer.status_code == 409
        assert own.lead_number not in answer.content.decode()
        pages.add(masked(answer.content.decode()))
    assert len(pages) == 1


def test_bad_input_is_kept_and_named(radek: Reseller) -> None:
    for field, value in (
        ("nip", "9991000023"),
        ("statement_on", "2099-01-01"),
        ("statement_on", "1899-01-01"),
        ("company_name", "x" * 10_000),
        ("email", "a@b.example\r\nBcc: x@y.example"),
        ("shop_url", ""),
        ("platform", "allegro"),
        ("services", ["nie-ma"]),
    ):
        cast.service()
        post = frk_post(services=["integrator"]) | {field: value}
        answer = Browser().post(RADEK, post)
        assert answer.status_code == 422, field
        assert f'id="f-{field}-e"' in answer.content.decode()
        assert "Marta Lipska" in answer.content.decode()
    assert not FrkDraft.objects.exists()


def test_without_a_shop_the_address_stays_empty(radek: Reseller) -> None:
    browser = signed_in(cast.owner_of(radek))
    with_address = frk_post(platform="none")
    assert browser.post(RADEK, with_address).status_code == 422
    assert browser.post(RADEK, with_address | {"shop_url": ""}).status_code == 302


def test_services_are_asked_only_when_there_are_some(radek: Reseller) -> None:
    browser = signed_in(cast.owner_of(radek))
    cast.service("integrator")
    assert browser.post(RADEK, frk_post()).status_code == 422
    assert browser.post(RADEK, frk_post(services=["integrator"])).status_code == 302
    assert [service.code for service in Client.objects.get().services.all()] == ["integrator"]


def test_prices_are_shown_to_people_who_signed_in(radek: Reseller) -> None:
    cast.service("integrator", grosze=32_900)
    assert "329,00" not in Browser().get(RADEK).content.decode()
    assert "329,00" in signed_in(cast.owner_of(radek)).get(RADEK).content.decode()


def test_a_double_click_registers_once(radek: Reseller) -> None:
    browser, post = signed_in(cast.owner_of(radek)), frk_post(once="k" * 43)
    first, second = browser.post(RADEK, post), browser.post(RADEK, post)
    assert first.headers["Location"] == second.headers["Location"]
    assert Client.objects.count() == 1


def test_nobody_can_give_himself_another_reseller_or_state(radek: Reseller) -> None:
    zenon = cast.reseller("Zenon")
    signed_in(cast.owner_of(radek)).post(
        RADEK, frk_post(reseller=zenon.pk, state="account", number="K-9999")
    )
    client = Client.objects.get()
    assert (client.reseller, client.state, client.number) == (radek, "lead", None)


def test_the_cap_of_open_leads_is_a_sentence(radek: Reseller) -> None:
    cast.vendor(open_leads_cap=1)
    cast.lead(radek, "Stolarz", at=AT)
    answer = signed_in(cast.owner_of(radek)).post(RADEK, frk_post())
    assert answer.status_code == 409
    assert "Marta Lipska" in answer.content.decode()


def test_strangers_drafts_are_limited_and_kept(
    radek: Reseller, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OGNIWO_LIMITS = True
    monkeypatch.setattr("ogniwo.web.forms.Guarded._check_age", lambda _form: None)
    names = ["Ala", "Bea", "Ela", "Iga", "Ida", "Ewa"]
    answers = [Browser().post(RADEK, frk_post(name)) for name in names]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert FrkDraft.objects.count() == 5
    assert sent("frk_code") == 3
