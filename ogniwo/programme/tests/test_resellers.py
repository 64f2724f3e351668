"""I.4, I.5, II.1: the start of a reseller, the terms, the name of his form."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from ogniwo.journal.moves import Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.outbox.models import Message
from ogniwo.people.letters import invite
from ogniwo.people.models import Link
from ogniwo.programme import accepting, check, clocks, onboarding
from ogniwo.programme.models import Acceptance, FrkName, Reseller, TermsVersion
from tests import cast
from tests.cast import START, later, person

pytestmark = pytest.mark.django_db
State = Reseller.State


def publish(valid_from: date) -> TermsVersion:
    return accepting.publish("# Nowe", valid_from=valid_from, by=person("Adam"), at=START)


def test_acceptance_keeps_the_proof_and_tells_both_sides() -> None:
    firm = cast.reseller(terms=False)
    version = TermsVersion.objects.get()
    proof = accepting.Proof(channel="link", network="192.0.2.7", user_agent="Firefox")
    accepting.accept(firm, version, proof, by=cast.owner_of(firm), at=later(1))
    kept = Acceptance.objects.get()
    assert (kept.sha256, kept.network, kept.at) == (version.sha256, "192.0.2.7", later(1))
    assert firm.state == State.ACTIVE
    told = Message.objects.filter(template__contains="terms_accepted").values_list("to", flat=True)
    assert set(told) == {firm.email, "partnerzy@meridian.example"}
    assert firm.checklist.get(key="terms").done_at == later(1)


def test_terms_are_accepted_once() -> None:
    firm = cast.reseller()
    with pytest.raises(Refused) as refusal:
        cast.accept_terms(firm)
    assert refusal.value.code == "accepted_already"


def test_an_invited_reseller_may_accept_before_he_sets_a_password() -> None:
    ola, asked = person("Ola"), cast.application()
    asked.take(by=ola, at=START)
    asked.accept(by=ola, at=START)
    firm = asked.reseller
    assert firm is not None
    accepting.accept(
        firm, TermsVersion.objects.get(), accepting.Proof("link"), by=cast.OWNER, at=START
    )
    assert firm.state == State.ACTIVE
    owner = cast.owner_of(firm)
    token = invite(owner, at=START)
    link = Link.objects.find("invitation", token, at=START)
    onboarding.set_first_password(owner, link, "zielony czajnik na parapecie", at=later(1))
    firm.refresh_from_db()
    assert firm.state == State.ACTIVE
    assert firm.checklist.get(key="account").done_at == later(1)


def test_announced_terms_and_acceptances_are_never_changed() -> None:
    cast.reseller()
    for table in ("programme_termsversion", "programme_acceptance"):
        for sql in ("UPDATE {} SET sha256 = 'x'", "DELETE FROM {}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql.format(table))


def test_a_new_version_moves_nobody_until_its_day() -> None:
    firm = cast.reseller()
    day = warsaw_day(later(20))
    publish(day)
    told = []
    for n in range(1, 20):
        before = Message.objects.filter(template__endswith="terms_reminder").count()
        clocks.tick_terms(later(n))
        clocks.tick_terms(later(n))
        if Message.objects.filter(template__endswith="terms_reminder").count() > before:
            told.append(20 - n)
    firm.refresh_from_db()
    assert told == [14, 7, 1]
    assert firm.state == State.ACTIVE
    clocks.tick_terms(later(20))
    firm.refresh_from_db()
    assert firm.state == State.AWAITING_TERMS


def test_whoever_accepts_the_next_version_early_goes_on() -> None:
    firm = cast.reseller()
    version = publish(warsaw_day(later(20)))
    accepting.accept(firm, version, accepting.Proof("link"), by=cast.owner_of(firm), at=later(2))
    clocks.tick_terms(later(21))
    firm.refresh_from_db()
    assert firm.state == State.ACTIVE
    assert firm.terms == version


def test_the_second_anna_kowalska_gets_a_two() -> None:
    for n, name in enumerate(("Anna", "ANNA ")):
        ola = person("Ola")
        asked = cast.application(
            name.strip(),
            nip=cast.nip(300 + n),
            email=f"anna{n}@anna.example",
            first_name="Anna",
            last_name="Kowalska",
        )
        asked.take(by=ola, at=START)
        asked.accept(by=ola, at=START)
    slugs = FrkName.objects.order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["AnnaKowalska", "AnnaKowalska2"]


def test_a_renamed_form_keeps_its_old_name_as_redirect() -> None:
    firm = cast.reseller()
    firm.rename_form("Łucja Żak-Nowak", by=person("Ola"), at=START)
    current = firm.frk_name()
    assert current is not None
    assert current.slug == "LucjaZakNowak"
    assert firm.frk_names.count() == 2


def test_suspension_needs_a_reason_and_closes_the_form() -> None:
    firm = cast.reseller()
    with pytest.raises(Refused):
        firm.suspend(reason=" ", by=person("Ola"), at=START)
    firm.suspend(reason="Nieopłacona kara.", by=person("Ola"), at=START)
    assert not firm.may_write
    firm.resume(by=person("Ola"), at=later(1))
    assert firm.may_write


def test_an_ended_reseller_reads_for_ninety_days() -> None:
    firm = cast.reseller()
    firm.end(reason="Koniec umowy.", by=person("Ola"), at=START)
    assert firm.panel_open(at=later(89))
    assert not firm.panel_open(at=later(90))


def test_the_books_of_the_cast_are_true() -> None:
    cast.reseller("Radek"), cast.reseller("Zenon")
    assert list(check.breaches()) == []


def test_check_names_a_state_that_no_move_led_to() -> None:
    firm = cast.reseller()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE programme_reseller SET state = 'suspended'")
    found = list(check.breaches())
    assert [(row.name, row.object) for row in found] == [("state_without_move", firm.number)]
