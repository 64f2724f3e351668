"""The PDF says what the frozen copy says, whatever people typed, and says it twice alike."""

import io
import time
from typing import Final

import pytest
from pypdf import PdfReader

from ogniwo.billing.paper.labels import ENGLISH, POLISH
from ogniwo.billing.paper.render import as_pdf
from ogniwo.billing.paper.tests.samples import line, snapshot, vat_row

FORTY_TWO: Final = [line(no) for no in range(1, 43)]
HOSTILE: Final = [
    '#read("/etc/passwd")',
    '"#eval("1")',
    "{{ settings.SECRET_KEY }}",
    "{% load static %}",
    "$ x^2 $ *gruby* _kurs_ `kod` <etykieta> @odnośnik",
    "= Nagłówek // komentarz \\ #{ 1 + 1 }",
    "<script>alert(1)</script>",
    "}); drop table --",
]


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(pages_of(pdf)).replace("\u00a0", " ").replace("\u200b", "").split())


def test_everything_a_payer_needs_is_on_the_sheet() -> None:
    words = words_of(as_pdf(snapshot()))
    for said in [
        "Faktura FV/2026/11/0142",
        "Data wystawienia 3 listopada 2026",
        "1–30 listopada 2026",
        "Termin płatności 17 listopada 2026",
        "Sprzedawca Meridian Integracje sp. z o.o. ul. Przykładowa 1, 00-001 Warszawa",
        "NIP 999-055-43-33",
        "Nabywca Bukiet Online sp. z o.o. ul. Różana 11, 58-560 Jelenia Góra",
        "NIP 999-799-81-97",
        "Integrator Plus 1 mies. 329,00 23% 329,00",
        "23% 329,00 75,67 404,67 Razem 329,00 75,67 404,67",
        "Do zapłaty 404,67 zł czterysta cztery złote 67/100",
        "Rachunek 40 9999 0004 0000 0033 1739 5804",
        "Tytuł przelewu FV/2026/11/0142",
        "Zapłać z telefonu",
        "Strona 1 z 1",
    ]:
        assert said in words


def test_forty_two_lines_take_two_pages_with_the_head_on_each() -> None:
    first, second = pages_of(as_pdf(snapshot(lines=FORTY_TWO)))
    assert "Strona 1 z 2" in first
    assert "Strona 2 z 2" in second
    for page in (first, second):
        assert "Wartość netto" in page
    assert "Do zapłaty" not in first
    assert "Do zapłaty" in second


def test_the_same_copy_gives_the_same_bytes() -> None:
    assert as_pdf(snapshot()) == as_pdf(snapshot())


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_people_typed_is_printed_as_typed(typed: str) -> None:
    copy = snapshot(
        buyer={"name": typed, "street": typed, "city": typed},
        seller={"name": typed, "bank": typed, "email": typed},
        lines=[line(name=typed)],
    )
    words = words_of(as_pdf(copy))
    assert words.count(typed) >= 5
    assert "root:" not in words


def test_a_sign_no_font_holds_is_marked_and_the_rest_is_printed() -> None:
    pdf = as_pdf(snapshot(buyer={"name": "Kwiaty 😀 花 Łódź\x00"}))
    words = words_of(pdf)
    assert "Kwiaty" in words
    assert "Łódź" in words
    assert "😀" not in words


def test_other_alphabets_are_printed() -> None:
    words = words_of(as_pdf(snapshot(buyer={"name": "Квіти Ελλάς Ærø"})))
    assert "Квіти Ελλάς Ærø" in words


@pytest.mark.parametrize("longest", ["W" * 512, "Zażółć gęślą jaźń " * 28])
def test_a_long_name_stays_inside_the_margins(longest: str) -> None:
    copy = snapshot(lines=[line(name=longest)], buyer={"name": longest}, seller={"name": longest})
    reader = PdfReader(io.BytesIO(as_pdf(copy)))
    rights: list[float] = []
    for page in reader.pages:
        page.extract_text(visitor_text=lambda text, _cm, tm, _font, _size: rights.append(tm[4]))
    assert max(rights) < 595 - 45


