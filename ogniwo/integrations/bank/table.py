"""CSV of banks: a preamble, a header somewhere below it, rows, and remarks at the end."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final

from django.utils.translation import gettext as _

from ogniwo.integrations.bank.entry import Entry, Part
from ogniwo.integrations.bank.faults import Faults, NeedsMapping
from ogniwo.integrations.bank.layouts import (
    DAY_FORMATS,
    MAPPED,
    SANTANDER,
    SANTANDER_NAMES,
    Layout,
    folded,
    known_layout,
    mapped_layout,
)
from ogniwo.integrations.bank.rows import account_of, grosze_of, line_of, says_return
from ogniwo.integrations.bank.source import LONGEST_LINE, Source
from ogniwo.integrations.bank.totals import close, open_part
from ogniwo.kernel.iban import NRB
from ogniwo.kernel.money import PLN
from ogniwo.kernel.text import fold

SIGNS: Final = ";,\t|"
MOST_PREAMBLE: Final = 80
FEWEST_COLUMNS: Final = 3
MOST_COLUMNS: Final = 200
SHOWN_ROWS: Final = 5
MOST_LINES: Final = 2_000
CURRENCIES: Final = frozenset({"PLN", "EUR", "USD", "GBP", "CHF", "CZK"})
BALANCES: Final = {"saldo poczatkowe": "opening_grosze", "saldo koncowe": "closing_grosze"}

Row = tuple[int, list[str]]


def read(
    source: Source,
    *,
    parts: list[Part],
    faults: Faults,
    mapping: Mapping[str, str] | None = None,
) -> Iterator[tuple[int, Entry]]:
    """The rows of a CSV; a statement for each of our accounts that it names."""
    csv.field_size_limit(LONGEST_LINE)
    with source.text() as stream:
        head = [line.rstrip("\n") for line in islice(stream, MOST_PREAMBLE)]
        layout, sign, names, start = _header(head, mapping=mapping, faults=faults)
        table = _Table(layout=layout, names=names, parts=parts, faults=faults)
        table.account = account_of((mapping or {}).get("own_account", ""))
        table.read_preamble([next(csv.reader([line], delimiter=sign), []) for line in head[:start]])
        stream.seek(0)
        body = (line for number, line in enumerate(stream) if number >= start)
        for line, cells in _rows(body, sign=sign, first=start + 1, faults=faults):
            if (entry := table.entry(cells, line=line)) is not None:
                yield entry
        table.end()


def _rows(lines: Iterator[str], *, sign: str, first: int, faults: Faults) -> Iterator[Row]:
    """Rows with the number of the line where they end; of unclosed quotes the first mistake."""
    reader = csv.reader(lines, delimiter=sign, strict=True)
    begun = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            faults.fail(
                first + begun, "csv", _("A quotation mark is not closed: damaged or cut off.")
            )
        if reader.line_num - begun > MOST_LINES:
            faults.fail(
                first + begun, "csv", _("A quotation mark is not closed: damaged or cut off.")
            )
        begun = reader.line_num
        yield first + begun - 1, cells


def _header(
    head: Sequence[str], *, mapping: Mapping[str, str] | None, faults: Faults
) -> tuple[Layout, str, list[str], int]:
    """Layout, separator, names of columns, and the index of the first line below the header."""
    wanted = mapped_layout(mapping) if mapping else None
    for number, line in enumerate(head):
        for sign in SIGNS:
            cells = next(csv.reader([line], delimiter=sign), [])
            if len(cells) < FEWEST_COLUMNS:
                continue
            if wanted is None and number == 0 and _is_santander(cells):
                return SANTANDER, sign, list(SANTANDER_NAMES), 1
            names = folded(cells)
            layout = known_layout(names) if wanted is None else wanted
            if layout is not None and layout.fits(names):
                return layout, sign, names, number + 1
    if wanted is not None:
        faults.fail(0, "mapping", _("The file has no header with the columns that were chosen."))
    raise _unknown(head, faults=faults)


def _is_santander(cells: Sequence[str]) -> bool:
    return (
        len(cells) >= len(SANTANDER_NAMES)
        and bool(NRB.fullmatch(account_of(cells[2])))
        and cells[7].isdigit()
    )


def _unknown(head: Sequence[str], *, faults: Faults) -> NeedsMapping:
    """What a person is asked with: the first line as wide as those below it."""
    best: list[list[str]] = []
    for sign in SIGNS:
        table = [next(csv.reader([line], delimiter=sign), []) for line in head if line.strip()]
        widest = max((len(cells) for cells in table), default=0)
        start = next((n for n, cells in enumerate(table) if len(cells) == widest), 0)
        if (
            FEWEST_COLUMNS <= widest <= MOST_COLUMNS
            and len(table) - start > 1
            and (not best or widest > len(best[0]))
        ):
            best = table[start : start + SHOWN_ROWS + 1]
    if not best:
        faults.fail(0, "not_statement", _("This is no statement: neither MT940, CAMT.053 nor CSV."))
    return NeedsMapping(best[0], best[1:])


class _Table:
    """The table that is being read: columns, the part of each of our accounts, the last line."""

    def __init__(
        self, *, layout: Layout, names: Sequence[str], parts: list[Part], faults: Faults
    ) -> None:
        self.layout = layout
        self.names = names
        self.column = {
            role: names.index(name)
            for role in (*MAPPED, "name_out", "account_out", "own_account")
            if (name := getattr(layout, role)) and name in names
        }
        self.parts = parts
        self.faults = faults
        self.first = len(parts)
        self.index: dict[str, int] = {}
        self.account = ""
        self.currency = ""
        self.balances: dict[str, int] = {}
        self.announced = -1  # how many rows Santander says there are
        self.line = 0
        self.named: dict[str, str] = {}

    def read_preamble(self, rows: Sequence[Sequence[str]]) -> None:
        """Our account, its currency and the balances, wherever above the header they stand."""
        if self.layout is SANTANDER:
            (first,) = rows
            self.account, self.currency = account_of(first[2]), first[4].strip()
            self.announced = int(first[7])
            return
        accounts = set()
        for cells in rows:
            for cell in cells:
                if NRB.fullmatch(account := account_of(cell)):
                    accounts.add(account)
                    self.named[fold(cells[0])] = account
                elif cell.strip() in CURRENCIES:
                    self.currency = cell.strip()
            self._balance(cells, line=0)
        if len(accounts) == 1:
            (self.account,) = accounts

    def entry(self, cells: list[str], *, line: int) -> tuple[int, Entry] | None:
        """The row as an entry with its part, or None for what is no booked row."""
        self.line = line
        if self._balance(cells, line=line):
            return None
        day = self._cell(cells, "day")
        if not day[:1].isdigit():
            return None  # a remark, or a block that is not booked yet
        if len(cells) <= max(self.column.values()):
            self.faults.add(line, "cut", _("The row is cut off."))
            return None
        try:
            booked_on = _day_of(day, self.layout.day_format)
        except ValueError:
            self.faults.add(line, "date", _("There is no such day: %s.") % day[:40])
            return None
        amount = self._amount(cells, line=line)
        if amount is None:
            return None
        index = self._part(cells, booked_on=booked_on, out=amount < 0, line=line)
        part = self.parts[index]
        part.add(amount)
        told = self._told(cells, out=amount < 0)
        title = line_of(told["title"])
        return index, Entry(
            booked_on=booked_on,
            amount_grosze=amount,
            currency=part.currency,
            title=title,
            name=line_of(told["name"]),
            account=account_of(told["account"]),
            reference=line_of(self._cell(cells, "reference").lstrip("'")),
            is_return=says_return(title, amount=amount),
            line=line,
        )

    def _cell(self, cells: Sequence[str], role: str) -> str:
        at = self.column.get(role)
        return cells[at].strip() if at is not None and at < len(cells) else ""

    def _amount(self, cells: Sequence[str], *, line: int) -> int | None:
        """Grosze, or None for a row without money (a block) or with a mistake."""
        written = {role: self._cell(cells, role) for role in ("amount", "credit", "debit")}
        given = {role: text for role, text in written.items() if text}
        found: dict[str, int] = {}
        for role, text in given.items():
            try:
                found[role] = grosze_of(text, decimal=self.layout.decimal)
            except ValueError:
                self.faults.add(line, "amount", _("“%s” is no amount.") % text[:40])
                return None
        if not found:
            return None
        if found.get("credit") and found.get("debit"):
            self.faults.add(line, "amount", _("The row has money in and money out at once."))
            return None
        if "amount" in found:
            return found["amount"]
        return abs(found.get("credit", 0)) - abs(found.get("debit", 0))

    def _told(self, cells: Sequence[str], *, out: bool) -> dict[str, str]:
        told = {role: self._cell(cells, role) for role in ("title", "name", "account")}
        if out:
            for role in ("name", "account"):
                told[role] = self._cell(cells, f"{role}_out") or (
                    "" if f"{role}_out" in self.column else told[role]
                )
        if self.layout.labels:
            for cell in cells:
                label, colon, value = cell.partition(":")
                for role, labels in self.layout.labels.items():
                    if colon and fold(label) in labels:
                        told[role] = value.strip()
            last = self.names.index(self.layout.needs[-1])
            told["title"] = told["title"] or (cells[last] if last < len(cells) else "")
        return told

    def _own_account(self, cells: Sequence[str], *, out: bool) -> str:
        """Ours: in a column of its own, or the one of two that is not the other side's."""
        role = "own_account"
        if "account_out" in self.column:
            role = "account" if out else "account_out"
        written = self._cell(cells, role)
        if NRB.fullmatch(account := account_of(written)):
            return account
        return self.named.get(fold(written), self.account)

    def _part(self, cells: Sequence[str], *, booked_on: date, out: bool, line: int) -> int:
        account = self._own_account(cells, out=out)
        if account not in self.index:
            self.index[account] = len(self.parts)
            part = Part(format="csv", account=account)
            open_part(part, parts=self.parts, line=line, faults=self.faults)
        index = self.index[account]
        part = self.parts[index]
        currency = self._cell(cells, "currency").upper() or self.currency or PLN
        part.currency = part.currency or currency
        if currency != part.currency:
            self.faults.add(
                line,
                "currency",
                _("A row in %(one)s among rows in %(other)s.")
                % {"one": currency[:10], "other": part.currency},
            )
        part.from_on = min(part.from_on or booked_on, booked_on)
        part.to_on = max(part.to_on or booked_on, booked_on)
        return index

    def _balance(self, cells: Sequence[str], *, line: int) -> bool:
        """Whether the row holds a balance of mBank: „#Saldo końcowe” and the sum beside it."""
        for name, value in pairwise(cells):
            if "aldo" in name and (which := BALANCES.get(fold(name).strip("# :"))):
                try:
                    self.balances[which] = grosze_of(value, decimal=self.layout.decimal)
                except ValueError:
                    self.faults.add(line, "balance", _("The balance is damaged."))
                return True
        return False

    def end(self) -> None:
        """Check what the bank has announced against what came."""
        parts = self.parts[self.first :]
        if not parts:
            self.parts.append(Part(format="csv", account=self.account, currency=self.currency))
            parts = self.parts[self.first :]
        if len(parts) == 1 and len(self.balances) == len(BALANCES):
            (part,) = parts
            part.opening_grosze = self.balances["opening_grosze"]
            part.closing_grosze = self.balances["closing_grosze"]
            close(part, line=self.line, faults=self.faults)
        rows = sum(part.entries for part in parts)
        if self.announced >= 0 and rows != self.announced:
            self.faults.add(
                self.line,
                "cut",
                _("The bank announces %(most)d rows, the file has %(rows)d: it is cut off.")
                % {"most": self.announced, "rows": rows},
            )


@lru_cache(maxsize=4096)
def _day_of(text: str, written: str) -> date:
    day = text[:10]
    for form in (written,) if written else DAY_FORMATS:
        try:
            # A day has no zone: it is the bank's.
            return datetime.strptime(text if written else day, form).date()
        except ValueError:
            continue
    raise ValueError(text)
