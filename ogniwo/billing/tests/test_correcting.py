"""Corrections and the periods behind the lines: one living line a period, whatever is corrected."""

from datetime import date

import pytest

from ogniwo.billing.changes import cancel, terminate
from ogniwo.billing.check import breaches
from ogniwo.billing.correcting import correct
from ogniwo.billing.differing import Request, Wanted
from ogniwo.billing.models import BillingDetail, BillingPeriod, Invoice
from ogniwo.billing.revising import revise
from ogniwo.billing.tests import scene
from ogniwo.journal.moves import Refused
from tests import cast

pytestmark = pytest.mark.django_db

AT = scene.noon(scene.JANUARY)
NEXT_DAY = date(2026, 1, 12)
AGAIN = Request(reason="Zły nabywca", to_zero=True, rebill=True)
ALIVE = Request(reason="Nabywca był dobry", lines=[Wanted(line=1, quantity="1")])


def zeroed() -> BillingDetail:
    """Its January is invoiced, corrected to zero and due again."""
    detail = scene.detail(scene.account())
    scene.bill(scene.JANUARY)
    correct(Invoice.objects.get(), AGAIN, by=cast.person("Krysia"), at=AT)
    assert detail.periods.get(no=1).state == BillingPeriod.State.DUE
    return detail


def revive() -> None:
    first = Invoice.objects.sales().order_by("pk")[0]
    correct(first, ALIVE, by=cast.person("Krysia"), at=scene.noon(NEXT_DAY))


def test_a_line_that_lives_again_takes_its_period_back_from_the_next_run() -> None:
    detail = zeroed()
    revive()
    period = detail.periods.get(no=1)
    line = Invoice.objects.sales().get().lines.get()
    assert (period.state, period.line) == (BillingPeriod.State.INVOICED, line)
    made = scene.bill(NEXT_DAY)
    assert (made.issued, made.held) == (0, 0)
    assert list(breaches(scene.noon(NEXT_DAY))) == []
    assert scene.bill(date(2026, 2, 10)).issued == 1


def test_a_held_period_is_taken_back_as_well() -> None:
    detail = zeroed()
    held, adam = {"email": ""}, cast.person("Adam")
    detail.client.change_account(values=held, by=adam, at=AT)
    assert scene.bill(NEXT_DAY).held == 1
    revive()
    period = detail.periods.get(no=1)
    assert (period.state, period.held_reason) == (BillingPeriod.State.INVOICED, "")


def test_a_line_stays_at_zero_once_its_period_is_invoiced_again() -> None:
    zeroed()
    scene.bill(NEXT_DAY)
    with pytest.raises(Refused) as refusal:
        revive()
    assert refusal.value.code == "already_invoiced"


def test_a_line_stays_at_zero_once_its_period_is_another_one() -> None:
    detail = zeroed()
    terminate(detail, end_on=date(2026, 1, 20), by=cast.person("Ola"), at=AT)
    with pytest.raises(Refused) as refusal:
        revive()
    assert refusal.value.code == "period_changed"
    assert scene.bill(NEXT_DAY).issued == 1
    assert list(breaches(scene.noon(NEXT_DAY))) == []


def test_what_was_invoiced_once_is_frozen_though_it_is_due_again() -> None:
    detail = zeroed()
    with pytest.raises(Refused) as refusal:
        revise(detail, agreement=scene.agreement(months=12), by=cast.person("Ola"), at=AT)
    assert refusal.value.code == "already_invoiced"
    detail.refresh_from_db()
    assert detail.months == 1
    cancel(detail, by=cast.person("Ola"), at=AT)


def test_a_correction_says_what_its_new_rate_demands() -> None:
    """The basis of an exemption, the words of a reverse charge: art. 106e of the VAT act."""
    scene.one_off(scene.account(), exemption="art. 113 ust. 1")
    scene.bill(scene.JANUARY)
    invoice, krysia = Invoice.objects.get(), cast.person("Krysia")
    said = []
    for rate in ("zw", "oo", "23"):
        wanted = Request(reason="Zła stawka", lines=[Wanted(line=1, rate=rate)])
        made = correct(invoice, wanted, by=krysia, at=AT).snapshot
        said.append((made["notes"], made["lines"][0].get("exemption")))
    assert said == [(["exempt"], "art. 113 ust. 1"), (["reverse_charge"], None), ([], None)]
