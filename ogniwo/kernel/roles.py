"""Who somebody is: the roles of people, and of the two actors who are nobody's account."""

from typing import Final

ADMINISTRATOR: Final = "administrator"
STAFF: Final = "staff"
ACCOUNTANT: Final = "accountant"
READER: Final = "reader"

RESELLER_OWNER: Final = "reseller_owner"
RESELLER_MEMBER: Final = "reseller_member"
RESELLER_READER: Final = "reseller_reader"

APPLICANT: Final = "applicant"
CLIENT: Final = "client"
SYSTEM: Final = "system"

DESK: Final = frozenset({STAFF, ADMINISTRATOR})
MONEY: Final = frozenset({ACCOUNTANT, ADMINISTRATOR})
DESK_AND_MONEY: Final = DESK | MONEY
VENDOR: Final = frozenset({ADMINISTRATOR, STAFF, ACCOUNTANT, READER})

RESELLERS: Final = frozenset({RESELLER_OWNER, RESELLER_MEMBER, RESELLER_READER})
RESELLER_WRITERS: Final = frozenset({RESELLER_OWNER, RESELLER_MEMBER})

PEOPLE: Final = VENDOR | RESELLERS
