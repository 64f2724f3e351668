"""Clients, applications and resellers: of two who come at once one wins."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ogniwo.billing import accounts
from ogniwo.journal.models import Event
from ogniwo.journal.moves import Refused, Stateful
from ogniwo.outbox.models import Message
from ogniwo.people.models import User
from ogniwo.programme import accepting, apply, onboarding, registering
from ogniwo.programme.cases import open_case
from ogniwo.programme.models import (
    Acceptance,
    Application,
    Assignment,
    Case,
    Client,
    Reseller,
    TermsVersion,
    Vendor,
)
from ogniwo.programme.registering import NipTaken
from tests import cast
from tests.races.racing import Outcome, Runner, errors, events, letters, race, together, winners

pytestmark = pytest.mark.django_db(transaction=True)
AT = cast.later(1)
THREADS, ROWS = 20, 50


def leads(rows: int) -> list[Client]:
    """So many Leads of Radek."""
    radek = cast.reseller("Radek")
    cast.vendor(open_leads_cap=0)
    return [cast.lead(radek, f"Klient {n}", nip=cast.nip(30_000 + 50 * n)) for n in range(rows)]


def doing(model: type[Stateful], do: Callable[[Any], Any]) -> Runner:
    """Loads the row afresh and does this to it."""

    def load(row: Any) -> Callable[[], Any]:
        mine = model._default_manager.get(pk=row.pk)
        before = (mine.state, mine.version)

        def deed() -> Any:
            try:
                return do(mine)
            except Refused:
                assert (mine.state, mine.version) == before, "the refused object is not as it was"
                raise

        return deed

    return load


def one_each(rounds: Sequence[list[Outcome]]) -> None:
    """One won, all others were refused in a sentence."""
    for outcomes in rounds:
        assert all(isinstance(error, Refused) for error in errors(outcomes)), errors(outcomes)
        assert len(winners(outcomes)) == 1


# -- registering a client ---------------------------------------------------------------------


@pytest.mark.parametrize("firms", [["Radek"], ["Radek", "Zenon"]])
def test_of_twenty_who_register_one_nip_at_once_one_gets_the_client(firms: list[str]) -> None:
    resellers = [cast.reseller(name) for name in firms]
    people = [cast.owner_of(firm) for firm in resellers]
    values = cast.client_fields()

    def registering_as(number: int) -> Callable[[], Client]:
        firm, person = resellers[number % len(firms)], people[number % len(firms)]
        return lambda: registering.register(firm, values, [], by=person, at=AT)

    outcomes = together(*map(registering_as, range(THREADS)))
    assert len(winners(outcomes)) == 1
    assert [type(error) for error in errors(outcomes)] == [NipTaken] * (THREADS - 1)
    client = Client.objects.get()
    assert client.lead_number == "L-0001"
    assert events("programme.client.register", client) == 1
    assert letters("programme/letters/lead_registered", client) == 1
    assert letters("programme/letters/client_information", client) == 1
    assert Event.objects.filter(verb="programme.reseller.nip_refused").count() == THREADS - 1


def test_numbers_of_leads_have_no_gap_though_many_are_refused() -> None:
    radek, zenon = cast.reseller("Radek"), cast.reseller("Zenon")
    cast.vendor(open_leads_cap=0)

    def registering_for(firm: Reseller) -> Runner:
        owner = cast.owner_of(firm)

        def load(number: int) -> Callable[[], Client]:
            values = cast.client_fields(f"Firma {number}", nip=cast.nip(40_000 + 50 * number))
            return lambda: registering.register(firm, values, [], by=owner, at=AT)

        return load

    runners = [registering_for(firm) for firm in (radek, zenon, radek, zenon)]
    one_each(race(range(ROWS), *runners))
    numbers = Client.objects.order_by("lead_number").values_list("lead_number", flat=True)
    assert list(numbers) == [f"L-{n:04}" for n in range(1, ROWS + 1)]


def test_two_leads_corrected_to_one_nip_do_not_both_get_it() -> None:
    rows = leads(2 * 20)
    owner, pairs = (
        cast.owner_of(cast.reseller("Radek")),
        list(zip(rows[::2], rows[1::2], strict=True)),
    )

    def correcting(half: int) -> Runner:
        def load(pair: tuple[Client, Client]) -> Callable[[], None]:
            client = Client.objects.get(pk=pair[half].pk)
            wanted = {"nip": cast.nip(90_000 + 50 * pairs.index(pair))}
            return lambda: registering.correct(client, wanted, by=owner, at=AT)

        return load

    rounds = race(pairs, correcting(0), correcting(1))
    one_each(rounds)
    assert all(isinstance(errors(outcomes)[0], NipTaken) for outcomes in rounds)


# -- a Lead in two hands ----------------------------------------------------------------------


def converting(radek: Reseller, ola: User) -> Runner:
    return doing(Client, lambda lead: accounts.convert(lead, reseller=radek, by=ola, at=AT))


def test_a_lead_is_either_edited_or_converted_first_and_never_overwritten() -> None:
    rows, radek, ola = leads(ROWS), cast.reseller("Radek"), cast.person("Ola")
    owner, words = cast.owner_of(radek), {"contact_person": "Zofia Nowa"}
    editing = doing(Client, lambda lead: registering.correct(lead, words, by=owner, at=AT))
    one_each(race(rows, converting(radek, ola), editing))
    for client in Client.objects.all():
        edited, converted = client.contact_person == "Zofia Nowa", client.state == "account"
        assert edited != converted
        assert events("programme.client.edit", client) == edited
        assert events("programme.client.convert", client) == converted
        assert letters("programme/letters/lead_converted", client) == converted


def test_of_four_who_convert_at_once_three_are_refused() -> None:
    rows, radek, ola = leads(ROWS), cast.reseller("Radek"), cast.person("Ola")
    one_each(race(rows, *[converting(radek, ola)] * 4))
    for client in Client.objects.all():
        assert events("programme.client.convert", client) == 1
        assert letters("programme/letters/lead_converted", client) == 1
        assert Assignment.objects.filter(client=client).count() == 1
        assert client.snapshots.count() == 1
    numbers = Client.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"K-{n:04}" for n in range(1, ROWS + 1)]


def test_a_lead_is_converted_or_rejected_or_withdrawn_never_two_of_these() -> None:
    rows, radek, ola = leads(ROWS), cast.reseller("Radek"), cast.person("Ola")
    owner = cast.owner_of(radek)
    rejecting = doing(Client, lambda lead: lead.reject(reason="other", by=ola, at=AT))
    withdrawing = doing(Client, lambda lead: lead.withdraw(by=owner, at=AT))
    one_each(race(rows, converting(radek, ola), rejecting, withdrawing))
    ends = {"convert": "account", "reject": "rejected", "withdraw": "withdrawn"}
    for client in Client.objects.all():
        done = {verb: events(f"programme.client.{verb}", client) for verb in ends}
        assert sum(done.values()) == 1
        assert client.state == next(ends[verb] for verb, times in done.items() if times)


def test_of_two_who_give_an_account_to_another_reseller_one_is_refused() -> None:
    rows, radek, zenon = leads(20), cast.reseller("Radek"), cast.reseller("Zenon")
    ola = cast.person("Ola")
    for lead in rows:
        accounts.convert(lead, reseller=radek, by=ola, at=AT)
    moving = doing(
        Client,
        lambda client: client.reassign(
            reseller=zenon, on=cast.later(2).date(), reason="zmiana opiekuna", by=ola, at=AT
        ),
    )
    one_each(race(rows, moving, moving))
    assert Assignment.objects.filter(end__isnull=True, reseller=zenon).count() == len(rows)


# -- applications -----------------------------------------------------------------------------


def applications(rows: int, *, take: bool) -> list[Application]:
    ola, found = cast.person("Ola"), []
    for n in range(rows):
        asked = cast.application(f"Firma {n}", nip=cast.nip(50_000 + 50 * n))
        if take:
            asked.take(by=ola, at=AT)
        found.append(asked)
    return found


def test_an_application_is_accepted_or_rejected_and_makes_at_most_one_reseller() -> None:
    rows, ola = applications(25, take=True), cast.person("Ola")
    accepting_it = doing(Application, lambda asked: asked.accept(by=ola, at=AT))
    rejecting = doing(Application, lambda asked: asked.reject(reason="other", by=ola, at=AT))
    one_each(race(rows, accepting_it, rejecting))
    for asked in Application.objects.all():
        accepted = asked.state == "accepted"
        assert Reseller.objects.filter(nip=asked.nip).count() == accepted
        assert letters("programme/letters/application_rejected", asked) == (not accepted)


def test_accepted_twice_at_once_there_is_one_reseller_and_one_package() -> None:
    rows, ola = applications(25, take=True), cast.person("Ola")
    accepting_it = doing(Application, lambda asked: asked.accept(by=ola, at=AT))
    one_each(race(rows, accepting_it, accepting_it))
    numbers = Reseller.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"R-{n:03}" for n in range(1, len(rows) + 1)]
    for firm in Reseller.objects.all():
        assert letters("programme/letters/welcome", firm) == 1
        assert User.objects.filter(reseller=firm).count() == 1


def test_two_addresses_of_one_firm_confirmed_at_once_are_one_application() -> None:
    cast.vendor()
    pairs = []
    for n in range(20):
        for half in range(2):
            fields = cast.application_fields(
                f"Firma {n}", nip=cast.nip(60_000 + 50 * n), email=f"p{n}.{half}@firma.example"
            )
            apply.submit(fields, at=AT)
        pairs.append(list(Application.objects.filter(nip=fields["nip"]).order_by("pk")))

    def confirming(half: int) -> Runner:
        def load(pair: list[Application]) -> Callable[[], bool]:
            mine = Application.objects.get(pk=pair[half].pk)
            return lambda: apply.confirm(mine, at=AT)

        return load

    for outcomes in race(pairs, confirming(0), confirming(1)):
        assert not errors(outcomes)
        assert sorted(one.result for one in outcomes) == [False, True]
    numbers = Application.objects.open().order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"W-{n:04}" for n in range(1, 21)]
    refused = Message.objects.filter(template="programme/letters/application_impossible")
    assert refused.count() == len(pairs)


def test_one_link_confirmed_twice_at_once_counts_once() -> None:
    cast.vendor()
    rows = []
    for n in range(20):
        fields = cast.application_fields(f"Firma {n}", nip=cast.nip(70_000 + 50 * n))
        apply.submit(fields, at=AT)
        rows.append(Application.objects.get(nip=fields["nip"]))
    confirming = doing(Application, lambda asked: apply.confirm(asked, at=AT))
    one_each(race(rows, confirming, confirming))
    for asked in rows:
        assert letters("programme/letters/application_received", asked) == 1


# -- terms, cases, the beginning --------------------------------------------------------------


def test_the_terms_are_accepted_once_however_often_the_button_is_pressed() -> None:
    rows = [cast.reseller(f"Rs{n}", terms=False) for n in range(15)]
    version, proof = TermsVersion.objects.announced()[0], accepting.Proof(channel="link")
    pressing = doing(
        Reseller,
        lambda firm: accepting.accept(firm, version, proof, by=cast.OWNER, at=AT),
    )
    one_each(race(rows, *[pressing] * 3))
    for firm in rows:
        assert Acceptance.objects.filter(reseller=firm).count() == 1
        assert letters("programme/letters/terms_accepted", firm) == 1
        assert letters("programme/letters/terms_accepted_desk", firm) == 1


def test_a_case_is_applied_or_refused_or_withdrawn() -> None:
    radek, ola = cast.reseller("Radek"), cast.person("Ola")
    owner = cast.owner_of(radek)
    rows = [
        open_case(radek, kind="other", subject=f"Sprawa {n}", text="Proszę.", by=owner, at=AT)
        for n in range(30)
    ]
    deeds = (
        doing(Case, lambda case: case.apply(by=ola, at=AT)),
        doing(Case, lambda case: case.refuse(reason="nie teraz", by=ola, at=AT)),
        doing(Case, lambda case: case.withdraw(by=owner, at=AT)),
    )
    one_each(race(rows, *deeds))
    for case in Case.objects.all():
        assert letters("programme/letters/case_done", case) == (case.state == "done")


def test_of_two_who_set_the_company_up_at_once_one_is_refused() -> None:
    def set_up(name: str) -> Callable[[], str]:
        facts: dict[str, Any] = {
            "company": name,
            "nip": cast.nip(1),
            "email": "partnerzy@meridian.example",
        }
        admin = f"{name.lower()}@meridian.example"
        return lambda: onboarding.set_up(**facts, admin_email=admin, at=AT)

    outcomes = together(set_up("Jeden"), set_up("Dwa"), set_up("Trzy"))
    one_each([outcomes])
    assert User.objects.count() == TermsVersion.objects.count() == Vendor.objects.count() == 1
