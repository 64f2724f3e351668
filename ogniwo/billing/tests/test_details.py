"""Billing details: what may be agreed and changed, and what lists tell of them."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from ogniwo.billing import changes
from ogniwo.billing.agreeing import Discount, add_detail, mistakes
from ogniwo.billing.check import breaches
from ogniwo.billing.models import BillingDetail, BillingPeriod, BillingSpan
from ogniwo.billing.tests import scene
from ogniwo.billing.timetable import coming
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.people.models import User
from tests import cast

TODAY = scene.JANUARY
AT = scene.noon(TODAY)
FEBRUARY, MARCH = date(2026, 2, 10), date(2026, 3, 10)


def refused(deed: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refusal:
        deed(*args, **kwargs, by=cast.person("Ola"), at=AT)
    assert str(refusal.value)
    return refusal.value.code


@pytest.mark.django_db
def test_a_form_hears_all_its_mistakes_at_once() -> None:
    wrong = scene.agreement(
        months=3, price_grosze=0, quantity="x", rate="22", anchor_day=0, lead_days=61,
        discounts=[Discount(0, TODAY)],
    )  # fmt: skip
    assert [refusal.code for refusal in mistakes(wrong, on=TODAY)] == [
        "bad_months", "bad_price", "bad_quantity", "bad_rate", "bad_anchor_day",
        "bad_lead_days", "bad_discount",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_reseller_never_agrees_billing() -> None:
    lead = cast.lead()
    owner = User.objects.get(reseller=lead.reseller)
    with pytest.raises(NotAllowed):
        add_detail(lead, scene.agreement(), by=owner, at=AT)


@pytest.mark.django_db
def test_the_database_refuses_a_second_invoice_of_a_period() -> None:
    detail = scene.detail(scene.account())
    with pytest.raises(IntegrityError), transaction.atomic():
        BillingPeriod.objects.create(
            detail=detail, client=detail.client, no=1, start=TODAY, end=FEBRUARY, of_days=31,
            bill_on=TODAY,
        )  # fmt: skip


@pytest.mark.django_db
def test_a_list_knows_state_and_next_invoice_without_a_query_each() -> None:
    client = scene.account()
    for _time in range(4):
        scene.detail(client)
    scene.bill(TODAY)
    with CaptureQueriesContext(connection) as queries:
        rows = [
            (one.state(on=TODAY), one.next_bill())
            for one in BillingDetail.objects.of(client).with_next()
        ]
    assert len(queries) == 1
    assert {state for state, _next in rows} == {BillingDetail.State.ACTIVE}
    following = rows[0][1]
    assert following is not None
    assert (following.day, following.net_grosze, following.gross_grosze) == (
        FEBRUARY, 14_900, 18_327,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_state_is_told_from_the_facts() -> None:
    client, state = scene.account(), BillingDetail.State
    running, once = scene.detail(client), scene.one_off(client)
    ahead = scene.detail(client, start_on=MARCH)
    assert ahead.state(on=TODAY) == state.PLANNED
    scene.bill(TODAY)
    assert once.state(on=TODAY) == state.DONE
    ola = cast.person("Ola")
    changes.pause(running, from_on=FEBRUARY, by=ola, at=AT)
    running.refresh_from_db()
    assert running.state(on=FEBRUARY) == state.PAUSED
    assert running.state(on=TODAY) == state.ACTIVE
    changes.terminate(running, end_on=MARCH, by=ola, at=AT)
    running.refresh_from_db()
    assert running.state(on=MARCH) == state.ENDED
    changes.terminate(ahead, end_on=date(2026, 4, 1), by=ola, at=AT)
    ahead.refresh_from_db()
    assert ahead.state(on=MARCH) == state.ENDING


@pytest.mark.django_db
def test_changes_inside_invoiced_time_are_refused() -> None:
    detail = scene.detail(scene.account())
    scene.bill(TODAY)
    inside = date(2026, 1, 20)
    assert (
        refused(changes.change_terms, detail, from_on=TODAY, price_grosze=1) == "already_invoiced"
    )
    assert refused(changes.pause, detail, from_on=inside) == "already_invoiced"
    assert refused(changes.pause, detail, from_on=date(2026, 2, 20)) == "not_a_boundary"
    assert refused(changes.resume, detail, from_on=MARCH) == "not_paused"
    assert refused(changes.terminate, detail, end_on=date(2026, 1, 9)) == "end_before_start"


@pytest.mark.django_db
def test_an_end_is_moved_earlier_only() -> None:
    detail = scene.detail(scene.account(), end_on=MARCH)
    assert refused(changes.terminate, detail, end_on=date(2026, 4, 1)) == "already_ended"
    changes.terminate(detail, end_on=date(2026, 2, 20), by=cast.person("Ola"), at=AT)
    scene.bill(MARCH)
    assert list(detail.lines.order_by("period_no").values_list("part", flat=True)) == ["", "10/28"]


@pytest.mark.django_db
def test_a_one_off_is_neither_paused_nor_resumed() -> None:
    once = scene.one_off(scene.account())
    assert refused(changes.pause, once, from_on=TODAY) == "one_off"


@pytest.mark.django_db
def test_a_pause_of_a_detail_that_ends_keeps_the_end() -> None:
    detail = scene.detail(scene.account(), end_on=date(2026, 6, 10))
    ola = cast.person("Ola")
    changes.pause(detail, from_on=FEBRUARY, by=ola, at=AT)
    assert refused(changes.resume, detail, from_on=date(2026, 6, 10)) == "already_ended"
    changes.resume(detail, from_on=date(2026, 5, 1), by=ola, at=AT)
    scene.bill(date(2026, 8, 1))
    days = detail.lines.order_by("period_no").values_list("period_no", "from_on", "to_on")
    assert list(days) == [
        (1, TODAY, date(2026, 2, 9)),
        (2, date(2026, 5, 1), date(2026, 5, 31)),
        (3, date(2026, 6, 1), date(2026, 6, 9)),
    ]


@pytest.mark.django_db
def test_a_reseller_sees_the_details_of_his_clients_only() -> None:
    mine = scene.detail(scene.account())
    foreign = cast.lead(cast.reseller("Zenon"), "Meble")
    scene.detail(foreign)
    radek = User.objects.get(reseller=mine.client.reseller)
    assert list(BillingDetail.objects.visible_to(radek)) == [mine]
    assert BillingDetail.objects.visible_to(cast.person("Rita")).count() == 2


DAYS = st.dates(min_value=date(2023, 1, 1), max_value=date(2030, 12, 31))


@given(start=DAYS, anchor=st.integers(1, 31), months=st.sampled_from([1, 6, 12, 36]))
def test_the_periods_of_a_span_tile(start: date, anchor: int, months: int) -> None:
    detail = BillingDetail(kind="recurring", months=months, start_on=start, anchor_day=anchor)
    span = BillingSpan(start=start, anchor_day=anchor, first_no=1)
    made = [period for period, _turn in zip(coming(detail, [span]), range(15), strict=False)]
    assert [period.no for period in made] == list(range(1, 16))
    assert made[0].start == start
    assert all(one.end == two.start for one, two in pairwise(made))
    assert all(0 < (one.end - one.start).days <= one.of_days for one in made)


@pytest.mark.django_db
@pytest.mark.parametrize("end", [None, date(2026, 3, 20)])
def test_the_check_finds_a_day_that_no_period_has(end: date | None) -> None:
    """A gap before the end of the service is one, whether an end is set or not."""
    detail = scene.detail(scene.account())
    scene.bill(FEBRUARY)
    if end is not None:
        changes.terminate(detail, end_on=end, by=cast.person("Ola"), at=scene.noon(FEBRUARY))
    assert list(breaches(scene.noon(FEBRUARY))) == []
    detail.periods.filter(no=2).update(start=date(2026, 2, 11))
    found = {breach.name for breach in breaches(scene.noon(FEBRUARY))}
    assert "periods_do_not_tile" in found


@pytest.mark.django_db
def test_the_check_finds_a_month_that_is_missing_before_an_end() -> None:
    detail = scene.detail(scene.account())
    march = date(2026, 3, 1)
    for day in (TODAY, FEBRUARY, march):
        scene.bill(day)
    changes.terminate(detail, end_on=march, by=cast.person("Ola"), at=scene.noon(march))
    assert list(breaches(scene.noon(march))) == []
    detail.periods.filter(no=2).update(no=99, start=date(2027, 1, 1), end=date(2027, 2, 1))
    found = {breach.name for breach in breaches(scene.noon(march))}
    assert "periods_do_not_tile" in found
