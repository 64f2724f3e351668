"""Figures and days look the same on pages, in letters and on paper."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from ogniwo.kernel import formats

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)


def plain(text: str) -> str:
    """The text with breaking spaces, for reading the expectation."""
    return text.replace("\u00a0", " ")


def test_money_in_both_languages() -> None:
    assert formats.money(123456) == "1\u00a0234,56\u00a0zł"
    assert plain(formats.money(123456, None)) == "1 234,56"
    assert plain(formats.money(-123456, "PLN", "en")) == "\u22121,234.56 zł"
    assert plain(formats.money(123456, "EUR")) == "1 234,56 €"
    assert plain(formats.money_axis(198300)) == "1 983 zł"
    assert plain(formats.money_axis(198300, "PLN", "en")) == "1,983 zł"


@pytest.mark.parametrize(
    ("value", "pl", "en"),
    [
        ("1", "1", "1"),
        ("2.500000", "2,5", "2.5"),
        ("1200", "1 200", "1,200"),
        ("0.000001", "0,000001", "0.000001"),
        ("100.00", "100", "100"),
        ("1E+3", "1 000", "1,000"),
        ("-2", "\u22122", "\u22122"),
    ],
)
def test_a_quantity_is_as_short_as_it_is_exact(value: str, pl: str, en: str) -> None:
    assert plain(formats.quantity(Decimal(value))) == pl
    assert formats.quantity(Decimal(value), "en") == en


def test_percent_and_rates() -> None:
    assert formats.percent(1250) == "12,5%"
    assert formats.percent(1250, "en") == "12.5%"
    assert [formats.vat_rate(code) for code in ("23", "0", "zw", "np_eu")] == [
        "23%",
        "0%",
        "zw",
        "np UE",
    ]


def test_days_in_tables_sentences_and_documents() -> None:
    assert plain(formats.day_short(DAY)) == "23 lis 2026"
    assert plain(formats.day_short(DAY, "en")) == "23 Nov 2026"
    assert plain(formats.day_long(DAY)) == "23 listopada 2026"
    assert plain(formats.day_long(DAY, "en")) == "23 November 2026"
    assert plain(formats.month(DAY)) == "listopad 2026"
    assert formats.day_digits(date(2026, 1, 5)) == "05.01.2026"


def test_a_period_is_shown_with_its_last_day() -> None:
    assert formats.span(date(2026, 1, 1), date(2026, 2, 1)) == "01.01–31.01.2026"
    assert formats.span(date(2026, 12, 15), date(2027, 1, 15)) == "15.12.2026–14.01.2027"
    assert formats.span(date(2026, 1, 31), date(2026, 2, 1)) == "31.01.2026"
    assert formats.span(date(2026, 1, 31), date(2026, 1, 31)) == "31.01.2026"


@pytest.mark.parametrize(
    ("at", "pl", "en"),
    [
        (datetime(2026, 11, 23, 9, 16, tzinfo=UTC), "dziś, 10:16", "today, 10:16"),
        (datetime(2026, 11, 22, 17, 2, tzinfo=UTC), "wczoraj, 18:02", "yesterday, 18:02"),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "dziś, 00:30", "today, 00:30"),
        (datetime(2026, 11, 24, 5, 0, tzinfo=UTC), "jutro, 06:00", "tomorrow, 06:00"),
        (datetime(2026, 11, 18, 7, 0, tzinfo=UTC), "18 lis, 08:00", "18 Nov, 08:00"),
        (datetime(2025, 7, 1, 6, 0, tzinfo=UTC), "1 lip 2025, 08:00", "1 Jul 2025, 08:00"),
    ],
)
def test_a_moment_is_seen_from_now(at: datetime, pl: str, en: str) -> None:
    assert plain(formats.moment(at, now=NOW)) == pl
    assert plain(formats.moment(at, now=NOW, language="en")) == en


def test_a_stamp_is_warsaw_time() -> None:
    assert plain(formats.stamp(NOW)) == "23 lis 2026, 12:00"


def test_lengths_of_time() -> None:
    assert [plain(formats.days(n)) for n in (0, 1, 4, 21)] == [
        "0 dni",
        "1 dzień",
        "4 dni",
        "21 dni",
    ]
    assert plain(formats.days(1, "en")) == "1 day"
    assert plain(formats.days_overdue(6)) == "6 dni po terminie"
    assert [plain(formats.days_ahead(n)) for n in (0, 1, 5)] == ["dziś", "jutro", "za 5 dni"]
    assert plain(formats.days_ahead(5, "en")) == "in 5 days"
    assert plain(formats.duration(timedelta(days=3, hours=4))) == "3 dni"
    assert plain(formats.duration(timedelta(hours=5, minutes=30))) == "5 godz."
    assert plain(formats.duration(timedelta(minutes=40), "en")) == "40 min"


def test_one_module_prints_the_numbers_too() -> None:
    assert formats.nip("9990554333") == "999-055-43-33"
    assert formats.phone("+48600214118") == "600 214 118"
    assert formats.account("12999900040000000000000001") == "12 9999 0004 0000 0000 0000 0001"
