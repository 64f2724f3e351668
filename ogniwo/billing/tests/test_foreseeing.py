"""The forecast of many agreements is kept by the worker, and equal to one made at once."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ogniwo.billing import changes, foreseeing
from ogniwo.billing.forecast import Forecast, agreements_of, forecast, next_of
from ogniwo.billing.foreseeing import Foreseen, forecasts_wait, foresee, tick_forecasts
from ogniwo.billing.models import BillingDetail, ForecastPass, ForecastShare
from ogniwo.billing.tests import scene
from ogniwo.billing.tests.scene import noon
from ogniwo.programme.models import Client, Reseller
from tests import cast, many

pytestmark = pytest.mark.django_db

AT = noon(scene.JANUARY)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def three_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page plans itself and what a turn of the worker does: three details."""
    monkeypatch.setattr("ogniwo.billing.foreseeing.AT_ONCE", 3)
    monkeypatch.setattr("ogniwo.billing.forecast.AT_ONCE", 3)


def keep(at: datetime = AT) -> int:
    """A whole pass; how many turns it took."""
    turns = 0
    while forecasts_wait(at):
        tick_forecasts(at)
        turns += 1
    return turns


def seen(of: Reseller | None = None, *, at: datetime = AT) -> Foreseen:
    clients = Client.objects.filter(reseller=of) if of else Client.objects.all()
    found = foresee(clients, of=of, at=at)
    assert found is not None
    return found


def direct(of: Reseller | None = None, *, on: date = scene.JANUARY) -> Forecast:
    clients = Client.objects.filter(reseller=of) if of else Client.objects.all()
    return forecast(clients, on=on)


def a_mixed_lot() -> tuple[Reseller, Reseller]:
    """Nine details of five clients: two resellers and one client of nobody."""
    zenon = cast.reseller("Zenon", at=noon(scene.JANUARY))
    radeks, other = scene.account(), scene.account("Rowery")
    zenons = [scene.account(name) for name in ("Buty", "Ramki")]
    Client.objects.filter(pk__in=[client.pk for client in zenons]).update(reseller=zenon)
    for price, months in ((14_999, 1), (33_333, 6), (99_999, 12), (149_999, 36)):
        scene.detail(radeks, price_grosze=price, months=months)  # more than a turn's, of one client
    scene.detail(other, price_grosze=3_333, quantity=Decimal("1.5"), rate="8", basis="gross")
    scene.detail(zenons[0], currency="EUR", price_grosze=10_000)
    scene.one_off(zenons[1], start_on=date(2026, 2, 20), price_grosze=49_000)
    scene.detail(zenons[1], price_grosze=1_111, timing="arrears")
    nobodys = scene.account("Hurt")
    Client.objects.filter(pk=nobodys.pk).update(reseller=None)
    scene.detail(nobodys, price_grosze=7_777)
    Client.objects.filter(pk=other.pk).update(billing_held="spór")
    assert radeks.reseller is not None
    return radeks.reseller, zenon


def test_what_is_kept_equals_what_is_counted_at_once_to_the_grosz() -> None:
    radek, zenon = a_mixed_lot()
    assert foresee(Client.objects.all(), at=AT) is None  # nobody has counted yet
    assert keep() > 3
    for of in (None, radek):
        assert seen(of).is_kept
        assert seen(of).made == direct(of)
    assert direct().held == seen().made.held == 12
    share = ForecastShare.objects.get(reseller=zenon)
    assert Forecast.ahead(scene.JANUARY).plain() == []
    kept = Forecast.ahead(scene.JANUARY)
    kept.add(share.held, share.sums)
    assert kept == direct(zenon)


def test_few_agreements_are_counted_at_once_and_nothing_is_kept() -> None:
    client = scene.account()
    for _time in range(3):
        scene.detail(client)
    assert not forecasts_wait(AT)
    assert (keep(), ForecastPass.objects.count()) == (0, 0)
    assert seen() == (direct(), AT, False)


def test_a_reseller_of_few_agreements_never_waits_for_a_pass() -> None:
    _radek, zenon = a_mixed_lot()
    assert seen(zenon) == (direct(zenon), AT, False)


def test_a_change_is_in_the_forecast_after_the_next_pass() -> None:
    radek, _zenon = a_mixed_lot()
    keep()
    before = seen(radek).made
    detail = BillingDetail.objects.get(months=1, client__reseller=radek, basis="net")
    changes.change_terms(
        detail, from_on=date(2026, 3, 10), price_grosze=20_000, by=cast.person("Ola"), at=AT
    )
    assert (seen(radek).made, keep(AT + HOUR / 2)) == (before, 0)
    keep(AT + HOUR)
    after = seen(radek, at=AT + HOUR)
    assert after.made == direct(radek) != before
    assert after.at == AT + HOUR
    assert ForecastPass.objects.count() == 1


def test_what_is_invoiced_leaves_the_forecast_and_a_new_day_is_counted_anew() -> None:
    a_mixed_lot()
    keep()
    scene.bill(scene.JANUARY)
    tomorrow = AT + timedelta(hours=14)
    assert forecasts_wait(tomorrow)
    keep(tomorrow)
    assert seen(at=tomorrow).made == direct(on=date(2026, 1, 11))


def test_until_a_pass_has_seen_everybody_the_one_before_is_shown() -> None:
    a_mixed_lot()
    keep()
    assert tick_forecasts(AT + HOUR) == 1
    assert ForecastPass.objects.count() == 2
    assert seen(at=AT + HOUR).at == AT
    keep(AT + HOUR)
    assert seen(at=AT + HOUR).at == AT + HOUR


def test_a_pass_left_under_way_yesterday_begins_anew() -> None:
    a_mixed_lot()
    tick_forecasts(AT)
    tomorrow = AT + timedelta(days=1)
    keep(tomorrow)
    assert seen(at=tomorrow).made == direct(on=date(2026, 1, 11))


def test_of_two_workers_with_the_same_clients_one_counts_them() -> None:
    a_mixed_lot()
    tick_forecasts(AT)
    under_way = ForecastPass.objects.get()
    details = next_of(agreements_of(Client.objects.all()), after=under_way.reached, most=3)
    assert foreseeing._go_on(under_way, details)
    assert not foreseeing._go_on(under_way, details)
    keep()
    assert seen().made == direct()


@pytest.mark.parametrize("clients", [10, 40])
def test_a_page_asks_as_much_however_many_agreements(
    clients: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = many.accounts(clients, at=AT)
    many.monthly(rows, each=2, start_on=scene.JANUARY, at=AT)
    keep()
    with CaptureQueriesContext(connection) as asked:
        assert seen().is_kept
    assert len(asked) == 2
    monkeypatch.setattr("ogniwo.billing.foreseeing.AT_ONCE", 100)
    with CaptureQueriesContext(connection) as asked:
        assert not seen().is_kept
    assert len(asked) == 5
