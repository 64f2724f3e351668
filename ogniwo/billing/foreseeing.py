"""The forecast a page shows: of few agreements made at once, of many kept by passes of the worker.

A year of one agreement takes about half a millisecond to plan: nobody waits for a hundred thousand
of them. The worker goes through all clients again each hour, a second's work at a time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from ogniwo.billing.forecast import (
    AT_ONCE,
    Forecast,
    agreements_of,
    next_of,
    planned,
    take_in,
)
from ogniwo.billing.models import BillingDetail, ForecastPass, ForecastShare
from ogniwo.billing.plan import Plan
from ogniwo.kernel.days import warsaw_day
from ogniwo.programme.models import Client, Reseller

EVERY = timedelta(hours=1)


class Foreseen(NamedTuple):
    """A forecast, and when its agreements were looked at."""

    made: Forecast
    at: datetime
    is_kept: bool


# -- what a page shows -----------------------------------------------------------------------------


def foresee(
    clients: QuerySet[Client], *, of: Reseller | None = None, at: datetime
) -> Foreseen | None:
    """What the clients will bring: all of them, or (`of`) all of one reseller.

    None while there are more agreements than a page can plan and no pass has ended.
    """
    details = list(agreements_of(clients)[: AT_ONCE + 1])
    if len(details) > AT_ONCE:
        return _kept_of(of) if of else _kept()
    on = warsaw_day(at)
    made = Forecast.ahead(on)
    take_in(made, planned(details, on=on, until=made.last_day))
    return Foreseen(made, at, is_kept=False)


def _kept() -> Foreseen | None:
    last = ForecastPass.objects.filter(ended_at__isnull=False).order_by("-no").first()
    return _told(last, last.held, last.sums) if last else None


def _kept_of(reseller: Reseller) -> Foreseen | None:
    share = ForecastShare.objects.ended().filter(reseller=reseller).first()
    return _told(share.of, share.held, share.sums) if share else None


def _told(of: ForecastPass, held: int, sums: list[Any]) -> Foreseen:
    made = Forecast.ahead(of.on)
    made.add(held, sums)
    return Foreseen(made, of.begun_at, is_kept=True)


# -- what the worker keeps -------------------------------------------------------------------------


def forecasts_wait(at: datetime) -> bool:
    """Whether a pass is under way, or due and needed at all."""
    last = _last()
    if last is not None and last.ended_at is None:
        return True
    if last is not None and last.on == warsaw_day(at) and at - last.begun_at < EVERY:
        return False
    living = BillingDetail.objects.living().order_by()
    return living.values("pk")[: AT_ONCE + 1].count() > AT_ONCE


def tick_forecasts(at: datetime, limit: int = 1) -> int:
    """The worker's turn: the next clients of the pass under way, or its end; 1 while there is work.

    Each turn is a transaction that names where it began: of two workers one is refused, and a
    pass goes on where a killed one stopped.
    """
    if limit < 1 or not forecasts_wait(at):
        return 0
    under_way = _last()
    if under_way is None or under_way.ended_at is not None or under_way.on != warsaw_day(at):
        under_way = _begin(under_way, at=at)
    if under_way is None:
        return 0
    agreed = agreements_of(Client.objects.all())
    details = next_of(agreed, after=under_way.reached, most=AT_ONCE)
    if not details:
        _end(under_way, at=at)
        return 1
    return int(_go_on(under_way, details))


def _last() -> ForecastPass | None:
    return ForecastPass.objects.order_by("-no").first()


def _begin(last: ForecastPass | None, *, at: datetime) -> ForecastPass | None:
    """A new pass, in place of one left under way on an earlier day."""
    begun = ForecastPass(no=last.no + 1 if last else 1, on=warsaw_day(at), begun_at=at)
    if last is not None and last.ended_at is None:
        last.delete()
    try:
        with transaction.atomic():
            begun.save(force_insert=True)
    except IntegrityError:  # another worker began it
        return None
    return begun


def _end(under_way: ForecastPass, *, at: datetime) -> None:
    """From now on pages show it, and the ones before are not needed."""
    with transaction.atomic():
        ForecastPass.objects.filter(pk=under_way.pk).update(ended_at=at)
        ForecastPass.objects.filter(no__lt=under_way.no).delete()


def _go_on(under_way: ForecastPass, details: Sequence[BillingDetail]) -> bool:
    """Add what these details bring; False when another worker was there first."""
    whole = Forecast.ahead(under_way.on)
    found = planned(details, on=under_way.on, until=whole.last_day)
    take_in(whole, found)
    whole.add(under_way.held, under_way.sums)
    mine = ForecastPass.objects.filter(pk=under_way.pk, reached=under_way.reached)
    with transaction.atomic():
        reached = details[-1].client_id
        if not mine.update(reached=reached, held=whole.held, sums=whole.plain()):
            return False
        _share_out(under_way, found, {one.client_id: one.client.reseller_id for one in details})
    return True


def _share_out(under_way: ForecastPass, found: Plan, reseller_of: Mapping[int, int | None]) -> None:
    """To each reseller what his clients bring; clients of nobody stand in the whole alone."""
    made: dict[int, Forecast] = {}
    for reseller, part in _by_reseller(found, reseller_of).items():
        made[reseller] = Forecast.ahead(under_way.on)
        take_in(made[reseller], part)
    for share in ForecastShare.objects.filter(of=under_way, reseller__in=made):
        made[share.reseller_id].add(share.held, share.sums)
    ForecastShare.objects.bulk_create(
        [
            ForecastShare(of=under_way, reseller_id=key, held=one.held, sums=one.plain())
            for key, one in made.items()
        ],
        update_conflicts=True,
        unique_fields=["of", "reseller"],
        update_fields=["held", "sums"],
    )


def _by_reseller(found: Plan, reseller_of: Mapping[int, int | None]) -> dict[int, Plan]:
    parts = {key: Plan() for key in reseller_of.values() if key is not None}
    for invoice in found.invoices:
        if (key := reseller_of[invoice.client_id]) is not None:
            parts[key].invoices.append(invoice)
    for held in found.held:
        if (key := reseller_of[held.due.client_id]) is not None:
            parts[key].held.append(held)
    return parts
