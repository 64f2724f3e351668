"""The team of a firm: the owner invites, says who may what, and hands over."""

import pytest

from ogniwo.kernel.roles import RESELLER_MEMBER, RESELLER_OWNER, RESELLER_READER
from ogniwo.outbox.models import Message
from ogniwo.people.models import User
from ogniwo.web.panel.tests.browsing import TODAY, browser_of, owner_browser, page_of
from tests import cast

pytestmark = pytest.mark.django_db
TEAM = "/panel/zespol/"


def invitation(**changes: str) -> dict[str, str]:
    return {
        "name": "Basia Lis", "email": "basia@doradztwo.example", "role": RESELLER_MEMBER,
        "sees_amounts": "on",
    } | changes  # fmt: skip


def test_an_invited_person_gets_a_letter_and_stands_in_the_team() -> None:
    radek = cast.reseller("Radek")
    radeks = owner_browser(radek)
    assert radeks.post(f"{TEAM}zapros/", invitation(sees_amounts="")).status_code == 302
    basia = User.objects.get(email="basia@doradztwo.example")
    assert (basia.role, basia.reseller_id, basia.sees_amounts) == (RESELLER_MEMBER, radek.pk, False)
    assert Message.objects.filter(to=basia.email).count() == 1
    assert "Invited" in page_of(radeks, TEAM)
    assert radeks.post(f"{TEAM}{basia.pk}/invite_again/").status_code == 302
    assert Message.objects.filter(to=basia.email).count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "bez-malpy"},
        {"email": "a@b.example\nBcc: c@d.example"},
        {"role": "administrator"},
        {"name": ""},
        {"name": "x" * 10_000},
    ],
)
def test_a_mistake_invites_nobody(changes: dict[str, str]) -> None:
    radeks = owner_browser(cast.reseller("Radek"))
    before = User.objects.count()
    assert radeks.post(f"{TEAM}zapros/", invitation(**changes)).status_code == 422
    assert User.objects.count() == before


def test_an_address_of_another_firm_is_refused_without_saying_whose_it_is() -> None:
    radek, zenon = cast.reseller("Radek"), cast.reseller("Zenon")
    foreign = cast.owner_of(zenon)
    answer = owner_browser(radek).post(f"{TEAM}zapros/", invitation(email=foreign.email))
    assert answer.status_code == 422
    assert zenon.company_name not in answer.content.decode()


def test_only_the_owner_opens_the_team() -> None:
    radek = cast.reseller("Radek")
    for role in (RESELLER_MEMBER, RESELLER_READER):
        browser = browser_of(cast.colleague(radek, role))
        assert browser.get(TEAM).status_code == 403
        assert browser.post(f"{TEAM}zapros/", invitation()).status_code == 403
        owner = cast.owner_of(radek)
        assert browser.post(f"{TEAM}{owner.pk}/deactivate/").status_code == 403


def test_people_of_another_firm_are_not_there() -> None:
    radek, zenon = cast.reseller("Radek"), cast.reseller("Zenon")
    foreign = cast.owner_of(zenon)
    radeks = owner_browser(radek)
    assert radeks.get(f"{TEAM}{foreign.pk}/").status_code == 404
    assert radeks.post(f"{TEAM}{foreign.pk}/deactivate/").status_code == 404
    assert foreign.email not in page_of(radeks, TEAM)


def test_the_last_owner_stays() -> None:
    radek = cast.reseller("Radek")
    owner = cast.owner_of(radek)
    radeks = browser_of(owner)
    assert radeks.post(f"{TEAM}{owner.pk}/deactivate/").status_code == 409
    changed = radeks.post(f"{TEAM}{owner.pk}/", {"role": RESELLER_READER, "sees_amounts": "on"})
    assert changed.status_code == 422
    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == (RESELLER_OWNER, True)


def test_who_leaves_is_signed_out_at_once_and_can_come_back() -> None:
    radek = cast.reseller("Radek")
    member = cast.colleague(radek, RESELLER_MEMBER)
    members, radeks = browser_of(member), owner_browser(radek)
    assert members.get("/panel/").status_code == 200
    assert radeks.get(f"{TEAM}{member.pk}/deactivate/").status_code == 405
    radeks.post(f"{TEAM}{member.pk}/deactivate/")
    assert members.get("/panel/")["Location"].startswith("/logowanie/")
    radeks.post(f"{TEAM}{member.pk}/reactivate/")
    assert browser_of(member).get("/panel/").status_code == 200


def test_ownership_is_handed_over_and_the_old_owner_goes_on_as_a_member() -> None:
    radek = cast.reseller("Radek")
    owner, member = cast.owner_of(radek), cast.colleague(radek, RESELLER_MEMBER)
    radeks = browser_of(owner)
    answer = radeks.post(f"{TEAM}{member.pk}/hand_over/")
    assert answer["Location"] == "/panel/"
    owner.refresh_from_db()
    member.refresh_from_db()
    assert (owner.role, member.role) == (RESELLER_MEMBER, RESELLER_OWNER)
    assert radeks.get("/panel/").status_code == 200
    assert radeks.get(TEAM).status_code == 403


def test_a_suspended_firm_invites_nobody() -> None:
    radek = cast.reseller("Radek")
    radeks = owner_browser(radek)
    radek.suspend(reason="Przerwa", by=cast.person("Ola"), at=TODAY)
    assert radeks.get(TEAM).status_code == 200
    assert radeks.post(f"{TEAM}zapros/", invitation()).status_code == 403
