"""The payment status of an invoice: a pure function of what is owed, paid and due, and the day."""

from collections.abc import Iterable
from datetime import date
from typing import Final

CORRECTION: Final = "correction"
PROFORMA: Final = "proforma"
ZEROED: Final = "zeroed"
PAID: Final = "paid"
PART_OVERDUE: Final = "part_overdue"
PART_PAID: Final = "part_paid"
OVERDUE: Final = "overdue"
UNPAID: Final = "unpaid"

ALL: Final = (UNPAID, PART_PAID, OVERDUE, PART_OVERDUE, PAID, ZEROED, CORRECTION, PROFORMA)
OF_KIND: Final = {"KOR": CORRECTION, "PRO": PROFORMA}


def due_now(
    *,
    on: date,
    due_on: date | None,
    gross: int,
    corrected: int,
    raises: Iterable[tuple[date, int]] = (),
) -> int:
    """What should have been paid before that day; on the due day itself nothing is late.

    `corrected` is the sum of all corrections, `raises` those upwards with their own due days.
    """
    upwards = later = 0
    for day, grosze in raises:
        upwards += grosze
        later += grosze if day < on else 0
    own = gross + corrected - upwards if due_on is not None and due_on < on else 0
    return max(0, min(own + later, gross + corrected))


def status(*, kind: str, owed: int, paid: int, due_now: int) -> str:
    """The first that fits."""
    if kind in OF_KIND:
        return OF_KIND[kind]
    if owed == 0:
        return ZEROED
    if paid >= owed:
        return PAID
    if paid > 0:
        return PART_OVERDUE if paid < due_now else PART_PAID
    return OVERDUE if paid < due_now else UNPAID
