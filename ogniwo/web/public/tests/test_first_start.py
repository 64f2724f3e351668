"""The first start: before it every page says so, after it the link opens nothing."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import Settings

from ogniwo.journal.moves import Refused
from ogniwo.kernel import setup_link
from ogniwo.people.models import User
from ogniwo.programme import onboarding
from ogniwo.programme.models import TermsVersion, Vendor
from ogniwo.web.public import try_out
from tests import cast

pytestmark = pytest.mark.django_db
PASSWORD = "cztery zwykle slowa razem"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def here(folder: Path) -> str:
    return f"/start/{setup_link.make(folder, demo=True)}/"


def company(**changes: Any) -> dict[str, Any]:
    return {
        "company": "Meridian Integracje sp. z o.o.",
        "nip": cast.nip(1),
        "street": "ul. Prosta 1",
        "postcode": "00-001",
        "city": "Warszawa",
        "account": "",
        "email": "partnerzy@meridian.example",
        "admin_name": "Adam Nowak",
        "admin_email": "adam@meridian.example",
        "password": PASSWORD,
        "terms_text": "# Regulamin\n\nNasz.",
    } | changes


def test_before_the_set_up_every_page_says_so(here: str) -> None:
    for path in ("/", "/zostan-resellerem/", "/logowanie/", "/konsola/"):
        assert Browser().get(path).status_code == 503
    assert Browser().get("/healthz").status_code == 200
    assert Browser().get("/start/inny/").status_code == 404
    page = Browser().get(here).content.decode()
    assert "Regulamin programu resellerskiego" in page
    assert f'action="{here}demo/"' in page or 'action="demo/"' in page


def test_the_company_is_set_up_and_the_administrator_is_in(here: str) -> None:
    browser = Browser()
    assert browser.post(here, company()).headers["Location"] == "/konsola/"
    vendor = Vendor.load()
    assert (vendor.contact_address, vendor.is_demo) == ("partnerzy@meridian.example", False)
    assert TermsVersion.objects.get().text == "# Regulamin\n\nNasz."
    adam = User.objects.get()
    assert (adam.role, adam.check_password(PASSWORD)) == ("administrator", True)
    assert browser.get("/logowanie/").headers["Location"] == "/konsola/"
    assert Browser().get(here).status_code == 404
    assert Browser().post(here, company()).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nip", "1234567890"),
        ("account", "123"),
        ("email", "partnerzy"),
        ("password", "krotkie"),
        ("password", "Adam Nowak!!"),
        ("terms_text", ""),
        ("company", "x" * 10_000),
    ],
)
def test_mistakes_are_named_and_nothing_is_made(here: str, field: str, value: str) -> None:
    answer = Browser().post(here, company(**{field: value}))
    assert answer.status_code == 422
    assert f'id="f-{field}-e"' in answer.content.decode()
    assert not Vendor.objects.exists()


def test_without_the_offer_there_is_no_demo(folder: Path) -> None:
    here = f"/start/{setup_link.make(folder, demo=False)}/"
    assert "demo/" not in Browser().get(here).content.decode()
    assert Browser().post(f"{here}demo/").status_code == 404


def test_the_demo_is_started_once_and_leads_to_the_sign_in(
    here: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []

    class Process:
        pid = 1

        def __init__(self, command: list[str], **_options: Any) -> None:
            started.append(command)

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(subprocess, "Popen", Process)
    browser = Browser()
    assert browser.get(f"{here}demo/").status_code == 405
    assert browser.post(f"{here}demo/").headers["Location"] == f"{here}demo/"
    assert browser.post(f"{here}demo/").status_code == 302
    assert len(started) == 1
    assert browser.get(here).headers["Location"] == f"{here}demo/"
    waiting = browser.get(f"{here}demo/")
    assert (waiting.status_code, waiting.headers["Refresh"]) == (200, "3")
    logins = [{"role": "staff", "email": "ola@meridian.example", "password": "x-y-z", "url": "/"}]
    cast.vendor()
    (folder / try_out.LOGINS).write_text(json.dumps(logins))
    assert browser.get(f"{here}demo/").headers["Location"] == "/logowanie/"
    assert "x-y-z" in browser.get("/logowanie/").content.decode()
    assert "x-y-z" not in Browser().get("/logowanie/").content.decode()


def test_a_demo_that_failed_is_told_and_may_be_tried_again(here: str, folder: Path) -> None:
    (folder / try_out.MARK).write_text("99999999")
    (folder / try_out.ERRORS).write_text("The disk is full.\n")
    assert try_out.has_failed()
    assert Browser().get(f"{here}demo/").headers["Location"] == here
    assert "The disk is full." in Browser().get(here).content.decode()


def test_a_second_set_up_is_refused(here: str) -> None:
    cast.vendor()
    with pytest.raises(Refused):
        onboarding.set_up(
            company="Inna", nip=cast.nip(2), email="a@b.example", admin_email="c@b.example",
            at=cast.START,
        )  # fmt: skip
    assert Browser().get(here).status_code == 404
