"""The account of a client on paper says what the account says."""

from datetime import date

from ogniwo.billing.client_statement import Deed, Entry, Open, Statement
from ogniwo.billing.paper.statement_sheet import statement_as_pdf
from ogniwo.billing.paper.tests.samples import snapshot
from ogniwo.billing.paper.tests.test_render import words_of

START, END = date(2026, 1, 1), date(2026, 3, 31)


def account(*, closing: int, count: int = 1) -> Statement:
    entries = [
        (Entry(date(2026, 1, 10), Deed.INVOICE, 1, "FV/2026/01/0001", 12_300), 12_300),
        (Entry(date(2026, 1, 20), Deed.PAYMENT, 2, "przelew 😀", -10_000), closing),
    ]
    return Statement("PLN", START, END, 0, entries * count, [Open("FV/2026/01/0001", END, 2_300)])


def words(*parts: Statement) -> str:
    copy = snapshot()
    pdf = statement_as_pdf(parts, seller=copy["seller"], buyer=copy["buyer"], on=END)
    return words_of(pdf)


def test_each_line_stands_on_its_side_with_the_balance_after_it() -> None:
    text = words(account(closing=2_300))
    for said in [
        "Rozliczenia klienta K-0142",
        "1 stycznia – 31 marca 2026",
        "Saldo początkowe 0,00",
        "10.01.2026 Faktura FV/2026/01/0001 123,00 123,00",
        "20.01.2026 Wpłata przelew",
        "100,00 23,00",
        "Do zapłaty na dzień 31 marca 2026 23,00 zł",
        "Nierozliczone",
        "FV/2026/01/0001 31.03.2026 23,00",
    ]:
        assert said in text


def test_credit_is_named_so() -> None:
    assert "Nadpłata na dzień 31 marca 2026 5,00 zł" in words(account(closing=-500))


def test_a_long_account_goes_on_with_its_head() -> None:
    text = words(account(closing=2_300, count=40))
    assert "Strona 1 z 3" in text
    assert text.count("Numer, tytuł") >= 3
