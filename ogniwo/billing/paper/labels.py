"""The fixed words of the sheet; part of the document, so they are not in the catalogue.

A reprint must say what the first print said, even after somebody edits a translation.
"""

from datetime import date
from typing import Final

POLISH: Final = {
    "FV": "Faktura",
    "KOR": "Faktura korygująca",
    "PRO": "Faktura proforma",
    "issued": "Data wystawienia",
    "period": "Okres",
    "sold": "Data sprzedaży",
    "due": "Termin płatności",
    "payment": "Płatność",
    "transfer": "przelew",
    "seller": "Sprzedawca",
    "buyer": "Nabywca",
    "nip": "NIP",
    "vat_ue": "VAT UE",
    "no": "Lp.",
    "name": "Nazwa",
    "quantity": "Ilość",
    "price_net": "Cena netto",
    "price_gross": "Cena brutto",
    "vat": "VAT",
    "value_net": "Wartość netto",
    "value_gross": "Wartość brutto",
    "rate": "Stawka",
    "net": "Netto",
    "gross": "Brutto",
    "total": "Razem",
    "to_pay": "Do zapłaty",
    "less": "Zmniejszenie należności",
    "more": "Zwiększenie należności",
    "difference": "Różnica",
    "buyer_after": "Korekta danych nabywcy: powyżej dane po korekcie. Kwoty bez zmian.",
    "no_document": "Proforma nie jest dokumentem księgowym ani podstawą odliczenia podatku.",
    "account": "Rachunek",
    "bank": "Bank",
    "title": "Tytuł przelewu",
    "pay_by_phone": "Zapłać z telefonu",
    "bank_code": "kod dla aplikacji banku",
    "code_alt": "Kod do przelewu",
    "questions": "Pytania",
    "page": "Strona {page} z {pages}",
    "corrects": "Dotyczy faktury {number} z dnia {day}",
    "reason": "Przyczyna korekty",
    "before": "przed korektą",
    "after": "po korekcie",
    "exempt": "Podstawa zwolnienia z VAT",
    "mpp": "Mechanizm podzielonej płatności",
    "reverse": "Odwrotne obciążenie",
    "vat_in_pln": "VAT w złotych",
    "fx": "Kurs {mid}, tabela NBP {table} z dnia {day}",
    "zw": "zw.",
    "np": "np.",
    "np_eu": "np. (UE)",
    "oo": "oo",
}
ENGLISH: Final = {
    "FV": "Invoice",
    "KOR": "Corrective invoice",
    "PRO": "Pro forma invoice",
    "issued": "Issued",
    "period": "Period",
    "sold": "Date of sale",
    "due": "Due",
    "payment": "Payment",
    "transfer": "bank transfer",
    "seller": "Seller",
    "buyer": "Buyer",
    "nip": "NIP (tax number)",
    "vat_ue": "VAT number",
    "no": "No.",
    "name": "Name",
    "quantity": "Quantity",
    "price_net": "Net price",
    "price_gross": "Gross price",
    "vat": "VAT",
    "value_net": "Net value",
    "value_gross": "Gross value",
    "rate": "Rate",
    "net": "Net",
    "gross": "Gross",
    "total": "Total",
    "to_pay": "To pay",
    "less": "Debt lessened by",
    "more": "Debt raised by",
    "difference": "Difference",
    "buyer_after": "Correction of the buyer's data: above as corrected. The sums are unchanged.",
    "no_document": "A pro forma invoice is no tax document and gives no right to deduct tax.",
    "account": "Account",
    "bank": "Bank",
    "title": "Transfer title",
    "pay_by_phone": "Pay by phone",
    "bank_code": "code for a banking app",
    "code_alt": "Transfer code",
    "questions": "Questions",
    "page": "Page {page} of {pages}",
    "corrects": "Corrects invoice {number} of {day}",
    "reason": "Reason for the correction",
    "before": "before the correction",
    "after": "after the correction",
    "exempt": "Legal basis of the VAT exemption",
    # The Polish words are demanded by the law in whatever language the rest is.
    "mpp": "Split payment (mechanizm podzielonej płatności)",
    "reverse": "Reverse charge (odwrotne obciążenie)",
    "vat_in_pln": "VAT in PLN",
    "fx": "Rate {mid}, NBP table {table} of {day}",
    "zw": "exempt",
    "np": "outside VAT",
    "np_eu": "outside VAT (EU)",
    "oo": "reverse charge",
}
LABELS: Final = {"pl": POLISH, "en": ENGLISH}

MONTHS: Final = {
    "pl": [
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
    ],
    "en": [
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
    ],
}


def long_day(day: date, language: str) -> str:
    """3 listopada 2026."""
    return f"{day.day} {_month(day, language)} {day.year}"


def day_range(first: date, last: date, language: str) -> str:
    """The shortest unmistakable form: 1–30 listopada 2026, 15 grudnia 2025 – 14 stycznia 2026."""
    if first == last:
        return long_day(first, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{long_day(last, language)}"
    if first.year == last.year:
        return f"{first.day} {_month(first, language)} – {long_day(last, language)}"
    return f"{long_day(first, language)} – {long_day(last, language)}"


def _month(day: date, language: str) -> str:
    return MONTHS[language][day.month - 1]
