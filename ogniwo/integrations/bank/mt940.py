"""MT940: a bank's statement in the lines of SWIFT, with whatever Polish banks add to it."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO, Final

from django.utils.translation import gettext as _

from ogniwo.integrations.bank.entry import Entry, Part
from ogniwo.integrations.bank.faults import Faults
from ogniwo.integrations.bank.rows import account_of, day_of, line_of, says_return
from ogniwo.integrations.bank.source import Source
from ogniwo.integrations.bank.subfields import NOTHING, START, told
from ogniwo.integrations.bank.totals import close, open_part

BALANCE: Final = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]{1,15}),([0-9]{0,2})")
# Day, day of booking, direction (R: it takes back), funds code, amount, kind, references.
ROW: Final = re.compile(
    r"([0-9]{6})([0-9]{4})?(R?[CD])[A-Z]?([0-9]{1,15}),([0-9]{0,2})(?:[A-Z].*)?"
)
MOST_LINES: Final = 200  # SWIFT allows six, banks send up to thirty
TAG: Final = re.compile(r":([0-9]{2}[A-Z]?):")
STRAY: Final = "\x01\x02\x03\x04\x1a \t"
SELDOM: Final = "{-" + STRAY
NO_REFERENCE: Final = frozenset({"NONREF", "NOREF", "NOTPROVIDED"})


def read(
    source: Source, *, parts: list[Part], faults: Faults, with_texts: bool = True
) -> Iterator[tuple[int, Entry]]:
    """The rows of all statements of a file; each statement joins `parts` as it opens.

    Without texts the sums alone are looked at, which takes half the time.
    """
    statement = _Statement(parts=parts, faults=faults)
    with source.text() as lines:
        for tag, texts, number in _fields(lines, faults=faults):
            if tag == "86":
                if with_texts:
                    statement.details.append(texts)
                continue
            if (entry := statement.entry()) is not None:
                yield len(parts) - 1, entry
            statement.take(tag, texts[0].strip(STRAY), number=number)
    if (entry := statement.entry()) is not None:
        yield len(parts) - 1, entry
    statement.end()


def _fields(lines: IO[str], *, faults: Faults) -> Iterator[tuple[str, list[str], int]]:
    """Each tag, its lines, and the number of the first."""
    tag, texts, start = "", [""], 0
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\n")
        if line[:1] in SELDOM:  # also an empty line
            line = _bared(line)
        found = TAG.match(line) if line[:1] == ":" else None
        if found is not None:
            if tag:
                yield tag, texts, start
            tag, texts, start = found[1], [line[found.end() :]], number
        elif line:
            texts.append(line)
            if not tag or len(texts) > MOST_LINES:
                faults.fail(number, "not_statement", _("MT940 does not go like this."))
    if tag:
        yield tag, texts, start


def _bared(line: str) -> str:
    """The line without the frame of SWIFT and without control characters; "" if nothing stays."""
    if line[0:1] in ("{", "\x01") and ":20:" in line:
        return line[line.index(":20:") :]
    if line == "-" or line.startswith(("{", "-}")) or not line.strip(STRAY):
        return ""
    return line


class _Statement:
    """The statement that is being read, and its row that waits for its :86:."""

    def __init__(self, *, parts: list[Part], faults: Faults) -> None:
        self.parts = parts
        self.faults = faults
        self.part: Part | None = None
        self.number = 0  # the last line that was told of
        self.row: tuple[str, int] | None = None
        self.details: list[list[str]] = []

    def take(self, tag: str, text: str, *, number: int) -> None:
        """A tag that is no :86:."""
        self.number = number
        if tag == "20":
            self.end()
            part = Part(format="mt940")
            self.part = open_part(part, parts=self.parts, line=number, faults=self.faults)
        elif self.part is None:
            self.faults.fail(number, "not_statement", _("A statement begins with :20:."))
        elif tag == "61":
            self.row = text, number
        elif tag in ("60F", "60M"):
            self._opens(self.part, text)
        elif tag in ("62F", "62M"):
            self._closes(self.part, text)
        elif tag == "25":
            self.part.account = account_of(text.rpartition("/")[2])
        elif tag in ("28C", "28"):
            self.part.number = line_of(text)

    def entry(self) -> Entry | None:
        """The row that waited, now that all of its :86: were seen."""
        details, self.details = self.details, []
        if self.row is None or self.part is None:
            return None
        (text, line), self.row = self.row, None
        found = ROW.fullmatch(text)
        if found is None:
            self.faults.add(line, "row", _("The row :61: is damaged."))
            return None
        if not self.part.currency:
            self.faults.fail(line, "cut", _("A row comes before the opening balance :60F:."))
        value, booked, mark, whole, cents = found.groups()
        try:
            booked_on = _booked_on(value, booked)
        except ValueError:
            self.faults.add(line, "date", _("There is no such day: %s.") % (booked or value))
            return None
        amount = int(whole + cents.ljust(2, "0"))
        if mark in ("D", "RC"):
            amount = -amount
        self.part.add(amount)
        title, name, account, told_reference, numbers = (
            told(_richest(details)) if details else NOTHING
        )
        reference = text.partition("//")[2].strip() or told_reference
        return Entry(
            booked_on=booked_on,
            amount_grosze=amount,
            currency=self.part.currency,
            title=title,
            name=name,
            account=account,
            reference="" if reference.upper() in NO_REFERENCE else line_of(reference),
            is_return=mark[0] == "R" or says_return(title, amount=amount),
            line=line,
            credited=self._credited(numbers) if amount > 0 else "",
        )

    def _credited(self, numbers: Sequence[str]) -> str:
        ours = self.part.account if self.part else ""
        return next((number for number in numbers if number != ours), "")

    def _opens(self, part: Part, text: str) -> None:
        if part.opening_grosze is not None:
            self.faults.fail(self.number, "cut", _("A second opening balance in one statement."))
        part.opening_grosze, part.from_on, part.currency = self._balance(text)

    def _closes(self, part: Part, text: str) -> None:
        if part.opening_grosze is None or part.closing_grosze is not None:
            self.faults.fail(self.number, "cut", _("A closing balance without an opening one."))
        part.closing_grosze, part.to_on, currency = self._balance(text)
        if currency != part.currency:
            self.faults.add(
                self.number,
                "currency",
                _("The statement opens in %(one)s and closes in %(other)s.")
                % {"one": part.currency, "other": currency},
            )

    def _balance(self, text: str) -> tuple[int, date, str]:
        found = BALANCE.fullmatch(text)
        if found is None:
            self.faults.fail(self.number, "balance", _("The balance is damaged."))
        mark, day, currency, whole, cents = found.groups()
        amount = int(whole + cents.ljust(2, "0"))
        try:
            return (amount if mark == "C" else -amount), day_of(day), currency
        except ValueError:
            self.faults.fail(self.number, "date", _("There is no such day: %s.") % day)

    def end(self) -> None:
        """Check the statement that ends here."""
        if self.part is None:
            return
        if self.part.opening_grosze is None or self.part.closing_grosze is None:
            self.faults.fail(
                self.number,
                "cut",
                _("The statement has no closing balance :62F:: the file is cut off."),
            )
        if not self.part.account:
            self.faults.add(self.number, "account", _("The statement names no account (:25:)."))
        close(self.part, line=self.number, faults=self.faults)


def _richest(details: list[list[str]]) -> list[str]:
    """ING writes :86: twice: the one with sub-fields tells more than free text."""
    for texts in details:
        if START.match(texts[0]):
            return texts
    return details[0]


def _booked_on(value: str, booked: str | None) -> date:
    if not booked:
        return day_of(value)
    year = int(value[:2])
    if value[2:4] == "12" and booked[:2] == "01":
        year += 1  # the year belongs to the value date alone
    elif value[2:4] == "01" and booked[:2] == "12":
        year -= 1
    day_of(value)
    return day_of(f"{year:02d}{booked}")
