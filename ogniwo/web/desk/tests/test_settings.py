"""Ustawienia: saved with a row in the journal, refused when wrong, stale or not one's business."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from ogniwo.journal.models import Event
from ogniwo.outbox.models import Message
from ogniwo.programme.materials import path_of
from ogniwo.programme.models import Material, TermsVersion, Vendor
from ogniwo.web.desk.tests.browsing import browser_of
from tests import cast
from tests.billed import invoice, today

pytestmark = pytest.mark.django_db
PARTS = "/konsola/ustawienia/"
PDF = b"%PDF-1.7 ulotka"


def shown(browser: Browser, part: str) -> dict[str, object]:
    """What the form would send when nothing were changed."""
    form = browser.get(f"{PARTS}{part}/").context["form"]
    values = {bound.name: bound.value() for bound in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_company_data_are_saved_with_their_old_values() -> None:
    browser = browser_of("Adam")
    typed = shown(browser, "firma") | {"street": "ul. Nowa 7", "account": "12 9999 0004 0000"}
    answer = browser.post(f"{PARTS}firma/", typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors["account"]
    typed["account"] = "12 9999 0004 0000 3071 9812 8740"
    assert browser.post(f"{PARTS}firma/", typed).status_code == 302
    assert Vendor.load().street == "ul. Nowa 7"
    event = Event.objects.filter(verb="programme.vendor.change").latest("pk")
    assert [(d.field, d.old, d.new) for d in event.details.all()] == [
        ("street", "ul. Prosta 1", "ul. Nowa 7")
    ]


def test_further_accounts_are_kept_as_digits_one_a_line() -> None:
    browser = browser_of("Adam")
    typed = shown(browser, "firma")
    wrong = browser.post(f"{PARTS}firma/", typed | {"more_accounts": "12 9999\nx"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["more_accounts"])
    written = "\nPL12 9999 0004 0000 3071 9812 8740 \n\n12999900040000307198128740"
    assert browser.post(f"{PARTS}firma/", typed | {"more_accounts": written}).status_code == 302
    assert Vendor.load().more_accounts == "12999900040000307198128740"
    assert shown(browser, "firma")["more_accounts"] == "12 9999 0004 0000 3071 9812 8740"


def test_an_older_page_does_not_overwrite_newer_settings() -> None:
    browser = browser_of("Adam")
    typed = shown(browser, "firma")
    cast.vendor(city="Kraków")
    answer = browser.post(f"{PARTS}firma/", typed | {"bank": "Bank Prób"})
    assert answer.status_code == 409
    assert Vendor.load().city == "Kraków"
    assert "Kraków" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("target_days", "31"),
        ("limit_days", "0"),
        ("protection_days", "-1"),
        ("open_leads_cap", "wiele"),
        ("alias", "konsola"),
        ("alias", "zostan-resellerem"),
        ("alias", "Ze Spacją"),
    ],
)
def test_what_the_programme_cannot_be_is_said_beside_the_field(field: str, value: str) -> None:
    browser = browser_of("Adam")
    answer = browser.post(f"{PARTS}program/", shown(browser, "program") | {field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not Event.objects.filter(verb="programme.vendor.change").exists()


def test_the_old_address_leads_to_the_form_at_once() -> None:
    browser = browser_of("Adam")
    typed = shown(browser, "program") | {"alias": "reseller-meridian"}
    assert browser.post(f"{PARTS}program/", typed).status_code == 302
    assert browser.get("/reseller-meridian/")["Location"] == "/zostan-resellerem/"


def test_the_way_of_numbering_changes_only_where_a_span_begins() -> None:
    invoice()
    browser = browser_of("Adam")
    typed = shown(browser, "numeracja") | {"due_days": "21"}
    answer = browser.post(f"{PARTS}numeracja/", typed | {"series_span": "year"})
    assert answer.status_code == 409
    assert Vendor.load().series_span == "month"
    assert browser.post(f"{PARTS}numeracja/", typed).status_code == 302
    assert Vendor.load().due_days == 21
    assert browser.post(f"{PARTS}numeracja/", typed | {"due_days": "61"}).status_code == 422


def test_a_new_version_of_the_terms_is_read_before_and_told_to_resellers() -> None:
    cast.reseller("Radek")
    browser = browser_of("Adam")
    typed = {"text": "# Regulamin\n\n<b>Nowy</b> punkt", "valid_from": today().isoformat()}
    page = browser.post(f"{PARTS}regulamin/nowa/", typed | {"preview": "1"}).content.decode()
    assert "&lt;b&gt;Nowy&lt;/b&gt;" in page
    assert TermsVersion.objects.count() == 1
    before = Message.objects.count()
    assert browser.post(f"{PARTS}regulamin/nowa/", typed).status_code == 302
    made = TermsVersion.objects.latest("number")
    assert made.number == 2
    assert Message.objects.count() == before + 1
    assert made.sha256 in browser.get(f"{PARTS}regulamin/").content.decode()


def test_terms_of_a_past_day_or_without_text_are_refused() -> None:
    browser = browser_of("Adam")
    typed = {"text": "", "valid_from": "2020-01-01"}
    answer = browser.post(f"{PARTS}regulamin/nowa/", typed)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"text", "valid_from"}


def test_a_file_is_known_by_its_content_and_kept_under_another_name() -> None:
    browser = browser_of("Adam")
    file = SimpleUploadedFile("../../etc/ulotka.exe", PDF, content_type="text/html")
    answer = browser.post(f"{PARTS}materialy/", {"name": "Ulotka", "file": file})
    assert answer.status_code == 302
    made = Material.objects.get()
    assert made.media_type == "application/pdf"
    assert path_of(made).read_bytes() == PDF
    answer = browser.get(f"{PARTS}materialy/{made.pk}/")
    assert answer["Content-Disposition"] == 'attachment; filename="Ulotka.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    owner = Browser()
    owner.force_login(cast.owner_of(cast.reseller("Radek")))
    assert owner.get(f"/panel/materialy/{made.pk}/").status_code == 200
    assert browser.post(f"{PARTS}materialy/{made.pk}/withdraw/").status_code == 302
    assert browser.post(f"{PARTS}materialy/{made.pk}/withdraw/").status_code == 409
    assert owner.get(f"/panel/materialy/{made.pk}/").status_code == 404


@pytest.mark.parametrize("content", [b"<svg onload=x>", b"MZ\x90", b""])
def test_other_files_are_not_taken(content: bytes) -> None:
    file = SimpleUploadedFile("ulotka.pdf", content, content_type="application/pdf")
    answer = browser_of("Adam").post(f"{PARTS}materialy/", {"name": "Ulotka", "file": file})
    assert answer.status_code == 422
    assert not Material.objects.exists()


@pytest.mark.parametrize("name", ["Ola", "Krysia", "Rita"])
@pytest.mark.parametrize(
    "part", ["firma", "program", "regulamin", "regulamin/nowa", "numeracja", "materialy", "ludzie"]
)
def test_only_administrators_open_the_settings(name: str, part: str) -> None:
    browser = browser_of(name)
    assert browser.get(f"{PARTS}{part}/").status_code == 403
    assert browser.post(f"{PARTS}{part}/", {"alias": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("name", "first"), [("Adam", "firma"), ("Ola", "listy"), ("Rita", "profil")]
)
def test_the_menu_leads_everybody_to_what_he_may_open(name: str, first: str) -> None:
    browser = browser_of(name)
    assert browser.get(PARTS)["Location"] == f"{PARTS}{first}/"
    assert browser.get(f"{PARTS}{first}/").status_code == 200


def test_everybody_has_a_profile_of_his_own() -> None:
    browser = browser_of("Rita")
    assert browser.get("/konsola/profil/")["Location"] == f"{PARTS}profil/"
    typed = {"part": "profile", "name": "Rita Nowa", "language": "en"}
    assert browser.post(f"{PARTS}profil/", typed).status_code == 302
    rita = cast.person("Rita")
    rita.refresh_from_db()
    assert (rita.name, rita.language) == ("Rita Nowa", "en")


def test_the_system_page_says_what_does_not_answer() -> None:
    page = browser_of("Adam").get("/konsola/system/")
    states = {line.what: line.state for line in page.context["lines"]}
    assert "down" in states.values()
    assert page.context["letters_are_files"]
    assert browser_of("Ola").get("/konsola/system/").status_code == 403
