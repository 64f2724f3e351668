"""Signing in: wrong passwords cost time, right ones do not, and nobody learns who is here."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from ogniwo.journal.models import Event
from ogniwo.outbox.models import Message
from ogniwo.people import signing_in
from ogniwo.people.limits import TooMany
from ogniwo.people.models import Link, LinkGone
from ogniwo.people.signing_in import NotSignedIn, sign_in
from tests import cast

pytestmark = pytest.mark.django_db
AT = cast.later(10)
HOME = "192.0.2.7"


@pytest.fixture
def limits(settings: Settings) -> None:
    settings.OGNIWO_LIMITS = True


def fail(email: str = "ola@meridian.example", *, at: datetime = AT, network: str = HOME) -> int:
    with pytest.raises(NotSignedIn) as refused:
        sign_in(email, "zle-haslo-zle-haslo", network=network, at=at)
    return refused.value.left


def test_the_right_password_brings_the_person_in_and_the_journal_knows() -> None:
    ola = cast.person("Ola")
    assert sign_in(" OLA@meridian.example ", cast.PASSWORD, network=HOME, at=AT) == ola
    assert Event.objects.about(ola)[0].verb == "people.user.sign_in"


@pytest.mark.usefixtures("limits")
def test_whatever_is_wrong_is_refused_alike() -> None:
    ola = cast.person("Ola")
    gone = cast.person("Rita")
    gone.deactivate(by=cast.person("Adam"), at=AT)
    assert fail() == fail("nikt@meridian.example") == 4
    with pytest.raises(NotSignedIn) as refused:
        sign_in(gone.email, cast.PASSWORD, network=HOME, at=AT)
    assert refused.value.left == 4
    with pytest.raises(NotSignedIn):
        sign_in(ola.email, "x" * 5000, network=HOME, at=AT)


@pytest.mark.usefixtures("limits")
def test_after_five_wrong_tries_one_waits_and_then_the_right_password_works() -> None:
    ola = cast.person("Ola")
    assert [fail() for _try in range(5)] == [4, 3, 2, 1, 0]
    with pytest.raises(TooMany) as limit:
        sign_in(ola.email, cast.PASSWORD, network=HOME, at=AT)
    assert limit.value.retry_after == 60
    assert sign_in(ola.email, cast.PASSWORD, network=HOME, at=AT + timedelta(minutes=1)) == ola
    assert fail(at=AT + timedelta(minutes=2)) == 4
    assert Event.objects.filter(verb="people.user.sign_in_failed").count() == 1


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    minutes = [signing_in.wait_after(n) / timedelta(minutes=1) for n in (4, 5, 6, 7, 8, 9, 200)]
    assert minutes == [0, 1, 2, 4, 8, 15, 15]


@pytest.mark.usefixtures("limits")
def test_one_persons_wait_is_not_anothers() -> None:
    cast.person("Ola"), cast.person("Adam")
    for _try in range(5):
        fail()
    assert sign_in("adam@meridian.example", cast.PASSWORD, network="192.0.2.8", at=AT)


@pytest.mark.usefixtures("limits")
def test_a_network_may_fail_twenty_times_in_ten_minutes() -> None:
    cast.vendor()
    for n in range(20):
        fail(f"nikt{n}@meridian.example")
    with pytest.raises(TooMany):
        sign_in("nikt99@meridian.example", "x", network=HOME, at=AT)


@pytest.mark.usefixtures("limits")
def test_right_passwords_of_an_office_are_never_too_many() -> None:
    ola = cast.person("Ola")
    for _time in range(30):
        assert sign_in(ola.email, cast.PASSWORD, network=HOME, at=AT) == ola


def test_an_ended_reseller_comes_in_for_ninety_days_more() -> None:
    radek = cast.reseller("Radek")
    owner = cast.owner_of(radek)
    radek.end(reason="Koniec umowy", by=cast.person("Ola"), at=AT)
    assert sign_in(owner.email, cast.PASSWORD, network=HOME, at=cast.later(89, at=AT)) == owner
    with pytest.raises(NotSignedIn):
        sign_in(owner.email, cast.PASSWORD, network=HOME, at=cast.later(90, at=AT))


def test_a_reset_goes_to_people_only_and_to_nobody_else() -> None:
    ola = cast.person("Ola")
    before = Message.objects.count()
    signing_in.send_reset("nikt@meridian.example", network=HOME, at=AT)
    assert Message.objects.count() == before
    signing_in.send_reset("Ola@meridian.example", network=HOME, at=AT)
    assert Message.objects.latest("pk").to == ola.email


def test_a_sign_in_kills_the_links_that_set_a_password() -> None:
    ola = cast.person("Ola")
    token = Link.objects.make(
        "reset", ola, at=AT, lifetime=timedelta(minutes=30), single_use=True,
        binding=ola.password_state(),
    )  # fmt: skip
    assert signing_in.person_of("reset", token, at=AT)[0] == ola
    with pytest.raises(LinkGone):
        signing_in.person_of("invitation", token, at=AT)
    sign_in(ola.email, cast.PASSWORD, network=HOME, at=AT)
    with pytest.raises(LinkGone):
        signing_in.person_of("reset", token, at=AT)
