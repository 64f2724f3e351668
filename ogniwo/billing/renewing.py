"""What renews itself soon: the end of a period of a year or three (BILLING §2.3)."""

from datetime import date, timedelta
from typing import Final

from django.db.models import F, Q

from ogniwo.billing.models import BillingPeriod
from ogniwo.billing.models.detail import PeriodQuerySet

LONG_CYCLES: Final = (12, 36)
BEFORE: Final = timedelta(days=60)
# A first part-period is no term that anybody agreed on.
SHORTEST: Final = timedelta(days=300)


def renewals(*, on: date) -> PeriodQuerySet:
    """Running periods of 12 and 36 months that end within 60 days and are followed by another."""
    running = BillingPeriod.objects.filter(
        detail__months__in=LONG_CYCLES,
        detail__cancelled_at__isnull=True,
        start__lte=on - (SHORTEST - BEFORE),
        end__gt=on,
        end__lte=on + BEFORE,
    )
    goes_on = Q(detail__end_on__isnull=True) | Q(detail__end_on__gt=F("end"))
    unpaused = Q(detail__paused_on__isnull=True) | Q(detail__paused_on__gt=F("end"))
    unlimited = Q(detail__periods_limit__isnull=True) | Q(detail__periods_limit__gt=F("no"))
    return running.filter(goes_on, unpaused, unlimited).order_by("end", "pk")
