"""Whose sale a period is: that of the client's reseller on its billing day."""

from collections.abc import Sequence

from ogniwo.billing.plan import Due
from ogniwo.programme.models import Assignment

CLIENTS_AT_ONCE = 500


def sold_by(dues: Sequence[Due]) -> list[Due]:
    """The dues of clients who changed hands, each with the reseller of its day.

    A detail that somebody else sold, who never had the client, stays his.
    """
    held = _histories(sorted({due.client_id for due in dues}))
    if not held:
        return list(dues)
    return [_of_its_day(due, held.get(due.client_id, [])) for due in dues]


def _histories(client_ids: Sequence[int]) -> dict[int, list[Assignment]]:
    """The assignments of those of the clients who changed hands, the oldest first."""
    held: dict[int, list[Assignment]] = {}
    for first in range(0, len(client_ids), CLIENTS_AT_ONCE):
        some = client_ids[first : first + CLIENTS_AT_ONCE]
        moved = Assignment.objects.filter(client__among=some, end__isnull=False)
        rows = Assignment.objects.filter(client__in=moved.values("client"))
        for row in rows.order_by("start", "pk"):
            held.setdefault(row.client_id, []).append(row)
    return held


def _of_its_day(due: Due, history: Sequence[Assignment]) -> Due:
    if due.reseller_id not in {row.reseller_id for row in history}:
        return due
    began = [row for row in history if row.start <= due.bill_on]
    return due._replace(reseller_id=(began[-1] if began else history[0]).reseller_id)