def test_the_file_calls_itself_archivable_and_accessible() -> None:
    reader = PdfReader(io.BytesIO(as_pdf(snapshot())))
    packet = reader.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]  # pypdf types every object alike
    assert "<pdfaid:part>3</pdfaid:part>" in packet
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in packet
    assert "<pdfuaid:part>1</pdfuaid:part>" in packet
    assert reader.metadata is not None
    assert reader.metadata.title == "Faktura FV/2026/11/0142"


def test_each_rate_has_its_row_and_the_law_its_words() -> None:
    copy = snapshot(
        lines=[line(1), line(2, rate="zw", exemption="art. 43 ust. 1 pkt 29 ustawy o VAT")],
        vat=[vat_row("23", 32_900, 7_567), vat_row("zw", 10_000, 0), vat_row("np_eu", 5_000, 0)],
        mpp=True,
    )
    words = words_of(as_pdf(copy))
    assert "zw. 100,00 0,00 100,00" in words
    assert "np. (UE) 50,00 0,00 50,00" in words
    assert "Mechanizm podzielonej płatności" in words
    assert "Odwrotne obciążenie" in words
    assert "Podstawa zwolnienia z VAT: art. 43 ust. 1 pkt 29 ustawy o VAT" in words


def test_a_line_of_another_period_names_it() -> None:
    copy = snapshot(
        sale_from="2025-12-15",
        lines=[line(1), line(2, **{"from": "2025-12-15", "to": "2026-01-14"})],
    )
    words = words_of(as_pdf(copy))
    assert "15 grudnia 2025 – 30 listopada 2026" in words
    assert "15 grudnia 2025 – 14 stycznia 2026" in words


def test_prices_with_tax_are_named_so() -> None:
    words = words_of(as_pdf(snapshot(basis="gross")))
    assert "Cena brutto" in words
    assert "Wartość brutto" in words
    assert "Cena netto" not in words


def test_an_invoice_in_euro_says_its_tax_in_zloty() -> None:
    copy = snapshot(
        currency="EUR",
        fx={
            "table": "212/A/NBP/2026",
            "on": "2026-11-02",
            "mid": "4.2512",
            "vat_pln_grosze": {"23": 32_169},
        },
    )
    words = words_of(as_pdf(copy))
    assert "404,67 €" in words
    assert "Kurs 4,2512, tabela NBP 212/A/NBP/2026 z dnia 2 listopada 2026" in words
    assert "VAT w złotych (23%): 321,69 zł" in words
    assert "PL40 9999 0004" in words


def test_a_correction_shows_what_was_and_what_is() -> None:
    was = {"quantity": "1", "unit_grosze": 32_900, "rate": "23", "amount_grosze": 32_900}
    became = was | {"unit_grosze": 22_900, "amount_grosze": 22_900}
    copy = snapshot(
        kind="KOR",
        number="KOR/2026/11/0001",
        corrects={
            "number": "FV/2026/11/0142",
            "issued_on": "2026-11-03",
            "reason": "Błędna cena",
            "cause": "error",
        },
        lines=[line(before=was, after=became)],
        vat=[vat_row("23", -10_000, -2_300)],
        net_grosze=-10_000,
        vat_grosze=-2_300,
        gross_grosze=-12_300,
        due_on=None,
    )
    words = words_of(as_pdf(copy))
    assert "Faktura korygująca KOR/2026/11/0001" in words
    assert "Dotyczy faktury FV/2026/11/0142 z dnia 3 listopada 2026" in words
    assert "Przyczyna korekty: Błędna cena" in words
    assert "przed korektą" in words
    assert "po korekcie" in words
    assert "Zmniejszenie należności 123,00 zł" in words
    assert "Różnica Netto VAT Brutto" in words
    assert "Rachunek" not in words
    assert "Zapłać z telefonu" not in words


def test_a_correction_upwards_has_its_own_due_day_and_how_to_pay() -> None:
    was = {"quantity": "1", "unit_grosze": 32_900, "rate": "23", "amount_grosze": 32_900}
    copy = snapshot(
        kind="KOR",
        number="KOR/2026/11/0001",
        corrects={
            "number": "FV/2026/11/0142",
            "issued_on": "2026-11-03",
            "reason": "Błędna cena",
            "cause": "error",
        },
        lines=[line(before=was, after=was | {"unit_grosze": 42_900, "amount_grosze": 42_900})],
        vat=[vat_row("23", 10_000, 2_300)],
        net_grosze=10_000,
        vat_grosze=2_300,
        gross_grosze=12_300,
        due_on="2026-11-30",
    )
    words = words_of(as_pdf(copy))
    assert "Termin płatności 30 listopada 2026" in words
    assert "Zwiększenie należności 123,00 zł" in words
    assert "Rachunek 40 9999" in words
    # A code with the sum of the correction alone would pay it apart from its invoice.
    assert "Zapłać z telefonu" not in words


