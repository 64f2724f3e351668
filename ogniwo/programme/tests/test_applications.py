"""I.1–I.3: apply once; the clocks; the decision."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.journal.moves import Conflict, NotAllowed, Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.outbox.models import Message
from ogniwo.people.models import User
from ogniwo.programme import apply, clocks
from ogniwo.programme.models import Application, Counter, Reseller, Vendor
from tests import cast
from tests.cast import APPLICANT, START, later, person

pytestmark = pytest.mark.django_db
State = Application.State


def letters(template: str) -> list[Message]:
    name = f"programme/letters/{template}"
    return list(Message.objects.filter(template=name).order_by("pk"))


def in_review(**changes: Any) -> Application:
    asked = cast.application(**changes)
    asked.take(by=person("Ola"), at=START)
    return asked


def test_an_application_counts_from_the_confirmation_of_its_address() -> None:
    cast.vendor()
    apply.submit(cast.application_fields(), at=START)
    asked = Application.objects.get()
    assert (asked.state, asked.number, asked.submitted_at) == (State.UNVERIFIED, None, None)
    assert apply.confirm(asked, at=later(2))
    asked.refresh_from_db()
    assert (asked.state, asked.number) == (State.SUBMITTED, "W-0001")
    assert asked.decide_by(Vendor.load(), on=warsaw_day(later(2))) == warsaw_day(later(32))
    assert [m.to for m in letters("application_received")] == [asked.email]


def test_a_second_application_is_answered_by_mail_to_the_first_address_only() -> None:
    first = cast.application()
    apply.submit(cast.application_fields(company_name="Ktoś inny"), at=later(1))
    apply.submit(cast.application_fields(email="obcy@obcy.example"), at=later(1))
    assert Application.objects.count() == 1
    assert [m.to for m in letters("application_state")] == [first.email]
    assert [m.to for m in letters("application_impossible")] == ["obcy@obcy.example"]


def test_of_two_unconfirmed_applications_of_a_nip_the_first_confirmed_counts() -> None:
    cast.vendor()
    apply.submit(cast.application_fields(), at=START)
    apply.submit(cast.application_fields(email="obcy@obcy.example"), at=START)
    first, second = Application.objects.order_by("pk")
    assert apply.confirm(second, at=START)
    assert not apply.confirm(first, at=START)
    first.refresh_from_db()
    assert (first.state, first.number) == (State.UNVERIFIED, None)
    assert Counter.objects.get(kind="W").last == 1


def test_an_unverified_address_gets_one_letter_a_day(settings: Settings) -> None:
    settings.OGNIWO_LIMITS = True
    cast.vendor()
    for turn in range(5):
        fields = cast.application_fields(nip=cast.nip(turn + 50), email="ofiara@ofiara.example")
        apply.submit(fields, at=START)
    assert len(letters("application_link")) == 1


def test_the_clock_stands_still_while_the_applicant_is_asked() -> None:
    asked = in_review()
    asked.ask(fields=["phone"], question="Który numer?", by=person("Ola"), at=later(3))
    assert asked.day(on=warsaw_day(later(10))) == 3
    asked.complete(values={"phone": "+48600214119"}, by=APPLICANT, at=later(10))
    assert asked.day(on=warsaw_day(later(12))) == 5
    assert asked.decide_by(Vendor.load(), on=warsaw_day(later(12))) == warsaw_day(later(37))
    assert asked.phone == "+48600214119"


def test_only_the_opened_fields_change() -> None:
    asked = in_review()
    asked.ask(fields=["phone"], question="Który numer?", by=person("Ola"), at=START)
    with pytest.raises(Refused) as refusal:
        asked.complete(values={"nip": cast.nip(9)}, by=APPLICANT, at=START)
    assert refusal.value.code == "closed_field"
    asked.refresh_from_db()
    assert asked.state == State.NEEDS_COMPLETION


def test_staff_is_reminded_on_day_5_7_25_and_30_each_once_and_nothing_is_decided() -> None:
    asked = cast.application()
    person("Ola"), person("Adam")
    told: dict[int, list[str]] = {}
    for day in range(33):
        before = {m.pk for m in letters("application_clock")}
        for _twice in range(2):
            clocks.tick_applications(later(day))
        new = [m.to for m in letters("application_clock") if m.pk not in before]
        if new:
            told[day] = sorted(new)
    adam, ola = "adam@meridian.example", "ola@meridian.example"
    assert told == {5: [adam, ola], 7: [adam], 25: [adam], 30: [adam]}
    asked.refresh_from_db()
    assert asked.state == State.SUBMITTED
    assert asked.breached_at == later(30)


def test_the_owner_is_told_when_there_is_one() -> None:
    in_review()
    person("Adam")
    clocks.tick_applications(later(5))
    assert [m.to for m in letters("application_clock")] == ["ola@meridian.example"]


def test_thirty_silent_days_lapse_an_application_after_a_warning() -> None:
    asked = in_review()
    asked.ask(fields=["phone"], question="Który numer?", by=person("Ola"), at=START)
    clocks.tick_silent_applications(later(22))
    assert letters("application_lapse_soon") == []
    clocks.tick_silent_applications(later(23))
    clocks.tick_silent_applications(later(23))
    assert len(letters("application_lapse_soon")) == 1
    clocks.tick_silent_applications(later(30))
    asked.refresh_from_db()
    assert asked.state == State.LAPSED
    assert len(letters("application_lapsed")) == 1


def test_acceptance_makes_reseller_owner_form_checklist_and_two_letters() -> None:
    asked = in_review()
    asked.accept(by=person("Ola"), at=later(1))
    firm = Reseller.objects.get()
    name = firm.frk_name()
    assert (firm.number, firm.state, asked.reseller) == ("R-001", "invited", firm)
    assert name is not None
    assert name.path == "/reseller_klient_RadekKowalski.html"
    assert User.objects.get(reseller=firm).email == asked.email
    assert firm.checklist.count() == 6
    sent = Message.objects.about(firm).values_list("template", flat=True)
    assert sorted(sent) == ["programme/letters/terms_to_accept", "programme/letters/welcome"]


def test_a_rejection_is_mailed_with_its_reason_and_may_close_the_way_back() -> None:
    asked = in_review()
    asked.reject(
        reason="does_not_fit", note="Szukamy agencji.", reapply="later", by=person("Ola"), at=START
    )
    assert letters("application_rejected")[0].context["note"] == "Szukamy agencji."
    apply.submit(cast.application_fields(), at=later(29))
    assert Application.objects.count() == 1
    apply.submit(cast.application_fields(), at=later(31))
    assert Application.objects.count() == 2


@pytest.mark.parametrize("name", ["Krysia", "Rita"])
def test_accountant_and_reader_do_not_decide(name: str) -> None:
    asked = in_review()
    with pytest.raises(NotAllowed):
        asked.accept(by=person(name), at=START)


def test_a_decision_is_made_once() -> None:
    asked = in_review()
    stale = Application.objects.get(pk=asked.pk)
    asked.reject(reason="other", by=person("Ola"), at=START)
    with pytest.raises(Conflict):
        stale.accept(by=person("Adam"), at=START)
    assert not Reseller.objects.exists()
    assert stale.state == State.IN_REVIEW  # the object is as it was


def test_an_unconfirmed_application_is_erased_after_a_week() -> None:
    cast.vendor()
    apply.submit(cast.application_fields(), at=START)
    assert apply.forget_unverified(later(7), 10) == 0
    assert apply.forget_unverified(later(7) + timedelta(seconds=1), 10) == 1


def test_a_withdrawn_application_frees_the_way() -> None:
    asked = cast.application()
    asked.withdraw(by=APPLICANT, at=later(1))
    apply.submit(cast.application_fields(), at=later(2))
    assert Application.objects.filter(state=State.UNVERIFIED).count() == 1


def test_the_system_cannot_decide() -> None:
    asked = in_review()
    for deed in (asked.accept, lambda **who: asked.reject(reason="other", **who)):
        with pytest.raises(NotAllowed):
            deed(by=SYSTEM_ACTOR, at=START)
