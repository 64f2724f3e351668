"""II.2–II.6, III.2–III.4: register once, correct, convert."""

from datetime import timedelta

import pytest
from django.db import connection

from ogniwo.journal.moves import Conflict, NotAllowed, Refused
from ogniwo.kernel import roles
from ogniwo.kernel.days import warsaw_day
from ogniwo.outbox.models import Message
from ogniwo.programme import check, clocks, registering
from ogniwo.programme.models import Assignment, Client, LeadSnapshot
from ogniwo.programme.registering import NipTaken
from tests import cast
from tests.cast import START, later, person

pytestmark = pytest.mark.django_db
State = Client.State


def convert(client: Client, at: timedelta = timedelta()) -> None:
    client.convert(reseller=client.reseller, by=person("Ola"), at=START + at)


def test_a_registered_client_is_a_lead_with_number_receipt_and_two_letters() -> None:
    client = cast.lead()
    assert (client.state, client.lead_number, client.number) == (State.LEAD, "L-0001", None)
    assert len(client.receipt) == 64
    assert client.protected_until == warsaw_day(later(90))
    told = Message.objects.about(client).values_list("template", "to")
    assert set(told) == {
        ("programme/letters/lead_registered", cast.reseller().email),
        ("programme/letters/client_information", client.email),
    }


def test_a_nip_is_registered_once_and_only_its_holder_learns_whose_it_is() -> None:
    client, zenon = cast.lead(), cast.reseller("Zenon")
    with pytest.raises(NipTaken) as own:
        cast.lead(cast.reseller("Radek"))
    with pytest.raises(NipTaken) as foreign:
        cast.lead(zenon)
    assert own.value.holder == client
    assert foreign.value.holder is None
    assert str(own.value) == str(foreign.value)
    assert Client.objects.count() == 1


@pytest.mark.parametrize("how", ["reject", "withdraw", "expire"])
def test_a_lead_that_ends_frees_the_nip(how: str) -> None:
    client = cast.lead()
    if how == "reject":
        client.reject(reason="unreachable", by=person("Ola"), at=START)
    elif how == "withdraw":
        client.withdraw(by=cast.owner_of(cast.reseller()), at=START)
    else:
        clocks.tick_leads(later(91))
    assert cast.lead(cast.reseller("Zenon")).lead_number == "L-0002"


def test_a_lead_is_corrected_nip_too_and_the_change_is_in_the_journal() -> None:
    client, owner = cast.lead(), cast.owner_of(cast.reseller())
    new = cast.nip(777)
    registering.correct(client, {"nip": new, "city": "Łódź"}, by=owner, at=later(1))
    client.refresh_from_db()
    assert (client.nip, client.city, client.state) == (new, "Łódź", State.LEAD)
    assert "lodz" in client.folded


def test_a_taken_nip_is_refused_in_a_correction_too() -> None:
    first, second = cast.lead(), cast.lead(name="Rowery")
    with pytest.raises(NipTaken):
        registering.correct(second, {"nip": first.nip}, by=person("Ola"), at=START)
    second.refresh_from_db()
    assert second.nip != first.nip


def test_an_edit_answers_the_question_of_the_desk() -> None:
    client, owner = cast.lead(), cast.owner_of(cast.reseller())
    client.ask(fields=["phone"], question="Numer nie odpowiada.", by=person("Ola"), at=START)
    registering.correct(client, {"phone": "+48602118448"}, by=owner, at=later(1))
    assert (client.state, client.question) == (State.LEAD, "")


@pytest.mark.parametrize(
    "role", [roles.RESELLER_OWNER, roles.RESELLER_MEMBER, roles.ACCOUNTANT, roles.READER]
)
def test_only_the_desk_converts(role: str) -> None:
    client = cast.lead()
    names = {roles.ACCOUNTANT: "Krysia", roles.READER: "Rita"}
    by = person(names[role]) if role in names else cast.colleague(cast.reseller(), role)
    with pytest.raises(NotAllowed):
        client.convert(reseller=client.reseller, by=by, at=START)


