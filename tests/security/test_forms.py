"""Forms take the fields they show and nothing else, on the version they showed, and once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import models
from django.forms.models import model_to_dict

from ogniwo.people.models import User
from ogniwo.programme.models import Application, Case, Client, Reseller, Service
from tests import cast
from tests.security.pages import form_of, with_words
from tests.security.world import World

pytestmark = pytest.mark.xdist_group("access")
# What somebody would like to set, with values that would be taken where a form were too open.
TEMPTING: dict[str, str] = {
    "id": "7",
    "pk": "7",
    "state": "account",
    "number": "K-7777",
    "reseller": "R-002",
    "reseller_id": "2",
    "role": "administrator",
    "sees_amounts": "on",
    "is_active": "on",
    "registered_by": "1",
    "converted_at": "2026-01-01",
    "protected_until": "2099-01-01",
    "total": "1",
    "is_demo": "on",
    "owner": "1",
    "decided_at": "2026-01-01",
}


@dataclass(frozen=True)
class Edit:
    """A page with a form, who fills it in, a field he changes, and the row it changes."""

    column: str
    address: str
    field: str
    word: str
    row: Callable[[World], models.Model]
    allowed: frozenset[str] = frozenset()
    posts_to: str = ""

    @property
    def id(self) -> str:
        return f"{self.column} {self.address}"


def of(name: str) -> Callable[[World], models.Model]:
    return lambda world: type(world.rows["Radek"][name]).objects.get(
        pk=world.rows["Radek"][name].pk
    )


def person(column: str) -> Callable[[World], models.Model]:
    return lambda world: User.objects.get(pk=world.people["Radek", column].pk)


LEAD = frozenset({"folded", "sort_name", "contact_person"})
EDITS = [
    Edit("owner", "/panel/klienci/{lead}/", "contact_person", "Ewa Nowa", of("lead"), LEAD,
         "/panel/klienci/{lead}/edit/"),
    Edit("staff", "/konsola/leady/{lead}/edit/", "contact_person", "Ewa Nowa", of("lead"), LEAD),
    Edit("staff", "/konsola/klienci/{account}/change_account/", "contact_person", "Ewa Nowa",
         of("account"), LEAD),
    Edit("staff", "/konsola/resellerzy/{reseller}/change_data/", "city", "Łódź", of("reseller"),
         frozenset({"city"})),
]  # fmt: skip
OTHERS = [
    Edit("owner", "/panel/ustawienia/", "name", "Radek Nowy", person("owner"),
         frozenset({"name"})),
    Edit("staff", "/konsola/ustawienia/profil/", "name", "Ola Nowa", person("staff"),
         frozenset({"name"})),
    Edit("accountant", "/konsola/uslugi/{service}/change/", "name", "Integrator+",
         lambda _world: Service.objects.get(), frozenset({"name"})),
]  # fmt: skip


def facts(row: models.Model) -> dict[str, Any]:
    columns = [field.attname for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in columns}


# -- T6 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edit", [*EDITS, *OTHERS], ids=lambda edit: edit.id)
def test_a_form_changes_only_what_it_shows(world: World, edit: Edit) -> None:
    browser, address = world.browser(edit.column), world.address(edit.address)
    fields = form_of(browser, address, having=edit.field)
    tempting = {name: value for name, value in TEMPTING.items() if name not in fields}
    before = facts(edit.row(world))
    sent = with_words(fields, **tempting, **{edit.field: edit.word})
    answer = browser.post(world.address(edit.posts_to or edit.address), sent)
    assert answer.status_code == 302
    after = facts(edit.row(world))
    changed = {name for name in after if after[name] != before[name]}
    assert edit.field in changed
    assert changed <= edit.allowed | {"version"}


def test_a_new_client_is_a_lead_of_the_forms_reseller_whatever_was_added(world: World) -> None:
    typed = {name: str(value) for name, value in cast.client_fields().items()}
    typed |= TEMPTING | {"services": "integrator"}
    answer = world.browser("owner").post("/reseller_klient_RadekKowalski.html", typed)
    client = Client.objects.get(nip=typed["nip"])
    assert answer["Location"] == f"/panel/klienci/{client.lead_number}/"
    assert (client.state, client.number, client.converted_at) == ("lead", None, None)
    assert client.reseller == world.rows["Radek"]["reseller"]
    assert client.registered_by == world.people["Radek", "owner"]
    assert client.protected_until is not None
    assert client.protected_until.year < 2099


def test_an_application_is_unconfirmed_whatever_was_added(world: World) -> None:
    typed = {**cast.application_fields("Nowy"), **TEMPTING}
    typed |= {"consent_information": "on", "consent_terms": "on", "state": "accepted"}
    assert world.browser("anon").post("/zostan-resellerem/", typed).status_code == 302
    asked = Application.objects.get(nip=typed["nip"])
    assert (asked.state, asked.number, asked.owner, asked.reseller) == (
        "unverified", None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["administrator", "staff", "reseller_king", ""])
def test_a_reseller_invites_nobody_into_the_vendors_house(world: World, role: str) -> None:
    typed = {"email": "nowy@firma.example", "name": "Nowy", "role": role, "is_active": "on"}
    typed |= {"reseller": world.names["Zenon"]["reseller"]}
    assert world.browser("owner").post("/panel/zespol/zapros/", typed).status_code == 422
    assert not User.objects.filter(email="nowy@firma.example").exists()
    typed["role"] = "reseller_member"
    assert world.browser("owner").post("/panel/zespol/zapros/", typed).status_code == 302
    new = User.objects.get(email="nowy@firma.example")
    assert new.reseller == world.rows["Radek"]["reseller"]
    assert not new.has_usable_password()


def test_a_member_does_not_raise_himself(world: World) -> None:
    typed = {"name": "Członek", "language": "pl", "role": "reseller_owner", "sees_amounts": ""}
    before = world.people["Radek", "member"]
    world.browser("member").post("/panel/ustawienia/", typed)
    after = User.objects.get(pk=before.pk)
    assert (after.role, after.sees_amounts) == (before.role, before.sees_amounts)


def test_an_applicant_completes_the_asked_field_and_no_other(world: World) -> None:
    asked = Application.objects.get(number="W-0001")
    asked.ask(fields=["phone"], question="Jaki numer?", by=world.people["Radek", "staff"],
              at=world.now)  # fmt: skip
    before = facts(asked)
    typed = {"phone": "600 100 200", "answer": "Nowy", "nip": cast.nip(99), "email": "x@y.example"}
    address = world.address("/wniosek/{application_token}/complete/")
    assert world.browser("anon").post(address, typed | TEMPTING).status_code == 302
    after = facts(Application.objects.get(number="W-0001"))
    kept = set(after) - {
        "phone", "answer", "state", "version", "open_fields", "asked_at", "question",
        "paused_days", "lapse_warned_at",
    }  # fmt: skip
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert (after["phone"], after["state"]) == ("+48600100200", "in_review")


# -- T23 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.id)
def test_an_older_page_is_409_with_who_changed_it_and_changes_nothing(
    world: World, edit: Edit
) -> None:
    address, to = world.address(edit.address), world.address(edit.posts_to or edit.address)
    first, second = world.browser(edit.column), world.browser(edit.column)
    older = form_of(second, address, having=edit.field)
    newer = form_of(first, address, having=edit.field)
    assert first.post(to, with_words(newer, **{edit.field: edit.word})).status_code == 302
    after = model_to_dict(edit.row(world))
    answer = second.post(to, with_words(older, **{edit.field: "Trzeci"}))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert str(world.people["Radek", edit.column]) in text
    assert "Trzeci" in text
    assert edit.word in text
    assert model_to_dict(edit.row(world)) == after


@dataclass(frozen=True)
class Making:
    """A form that makes something, and what is counted."""

    column: str
    address: str
    having: str
    typed: dict[str, str]
    model: type[models.Model]
    posts_to: str = ""

    @property
    def id(self) -> str:
        return f"{self.column} {self.address}"


def plain(values: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


MAKINGS = [
    Making("anon", "/zostan-resellerem/", "message",
           plain(cast.application_fields("Nowy")) | {"consent_information": "on",
           "consent_terms": "on"}, Application),
    Making("owner", "/reseller_klient_{frk}.html", "statement_on",
           plain(cast.client_fields()) | {"services": "integrator"}, Client),
    Making("staff", "/reseller_klient_{frk}.html", "statement_on",
           plain(cast.client_fields()) | {"services": "integrator"}, Client),
    Making("owner", "/panel/zgloszenia/nowe/?rodzaj=other", "subject",
           {"subject": "Pytanie", "text": "Jak to działa?"}, Case),
]  # fmt: skip


@pytest.mark.parametrize("making", MAKINGS, ids=lambda making: making.id)
def test_a_double_click_makes_one_and_both_are_led_to_it(world: World, making: Making) -> None:
    browser, address = world.browser(making.column), world.address(making.address)
    fields = form_of(browser, address, having=making.having)
    before = making.model._default_manager.count()
    answers = [browser.post(address, with_words(fields, **making.typed)) for _click in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert len({answer["Location"] for answer in answers}) == 1
    assert making.model._default_manager.count() == before + 1


def test_a_move_pressed_twice_is_made_once_and_said_in_words(world: World) -> None:
    browser = world.browser("staff")
    address = world.address("/konsola/wnioski/{application}/accept/")
    before = Reseller.objects.count()
    assert [browser.post(address).status_code for _click in range(2)] == [302, 409]
    assert Reseller.objects.count() == before + 1
