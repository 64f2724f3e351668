"""I.5: the terms are public in every version; the link's button accepts, both sides hear of it."""

from datetime import date

import pytest
import time_machine
from django.test import Client as Browser

from ogniwo.kernel import roles
from ogniwo.programme import accepting
from ogniwo.programme.models import Acceptance, Reseller, TermsVersion
from ogniwo.web.public.tests.walk import secret_of, sent, signed_in
from tests import cast

pytestmark = pytest.mark.django_db
AT = cast.later(3)


@pytest.fixture(autouse=True)
def day() -> object:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def ewa() -> Reseller:
    return cast.reseller("Ewa", terms=False)


def publish(text: str, *, valid_from: date) -> TermsVersion:
    return accepting.publish(text, valid_from=valid_from, by=cast.person("Adam"), at=AT)


def test_every_version_is_public_and_a_file() -> None:
    cast.vendor()
    publish("# Regulamin\n\nDrugi.", valid_from=date(2026, 3, 1))
    page = Browser().get("/regulamin/").content.decode()
    assert "/regulamin/2/" in page
    assert TermsVersion.objects.get(number=1).sha256 in page
    assert "Drugi." in Browser().get("/regulamin/2/").content.decode()
    assert Browser().get("/regulamin/3/").status_code == 404
    paper = Browser().get("/regulamin/1.pdf")
    assert (paper.headers["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert paper.content == Browser().get("/regulamin/1.pdf").content


def test_the_text_cannot_bring_html_or_scripts() -> None:
    cast.vendor()
    hostile = (
        "<script>alert(1)</script>\n\n[link](javascript:alert(2)) [mail](https://x.example)"
        ' 🌷 #eval("1")'
    )
    publish(hostile, valid_from=date(2026, 1, 1))
    page = Browser().get("/regulamin/2/").content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert 'rel="noopener nofollow"' in page
    assert Browser().get("/regulamin/2.pdf").content[:5] == b"%PDF-"


def test_the_button_records_the_proof_and_opens_the_form(ewa: Reseller) -> None:
    here = secret_of("terms_to_accept")
    for _look in range(3):
        assert Browser().get(here).status_code == 200
    assert not Acceptance.objects.exists()
    answer = Browser(headers={"user-agent": "Firefox"}).post(here)
    assert answer.headers["Location"] == here
    proof = Acceptance.objects.get()
    assert (proof.channel, proof.network, proof.user_agent) == ("link", "127.0.0.1", "Firefox")
    assert proof.sha256 == TermsVersion.objects.get().sha256
    ewa.refresh_from_db()
    assert ewa.state == "active"
    assert (sent("terms_accepted"), sent("terms_accepted_desk")) == (1, 1)
    assert Browser().get("/reseller_klient_EwaKowalski.html").status_code == 200


def test_the_used_link_still_shows_what_was_recorded(ewa: Reseller) -> None:
    here = secret_of("terms_to_accept")
    Browser().post(here)
    page = Browser().get(here)
    assert (page.status_code, Acceptance.objects.get().sha256 in page.content.decode()) == (
        200,
        True,
    )
    assert Browser().post(here).status_code == 200
    assert Acceptance.objects.count() == 1


def test_a_newer_version_is_shown_before_it_is_accepted(ewa: Reseller) -> None:
    here, old = secret_of("terms_to_accept"), TermsVersion.objects.get()
    newer = publish("Nowsza treść.", valid_from=date(2026, 2, 1))
    assert "Nowsza treść." in Browser().get(here).content.decode()
    stale = Browser().post(here, {"sha256": old.sha256})
    assert (stale.status_code, Acceptance.objects.exists()) == (409, False)
    Browser().post(here, {"sha256": newer.sha256})
    assert Acceptance.objects.get().version == newer


def test_an_ended_reseller_accepts_no_more(ewa: Reseller) -> None:
    ewa.end(reason="Rezygnacja", by=cast.person("Ola"), at=AT)
    assert Browser().post(secret_of("terms_to_accept")).status_code == 409
    assert not Acceptance.objects.exists()


def test_signed_in_only_the_owner_of_that_firm_accepts(ewa: Reseller) -> None:
    here, radek = secret_of("terms_to_accept"), cast.reseller("Radek")
    answers = {"Ola": 403, "Adam": 403, "Rita": 404, "Krysia": 404}
    for name, status in answers.items():
        assert signed_in(cast.person(name)).post(here).status_code == status
    assert signed_in(cast.owner_of(radek)).post(here).status_code == 404
    member = cast.colleague(ewa, roles.RESELLER_MEMBER)
    assert signed_in(member).post(here).status_code == 403
    assert not Acceptance.objects.filter(reseller=ewa).exists()
    assert signed_in(cast.owner_of(ewa)).post(here).status_code == 302
    assert Acceptance.objects.get(reseller=ewa).person == cast.owner_of(ewa)


def test_unknown_links_are_gone() -> None:
    cast.vendor()
    assert Browser().get("/regulamin/akceptacja/nie-ma/").status_code == 410
