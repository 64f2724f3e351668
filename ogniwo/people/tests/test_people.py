"""People, links, codes and limits."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.journal.models import Event
from ogniwo.journal.moves import Refused
from ogniwo.kernel import roles
from ogniwo.people.limits import TooMany, sweep_buckets, take
from ogniwo.people.models import Bucket, Code, CodeWrong, Link, LinkGone, OnceKey, User
from tests import cast
from tests.cast import START, later, person

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def test_one_address_is_one_person_in_any_case_of_letters() -> None:
    person("Ola")
    with pytest.raises(Refused) as refusal:
        User.objects.add("OLA@meridian.example", role=roles.STAFF, by=SYSTEM_ACTOR, at=START)
    assert refusal.value.code == "email_taken"


@pytest.mark.parametrize("deed", ["deactivate", "change_role"])
def test_the_last_administrator_stays(deed: str) -> None:
    adam = person("Adam")
    role = {"role": roles.STAFF} if deed == "change_role" else {}
    with pytest.raises(Refused) as refusal:
        getattr(adam, deed)(**role, by=adam, at=START)
    assert refusal.value.code == "last_one"


@pytest.mark.parametrize("change", ["password", "role", "off"])
def test_sessions_end_with_a_new_password_another_role_and_deactivation(change: str) -> None:
    ola = person("Ola")
    before = ola.get_session_auth_hash()
    if change == "password":
        ola.change_password("inne haslo w szufladzie", by=ola, at=START)
    elif change == "role":
        ola.change_role(roles.ACCOUNTANT, by=person("Adam"), at=START)
    else:
        ola.deactivate(by=person("Adam"), at=START)
    assert ola.get_session_auth_hash() != before


@pytest.mark.parametrize("raw", ["krotkie", "password1234", "ola@meridian.example", "x" * 129])
def test_a_weak_password_is_refused(raw: str) -> None:
    ola = person("Ola")
    with pytest.raises(ValidationError):
        ola.change_password(raw, by=ola, at=START)


def test_people_of_one_reseller_do_not_see_those_of_another() -> None:
    radek, zenon = cast.reseller("Radek"), cast.reseller("Zenon")
    seen = User.objects.visible_to(cast.owner_of(radek))
    assert set(seen) == {cast.owner_of(radek)}
    assert cast.owner_of(zenon) in User.objects.visible_to(person("Ola"))


def test_a_link_opens_only_for_its_purpose_until_its_time_is_over() -> None:
    ola = person("Ola")
    token = Link.objects.make("reset", ola, at=START, lifetime=WEEK, single_use=True, user=ola)
    assert Link.objects.find("reset", token, at=START).user == ola
    for purpose, secret, at in [
        ("invitation", token, START),
        ("reset", token + "x", START),
        ("reset", token, START + WEEK),
    ]:
        with pytest.raises(LinkGone):
            Link.objects.find(purpose, secret, at=at)


def test_a_single_use_link_is_used_once() -> None:
    token = Link.objects.make("reset", None, at=START, lifetime=WEEK, single_use=True)
    first, second = (Link.objects.find("reset", token, at=START) for _turn in range(2))
    first.use(at=START)
    with pytest.raises(LinkGone):
        second.use(at=START)
    assert token not in str(Link.objects.values())


def test_a_code_may_be_tried_five_times() -> None:
    code = Code.objects.make("frk", "draft", at=START)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    lefts = []
    for _turn in range(5):
        with pytest.raises(CodeWrong) as error:
            Code.objects.use("frk", "draft", wrong, at=START)
        lefts.append(error.value.left)
    assert lefts == [4, 3, 2, 1, 0]
    with pytest.raises(CodeWrong):
        Code.objects.use("frk", "draft", code, at=START)


def test_a_code_opens_once_and_for_ten_minutes() -> None:
    code = Code.objects.make("frk", "draft", at=START)
    with pytest.raises(CodeWrong):
        Code.objects.use("frk", "draft", code, at=START + timedelta(minutes=10))
    Code.objects.use("frk", "draft", code, at=START)
    with pytest.raises(CodeWrong):
        Code.objects.use("frk", "draft", code, at=START)


def test_a_new_code_kills_the_older() -> None:
    old = Code.objects.make("frk", "draft", at=START)
    new = Code.objects.make("frk", "draft", at=START)
    if old != new:
        with pytest.raises(CodeWrong):
            Code.objects.use("frk", "draft", old, at=START)
    Code.objects.use("frk", "draft", new, at=START)
    assert not Code.objects.exists()


@pytest.fixture
def limits(settings: Settings) -> None:
    """As in production; the tests run without limits."""
    settings.OGNIWO_LIMITS = True


@pytest.mark.usefixtures("limits")
def test_a_bucket_lets_so_many_through_and_then_says_when() -> None:
    for _turn in range(3):
        take("key", limit=3, per=timedelta(hours=1), at=START)
    with pytest.raises(TooMany) as error:
        take("key", limit=3, per=timedelta(hours=1), at=START)
    assert error.value.retry_after == 20 * 60
    take("key", limit=3, per=timedelta(hours=1), at=START + timedelta(minutes=20))
    assert Bucket.objects.count() == 1


@pytest.mark.usefixtures("limits")
def test_an_empty_bucket_is_swept() -> None:
    take("key", limit=3, per=timedelta(hours=1), at=START)
    assert sweep_buckets(START, 10) == 0
    assert sweep_buckets(later(1), 10) == 1


def test_a_page_posted_twice_acts_once() -> None:
    assert OnceKey.objects.claim("k", "session:1", at=START)
    OnceKey.objects.settle("k", "session:1", address="/done/")
    assert not OnceKey.objects.claim("k", "session:1", at=START)
    assert OnceKey.objects.result("k", "session:1") == "/done/"
    assert OnceKey.objects.result("k", "session:2") == ""


def test_what_happens_to_a_person_is_in_the_journal() -> None:
    ola, adam = person("Ola"), person("Adam")
    ola.change_role(roles.ACCOUNTANT, by=adam, at=START)
    names = [event.name for event in Event.objects.about(ola)]
    assert names == ["change_role", "add"]
