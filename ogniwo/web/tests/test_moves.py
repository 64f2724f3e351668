"""The one view for all moves: what it shows, makes, refuses, and says of two at once."""

import re

import pytest
from django.test import Client as Browser

from ogniwo.people.models import User
from ogniwo.programme.models import Client
from ogniwo.web.tests.conftest import AT, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]
LEAD = "/panel/klienci/L-0311/"
GOOD = {"company_name": "Zielony Stragan", "phone": "601 330 912", "platform": "shoper"}


@pytest.fixture
def browser(anna: User, stragan: Client) -> Browser:
    return signed_in(anna)


def test_buttons_are_the_open_moves_of_the_role(browser: Browser, ola: User) -> None:
    page = browser.get(LEAD).content.decode()
    assert f'href="{LEAD}edit/"' in page
    assert f'action="{LEAD}withdraw/"' in page
    assert f"{LEAD}reject/" not in page
    desk = signed_in(ola).get("/konsola/leady/L-0311/").content.decode()
    assert 'href="/konsola/leady/L-0311/reject/"' in desk
    assert "withdraw" not in desk


def test_get_shows_the_form_and_changes_nothing(browser: Browser, stragan: Client) -> None:
    page = browser.get(f"{LEAD}edit/")
    assert page.status_code == 200
    assert 'name="version" value="1"' in page.content.decode()
    assert 'value="601 330 912"' in page.content.decode()
    assert browser.get(f"{LEAD}withdraw/").status_code == 405
    stragan.refresh_from_db()
    assert (stragan.state, stragan.version) == ("lead", 1)


def test_post_makes_the_move_and_says_so(browser: Browser, stragan: Client) -> None:
    answer = browser.post(f"{LEAD}edit/", GOOD | {"version": "1"})
    assert (answer.status_code, answer["Location"]) == (302, LEAD)
    stragan.refresh_from_db()
    assert (stragan.company_name, stragan.version) == ("Zielony Stragan", 2)
    page = browser.get(LEAD).content.decode()
    assert 'role="status"' in page
    assert "Zielony Stragan saved" in page or "Zielony Stragan" in page


def test_the_way_back_is_offered_with_the_message(browser: Browser) -> None:
    browser.post(f"{LEAD}withdraw/", {"version": "1"})
    assert f'action="{LEAD}edit/"' in browser.get("/panel/klienci/").content.decode()


def test_mistakes_are_422_with_the_values_kept(browser: Browser, stragan: Client) -> None:
    answer = browser.post(f"{LEAD}edit/", GOOD | {"phone": "abc", "version": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'class="errors"' in page
    assert 'href="#f-phone"' in page
    assert 'value="abc"' in page
    assert 'aria-invalid="true"' in page


def test_a_stale_form_shows_who_changed_what_and_loses_nothing(
    browser: Browser, stragan: Client, ola: User
) -> None:
    stragan.edit(values={"company_name": "Stragan Zielony", "phone": "+48601330912"},
                 by=ola, at=AT)  # fmt: skip
    answer = browser.post(f"{LEAD}edit/", GOOD | {"version": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ola Lis" in page
    assert "Stragan Zielony" in page
    assert 'value="Zielony Stragan"' in page
    assert re.search(r'name="version"\s+value="2"', page)
    again = browser.post(f"{LEAD}edit/", GOOD | {"version": "2"})
    assert again.status_code == 302


def test_a_move_of_a_role_that_may_not_is_forbidden(browser: Browser, stragan: Client) -> None:
    assert browser.get(f"{LEAD}reject/").status_code == 403
    assert browser.post(f"{LEAD}reject/", {"reason": "other"}).status_code == 403


def test_an_unknown_verb_is_not_there(browser: Browser) -> None:
    for verb in ("delete", "save", "__init__", "state"):
        assert browser.post(f"{LEAD}{verb}/").status_code == 404


def test_a_move_of_others_is_forbidden_where_the_object_is_seen(browser: Browser) -> None:
    assert browser.post(f"{LEAD}convert/").status_code == 403


def test_a_move_from_the_wrong_state_is_409(browser: Browser) -> None:
    assert browser.post(f"{LEAD}withdraw/").status_code == 302
    assert browser.post(f"{LEAD}withdraw/").status_code == 409
    assert browser.post(f"{LEAD}edit/", GOOD).status_code == 409
    assert browser.get(f"{LEAD}edit/").status_code == 409


def test_a_refusal_of_the_domain_keeps_the_form(
    ola: User, stragan: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "RejectReason", Client.RejectReason)
    answer = signed_in(ola).post(
        "/konsola/leady/L-0311/reject/", {"reason": "nonsense", "version": "1"}
    )
    assert answer.status_code == 422
    stragan.refresh_from_db()
    assert stragan.state == "lead"


def test_tempting_fields_change_nothing(browser: Browser, stragan: Client) -> None:
    tempting = {"state": "account", "reseller": "2", "number": "K-0001", "receipt": "x"}
    assert browser.post(f"{LEAD}edit/", GOOD | tempting | {"version": "1"}).status_code == 302
    stragan.refresh_from_db()
    assert (stragan.state, stragan.number, stragan.receipt) == ("lead", None, "0" * 64)


def test_a_form_without_its_secret_is_refused_in_words(anna: User, stragan: Client) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(anna)
    answer = strict.post(f"{LEAD}withdraw/")
    assert answer.status_code == 403
    assert "main" in answer.content.decode()
