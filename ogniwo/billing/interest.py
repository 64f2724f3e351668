"""Statutory interest for late payment: exact fractions, rounded once for an invoice."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import chain

from ogniwo.billing.models import InterestRate, Invoice
from ogniwo.kernel.money import round_half_up

DAYS_OF_YEAR = 365  # also in leap years
ONE_DAY = timedelta(days=1)

# Percent × 100, from the day on. Until Monitor Polski says so the last one is only derived.
PUBLISHED = (
    (date(2016, 1, 1), 950), (date(2020, 1, 1), 1150), (date(2020, 7, 1), 1010),
    (date(2021, 1, 1), 1010), (date(2021, 7, 1), 1010), (date(2022, 1, 1), 1175),
    (date(2022, 7, 1), 1600), (date(2023, 1, 1), 1675), (date(2023, 7, 1), 1675),
    (date(2024, 1, 1), 1575), (date(2024, 7, 1), 1575), (date(2025, 1, 1), 1575),
    (date(2025, 7, 1), 1525), (date(2026, 1, 1), 1400), (date(2026, 7, 1), 1375),
)  # fmt: skip


def interest(invoice: Invoice, *, until: date) -> int:
    """For each day after the due day to that day: what was late × the day's rate / 365."""
    if invoice.due_on is None:
        return 0
    rates = rates_by_day()
    paid = list(invoice.allocations.values_list("payment__booked_on", "grosze"))
    total = Fraction(0)
    day = invoice.due_on + ONE_DAY
    while day <= until:
        received = sum(grosze for booked, grosze in paid if booked < day)
        late = max(0, invoice.due_now(on=day) - received)
        total += Fraction(late * rate_on(rates, day), 10_000 * DAYS_OF_YEAR)
        day += ONE_DAY
    return round_half_up(total)


def rates_by_day() -> list[tuple[date, int]]:
    """Published rates with those the desk added, which win, the newest first."""
    added = InterestRate.objects.values_list("from_on", "basis_points")
    return sorted(dict(chain(PUBLISHED, added)).items(), reverse=True)


def rate_on(rates: list[tuple[date, int]], day: date) -> int:
    return next((points for since, points in rates if since <= day), 0)
