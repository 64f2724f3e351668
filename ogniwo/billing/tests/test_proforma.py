"""A proforma is an offer: it has a number and a paper, and nothing counts it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ogniwo.billing import proforma
from ogniwo.billing.check import breaches
from ogniwo.billing.correcting import correct
from ogniwo.billing.differing import Request
from ogniwo.billing.models import Allocation, Invoice, InvoiceLine, InvoiceVat, Series
from ogniwo.billing.paper.render import as_pdf
from ogniwo.billing.paper.sheet import sheet_of
from ogniwo.billing.proforma import Ahead, FreeLine
from ogniwo.billing.tests import scene
from ogniwo.journal.models import Event
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.outbox.models import Message
from ogniwo.outbox.post import render
from ogniwo.programme.models import Client
from tests import cast

pytestmark = pytest.mark.django_db

DAY = scene.JANUARY
AT = scene.noon(DAY)


def offered(client: Client, **what: Any) -> Invoice:
    return proforma.offer(client, by=cast.person("Ola"), at=AT, **what)


def test_the_next_periods_are_offered_as_the_run_will_price_them() -> None:
    client = scene.account()
    detail = scene.detail(client)
    scene.bill(DAY)
    made = offered(client, ahead=[Ahead(detail=detail, periods=2)])
    assert (made.number, made.net_grosze, made.gross_grosze) == ("PRO/2026/01/0001", 29_800, 36_654)
    assert [line["period_no"] for line in made.snapshot["lines"]] == [2, 3]
    assert (made.sale_from, made.sale_to) == (date(2026, 2, 10), date(2026, 4, 9))
    later = scene.bill(date(2026, 3, 10))
    assert (later.issued, later.gross_grosze) == (2, made.gross_grosze)


def test_nothing_counts_it() -> None:
    client = scene.account()
    made = offered(client, ahead=[Ahead(detail=scene.detail(client))])
    assert not InvoiceLine.objects.exists()
    assert not InvoiceVat.objects.exists()
    assert not Invoice.objects.sales().exists()
    scene.pay(client, made.gross_grosze, on=DAY)
    assert not Allocation.objects.exists()
    scene.bill(DAY)
    invoice = Invoice.objects.sales().get()
    assert (invoice.gross_grosze, invoice.left_grosze) == (made.gross_grosze, 0)
    assert list(breaches(AT)) == []


def test_free_lines_stand_beside_periods_of_the_same_basis() -> None:
    client = scene.account()
    line = FreeLine(name="Wdrożenie", unit_grosze=50_000, quantity=Decimal("1.5"))
    made = offered(client, ahead=[Ahead(detail=scene.detail(client))], lines=[line])
    assert [row["name"] for row in made.snapshot["lines"]] == ["Integrator", "Wdrożenie"]
    assert made.net_grosze == 14_900 + 75_000
    gross = scene.detail(client, basis="gross")
    with pytest.raises(Refused) as refusal:
        offered(client, ahead=[Ahead(detail=gross)], lines=[line])
    assert refusal.value.code == "mixed_lines"


def test_its_numbers_are_a_series_of_their_own_without_gaps() -> None:
    client = scene.account()
    detail = scene.detail(client)
    scene.bill(DAY)
    numbers = [offered(client, ahead=[Ahead(detail=detail)]).number for _time in range(3)]
    assert numbers == [f"PRO/2026/01/{n:04}" for n in (1, 2, 3)]
    assert Series.objects.get(kind="FV").last == 1
    Series.objects.filter(kind="PRO").update(last=4)
    assert [breach.name for breach in breaches(AT)] == ["series_gap"]


def test_a_proforma_that_is_counted_is_a_breach() -> None:
    client = scene.account()
    made = offered(client, ahead=[Ahead(detail=scene.detail(client))])
    Invoice.objects.filter(pk=made.pk).update(paid_grosze=1)
    assert "proforma_counted" in {breach.name for breach in breaches(AT)}


def test_its_copy_is_sealed_like_that_of_an_invoice() -> None:
    client = scene.account()
    made = offered(client, ahead=[Ahead(detail=scene.detail(client))])
    assert Event.objects.about(made).get().facts["hash"] == made.hash


def test_the_paper_never_says_that_it_is_a_vat_invoice() -> None:
    client = scene.account()
    made = offered(client, ahead=[Ahead(detail=scene.detail(client))])
    words = str(sheet_of(made.snapshot, code=None, language="pl")).lower()
    assert "proforma" in words
    assert "faktura vat" not in words
    assert as_pdf(made.snapshot).startswith(b"%PDF")


def test_the_client_gets_it_by_letter_unless_he_wants_none() -> None:
    client = scene.account()
    detail = scene.detail(client)
    made = offered(client, ahead=[Ahead(detail=detail)])
    letter = Message.objects.about(made).get()
    assert letter.to == client.invoices_to
    assert made.number in render(letter, masked=True).text
    values = {"no_invoice_letters": True}
    client.change_account(values=values, by=cast.person("Adam"), at=AT)
    second = offered(client, ahead=[Ahead(detail=detail)])
    assert not Message.objects.about(second).exists()


def test_what_cannot_be_offered_is_refused_and_takes_no_number() -> None:
    client, other = scene.account(), scene.account("Meble")
    free = scene.detail(client, free_periods=1)
    for what, code in (
        ({}, "nothing_to_bill"),
        ({"ahead": [Ahead(detail=free)]}, "period_is_free"),
        ({"ahead": [Ahead(detail=scene.detail(other))]}, "other_client"),
        ({"lines": [FreeLine(name="x", unit_grosze=0)]}, "bad_price"),
    ):
        with pytest.raises(Refused) as refusal:
            offered(client, **what)
        assert refusal.value.code == code
    with pytest.raises(NotAllowed):
        proforma.offer(client, by=cast.person("Rita"), at=AT, ahead=[Ahead(detail=free)])
    assert not Series.objects.filter(kind="PRO", last__gt=0).exists()


def test_it_is_not_corrected_and_resellers_do_not_see_it() -> None:
    client = scene.account()
    made = offered(client, ahead=[Ahead(detail=scene.detail(client))])
    with pytest.raises(Refused):
        correct(made, Request(reason="x", to_zero=True), by=cast.person("Krysia"), at=AT)
    assert client.reseller is not None
    owner = cast.owner_of(client.reseller)
    assert not Invoice.objects.visible_to(owner).exists()
