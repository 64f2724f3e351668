"""Bank accounts: the 26 digits of a Polish one (NRB), and any IBAN a payer may have."""

import re
from typing import Final

NRB: Final = re.compile(r"[0-9]{26}")
IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}")
SPACING: Final = re.compile(r"[\s\-\u2010-\u2015\u200b\u2060\ufeff]+")


class BadAccount(ValueError):
    """The text is no account number; `code` says why."""

    def __init__(self, code: str) -> None:
        """One of `account_empty`, `account_characters`, `account_length`, `account_checksum`."""
        super().__init__(code)
        self.code = code


def normalise(text: str) -> str:
    """The 26 digits of a Polish account out of any usual spelling, with or without PL."""
    compact = _compact(text).removeprefix("PL")
    if not compact:
        raise BadAccount("account_empty")
    if not (compact.isascii() and compact.isdigit()):
        raise BadAccount("account_characters")
    if not NRB.fullmatch(compact):
        raise BadAccount("account_length")
    if not is_valid(compact):
        raise BadAccount("account_checksum")
    return compact


def normalise_iban(text: str) -> str:
    """A payer's account: 26 digits if Polish, else the whole IBAN in capitals."""
    compact = _compact(text)
    if not IBAN.fullmatch(compact) or compact.startswith("PL"):
        return normalise(text)
    if not _checks(compact):
        raise BadAccount("account_checksum")
    return compact


def is_valid(nrb: str) -> bool:
    """Whether the 26 digits, already normalised, are a Polish account."""
    # Twenty-six zeros leave no remainder of one, so the checksum refuses them too.
    return bool(NRB.fullmatch(nrb)) and _checks(f"PL{nrb}")


def format_account(account: str) -> str:
    """As people read it: 12 9999 0004 0000 …, a foreign one in fours from its country."""
    head = 2 if NRB.fullmatch(account) else 0
    groups = [account[start : start + 4] for start in range(head, len(account), 4)]
    return " ".join(([account[:head]] if head else []) + groups)


def _compact(text: str) -> str:
    return SPACING.sub("", text).upper()


def _checks(iban: str) -> bool:
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