def test_a_conversion_freezes_the_lead_and_starts_the_assignment() -> None:
    client = cast.lead()
    convert(client)
    assert (client.state, client.number, client.shown_number) == (State.ACCOUNT, "K-0001", "K-0001")
    assert LeadSnapshot.objects.get().body["nip"] == client.nip
    assert Assignment.objects.get().reseller == client.reseller


def test_after_conversion_the_reseller_changes_nothing() -> None:
    client, owner = cast.lead(), cast.owner_of(cast.reseller())
    open_form = Client.objects.get(pk=client.pk)
    convert(client)
    for stale in (open_form, client):
        with pytest.raises(Conflict):
            registering.correct(stale, {"city": "Łódź"}, by=owner, at=later(1))
    client.refresh_from_db()
    assert client.city == "Jelenia Góra"


def test_another_reseller_needs_a_reason() -> None:
    client, zenon = cast.lead(), cast.reseller("Zenon")
    with pytest.raises(Refused) as refusal:
        client.convert(reseller=zenon, by=person("Ola"), at=START)
    assert refusal.value.code == "no_reason"
    client.convert(reseller=zenon, reason="Tak ustalono.", by=person("Ola"), at=START)
    assert client.reseller == zenon


def test_a_conversion_is_undone_within_a_day_and_keeps_its_number() -> None:
    client = cast.lead()
    convert(client)
    client.undo_convert(by=person("Ola"), at=later(0.5))
    assert (client.state, client.shown_number) == (State.LEAD, "L-0001")
    convert(client, at=timedelta(days=1))
    assert client.number == "K-0001"
    with pytest.raises(Refused) as refusal:
        client.undo_convert(by=person("Ola"), at=later(2))
    assert refusal.value.code == "too_late"


def test_reassignment_is_a_dated_history() -> None:
    client, zenon = cast.lead(), cast.reseller("Zenon")
    convert(client)
    day = warsaw_day(later(30))
    client.reassign(reseller=zenon, on=day, reason="Umowa.", by=person("Ola"), at=later(30))
    old, new = Assignment.objects.order_by("pk")
    assert (old.end, new.start, new.end) == (day, day, None)
    assert client in Client.objects.visible_to(cast.owner_of(zenon))
    assert client not in Client.objects.visible_to(cast.owner_of(cast.reseller()))


def test_the_cap_of_open_leads_is_kept() -> None:
    cast.vendor(open_leads_cap=1)
    cast.lead()
    with pytest.raises(Refused) as refusal:
        cast.lead(name="Rowery")
    assert refusal.value.code == "too_many_leads"


def test_reminders_of_the_protection_go_14_7_and_1_day_before_each_once() -> None:
    cast.lead()
    told = []
    for day in range(70, 92):
        before = Message.objects.filter(template__endswith="lead_expires_soon").count()
        clocks.tick_leads(later(day))
        clocks.tick_leads(later(day))
        if Message.objects.filter(template__endswith="lead_expires_soon").count() > before:
            told.append(90 - day)
    assert told == [14, 7, 1]
    assert Client.objects.get().state == State.EXPIRED


def test_the_books_are_true_after_all_this() -> None:
    client = cast.lead()
    convert(client)
    client.undo_convert(by=person("Ola"), at=later(0.5))
    convert(client, at=timedelta(days=1))
    client.close(on=warsaw_day(later(5)), by=person("Ola"), at=later(5))
    assert list(check.breaches()) == []


@pytest.mark.parametrize(
    ("edited", "name"), [(False, "receipt_differs"), (True, "value_without_move")]
)
def test_check_names_a_client_that_was_changed_behind_its_back(edited: bool, name: str) -> None:  # noqa: FBT001  # a parameter of the test
    client = cast.lead()
    if edited:
        registering.correct(client, {"city": "Łódź"}, by=person("Ola"), at=START)
    assert list(check.breaches()) == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE programme_client SET city = 'Kraków'")
    found = list(check.breaches())
    assert [(row.name, row.object) for row in found] == [(name, "L-0001")]
