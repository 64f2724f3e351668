"""Resellers at the desk: the register, the start, the terms with their proof, and the moves."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from ogniwo.outbox.models import Message
from ogniwo.people.models import User
from ogniwo.programme.models import Reseller
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast

pytestmark = pytest.mark.django_db
LIST = "/konsola/resellerzy/"
PDF = b"%PDF-1.7\n%scan"


def address(reseller: Reseller, verb: str = "") -> str:
    return f"{LIST}{reseller.number}/{verb}/" if verb else f"{LIST}{reseller.number}/"


def scan(content: bytes = PDF, name: str = "umowa.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_register_counts_leads_and_accounts() -> None:
    radek = cast.reseller("Radek")
    cast.lead(radek)
    page = browser_of("Rita").get(LIST)
    assert [(r.leads_now, r.accounts_now) for r in page.context["page"].rows] == [(1, 0)]


def test_the_page_shows_the_checklist_the_form_and_the_acceptance() -> None:
    radek = cast.reseller("Radek")
    page = browser_of("Rita").get(address(radek)).content.decode()
    name = radek.frk_name()
    assert name is not None
    assert name.path in page
    assert radek.acceptances.get().sha256 in page


def test_suspending_needs_a_reason_and_can_be_taken_back() -> None:
    radek, ola = cast.reseller("Radek"), browser_of("Ola")
    assert ola.post(address(radek, "suspend"), {"reason": ""}).status_code == 422
    ola.post(address(radek, "suspend"), {"reason": "Zaległości"})
    radek.refresh_from_db()
    assert (radek.state, radek.reason) == ("suspended", "Zaległości")
    ola.post(address(radek, "resume"))
    radek.refresh_from_db()
    assert radek.state == "active"


def test_terms_signed_on_paper_open_the_form_and_keep_the_scan() -> None:
    radek, ola = cast.reseller("Radek", terms=False), browser_of("Ola")
    typed = {"scan": scan(), "signed_on": "2026-01-06"}
    assert ola.post(address(radek, "accept_terms"), typed).status_code == 302
    radek.refresh_from_db()
    assert radek.state == "active"
    acceptance = radek.acceptances.get()
    assert (acceptance.channel, acceptance.person) == ("paper", cast.person("Ola"))
    proof = ola.get(f"{address(radek)}acceptances/{acceptance.pk}/")
    assert proof.content == PDF
    assert proof.headers["Content-Type"] == "application/pdf"
    assert proof.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("content", [b"", b"<html><script>alert(1)</script>", b"MZ\x90"])
def test_a_scan_is_told_by_its_content(content: bytes) -> None:
    radek = cast.reseller("Radek", terms=False)
    typed = {"scan": scan(content), "signed_on": "2026-01-06"}
    assert browser_of("Ola").post(address(radek, "accept_terms"), typed).status_code == 422
    assert not radek.acceptances.exists()


def test_data_are_changed_and_a_taken_nip_is_refused() -> None:
    radek, zenon = cast.reseller("Radek"), cast.reseller("Zenon")
    fields = {name: getattr(radek, name) for name in Reseller.COMPANY_FIELDS}
    ola = browser_of("Ola")
    ola.post(address(radek, "change_data"), fields | {"city": "Kraków"})
    radek.refresh_from_db()
    assert radek.city == "Kraków"
    answer = ola.post(address(radek, "change_data"), fields | {"nip": zenon.nip})
    assert answer.status_code == 409
    assert fields["company_name"] in answer.content.decode()


def test_a_new_name_of_the_form_keeps_the_old_one() -> None:
    radek = cast.reseller("Radek")
    old = radek.frk_name()
    browser_of("Ola").post(address(radek, "rename_form"), {"name": "Łucja Żak"})
    new = radek.frk_name()
    assert new is not None
    assert (new.slug, new != old) == ("LucjaZak", True)


def test_the_invitation_is_sent_again_to_who_has_no_password() -> None:
    radek, ola = cast.reseller("Radek"), browser_of("Ola")
    person = User.objects.add(
        "nowa@doradztwo.example",
        role="reseller_member",
        reseller_id=radek.pk,
        by=cast.person("Ola"),
        at=now(),
    )
    ola.post(f"{address(radek)}people/{person.pk}/invite/")
    assert Message.objects.filter(to=person.email).count() == 1
    owner = cast.owner_of(radek)
    ola.post(f"{address(radek)}people/{owner.pk}/invite/")
    assert not Message.objects.filter(to=owner.email, template="people/letters/invitation").exists()


@pytest.mark.parametrize("name", ["Krysia", "Rita"])
@pytest.mark.parametrize("verb", ["suspend", "end", "change_data", "rename_form"])
def test_others_read_and_manage_nothing(name: str, verb: str) -> None:
    radek, browser = cast.reseller("Radek"), browser_of(name)
    page = browser.get(address(radek))
    assert page.status_code == 200
    assert f"/{verb}/" not in page.content.decode()
    assert browser.post(address(radek, verb), {"reason": "x", "name": "x"}).status_code == 403
    assert browser.get(f"{address(radek)}acceptances/1/").status_code == 403


def test_get_on_a_move_changes_nothing() -> None:
    radek, ola = cast.reseller("Radek"), browser_of("Ola")
    radek.suspend(reason="x", by=cast.person("Ola"), at=now())
    assert ola.get(address(radek, "resume")).status_code == 405
    radek.refresh_from_db()
    assert radek.state == "suspended"


def test_the_list_asks_as_much_for_many_as_for_two() -> None:
    for name in ("Radek", "Zenon"):
        cast.reseller(name)
    ola = browser_of("Ola")
    few = queries_of(ola, LIST)
    for number in range(3):
        application = cast.application(f"Jan {number}", nip=cast.nip(7000 + number * 30))
        application.take(by=cast.person("Ola"), at=now())
        application.accept(by=cast.person("Ola"), at=now())
    assert queries_of(ola, LIST) <= few
