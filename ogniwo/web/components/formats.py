"""Filters: figures, days and numbers as people read them, in the language of the page."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.timezone import now

from ogniwo.kernel import formats
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.money import PLN
from ogniwo.programme.models import Cycle

NOTHING = "–"
Day = date | datetime | str | None


def language() -> str:
    """The language of the page, as the kernel names it."""
    return "en" if (translation.get_language() or "pl").startswith("en") else "pl"


def money(grosze: Any, currency: str = "PLN") -> str:
    """1 234,56 zł; a dash for what is not known."""
    return NOTHING if grosze in (None, "") else formats.money(int(grosze), currency, language())


def figure(grosze: Any) -> str:
    """The amount without its currency: 1 234,56."""
    return NOTHING if grosze in (None, "") else formats.money(int(grosze), None, language())


def axis(grosze: Any) -> str:
    """Whole złote: 1 983 zł."""
    return NOTHING if grosze in (None, "") else formats.money_axis(int(grosze), language=language())


def day(value: Day) -> str:
    """In tables: 23 lis 2026. Takes a day, an instant or ISO text (letters keep days as text)."""
    found = as_day(value)
    return formats.day_short(found, language()) if found else NOTHING


def day_long(value: Day) -> str:
    """In sentences: 23 listopada 2026."""
    found = as_day(value)
    return formats.day_long(found, language()) if found else NOTHING


def day_and_month(value: Day) -> str:
    """Where the year is plain: 23 lis."""
    found = as_day(value)
    return formats.day_and_month(found, language()) if found else NOTHING


def month(value: Day) -> str:
    """The month of the day: listopad 2026."""
    found = as_day(value)
    return formats.month(found, language()) if found else NOTHING


def moment(value: datetime | str | None) -> str:
    """When it was, seen from now: dziś, 10:16 · wczoraj, 18:02 · 18 lis, 08:00."""
    found = as_instant(value)
    return formats.moment(found, now=now(), language=language()) if found else NOTHING


def stamp(value: datetime | str | None) -> str:
    """The full time: 23 lis 2026, 10:16."""
    found = as_instant(value)
    return formats.stamp(found, language()) if found else NOTHING


def days(number: int) -> str:
    return formats.days(int(number), language())


def days_overdue(number: int) -> str:
    return formats.days_overdue(int(number), language())


def days_ahead(number: int) -> str:
    return formats.days_ahead(int(number), language())


def duration(length: timedelta) -> str:
    return formats.duration(length, language())


def nip(digits: str) -> str:
    return formats.nip(digits or "") or NOTHING


def account(digits: str, currency: str = PLN) -> str:
    """In groups of four; who pays from abroad needs the country before it."""
    shown = formats.account(digits or "")
    return f"PL{shown}" if shown and currency != PLN else shown or NOTHING


def phone(e164: str) -> str:
    return formats.phone(e164) if e164 else NOTHING


def quantity(value: Any) -> str:
    return formats.quantity(Decimal(value), language())


def percent(basis_points: int) -> str:
    return formats.percent(int(basis_points), language())


def cycle(months: int | None) -> str:
    """How often something is invoiced: co miesiąc; once when there is no cycle."""
    return str(Cycle(months or 0).label)


def dashed(number: str) -> str:
    """A number as it stands in an address: FV/2026/11/0042 → FV-2026-11-0042."""
    return number.replace("/", "-")


def vat_rate(code: str) -> str:
    return formats.vat_rate(code)


def as_day(value: Day) -> date | None:
    """The day of whatever a template or the context of a letter holds."""
    if not value:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return warsaw_day(value) if isinstance(value, datetime) else value


def as_instant(value: datetime | str | None) -> datetime | None:
    return (datetime.fromisoformat(value) if isinstance(value, str) else value) or None


FILTERS = (
    money, figure, axis, day, day_long, day_and_month, month, moment, stamp, days, days_overdue,
    days_ahead, duration, nip, account, phone, quantity, percent, vat_rate,
    cycle, dashed,
)  # fmt: skip
