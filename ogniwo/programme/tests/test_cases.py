"""II.5, III.4: everything after conversion is one thread."""

import pytest

from ogniwo.journal.moves import Conflict, NotAllowed, Refused
from ogniwo.outbox.models import Message
from ogniwo.programme import cases
from ogniwo.programme.models import Case, Client
from tests import cast
from tests.cast import START, later, person

pytestmark = pytest.mark.django_db
State = Case.State


def account() -> Client:
    client = cast.lead()
    client.convert(reseller=client.reseller, by=person("Ola"), at=START)
    return client


def change(client: Client, **changes: str) -> Case:
    firm = cast.reseller()
    return cases.open_case(
        firm,
        kind="change_of_data",
        subject="Zmiana danych",
        text="",
        client=client,
        changes=changes,
        by=cast.owner_of(firm),
        at=later(1),
    )


def test_a_case_gets_a_number_and_a_letter_to_both_sides() -> None:
    case = change(account(), phone="+48602118448")
    assert (case.number, case.state) == ("Z-0001", State.OPEN)
    told = Message.objects.about(case).values_list("to", flat=True)
    assert set(told) == {cast.reseller().email, "partnerzy@meridian.example"}


def test_a_change_carries_old_and_new_and_is_applied_in_one_go() -> None:
    client = account()
    case = change(client, phone="+48602118448", city="Jelenia Góra")
    assert case.changes == [{"field": "phone", "old": "+48602118447", "new": "+48602118448"}]
    case.apply(by=person("Ola"), at=later(2))
    client.refresh_from_db()
    assert client.phone == "+48602118448"
    assert (case.state, case.outcome) == (State.DONE, "applied")


def test_an_outdated_change_is_asked_about_again() -> None:
    client = account()
    case = change(client, phone="+48602118448")
    client.change_account(values={"phone": "+48602118440"}, by=person("Ola"), at=later(1))
    case = Case.objects.get(pk=case.pk)
    with pytest.raises(Conflict) as refusal:
        case.apply(by=person("Ola"), at=later(2))
    assert refusal.value.code == "outdated"
    case.apply(confirmed=True, by=person("Ola"), at=later(2))
    client.refresh_from_db()
    assert client.phone == "+48602118448"


def test_an_answer_waits_for_the_reseller_and_his_reply_takes_it_up_again() -> None:
    case, owner = change(account(), phone="+48602118448"), cast.owner_of(cast.reseller())
    case.answer(text="Od kiedy?", by=person("Ola"), at=later(2))
    assert (case.state, case.answered_at) == (State.WAITING, later(2))
    cases.reply_to(case, "Od zaraz.", by=owner, at=later(3))
    assert case.state == State.IN_PROGRESS
    assert [post.text for post in case.posts.order_by("pk")][1:] == ["Od kiedy?", "Od zaraz."]


def test_a_reply_reopens_for_14_days_and_begins_a_new_case_later() -> None:
    case, owner = change(account(), phone="+48602118448"), cast.owner_of(cast.reseller())
    case.refuse(reason="Brak potwierdzenia.", by=person("Ola"), at=later(2))
    assert cases.reply_to(case, "Jest.", by=owner, at=later(3)) == case
    case.refuse(reason="Nadal brak.", by=person("Ola"), at=later(4))
    new = cases.reply_to(case, "Naprawdę jest.", by=owner, at=later(19))
    assert (new.number, new.follows) == ("Z-0002", case)


def test_a_reseller_does_not_open_a_case_about_anothers_client() -> None:
    client, zenon = account(), cast.reseller("Zenon")
    with pytest.raises(Refused) as refusal:
        cases.open_case(
            zenon,
            kind="other",
            subject="x",
            text="x",
            client=client,
            by=cast.owner_of(zenon),
            at=START,
        )
    assert refusal.value.code == "other_client"


def test_the_reseller_does_not_apply_his_own_change() -> None:
    case = change(account(), phone="+48602118448")
    with pytest.raises(NotAllowed):
        case.apply(by=cast.owner_of(cast.reseller()), at=START)
    assert case not in Case.objects.visible_to(cast.owner_of(cast.reseller("Zenon")))
