"""Statutory interest for late payment: exact fractions, rounded once for an invoice."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from itertools import chain, pairwise
from typing import Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import InterestRate, Invoice
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel.days import ONE_DAY
from ogniwo.kernel.money import round_half_up
from ogniwo.kernel.roles import MONEY

DAYS_OF_YEAR: Final = 365  # also in leap years
JULY: Final = 7
HIGHEST_POINTS: Final = 10_000

# Percent × 100, from the day on. Until Monitor Polski says so the last one is only derived.
PUBLISHED: Final = (
    (date(2016, 1, 1), 950), (date(2020, 1, 1), 1150), (date(2020, 7, 1), 1010),
    (date(2021, 1, 1), 1010), (date(2021, 7, 1), 1010), (date(2022, 1, 1), 1175),
    (date(2022, 7, 1), 1600), (date(2023, 1, 1), 1675), (date(2023, 7, 1), 1675),
    (date(2024, 1, 1), 1575), (date(2024, 7, 1), 1575), (date(2025, 1, 1), 1575),
    (date(2025, 7, 1), 1525), (date(2026, 1, 1), 1400), (date(2026, 7, 1), 1375),
)  # fmt: skip
DERIVED: Final = frozenset({date(2026, 7, 1)})

Rates = Sequence[tuple[date, int]]


class Stretch(NamedTuple):
    """Days in a row, both ends included, with one sum late and one rate."""

    from_on: date
    to_on: date
    late_grosze: int
    basis_points: int

    @property
    def days(self) -> int:
        return (self.to_on - self.from_on).days + 1

    @property
    def exact(self) -> Fraction:
        """What was late × the yearly rate / 365 for each day, in grosze."""
        return Fraction(self.late_grosze * self.basis_points * self.days, 10_000 * DAYS_OF_YEAR)


def interest(invoice: Invoice, *, until: date) -> int:
    """For each day after the due day to that day: what was late × the day's rate / 365."""
    return sum_of(stretches(invoice, rates=rates_by_day(), until=until))


def sum_of(found: Iterable[Stretch]) -> int:
    """Whole grosze: fractions are summed, then rounded once."""
    return round_half_up(sum((one.exact for one in found), Fraction(0)))


def stretches(
    invoice: Invoice, *, rates: Rates, until: date, since: date | None = None
) -> list[Stretch]:
    """The late days after the due day (or after `since`) to `until`, cut where anything changes.

    What is paid on a day is late on that day still, and no longer on the next.
    """
    if invoice.due_on is None:
        return []
    paid = [(row.payment.booked_on, row.grosze) for row in invoice.allocations.all()]
    first = max(invoice.due_on, since or invoice.due_on) + ONE_DAY
    changes = chain(
        (day + ONE_DAY for day, _grosze in paid),
        (date.fromisoformat(day) + ONE_DAY for day, _grosze in invoice.raises),
        (day for day, _points in rates),
    )
    cuts = sorted({first, *(day for day in changes if first < day <= until)})
    found = []
    for day, following in pairwise([*cuts, until + ONE_DAY] if first <= until else []):
        received = sum(grosze for booked, grosze in paid if booked < day)
        late = max(0, invoice.due_now(on=day) - received)
        if late:
            found.append(Stretch(day, following - ONE_DAY, late, rate_on(rates, day)))
    return found


def rates_by_day() -> list[tuple[date, int]]:
    """Published rates with those the desk added, which win, the newest first."""
    added = InterestRate.objects.values_list("from_on", "basis_points")
    return sorted(dict(chain(PUBLISHED, added)).items(), reverse=True)


def rate_on(rates: Rates, day: date) -> int:
    return next((points for since, points in rates if since <= day), 0)


def half_year(day: date) -> date:
    """The first day of the half-year, from which a rate holds."""
    return date(day.year, JULY if day.month >= JULY else 1, 1)


def missing_rate(rates: Rates, *, on: date) -> date | None:
    """The half-year of that day when no rate of its own is known for it yet."""
    newest = max((day for day, _points in rates), default=date.min)
    return half_year(on) if newest < half_year(on) else None


@transaction.atomic
def set_rate(
    from_on: date, *, basis_points: int, source: str, by: Actor, at: datetime
) -> InterestRate:
    """Add or replace the rate of a half-year as Monitor Polski gives it (BILLING §8.7).

    Refused: bad_rate_day, bad_interest_rate. Notes issued before keep what they said.
    """
    if by.role not in MONEY:
        raise NotAllowed
    if from_on != half_year(from_on):
        raise Refused("bad_rate_day", _("A rate holds from 1 January or 1 July."))
    if not 0 < basis_points <= HIGHEST_POINTS:
        raise Refused("bad_interest_rate", _("The rate is above 0% and at most 100% a year."))
    rate, _made = InterestRate.objects.update_or_create(
        from_on=from_on, defaults={"basis_points": basis_points, "source": source.strip()}
    )
    record(
        "billing.interestrate.set", rate, by=by, at=at,
        from_on=from_on.isoformat(), basis_points=basis_points, source=source.strip(),
    )  # fmt: skip
    return rate
