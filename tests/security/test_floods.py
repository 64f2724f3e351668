"""Floods, guessing and idle machines: slowed down, never an error, nothing acknowledged lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import Client as Browser

from ogniwo.kernel.days import warsaw_day, warsaw_midnight
from ogniwo.people.models import Bucket, Code, User
from ogniwo.programme.models import Application, FrkDraft
from ogniwo.programme.models.draft import forget_drafts
from ogniwo.web.forms import OPENED_SALT
from tests import cast
from tests.security.test_strangers import FORM, application_post, client_post
from tests.security.world import World

pytestmark = pytest.mark.xdist_group("access")
SIGN_IN = "/logowanie/"


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.OGNIWO_LIMITS = True


class Clock:
    """The clock of the pages, moved by hand."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = world.now
        for place in ("public.signing_in", "public.frk", "public.applying", "forms",
                      "public.registration", "public.passwords", "public.application"):  # fmt: skip
            monkeypatch.setattr(f"ogniwo.web.{place}.now", lambda: self.at)


@pytest.fixture
def clock(world: World, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(world, monkeypatch)


def opened(clock: Clock, *, before: timedelta) -> dict[str, str]:
    """What a page carries that was opened so long ago."""
    return {"opened": signing.dumps((clock.at - before).isoformat(), salt=OPENED_SALT)}


def guess(world: World, *, login: str, password: str, address: str = "192.0.2.7") -> Any:
    typed = {"login": login, "password": password}
    return Browser().post(SIGN_IN, typed, REMOTE_ADDR=address)


# -- T7 -------------------------------------------------------------------------------------------


def test_two_hundred_guesses_are_slowed_and_the_right_password_works_after_the_wait(
    world: World, clock: Clock
) -> None:
    owner = world.people["Radek", "owner"]
    answers = []
    for n in range(200):
        # From many addresses: it is the account that is guarded here.
        address = f"198.51.{n % 250}.{n // 250 + 1}"
        answers.append(guess(world, login=owner.email, password=f"zle-{n}", address=address))
    statuses = [answer.status_code for answer in answers]
    first = statuses.index(429)
    assert 5 <= first <= 10
    assert set(statuses[first:]) == {429}
    assert guess(world, login=owner.email, password=cast.PASSWORD).status_code == 429
    other = world.people["Zenon", "owner"]
    assert guess(world, login=other.email, password=cast.PASSWORD).status_code == 302
    clock.at += timedelta(seconds=int(answers[-1]["Retry-After"]))
    assert guess(world, login=owner.email, password=cast.PASSWORD).status_code == 302


def test_the_wait_grows_to_fifteen_minutes_and_never_becomes_a_lock(
    world: World, clock: Clock
) -> None:
    owner, waits = world.people["Radek", "owner"], []
    for n in range(12):
        answer = guess(world, login=owner.email, password="zle", address=f"198.51.100.{n}")
        if answer.status_code == 429:
            waits.append(int(answer["Retry-After"]))
            clock.at += timedelta(seconds=waits[-1])
    assert waits == sorted(waits)
    assert max(waits) <= 15 * 60
    assert guess(world, login=owner.email, password=cast.PASSWORD).status_code == 302


def test_one_network_that_stuffs_passwords_is_slowed_over_all_accounts(
    world: World, clock: Clock
) -> None:
    statuses = [
        guess(world, login=f"ktos{n}@firma.example", password="zle").status_code for n in range(40)
    ]
    assert statuses.count(422) == 20
    owner = world.people["Radek", "owner"]
    away = guess(world, login=owner.email, password=cast.PASSWORD, address="203.0.113.9")
    assert away.status_code == 302


def test_a_refused_guess_costs_no_hash(
    world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = world.people["Radek", "owner"]
    hashed: list[str] = []
    monkeypatch.setattr(User, "check_password", lambda _self, raw: hashed.append(raw))
    for n in range(30):
        guess(world, login=owner.email, password=f"zle-{n}", address=f"198.51.100.{n}")
    assert len(hashed) <= 6
    rows = Bucket.objects.count()
    for n in range(30, 60):
        guess(world, login=owner.email, password=f"zle-{n}", address="198.51.100.1")
    assert Bucket.objects.count() == rows


def test_a_forged_forwarded_address_does_not_begin_a_new_count(world: World, clock: Clock) -> None:
    statuses = []
    for n in range(100):
        typed = {"login": f"ktos{n}@firma.example", "password": "zle"}
        header = {"X-Forwarded-For": f"203.0.113.{n}"}
        statuses.append(Browser().post(SIGN_IN, typed, headers=header).status_code)
    assert statuses.count(429) >= 80


def test_addresses_of_one_ipv6_network_count_together(world: World, clock: Clock) -> None:
    statuses = [
        guess(world, login=f"k{n}@firma.example", password="zle", address=f"2001:db8:1:1::{n:x}")
        for n in range(30)
    ]
    assert [answer.status_code for answer in statuses].count(422) == 20


def test_a_code_is_guessed_at_most_fifty_times_a_day(
    world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(
        "ogniwo.people.models.code.check_password", lambda raw, _digest: looked.append(raw)
    )
    clock.at = warsaw_midnight(warsaw_day(clock.at)) + timedelta(hours=1)
    browser = world.browser("anon")
    page = browser.post(FORM, client_post(cast.nip(70_000)) | opened(clock, before=MINUTE))
    key = FrkDraft.objects.latest("pk").key
    for n in range(230):
        network = f"198.51.100.{n % 250}"
        answer = browser.post(page["Location"], {"code": "000000"}, REMOTE_ADDR=network)
        assert answer.status_code in {422, 429}
        clock.at += timedelta(minutes=5)
        if not Code.objects.filter(key=key, expires_at__gt=clock.at, tries__lt=5).exists():
            browser.post(f"{page['Location']}code/")
    assert 20 <= len(looked) <= 50


# -- T2 -------------------------------------------------------------------------------------------

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("address", ["/zostan-resellerem/", FORM])
@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("too quick", timedelta(seconds=1)),
        ("too old", timedelta(hours=25)),
        ("from the future", -timedelta(hours=1)),
        ("no stamp", None),
    ],
)
def test_a_form_sent_too_soon_or_too_late_is_422_and_keeps_what_was_typed(
    world: World, clock: Clock, address: str, name: str, extra: timedelta | None
) -> None:
    typed = application_post("Nowy") if "zostan" in address else client_post(cast.nip(71_000))
    stamp = opened(clock, before=extra) if extra is not None else {"opened": "zgadywany"}
    answer = world.browser("anon").post(address, typed | stamp)
    assert answer.status_code == 422, name
    assert typed["street"] in answer.content.decode()
    good = world.browser("anon").post(address, typed | opened(clock, before=MINUTE))
    assert good.status_code == 302


@pytest.mark.parametrize("address", ["/zostan-resellerem/", FORM])
def test_a_field_that_only_machines_fill_in_is_422(
    world: World, clock: Clock, address: str
) -> None:
    typed = application_post("Nowy") if "zostan" in address else client_post(cast.nip(71_000))
    page = world.browser("anon").get(address).content.decode()
    assert 'name="homepage"' in page
    answer = world.browser("anon").post(
        address, typed | opened(clock, before=MINUTE) | {"homepage": "https://x.example"}
    )
    assert answer.status_code == 422
    assert typed["street"] in answer.content.decode()


def flood(world: World, clock: Clock, address: str, times: int) -> list[HttpResponse]:
    answers: list[Any] = []
    for n in range(times):
        if "zostan" in address:
            typed = application_post(f"F{n}", nip=cast.nip(72_000 + 50 * n))
        else:
            typed = client_post(cast.nip(72_000 + 50 * n))
        typed |= opened(clock, before=MINUTE)
        answers.append(world.browser("anon").post(address, typed, REMOTE_ADDR="198.51.100.9"))
    return answers


def test_a_flood_of_applications_is_429_and_every_acknowledged_one_is_there(
    world: World, clock: Clock
) -> None:
    before = Application.objects.count()
    answers = flood(world, clock, "/zostan-resellerem/", 30)
    taken = [answer for answer in answers if answer.status_code == 302]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert (len(taken), len(refused)) == (5, 25)
    assert all(int(answer["Retry-After"]) > 0 for answer in refused)
    assert b"Inny" not in refused[0].content
    assert Application.objects.count() == before + len(taken)


def test_a_flood_of_a_resellers_form_is_429_and_every_acknowledged_draft_is_there(
    world: World, clock: Clock
) -> None:
    answers = flood(world, clock, FORM, 30)
    taken = [answer for answer in answers if answer.status_code == 302]
    assert {answer.status_code for answer in answers} == {302, 429}
    assert FrkDraft.objects.count() == len(taken) == 5
    owner = world.people["Radek", "owner"]
    own = world.browser("owner").post(
        FORM, client_post(cast.nip(79_000)) | opened(clock, before=MINUTE)
    )
    assert own.status_code == 302, f"{owner} is not slowed by strangers"


def test_unconfirmed_drafts_are_gone_after_a_day(world: World, clock: Clock) -> None:
    flood(world, clock, FORM, 2)
    assert forget_drafts(clock.at + timedelta(hours=23), 100) == 0
    assert forget_drafts(clock.at + timedelta(hours=25), 100) == 2


@pytest.mark.parametrize("address", ["/haslo/", "/wniosek/"])
def test_asking_for_links_is_limited_by_address_and_by_network(
    world: World, clock: Clock, address: str
) -> None:
    def asked(email: str, network: str) -> int:
        answer = Browser().post(address, {"email": email}, REMOTE_ADDR=network)
        return answer.status_code

    one = [asked("ktos@firma.example", f"198.51.100.{n}") for n in range(6)]
    assert one == [302, 302, 302, 429, 429, 429]
    many = [asked(f"k{n}@firma.example", "203.0.113.5") for n in range(15)]
    assert many.count(302) == 10