def test_a_correction_of_the_buyer_has_no_table_and_says_what_it_is() -> None:
    copy = snapshot(
        kind="KOR",
        number="KOR/2026/11/0002",
        corrects={
            "number": "FV/2026/11/0142",
            "issued_on": "2026-11-03",
            "reason": "Błędny adres",
            "cause": "later",
        },
        lines=[], vat=[], net_grosze=0, vat_grosze=0, gross_grosze=0, due_on=None,
    )  # fmt: skip
    words = words_of(as_pdf(copy))
    assert "Korekta danych nabywcy" in words
    assert "Wartość netto" not in words
    assert "0,00 zł" in words


def test_a_proforma_is_no_tax_document_and_says_so() -> None:
    words = words_of(as_pdf(snapshot(kind="PRO", number="PRO/2026/11/0001")))
    assert "Faktura proforma PRO/2026/11/0001" in words
    assert "Proforma nie jest dokumentem księgowym" in words
    assert "faktura vat" not in words.lower()
    assert "Zapłać z telefonu" in words


def test_two_hundred_lines_are_numbered_over_their_pages() -> None:
    pages = pages_of(as_pdf(snapshot(lines=[line(no) for no in range(1, 201)])))
    assert len(pages) > 4
    for number, page in enumerate(pages, 1):
        assert f"Strona {number} z {len(pages)}" in page
    assert all("Wartość netto" in page for page in pages[:-1])


def test_what_is_not_known_leaves_no_gap_and_no_label() -> None:
    nothing = {"street": "", "postcode": "", "city": "", "nip": "", "vat_ue": ""}
    copy = snapshot(buyer=nothing, seller={"email": "", "bank": "", "account": ""}, in_words="")
    words = words_of(as_pdf(copy))
    assert "Nabywca Bukiet Online sp. z o.o. Lp. Nazwa" in words
    for label in ["Rachunek", "Bank ", "Pytania", "Zapłać z telefonu"]:
        assert label not in words


@pytest.mark.parametrize("name", ["مرحبا بالعالم", "שלום", "ქართული", "Հայերեն", "Việt"])
def test_names_in_far_alphabets_are_set_even_beside_a_sign_nobody_holds(name: str) -> None:
    assert "\ufffd" not in words_of(as_pdf(snapshot(buyer={"name": name})))
    assert words_of(as_pdf(snapshot(buyer={"name": f"{name} 😀"}))).count("\ufffd") == 1


def test_only_taxed_rates_are_told_in_zloty() -> None:
    fx = {"table": "212/A/NBP/2026", "on": "2026-11-02", "mid": "4.2512"}
    copy = snapshot(currency="EUR", fx=fx | {"vat_pln_grosze": {"23": 32_169, "np_eu": 0}})
    words = words_of(as_pdf(copy))
    assert "VAT w złotych (23%): 321,69 zł" in words
    assert "VAT w złotych (np. (UE))" not in words


def test_in_english_the_words_are_english() -> None:
    words = words_of(as_pdf(snapshot(), language="en"))
    assert "Invoice FV/2026/11/0142" in words
    assert "To pay 404,67 zł" in words
    assert "Page 1 of 1" in words
    assert "17 November 2026" in words


def test_both_languages_have_the_same_words() -> None:
    assert POLISH.keys() == ENGLISH.keys()


def test_an_empty_code_leaves_the_square_out() -> None:
    assert "Zapłać z telefonu" not in words_of(as_pdf(snapshot(), qr_payload=""))


def test_a_sheet_is_set_quickly() -> None:
    as_pdf(snapshot())
    began = time.perf_counter()
    as_pdf(snapshot(lines=FORTY_TWO))
    assert time.perf_counter() - began < 1
