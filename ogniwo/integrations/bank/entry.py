"""What every bank's file comes down to: rows of an account, and the statement they belong to."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Format = Literal["mt940", "camt053", "csv"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One booked row. Money in grosze (hundredths of `currency`): in > 0, out < 0.

    `account` is the other side's: 26 digits of a Polish account, a foreign IBAN as given, or "".
    `reference` is the bank's, "" for none. `is_return` says that the row takes an earlier one
    back: by the bank's own mark, or (money out only) by the words of its title. `credited` is the
    account the payer sent money in to, where the row tells it; "" when it does not.
    """

    booked_on: date
    amount_grosze: int
    currency: str
    title: str
    name: str
    account: str
    reference: str
    is_return: bool
    line: int  # in the file, for messages; in XML the line of the entry's element
    credited: str = ""


@dataclass(slots=True, kw_only=True)
class Part:
    """One statement of a file. What the file does not say is "" or None."""

    format: Format
    account: str = ""  # ours, written as in `Entry.account`
    currency: str = ""
    number: str = ""
    from_on: date | None = None
    to_on: date | None = None
    opening_grosze: int | None = None
    closing_grosze: int | None = None
    entries: int = 0
    sum_grosze: int = 0

    def add(self, grosze: int) -> None:
        """Count one more row."""
        self.entries += 1
        self.sum_grosze += grosze
