"""What the accountant was given is kept; what has changed since is told."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import RegisterExport
from ogniwo.billing.register.reading import entries
from ogniwo.billing.register.rows import Cells, cells_of
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.money import Grosze
from ogniwo.kernel.periods import anchor_date
from ogniwo.kernel.roles import MONEY


class Change(NamedTuple):
    """A document whose part in a month is no longer what was given; None: it had, has no part."""

    number: str
    before: tuple[Grosze, Grosze] | None
    after: tuple[Grosze, Grosze] | None


@transaction.atomic
def keep(month: date, *, by: Actor, at: datetime) -> RegisterExport:
    """Keep the register of a month that is over, as it stands now.

    The same rows again are not a further version.

    Raises:
        Refused: `month_not_over`, `kept_meanwhile`.
    """
    if by.role not in MONEY:
        raise NotAllowed
    if anchor_date(month, 1, 1) > warsaw_day(at):
        raise Refused("month_not_over", _("This month is not over yet."))
    rows = [cells_of(entry) for entry in entries(month)]
    newest = RegisterExport.objects.newest_of(month)
    digest = digest_of(rows)
    if newest is not None and newest.hash == digest:
        return newest
    kept = RegisterExport(
        month=month,
        version=newest.version + 1 if newest else 1,
        made_at=at,
        made_by_id=by.pk,
        rows=rows,
        hash=digest,
        number=len(rows),
        net_grosze=_sum(rows, "RazemNetto"),
        vat_grosze=_sum(rows, "RazemVAT"),
    )
    try:
        with transaction.atomic():
            kept.save(force_insert=True)
    except IntegrityError as twice:
        raise Refused("kept_meanwhile", _("Somebody else has just kept this month.")) from twice
    record(
        "billing.registerexport.keep", kept, by=by, at=at,
        month=f"{month:%Y-%m}", version=kept.version, hash=digest,
    )  # fmt: skip
    return kept


def digest_of(rows: Sequence[Cells]) -> str:
    """SHA-256 of the rows as canonical JSON."""
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def changes_since(kept: RegisterExport, rows: Iterable[Cells]) -> list[Change]:
    """Documents new, gone or with other sums in a month since it was given, by number."""
    before, after = _parts(kept.rows), _parts(rows)
    numbers = sorted(before.keys() | after.keys())
    pairs = [Change(number, before.get(number), after.get(number)) for number in numbers]
    return [pair for pair in pairs if pair.before != pair.after]


def _parts(rows: Iterable[Cells]) -> dict[str, tuple[Grosze, Grosze]]:
    return {
        str(row["DowodSprzedazy"]): (int(row["RazemNetto"] or 0), int(row["RazemVAT"] or 0))
        for row in rows
    }


def _sum(rows: Iterable[Cells], name: str) -> Grosze:
    return sum(int(row[name] or 0) for row in rows)
