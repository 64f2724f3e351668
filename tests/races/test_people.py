"""Links, codes, one-time keys, limits and the last administrator: each holds against a second."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.journal.moves import Refused
from ogniwo.kernel import roles
from ogniwo.people.limits import TooMany, take
from ogniwo.people.models import Bucket, Code, CodeWrong, Link, LinkGone, OnceKey, User
from ogniwo.programme import drafts, onboarding, team
from ogniwo.programme.models import Client, Counter
from tests import cast
from tests.races.racing import Outcome, errors, events, race, together, winners

pytestmark = pytest.mark.django_db(transaction=True)
AT = cast.later(1)
DAY = timedelta(days=1)


def kinds(outcomes: list[Outcome]) -> list[type[BaseException]]:
    return [type(error) for error in errors(outcomes)]


def test_a_link_for_one_use_is_used_once() -> None:
    tokens = [
        Link.objects.make("invitation", None, at=AT, lifetime=DAY, single_use=True)
        for _n in range(50)
    ]

    def using(token: str) -> Callable[[], None]:
        link = Link.objects.find("invitation", token, at=AT)
        return lambda: link.use(at=AT)

    for outcomes in race(tokens, using, using, using):
        assert kinds(outcomes) == [LinkGone, LinkGone]


def test_an_invitation_used_twice_at_once_sets_one_password() -> None:
    people = [
        User.objects.add(f"p{n}@m.example", role=roles.STAFF, by=SYSTEM_ACTOR, at=AT)
        for n in range(20)
    ]
    rows = [
        (
            person,
            Link.objects.make("invitation", person, at=AT, lifetime=DAY, single_use=True),
        )
        for person in people
    ]

    def setting(raw: str) -> Callable[[Any], Callable[[], None]]:
        def load(row: tuple[User, str]) -> Callable[[], None]:
            person = User.objects.get(pk=row[0].pk)
            link = Link.objects.find("invitation", row[1], at=AT)
            return lambda: onboarding.set_first_password(person, link, raw, at=AT)

        return load

    words = ("korzec-maku-w-szafie", "wiadro-wegla-na-dachu")
    rounds = race(rows, *map(setting, words))
    for person, outcomes in zip(people, rounds, strict=True):
        assert kinds(outcomes) == [LinkGone]
        person.refresh_from_db()
        won = next(n for n, one in enumerate(outcomes) if one.error is None)
        assert person.check_password(words[won])
        assert events("people.user.password", person) == 1


def test_a_right_code_opens_once_and_at_most_five_guesses_are_looked_at() -> None:
    codes = [(f"draft-{n}", Code.objects.make("frk", f"draft-{n}", at=AT)) for n in range(50)]

    def entering(row: tuple[str, str]) -> Callable[[], None]:
        return lambda: Code.objects.use("frk", row[0], row[1], at=AT)

    for outcomes in race(codes, entering, entering, entering):
        assert kinds(outcomes) == [CodeWrong, CodeWrong]

    Code.objects.make("frk", "guessed", at=AT)
    guesses = together(
        *[lambda: Code.objects.use("frk", "guessed", "no code", at=AT) for _n in range(20)]
    )
    assert kinds(guesses) == [CodeWrong] * 20
    assert Code.objects.get(key="guessed").tries <= 5


def test_a_code_sent_twice_at_once_registers_one_client() -> None:
    radek = cast.reseller("Radek")
    kept, _token = drafts.keep(radek, cast.client_fields(), [], network="192.0.2.1", at=AT)
    code = Code.objects.make(drafts.PURPOSE, kept.key, at=AT)
    outcomes = together(
        *[lambda: drafts.confirm(kept, code, network="192.0.2.1", at=AT) for _n in range(4)]
    )
    assert kinds(outcomes) == [CodeWrong] * 3
    assert Client.objects.count() == 1


def test_a_page_posted_twice_at_once_acts_once_and_both_are_led_to_the_result() -> None:
    def posting(key: str) -> Callable[[], str]:
        def post() -> str:
            with transaction.atomic():
                if OnceKey.objects.claim(key, "user:1", at=AT):
                    Counter.take("Z")
                    OnceKey.objects.settle(key, "user:1", address=f"/made/{key}/")
            return OnceKey.objects.result(key, "user:1")

        return post

    rows = [f"key-{n}" for n in range(50)]
    for key, outcomes in zip(rows, race(rows, posting, posting, posting), strict=True):
        assert [one.result for one in outcomes] == [f"/made/{key}/"] * 3
    assert Counter.objects.get(kind="Z").last == len(rows)


def test_a_limit_lets_in_no_more_than_it_says_however_many_come_at_once(
    settings: Any,
) -> None:
    settings.OGNIWO_LIMITS = True
    outcomes = together(*[lambda: take("door", limit=5, per=DAY, at=AT) for _n in range(16)])
    assert kinds(outcomes) == [TooMany] * 11
    assert Bucket.objects.count() == 1


def test_numbers_have_no_gap_when_four_take_them_and_some_give_them_back() -> None:
    class TakenBack(Exception):
        pass

    def taking(number: int) -> Callable[[], str]:
        def take_one() -> str:
            with transaction.atomic():
                got = Counter.take("K")
                if number % 3 == 0:
                    raise TakenBack
                return got

        return take_one

    rounds = race(range(60), taking, taking, taking, taking)
    numbers = sorted(one.result for outcomes in rounds for one in winners(outcomes))
    assert numbers == [f"K-{n:04}" for n in range(1, 161)]


def test_two_who_add_one_person_at_once_add_him_once() -> None:
    def adding(number: int) -> Callable[[], User]:
        email = f"ewa{number}@meridian.example"
        return lambda: User.objects.add(email, role=roles.READER, by=SYSTEM_ACTOR, at=AT)

    for outcomes in race(range(30), adding, adding):
        assert kinds(outcomes) == [Refused]


@pytest.mark.parametrize("deed", ["deactivate", "change_role"])
def test_two_administrators_who_remove_each_other_at_once_leave_one(deed: str) -> None:
    adam = cast.person("Adam")
    ewa = User.objects.add("ewa@m.example", role=roles.ADMINISTRATOR, by=SYSTEM_ACTOR, at=AT)

    def removing(whom: User, who: User) -> Callable[[Any], Callable[[], None]]:
        def load(_round: int) -> Callable[[], None]:
            person = User.objects.get(pk=whom.pk)
            if deed == "deactivate":
                return lambda: person.deactivate(by=who, at=AT)
            return lambda: person.change_role(roles.READER, by=who, at=AT)

        return load

    for _turn in range(15):
        outcomes = race([0], removing(adam, ewa), removing(ewa, adam))[0]
        assert kinds(outcomes) == [Refused]
        assert User.objects.administrators().count() == 1
        User.objects.update(is_active=True, role=roles.ADMINISTRATOR)


def test_two_owners_of_a_firm_who_leave_at_once_leave_one() -> None:
    radek = cast.reseller("Radek")
    first = cast.owner_of(radek)
    second = cast.colleague(radek, roles.RESELLER_OWNER)
    for _turn in range(10):
        outcomes = together(
            lambda: team.deactivate(User.objects.get(pk=first.pk), by=second, at=AT),
            lambda: team.deactivate(User.objects.get(pk=second.pk), by=first, at=AT),
        )
        assert kinds(outcomes) == [Refused]
        User.objects.filter(reseller=radek).update(is_active=True)
