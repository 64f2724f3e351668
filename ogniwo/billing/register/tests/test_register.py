"""The register of a month: which documents, in which columns, and what was given before."""

from datetime import date
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from ogniwo.billing.correcting import correct
from ogniwo.billing.differing import Request, Wanted
from ogniwo.billing.models import Invoice, NbpRate, RegisterExport
from ogniwo.billing.paying import reverse
from ogniwo.billing.register.keeping import changes_since, digest_of, keep
from ogniwo.billing.register.reading import entries
from ogniwo.billing.register.rows import Cells, cells_of, sums_by_rate, tax_number
from ogniwo.billing.tests import scene
from ogniwo.billing.tests.scene import noon
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.programme.models import Client
from tests import cast

pytestmark = pytest.mark.django_db

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def register(month: date) -> list[Cells]:
    return [cells_of(entry) for entry in entries(month)]


def vat_of(month: date) -> list[tuple[str, int]]:
    return [(str(row["DowodSprzedazy"]), int(row["RazemVAT"] or 0)) for row in register(month)]


def corrected(invoice: Invoice, unit_grosze: int, *, on: date, cause: str = "later") -> Invoice:
    line = invoice.lines.get()
    request = Request(
        reason="Cena", lines=[Wanted(line=line.no, unit_grosze=unit_grosze)], cause=cause
    )
    return correct(invoice, request, by=cast.person("Krysia"), at=noon(on))


def test_a_service_is_taxed_in_the_month_in_which_its_period_ends() -> None:
    scene.detail(scene.account())  # 10 January to 9 February
    scene.bill(scene.JANUARY)
    assert vat_of(JANUARY) == []
    assert vat_of(FEBRUARY) == [("FV/2026/01/0001", 3_427)]


def test_a_row_says_who_bought_what_for_how_much() -> None:
    scene.invoice()
    (row,) = register(JANUARY)
    assert row["KodKrajuNadaniaTIN"] == "PL"
    assert row["NazwaKontrahenta"] == "Kwiaty sp. z o.o."
    assert (row["DataWystawienia"], row["DataSprzedazy"]) == ("2026-01-10", "")
    assert (row["K_19"], row["K_20"], row["K_10"]) == (10_000, 2_300, None)
    assert (row["NrKSeF"], row["OznaczenieKSeF"]) == ("", "BFK")


def test_money_before_the_end_of_the_period_brings_the_tax_forward() -> None:
    client = scene.account()
    scene.detail(client)
    scene.bill(scene.JANUARY)
    scene.pay(client, 10_000, on=date(2026, 1, 20))
    assert vat_of(JANUARY) == [("FV/2026/01/0001", 1_870)]
    assert vat_of(FEBRUARY) == [("FV/2026/01/0001", 3_427 - 1_870)]
    assert register(JANUARY)[0]["Przedplata"] == "1"


def test_money_booked_late_for_an_early_day_moves_nothing_into_a_filed_month() -> None:
    client = scene.account()
    scene.detail(client, months=12)
    scene.bill(scene.JANUARY)
    invoice = Invoice.objects.get()
    payment = scene.pay(client, 5_000, invoice, on=date(2026, 2, 3))
    payment.allocations.update(at=noon(date(2026, 3, 4)))  # matched a month later
    assert vat_of(FEBRUARY) == []
    assert vat_of(MARCH) == [("FV/2026/01/0001", 935)]


def test_a_correction_downwards_is_taxed_in_the_month_of_its_issue() -> None:
    invoice = scene.invoice()
    corrected(invoice, 6_000, on=date(2026, 3, 4), cause="error")
    assert vat_of(JANUARY) == [("FV/2026/01/0001", 2_300)]
    assert vat_of(MARCH) == [("KOR/2026/03/0001", -920)]
    assert register(MARCH)[0]["FakturaKorygowana"] == "FV/2026/01/0001"


@pytest.mark.parametrize(("cause", "month"), [("error", JANUARY), ("later", MARCH)])
def test_a_correction_upwards_is_taxed_where_its_cause_arose(cause: str, month: date) -> None:
    corrected(scene.invoice(), 12_000, on=date(2026, 3, 4), cause=cause)
    assert ("KOR/2026/03/0001", 460) in vat_of(month)
    other = MARCH if month == JANUARY else JANUARY
    assert ("KOR/2026/03/0001", 460) not in vat_of(other)


def test_a_correction_of_an_address_has_no_row() -> None:
    invoice = scene.invoice()
    request = Request(reason="Adres", buyer={"street": "ul. Nowa 2"})
    correct(invoice, request, by=cast.person("Krysia"), at=noon(date(2026, 3, 4)))
    assert register(MARCH) == []


