"""Exchange rates of table A of the NBP: data the desk adds, one row a currency and day."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import BillingPeriod, NbpRate
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.money import EUR, PLN
from ogniwo.kernel.roles import MONEY
from ogniwo.kernel.workdays import is_working, previous_working

HIGHEST_MID: Final = Decimal(100)  # złoty for one euro
THREE_YEARS: Final = 36
WAITING: Final = (BillingPeriod.State.DUE, BillingPeriod.State.HELD)


@transaction.atomic
def set_nbp_rate(on: date, *, mid: Decimal, table: str, by: Actor, at: datetime) -> NbpRate:
    """Add or replace the mid rate of the euro in the table of that day (BILLING §5.3).

    Refused: bad_table_day, bad_mid. Invoices issued before keep the rate they were frozen with.
    """
    if by.role not in MONEY:
        raise NotAllowed
    if not is_working(on) or on > warsaw_day(at):
        said = _("The NBP has a table on working days only, and none ahead of today.")
        raise Refused("bad_table_day", said)
    if not 0 < mid <= HIGHEST_MID:
        raise Refused("bad_mid", _("The rate is złoty for one euro, e.g. 4,2345."))
    rate, _made = NbpRate.objects.update_or_create(
        currency=EUR, on=on, defaults={"mid": mid, "table": table.strip()}
    )
    record(
        "billing.nbprate.set", rate, by=by, at=at, on=on.isoformat(), mid=str(mid),
        table=table.strip(),
    )  # fmt: skip
    return rate


def missing_days(*, on: date) -> list[date]:
    """The tables that invoices in euro need when issued on that day and that are not stored.

    The last working day before the issue or, when it is earlier, before the tax point.
    """
    waiting = BillingPeriod.objects.filter(state__in=WAITING, bill_on__lte=on)
    rows = waiting.exclude(detail__currency=PLN).values_list("start", "end", "detail__months")
    needed = {previous_working(min(on, _tax_point(*row))) for row in rows.distinct()}
    stored = NbpRate.objects.filter(currency=EUR, on__in=needed).values_list("on", flat=True)
    return sorted(needed.difference(stored))


def _tax_point(start: date, end: date, months: int | None) -> date:
    """As in `plan.tax_point`, from the columns of a period."""
    return start if months in {None, THREE_YEARS} else end - timedelta(days=1)
