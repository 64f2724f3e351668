"""The same transfer from files of two formats: its keys differ, so that a person decides.

A bank gives its reference in MT940 and leaves it out of its CSV, or wraps titles in another way.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from ogniwo.billing.models import BankStatement, Payment
from ogniwo.integrations.bank.entry import Entry
from ogniwo.kernel.text import fold

LONGEST_TITLE: Final = Payment._meta.get_field("title").max_length
FACTS: Final = ("booked_on", "amount_grosze", "currency", "payer_account", "title")
Mark = tuple[date, int, str, str]


def twins(entries: Iterable[Entry], *, account: str, file_format: str) -> set[Entry]:
    """Money in that a file of another format has perhaps brought to the account already.

    Alike are the day, the amount, the currency, and the sender's account or the title. Two
    statements at most, one where all of an account's files are of one format.
    """
    incoming = [entry for entry in entries if entry.amount_grosze > 0]
    if not incoming:
        return set()
    days = sorted(entry.booked_on for entry in incoming)
    others = BankStatement.objects.of_other_formats(account, file_format=file_format)
    keys = list(others.of_days(days[0], last=days[-1]).values_list("pk", flat=True))
    if not keys:
        return set()
    stored = Payment.objects.filter(statement__among=keys, booked_on__range=(days[0], days[-1]))
    known = {mark for row in stored.values_list(*FACTS) for mark in _marks(*row)}
    return {entry for entry in incoming if not known.isdisjoint(_marks_of(entry))}


def _marks_of(entry: Entry) -> Iterator[Mark]:
    return _marks(entry.booked_on, entry.amount_grosze, entry.currency, entry.account, entry.title)


def _marks(on: date, grosze: int, currency: str, sender: str, title: str) -> Iterator[Mark]:
    """By what it is known again; the wrapping of a title is the file's, not the payer's."""
    if sender:
        yield on, grosze, currency, sender
    if letters := "".join(fold(title[:LONGEST_TITLE]).split()):
        yield on, grosze, currency, f"={letters}"
