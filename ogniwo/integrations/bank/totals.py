"""Opening balance and rows make the closing balance, or the file is not whole."""

from typing import Final

from django.utils.translation import gettext as _

from ogniwo.integrations.bank.entry import Part
from ogniwo.integrations.bank.faults import Faults
from ogniwo.kernel.formats import money

MOST_PARTS: Final = 5_000


def open_part(part: Part, *, parts: list[Part], line: int, faults: Faults) -> Part:
    """The next statement of the file, unless there are more than anybody keeps in memory."""
    if len(parts) >= MOST_PARTS:
        faults.fail(line, "too_many_rows", _("More than %d statements in a file.") % MOST_PARTS)
    parts.append(part)
    return part


def close(part: Part, *, line: int, faults: Faults) -> None:
    """Remember by how much the balances of a statement differ, if both are given."""
    if part.opening_grosze is None or part.closing_grosze is None:
        return
    off = part.closing_grosze - part.opening_grosze - part.sum_grosze
    if off:
        faults.add(
            line,
            "balance",
            _("The rows do not make the closing balance: %(off)s is missing or too much.")
            % {"off": money(abs(off), part.currency or None)},
        )
