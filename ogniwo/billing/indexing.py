"""Indexation of many prices at once, and the letters that tell clients a month before."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import letters
from ogniwo.billing.changes import index_base, index_prices
from ogniwo.billing.models import BillingDetail
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Refused
from ogniwo.kernel.amounts import indexed
from ogniwo.kernel.days import warsaw_day

NOTICE: Final = timedelta(days=30)


class NewPrice(NamedTuple):
    """What an index makes of the price of one detail, for one unit and period."""

    detail: BillingDetail
    from_on: date
    before_grosze: int
    after_grosze: int


def new_prices(details: Iterable[BillingDetail], *, from_on: date, bp: int) -> list[NewPrice]:
    """Computed as `index_prices` will; `details` with their terms, so that none is asked for."""
    found = []
    for detail in details:
        start = max(from_on, detail.start_on)
        _terms, before = index_base(detail, from_on=start)
        found.append(NewPrice(detail, start, before, indexed(before, bp)))
    return found


@transaction.atomic
def index_many(
    details: Sequence[BillingDetail],
    *,
    from_on: date,
    bp: int,
    tell: bool = False,
    by: Actor,
    at: datetime,
) -> list[NewPrice]:
    """Index these prices from a day; with `tell` one letter to each client, 30 days before.

    Refused: bad_index, too_late_to_tell.
    """
    if tell and from_on < warsaw_day(at) + NOTICE:
        raise Refused(
            "too_late_to_tell", _("The letter has to go at least 30 days before the new price.")
        )
    prices = new_prices(details, from_on=from_on, bp=bp)
    index_prices(details, from_on=from_on, bp=bp, by=by, at=at)
    if tell:
        ordered = sorted(prices, key=lambda price: (price.detail.client_id, price.detail.pk))
        for _client, rows in groupby(ordered, key=lambda price: price.detail.client_id):
            _tell(list(rows), from_on=from_on, by=by, at=at)
    return prices


def _tell(prices: Sequence[NewPrice], *, from_on: date, by: Actor, at: datetime) -> None:
    rows = [
        {
            "name": price.detail.name,
            "months": price.detail.months,
            "currency": price.detail.currency,
            "basis": price.detail.basis,
            "before_grosze": price.before_grosze,
            "after_grosze": price.after_grosze,
        }
        for price in prices
    ]
    letters.prices_indexed(prices[0].detail.client, rows, from_on=from_on, by=by, at=at)