def test_a_euro_invoice_stands_in_zloty_by_its_own_rate() -> None:
    NbpRate.objects.create(
        currency="EUR", on=date(2026, 1, 9), table="6/A/NBP/2026", mid=Decimal("4.2512")
    )
    invoice = scene.invoice(currency="EUR", price_grosze=333)
    corrected(invoice, 111, on=scene.JANUARY)
    first, second = register(JANUARY)
    assert (first["K_19"], first["K_20"], first["Kurs"]) == (1_416, 327, "4.2512")
    # 1.11 € is 4.72 zł, its tax 0.26 € is 1.11 zł: together the rows are the state after.
    assert int(first["K_19"] or 0) + int(second["K_19"] or 0) == 472
    assert int(first["K_20"] or 0) + int(second["K_20"] or 0) == 111


def test_a_business_of_the_union_is_in_two_columns() -> None:
    client = scene.account()
    Client.objects.filter(pk=client.pk).update(country="DE", vat_ue="DE123456788")
    scene.one_off(client, rate="np_eu", price_grosze=50_000)
    scene.bill(scene.JANUARY)
    (row,) = register(JANUARY)
    assert (row["K_11"], row["K_12"], row["RazemVAT"]) == (50_000, 50_000, 0)
    assert (row["KodKrajuNadaniaTIN"], row["NrKontrahenta"]) == ("DE", "123456788")


def test_a_buyer_without_a_number_has_none() -> None:
    scene.invoice()
    buyer = Invoice.objects.get().snapshot["buyer"] | {"nip": "", "vat_ue": "", "country": "US"}
    assert tax_number(buyer) == ("US", "BRAK")


def test_the_rates_of_a_month_are_summed_in_their_order() -> None:
    client = scene.account()
    scene.one_off(client, rate="8", price_grosze=10_000)
    scene.one_off(client, rate="23", price_grosze=10_000)
    scene.bill(scene.JANUARY)
    sums = sums_by_rate(entries(JANUARY))
    assert list(sums.items()) == [("23", (10_000, 2_300)), ("8", (10_000, 800))]


def test_a_month_is_kept_once_and_says_what_changed_since() -> None:
    krysia, client = cast.person("Krysia"), scene.account()
    scene.invoice(client)
    kept = keep(JANUARY, by=krysia, at=noon(FEBRUARY))
    assert (kept.version, kept.number, kept.vat_grosze) == (1, 1, 2_300)
    assert keep(JANUARY, by=krysia, at=noon(FEBRUARY)) == kept
    assert changes_since(kept, register(JANUARY)) == []
    corrected(Invoice.objects.get(), 12_000, on=date(2026, 2, 4), cause="error")
    (change,) = changes_since(kept, register(JANUARY))
    assert change == ("KOR/2026/02/0001", None, (2_000, 460))
    again = keep(JANUARY, by=krysia, at=noon(MARCH))
    assert (again.version, again.vat_grosze) == (2, 2_760)
    assert RegisterExport.objects.newest_of(JANUARY) == again
    assert digest_of(again.rows) == again.hash


def test_money_taken_back_after_the_export_is_a_change() -> None:
    krysia, client = cast.person("Krysia"), scene.account()
    scene.detail(client)
    scene.bill(scene.JANUARY)
    payment = scene.pay(client, 18_327, on=date(2026, 1, 20))
    kept = keep(JANUARY, by=krysia, at=noon(FEBRUARY))
    reverse(payment, by=krysia, at=noon(date(2026, 2, 2)))
    assert changes_since(kept, register(JANUARY)) == [("FV/2026/01/0001", (14_900, 3_427), None)]


def test_a_month_that_runs_cannot_be_kept() -> None:
    with pytest.raises(Refused) as refusal:
        keep(JANUARY, by=cast.person("Krysia"), at=noon(date(2026, 1, 31)))
    assert refusal.value.code == "month_not_over"


def test_staff_do_not_keep_registers() -> None:
    with pytest.raises(NotAllowed):
        keep(JANUARY, by=cast.person("Ola"), at=noon(MARCH))


@pytest.mark.parametrize("many", [1, 12])
def test_a_month_takes_as_many_statements_however_long(
    many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = scene.account()
    for _one in range(many):
        scene.one_off(client, separate=True)
    scene.bill(scene.JANUARY)
    with django_assert_num_queries(5):
        assert len(entries(JANUARY)) == many
