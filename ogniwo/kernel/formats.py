"""How figures, days and numbers look to people, in Polish or English: pages, letters and PDF."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from ogniwo.kernel.days import warsaw_day, warsaw_time
from ogniwo.kernel.iban import format_account
from ogniwo.kernel.money import MINUS, NBSP, PLN, SIGNS, Grosze, format_money
from ogniwo.kernel.nip import format_nip
from ogniwo.kernel.periods import ONE_DAY
from ogniwo.kernel.phone import format_phone

PL: Final = "pl"
EN: Final = "en"
DASH: Final = "–"

MONTHS_SHORT: Final = {
    PL: ("sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"),
    EN: ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
MONTHS_OF_DAYS: Final = {
    PL: (
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
    ),
    EN: (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
MONTHS_ALONE: Final = {
    PL: (
        "styczeń",
        "luty",
        "marzec",
        "kwiecień",
        "maj",
        "czerwiec",
        "lipiec",
        "sierpień",
        "wrzesień",
        "październik",
        "listopad",
        "grudzień",
    ),
    EN: MONTHS_OF_DAYS[EN],
}
NEAR_DAYS: Final = {PL: ("dziś", "wczoraj", "jutro"), EN: ("today", "yesterday", "tomorrow")}
WORDS_OF_RATES: Final = {"zw": "zw", "np": "np", "np_eu": "np UE", "oo": "oo"}

account = format_account
nip = format_nip
phone = format_phone


def money(grosze: Grosze, currency: str | None = PLN, language: str = PL) -> str:
    """1 234,56 zł in Polish, 1,234.56 zł in English; without a currency the figure alone."""
    text = format_money(grosze, currency)
    if language == PL:
        return text
    gap = "" if currency is None else f"{NBSP}{SIGNS.get(currency, currency)}"
    figure = text.removesuffix(gap).replace(",", ".").replace(NBSP, ",")
    return figure + gap


def money_axis(grosze: Grosze, currency: str | None = PLN, language: str = PL) -> str:
    """Whole złote, for the axis of a chart: 1 983 zł."""
    whole = grosze // 100 * 100
    nothing = ".00" if language == EN else ",00"
    return money(whole, currency, language).replace(nothing, "", 1)


def quantity(value: Decimal, language: str = PL) -> str:
    """As short as it is exact: 1 · 2,5 · 1 200."""
    figure = f"{abs(value):,f}"
    if "." in figure:
        figure = figure.rstrip("0").rstrip(".")
    if language == PL:
        figure = figure.replace(",", NBSP).replace(".", ",")
    return f"{MINUS}{figure}" if value < 0 else figure


def percent(basis_points: int, language: str = PL) -> str:
    """Hundredths of a percent: 1250 → 12,5%."""
    return f"{quantity(Decimal(basis_points) / 100, language)}%"


def vat_rate(code: str) -> str:
    """A rate of VAT as it stands in a table: 23%, zw, np."""
    return WORDS_OF_RATES.get(code, f"{code}%")


def day_short(day: date, language: str = PL) -> str:
    """In tables: 23 lis 2026."""
    return f"{day_and_month(day, language)}{NBSP}{day.year}"


def day_and_month(day: date, language: str = PL) -> str:
    """In tables where the year is plain: 23 lis."""
    return f"{day.day}{NBSP}{MONTHS_SHORT[language][day.month - 1]}"


def day_long(day: date, language: str = PL) -> str:
    """In sentences: 23 listopada 2026."""
    return f"{day.day}{NBSP}{MONTHS_OF_DAYS[language][day.month - 1]}{NBSP}{day.year}"


def month(day: date, language: str = PL) -> str:
    """The month of the day: listopad 2026."""
    return f"{MONTHS_ALONE[language][day.month - 1]}{NBSP}{day.year}"


def day_digits(day: date) -> str:
    """On documents: 23.11.2026."""
    return f"{day:%d.%m}.{day.year}"


def span(start: date, end: date) -> str:
    """A half-open span with its last day: 01.01–31.01.2026, 15.12.2026–14.01.2027."""
    last = end - ONE_DAY
    if last <= start:
        return day_digits(start)
    first = f"{start:%d.%m}" if start.year == last.year else day_digits(start)
    return f"{first}{DASH}{day_digits(last)}"


def moment(instant: datetime, *, now: datetime, language: str = PL) -> str:
    """When it was, seen from now: dziś, 10:16 · wczoraj, 18:02 · 18 lis, 08:00."""
    local, today = warsaw_time(instant), warsaw_day(now)
    near = {today: 0, today - ONE_DAY: 1, today + ONE_DAY: 2}.get(local.date())
    if near is not None:
        day = NEAR_DAYS[language][near]
    elif local.year == today.year:
        day = day_and_month(local.date(), language)
    else:
        day = day_short(local.date(), language)
    return f"{day}, {local:%H:%M}"


def stamp(instant: datetime, language: str = PL) -> str:
    """The full time for a document or a letter: 23 lis 2026, 10:16."""
    local = warsaw_time(instant)
    return f"{day_short(local.date(), language)}, {local:%H:%M}"


def days(number: int, language: str = PL) -> str:
    """So many days: 1 dzień, 4 dni."""
    one, more = ("day", "days") if language == EN else ("dzień", "dni")
    return f"{number}{NBSP}{one if abs(number) == 1 else more}"


def days_overdue(number: int, language: str = PL) -> str:
    """How late: 6 dni po terminie."""
    return f"{days(number, language)} {'overdue' if language == EN else 'po terminie'}"


def days_ahead(number: int, language: str = PL) -> str:
    """How soon: dziś, jutro, za 5 dni."""
    today, _, tomorrow = NEAR_DAYS[language]
    near = {0: today, 1: tomorrow}.get(number)
    return near or f"{'in' if language == EN else 'za'} {days(number, language)}"


def duration(length: timedelta, language: str = PL) -> str:
    """A length of time in its biggest unit: 3 dni, 5 godz., 40 min."""
    if length.days:
        return days(length.days, language)
    hours, minutes = divmod(length.seconds // 60, 60)
    hour_unit = "h" if language == EN else "godz."
    return f"{hours}{NBSP}{hour_unit}" if hours else f"{minutes}{NBSP}min"
