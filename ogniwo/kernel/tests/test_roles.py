"""Roles are the words of the interface, and each belongs to one side."""

from ogniwo.kernel import roles


def test_nobody_is_both_of_the_vendor_and_of_a_reseller() -> None:
    assert not roles.VENDOR & roles.RESELLERS
    assert {roles.APPLICANT, roles.SYSTEM}.isdisjoint(roles.PEOPLE)


def test_who_may_read_only_is_never_among_those_who_may_act() -> None:
    assert roles.READER not in roles.DESK_AND_MONEY
    assert roles.RESELLER_READER not in roles.RESELLER_WRITERS
    assert roles.DESK_AND_MONEY < roles.VENDOR
    assert roles.RESELLER_WRITERS < roles.RESELLERS
