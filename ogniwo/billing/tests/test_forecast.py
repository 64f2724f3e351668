"""The forecast of a month is what the runs of that month then issue, when nothing changes."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum

from ogniwo.billing import changes
from ogniwo.billing.agreeing import Discount
from ogniwo.billing.forecast import ONE_OFF, Forecast, forecast
from ogniwo.billing.models import Invoice, NbpRate
from ogniwo.billing.tests import scene
from ogniwo.billing.tests.scene import noon
from ogniwo.kernel.amounts import Totals
from ogniwo.kernel.periods import anchor_date
from ogniwo.programme.models import Client
from tests import cast

pytestmark = pytest.mark.django_db

JANUARY = date(2026, 1, 1)


def of_all(on: date = scene.JANUARY) -> Forecast:
    return forecast(Client.objects.all(), on=on)


def issued_in(month: date, currency: str = "PLN") -> Totals:
    sums = Invoice.objects.filter(
        issued_on__year=month.year, issued_on__month=month.month, currency=currency
    ).aggregate(net=Sum("net_grosze", default=0), vat=Sum("vat_grosze", default=0))
    return Totals(sums["net"], sums["vat"], sums["net"] + sums["vat"])


def test_every_month_is_what_the_runs_then_issue() -> None:
    ola, client = cast.person("Ola"), scene.account()
    other = scene.account("Rowery")
    scene.detail(client, anchor_day=1, free_periods=1)
    scene.detail(client, price_grosze=3_333, anchor_day=31, quantity=Decimal("1.5"), rate="8")
    scene.detail(client, price_grosze=99_999, months=6, lead_days=14, basis="gross")
    ending = scene.detail(other, price_grosze=7_777, periods=3)
    paused = scene.detail(other, price_grosze=1_111, timing="arrears")
    tenth_off = Discount(1_000, start=date(2026, 3, 1), end=date(2026, 5, 1))
    scene.detail(other, price_grosze=24_900, discounts=[tenth_off])
    scene.one_off(other, start_on=date(2026, 2, 20), price_grosze=49_000)
    changes.pause(paused, from_on=date(2026, 4, 10), by=ola, at=noon(scene.JANUARY))
    changes.change_terms(
        ending, from_on=date(2026, 2, 10), price_grosze=8_888, by=ola, at=noon(scene.JANUARY)
    )
    made = of_all()
    assert len(made.months) == 12
    for month in made.months:
        scene.bill(anchor_date(month, 31))
        assert made.of(month, "PLN") == issued_in(month), month
    assert made.of(date(2026, 2, 1), "PLN").net > 0


def test_cycles_share_the_tax_of_their_invoice_to_the_grosz() -> None:
    client = scene.account()
    for months in (1, 6, 12):
        scene.detail(client, price_grosze=14_999, months=months)
    made = of_all()
    parts = [made.of(JANUARY, "PLN", cycle) for cycle in made.cycles("PLN")]
    assert [part.net for part in parts] == [14_999] * 3
    assert sum(part.vat for part in parts) == made.of(JANUARY, "PLN").vat == 10_349


def test_what_was_due_before_stands_in_the_first_month() -> None:
    scene.detail(scene.account())
    made = of_all(on=date(2026, 4, 1))
    # January, February, March and April: the next run issues four invoices.
    assert made.of(date(2026, 4, 1), "PLN").net == 4 * 14_900


def test_what_the_run_would_hold_is_counted_apart() -> None:
    client = scene.account()
    scene.one_off(client)
    Client.objects.filter(pk=client.pk).update(billing_held="spór")
    made = of_all()
    assert made.sums == {}
    assert made.held == 1


def test_euro_stand_apart_without_a_rate_of_the_future() -> None:
    scene.detail(scene.account(), currency="EUR", months=12, price_grosze=10_000)
    NbpRate.objects.create(currency="EUR", on=date(2026, 1, 2), table="1", mid=Decimal("4.2"))
    made = of_all()
    assert made.currencies == ["EUR"]
    assert made.of(JANUARY, "EUR", 12) == (10_000, 2_300, 12_300)
    assert made.of(JANUARY, "EUR", ONE_OFF) == (0, 0, 0)


def test_one_client_is_forecast_without_the_others() -> None:
    kwiaty, rowery = scene.account(), scene.account("Rowery")
    scene.detail(kwiaty)
    scene.detail(rowery, price_grosze=5_000)
    made = forecast(Client.objects.filter(pk=rowery.pk), on=scene.JANUARY)
    assert made.of(JANUARY, "PLN").net == 5_000


def test_a_forecast_writes_nothing() -> None:
    client = scene.account()
    detail = scene.detail(client)
    before = list(detail.periods.values()), detail.made_no
    of_all()
    detail.refresh_from_db()
    assert (list(detail.periods.values()), detail.made_no) == before
