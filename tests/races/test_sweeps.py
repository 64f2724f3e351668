"""Two sweeps at once do each thing once: one letter, one row in the journal, one place in it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ogniwo.journal.models import Event, Seal
from ogniwo.journal.seal import breaches, seal_events
from ogniwo.outbox.deliver import deliver
from ogniwo.outbox.models import Message, Turn
from ogniwo.outbox.post import post
from ogniwo.outbox.turns import claim_turn, end_turn
from ogniwo.programme import accepting, clocks
from ogniwo.programme.models import Application, Client, Reseller
from tests import cast
from tests.races.racing import errors, events, letters, race, together, winners

pytestmark = pytest.mark.django_db(transaction=True)
Sweep = Callable[[datetime], int]
ROWS = 20


def swept(sweep: Sweep, *, at: datetime, times: int = 3) -> int:
    """Let several do this sweep at once; how much all of them did."""
    outcomes = together(*[lambda: sweep(at)] * times)
    assert not errors(outcomes)
    return sum(one.result for one in outcomes)


def test_the_clock_of_an_application_writes_one_letter_a_step() -> None:
    ola, rows = cast.person("Ola"), []
    for n in range(ROWS):
        asked = cast.application(f"Firma {n}", nip=cast.nip(50_000 + 50 * n))
        asked.take(by=ola, at=cast.START)
        rows.append(asked)
    assert swept(clocks.tick_applications, at=cast.later(5)) == ROWS
    for asked in rows:
        assert letters("programme/letters/application_clock", asked) == 1
    assert swept(clocks.tick_applications, at=cast.later(5.1)) == 0
    assert swept(clocks.tick_applications, at=cast.later(30)) == ROWS
    assert Application.objects.filter(breached_at=cast.later(30)).count() == ROWS


def test_a_silent_applicant_is_warned_once_and_lapses_once() -> None:
    ola, rows = cast.person("Ola"), []
    for n in range(ROWS):
        asked = cast.application(f"Firma {n}", nip=cast.nip(50_000 + 50 * n))
        asked.take(by=ola, at=cast.START)
        asked.ask(fields=["phone"], question="Jaki numer?", by=ola, at=cast.START)
        rows.append(asked)
    assert swept(clocks.tick_silent_applications, at=cast.later(23)) == ROWS
    assert swept(clocks.tick_silent_applications, at=cast.later(30)) == ROWS
    for asked in rows:
        assert letters("programme/letters/application_lapse_soon", asked) == 1
        assert letters("programme/letters/application_lapsed", asked) == 1
        assert events("programme.application.lapse", asked) == 1


def test_the_end_of_a_leads_protection_is_told_once_and_comes_once() -> None:
    radek = cast.reseller("Radek")
    rows = [cast.lead(radek, f"K{n}", nip=cast.nip(30_000 + 50 * n)) for n in range(ROWS)]
    assert swept(clocks.tick_leads, at=cast.later(77)) == ROWS
    assert swept(clocks.tick_leads, at=cast.later(91)) == ROWS
    for lead in rows:
        assert letters("programme/letters/lead_expires_soon", lead) == 1
        assert letters("programme/letters/lead_expired", lead) == 1
        assert events("programme.client.expire", lead) == 1


def test_a_lead_that_is_converted_at_its_last_moment_does_not_expire_as_well() -> None:
    radek, ola = cast.reseller("Radek"), cast.person("Ola")
    rows = [cast.lead(radek, f"K{n}", nip=cast.nip(30_000 + 50 * n)) for n in range(ROWS)]
    late = cast.later(91)

    def converting(lead: Client) -> Callable[[], None]:
        mine = Client.objects.get(pk=lead.pk)
        return lambda: mine.convert(reseller=radek, by=ola, at=late)

    def expiring(_lead: Client) -> Callable[[], int]:
        return lambda: clocks.tick_leads(late)

    race(rows, converting, expiring)
    for lead in Client.objects.all():
        expired = events("programme.client.expire", lead)
        assert expired + events("programme.client.convert", lead) == 1
        assert lead.state == ("expired" if expired else "account")


def test_coming_terms_are_reminded_of_once_and_missed_once() -> None:
    firms, adam = [cast.reseller(f"Rs{n}") for n in range(10)], cast.person("Adam")
    text, day = "# Regulamin 2", cast.later(20).date()
    accepting.publish(text, valid_from=day, by=adam, at=cast.later(1))
    assert swept(clocks.tick_terms, at=cast.later(6)) == len(firms)
    assert swept(clocks.tick_terms, at=cast.later(20)) == len(firms)
    for firm in Reseller.objects.all():
        assert letters("programme/letters/terms_reminder", firm) == 1
        assert events("programme.reseller.miss_terms", firm) == 1


def test_of_four_workers_who_send_at_once_each_letter_leaves_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    cast.vendor()
    settings.DATA = tmp_path
    Message.objects.all().delete()
    for n in range(60):
        address = f"p{n}@meridian.example"
        post("programme/letters/application_impossible", to=address, at=cast.START)
    handed: list[int] = []
    monkeypatch.setattr(
        "ogniwo.outbox.deliver.hand_over", lambda message, _mail: handed.append(message.pk)
    )
    assert swept(deliver, at=cast.later(1), times=4) == 60
    assert len(handed) == len(set(handed)) == 60
    assert not Message.objects.waiting().exists()


def test_a_turn_is_given_to_one_of_many_workers() -> None:
    minute = timedelta(minutes=1)
    for n in range(20):
        at = cast.START + n * minute
        outcomes = together(
            *[lambda: claim_turn("bread", every=minute, at=at)] * 6  # noqa: B023 - called at once
        )
        assert sorted(one.result for one in outcomes) == [False] * 5 + [True]
        end_turn("bread", done=1)
    assert Turn.objects.get(name="bread").done == 20


def test_events_written_and_sealed_at_once_make_one_whole_chain() -> None:
    vendor = cast.vendor()
    colours = ("#111111", "#222222")

    def changing(colour: str) -> Callable[[Any], Callable[[], None]]:
        def load(number: int) -> Callable[[], None]:
            mine = type(vendor).load()
            wanted = f"{colour[:-2]}{number:02}"
            return lambda: mine.change(by=cast.OWNER, at=cast.later(1), brand_colour=wanted)

        return load

    def sealing(_number: int) -> Callable[[], int]:
        return seal_events

    rounds = race(range(50), *map(changing, colours), sealing, sealing)
    assert all(len(winners(outcomes)) == 4 for outcomes in rounds)
    seal_events(everything=True)
    assert Seal.objects.count() == Event.objects.count()
    assert list(breaches()) == []
