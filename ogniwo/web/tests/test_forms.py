"""Forms take what people type in any spelling, refuse the rest in words, and act once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client as Browser
from django.utils import translation
from pytest_django import Settings

from ogniwo.programme.models import Vendor
from ogniwo.web import forms
from ogniwo.web.tests import pages as tried
from ogniwo.web.tests.conftest import AT

pytestmark = pytest.mark.django_db
GOOD = {
    "company_name": "Górski Digital 🌲",
    "nip": "PL 999-879-00-91",
    "email": "Tomasz@GorskiDigital.example",
    "activity": "agency",
    "terms": "on",
}


def filled(**changes: Any) -> tried.ApplicationForm:
    data = QueryDict(mutable=True)
    for name, value in (GOOD | changes).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return tried.ApplicationForm(data, at=AT)


def message(form: forms.Form, field: str) -> str:
    with translation.override("en"):
        return " ".join(str(one) for one in form.errors.get(field, []))


def test_good_values_come_out_clean() -> None:
    form = filled(price="1 234,50", since="23.11.2025", shop="Sklep.PL/oferta", message=" a\r\nb ")
    assert form.is_valid(), form.errors
    assert form.values == {
        "company_name": "Górski Digital 🌲",
        "nip": "9998790091",
        "email": "Tomasz@GorskiDigital.example",
        "visits": None,
        "since": date(2025, 11, 23),
        "price": 123450,
        "activity": "agency",
        "kinds": [],
        "shop": "https://Sklep.PL/oferta",
        "message": "a\nb",
        "terms": True,
    }


@pytest.mark.parametrize(
    "nip",
    ["999879009", "99987900911", "999879009a", "999-879-00-92", "0000000000", "٩٩٩٨٧٩٠٠٩١", "=1+1"],
)
def test_a_nip_that_is_none_is_refused(nip: str) -> None:
    assert message(filled(nip=nip), "nip") == "This is not a valid NIP. Check the 10 digits."


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "tomasz@gorskidigital", "The end of the address is missing, e.g. “.pl”."),
        ("email", "tomasz", "Write the whole address"),
        ("email", "a@b.pl\nBcc: x@y.pl", "Remove line breaks"),
        ("email", "a b@c.pl", "This is not an e-mail address"),
        ("email", f"{'a' * 64}@{'b.' * 120}pl", "This"),
        ("company_name", "a" * 10_000, "Shorten this to 200 characters; now it has 10000."),
        ("company_name", "a\x00b", "Remove line breaks and invisible characters."),
        ("company_name", "a\r\nBcc: b", "Remove line breaks and invisible characters."),
        ("company_name", "a\u202eb", "Remove line breaks and invisible characters."),
        ("company_name", "   ", "Fill in this field."),
        ("visits", "10", "Write a whole number from 0 to 9."),
        ("visits", "9" * 5000, "Write a whole number"),
        ("visits", "x", "Write a whole number."),
        ("since", "0001-01-01", "The day may not be before 01.01.2000."),
        ("since", "2099-01-01", "The day may not be after"),
        ("since", "31.02.2026", "Write the day like 23.11.2026."),
        ("since", "2026-11-23\x00", "Write the day like 23.11.2026."),
        ("price", "12 34,5", "Write an amount, e.g. 329,00."),
        ("price", "-1", "The amount must be at least 0,00."),
        ("price", "9" * 15, "Write an amount, e.g. 329,00."),
        ("activity", "hacker", "Choose one of the options."),
        ("activity", "\x00", "Choose one of the options."),
        ("kinds", ["a", "z"], "Choose from the options on the page."),
        ("shop", "javascript:alert(1)", "Write the address of the page, e.g. sklep.pl."),
        ("shop", "http://[", "Write the address of the page, e.g. sklep.pl."),
        ("message", "x" * 4001, "Shorten this to 4000 characters"),
        ("message", "a\u202eb\x00", ""),
    ],
)
def test_bad_input_is_answered_with_what_is_wrong(field: str, value: Any, words: str) -> None:
    found = message(filled(**{field: value}), field)
    assert found.startswith(words) if words else found == ""


def test_an_unticked_box_says_what_it_is_for() -> None:
    assert message(filled(terms=[]), "terms") == "Tick to send the application."


@pytest.fixture
def limits(settings: Settings) -> None:
    settings.OGNIWO_LIMITS = True


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize(
    ("age", "code"),
    [
        (timedelta(seconds=1), "too_soon"),
        (timedelta(seconds=4), ""),
        (timedelta(hours=23), ""),
        (timedelta(hours=25), "too_late"),
    ],
)
def test_a_strangers_form_has_an_age(age: timedelta, code: str) -> None:
    opened = tried.ApplicationForm(at=AT).fields["opened"].initial
    data = QueryDict(mutable=True)
    data.update(GOOD | {"opened": opened})
    form = tried.ApplicationForm(data, at=AT + age)
    codes = [error.code for error in form.non_field_errors().as_data()]
    assert codes == ([code] if code else [])
    if code == "too_late":
        again = tried.ApplicationForm(form.data, at=AT + age + timedelta(seconds=4))
        assert again.is_valid(), again.errors


@pytest.mark.usefixtures("limits")
def test_a_forged_age_is_no_age() -> None:
    for stamp in ("", "2026-11-23", "x:y", "\x00"):
        codes = [e.code for e in filled(opened=stamp).non_field_errors().as_data()]
        assert codes == ["too_late"]


def test_the_trap_catches_who_fills_it() -> None:
    codes = [e.code for e in filled(homepage="http://spam.example").non_field_errors().as_data()]
    assert codes == ["trap"]


@pytest.mark.usefixtures("pages")
def test_a_page_with_mistakes_keeps_what_was_typed(vendor: Vendor) -> None:
    answer = Browser().post("/wniosek/", GOOD | {"nip": "999-879-00-92", "email": "<b>@x"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert" tabindex="-1"' in page
    assert 'value="999-879-00-92"' in page
    assert "&lt;b&gt;@x" in page
    assert "<b>@x" not in page
    assert 'aria-describedby="f-nip-h f-nip-e"' in page
    assert 'id="f-nip-e"' in page


@pytest.mark.usefixtures("pages")
def test_a_double_click_acts_once_and_both_answers_lead_to_the_same(vendor: Vendor) -> None:
    tried.MADE.clear()
    browser = Browser()
    page = browser.get("/wniosek/").content.decode()
    key = page.partition('name="once" value="')[2].partition('"')[0]
    assert len(key) == 43
    answers = [browser.post("/wniosek/", GOOD | {"once": key}) for _turn in range(3)]
    assert {(a.status_code, a["Location"]) for a in answers} == {(302, "/wyslano/1/")}
    assert len(tried.MADE) == 1
    stranger = Browser().post("/wniosek/", GOOD | {"once": key})
    assert stranger["Location"] == "/wniosek/"
    assert len(tried.MADE) == 1


@pytest.mark.usefixtures("pages")
def test_hostile_values_are_never_a_500(vendor: Vendor) -> None:
    browser = Browser()
    hostile = ("\x00", "\ud800", "𝕏" * 9000, "{{ 7*7 }}", "' OR 1=1 --", "%s%n", "\r\n\r\n<script>")
    for name in tried.ApplicationForm().fields:
        for value in hostile:
            data = GOOD | {name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
            answer = browser.post("/wniosek/", data)
            assert answer.status_code in {302, 422}, (name, value)
            assert "<script>\r" not in answer.content.decode()


def test_the_clock_of_a_form_is_an_argument() -> None:
    early = datetime(2020, 1, 1, tzinfo=UTC)
    assert tried.ApplicationForm(at=early).at == early
