"""Convert, undo, close: the client and what he pays for change together or not at all."""

from datetime import date, timedelta

import pytest

from ogniwo.billing import accounts
from ogniwo.billing.changes import cancel
from ogniwo.billing.check import breaches
from ogniwo.billing.models import BillingDetail, Invoice
from ogniwo.billing.tests import scene
from ogniwo.journal.moves import Refused
from ogniwo.programme.models import Client
from tests import cast

pytestmark = pytest.mark.django_db

AT = scene.noon(scene.JANUARY)


def test_a_lead_becomes_an_account_with_its_billing_details() -> None:
    lead, ola = cast.lead(), cast.person("Ola")
    made = accounts.convert(
        lead, reseller=lead.reseller, details=[scene.agreement()], by=ola, at=AT
    )
    assert (lead.state, lead.number) == (Client.State.ACCOUNT, "K-0001")
    assert [one.state(on=scene.JANUARY) for one in made] == [BillingDetail.State.ACTIVE]


def test_a_wrong_detail_stops_the_whole_conversion() -> None:
    lead = cast.lead()
    with pytest.raises(Refused) as refusal:
        accounts.convert(
            lead,
            reseller=lead.reseller,
            details=[scene.agreement(), scene.agreement(price_grosze=0)],
            by=cast.person("Ola"),
            at=AT,
        )
    lead.refresh_from_db()
    assert (refusal.value.code, lead.state) == ("bad_price", Client.State.LEAD)
    assert not BillingDetail.objects.exists()


def test_within_a_day_a_conversion_is_undone_and_its_details_cancelled() -> None:
    client = scene.account()
    detail = scene.detail(client)
    accounts.undo_convert(client, by=cast.person("Ola"), at=AT + timedelta(hours=23))
    detail.refresh_from_db()
    assert client.state == Client.State.LEAD
    assert detail.state(on=scene.JANUARY) == BillingDetail.State.CANCELLED
    assert not detail.periods.exists()


def test_nothing_is_undone_once_something_is_invoiced() -> None:
    client = scene.account()
    detail = scene.detail(client)
    scene.bill(scene.JANUARY)
    with pytest.raises(Refused) as refusal:
        accounts.undo_convert(client, by=cast.person("Ola"), at=AT)
    detail.refresh_from_db()
    assert (refusal.value.code, detail.cancelled_at) == ("already_invoiced", None)


def test_a_closed_account_is_billed_to_the_end_of_its_details() -> None:
    client = scene.account()
    scene.detail(client)
    ola = cast.person("Ola")
    accounts.close(client, on=date(2026, 3, 1), by=ola, at=AT)
    scene.bill(date(2026, 5, 10))
    parts = Invoice.objects.order_by("pk").values_list("sale_to", "lines__part")
    assert list(parts) == [(date(2026, 2, 9), ""), (date(2026, 2, 28), "19/28")]


def test_a_detail_is_cancelled_only_while_nothing_of_it_is_invoiced() -> None:
    client = scene.account()
    detail, other = scene.detail(client), scene.one_off(client)
    cancel(other, by=cast.person("Ola"), at=AT)
    scene.bill(scene.JANUARY)
    with pytest.raises(Refused) as refusal:
        cancel(detail, by=cast.person("Ola"), at=AT)
    assert refusal.value.code == "already_invoiced"
    assert "FV/2026/01/0001" in str(refusal.value)
    assert Invoice.objects.get().lines.get().detail == detail


def test_a_service_ends_also_where_there_is_nothing_to_give_back() -> None:
    detail = scene.detail(scene.account(), price_grosze=1)
    scene.bill(scene.JANUARY)
    last = date(2026, 2, 9)  # of 31 days: 30/31 of a grosz is a grosz
    made = accounts.terminate_with_refund(detail, end_on=last, by=cast.person("Krysia"), at=AT)
    detail.refresh_from_db()
    assert (made, detail.end_on) == ([], last)
    assert list(breaches(AT)) == []
