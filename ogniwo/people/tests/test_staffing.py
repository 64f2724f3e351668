"""The vendor's people: only an administrator lets in, changes and sees out, and never himself."""

from typing import Any

import pytest

from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.kernel.roles import ACCOUNTANT, STAFF
from ogniwo.outbox.models import Message
from ogniwo.people import staffing
from ogniwo.people.models import User
from tests import cast

pytestmark = pytest.mark.django_db
NINA: dict[str, Any] = {"name": "Nina", "role": STAFF}


def nina() -> User:
    return staffing.invite("nina@meridian.example", **NINA, by=cast.person("Adam"), at=cast.START)


def test_an_invitation_adds_a_person_and_one_letter() -> None:
    found = nina()
    assert (found.role, found.has_usable_password()) == (STAFF, False)
    assert Message.objects.about(found).count() == 1


def test_a_refused_invitation_leaves_nothing() -> None:
    nina()
    before = Message.objects.count(), User.objects.count()
    with pytest.raises(Refused):
        nina()
    assert (Message.objects.count(), User.objects.count()) == before


@pytest.mark.parametrize("name", ["Ola", "Krysia", "Rita"])
def test_others_than_administrators_may_not(name: str) -> None:
    found, by = nina(), cast.person(name)
    with pytest.raises(NotAllowed):
        staffing.invite("inny@meridian.example", **NINA, by=by, at=cast.START)
    with pytest.raises(NotAllowed):
        staffing.change(found, name="Nina", role=ACCOUNTANT, by=by, at=cast.START)
    with pytest.raises(NotAllowed):
        staffing.deactivate(found, by=by, at=cast.START)


def test_a_role_of_a_firm_is_none_of_the_vendors() -> None:
    with pytest.raises(Refused):
        staffing.invite(
            "x@meridian.example", name="X", role="reseller_owner",
            by=cast.person("Adam"), at=cast.START,
        )  # fmt: skip


def test_a_deactivated_person_gets_neither_invitation_nor_reset() -> None:
    found, adam = nina(), cast.person("Adam")
    staffing.deactivate(found, by=adam, at=cast.START)
    for deed in (staffing.invite_again, staffing.send_reset):
        with pytest.raises(Refused):
            deed(found, by=adam, at=cast.START)
