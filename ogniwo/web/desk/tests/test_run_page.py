"""A run under way at the desk: how far it is, why it waits, and that it can be stopped."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from ogniwo.billing import run as billing_run
from ogniwo.billing.models import BillingPeriod, BillingRun, DetailTerms, Invoice
from ogniwo.billing.run import bill_due
from ogniwo.outbox.turns import beat
from ogniwo.web.desk.tests.browsing import browser_of
from tests.billed import account, today

pytestmark = pytest.mark.django_db
LIST = "/konsola/fakturowanie/"


def page_of(run: BillingRun) -> str:
    return f"{LIST}przebieg/{run.pk}/"


@pytest.fixture
def big(monkeypatch: pytest.MonkeyPatch) -> BillingRun:
    """Two invoices, where one is already too many for a page; approved on the page."""
    monkeypatch.setattr(billing_run, "AT_ONCE", 1)
    account("Kwiaty")
    account("Ramki")
    browser_of("Krysia").post(f"{LIST}{today().isoformat()}/approve/")
    return BillingRun.objects.get()


def test_a_big_run_is_left_to_the_worker_and_its_page_says_for_whom_it_waits(
    big: BillingRun,
) -> None:
    assert (big.state, Invoice.objects.count()) == (BillingRun.State.ISSUING, 0)
    browser = browser_of("Krysia")
    page = browser.get(page_of(big))
    assert "bin/ogniwo worker" in page.content.decode()
    assert 'data-hx-trigger="every 3s"' in page.content.decode()
    beat("worker", at=now())
    assert "bin/ogniwo worker" not in browser.get(page_of(big)).content.decode()
    billing_run.issue_queued(now())
    done = browser.get(page_of(big))
    assert "data-hx-trigger" not in done.content.decode()
    assert len(done.context["rows"]) == 2


def test_the_page_tells_how_far_it_is_and_how_long_the_rest_takes(big: BillingRun) -> None:
    facts = {"total": 400, "done": 100, "issued": 90, "held": 10, "worked_ms": 60_000}
    BillingRun.objects.filter(pk=big.pk).update(**facts)
    page = browser_of("Rita").get(page_of(big))
    meter = page.context["meter"]
    assert (meter.share, "100" in meter.words, "400" in meter.words) == (25, True, True)
    assert "3\u00a0min" in meter.of
    assert "stop/" not in page.content.decode()


def test_a_run_is_stopped_once_by_who_handles_money(big: BillingRun) -> None:
    assert browser_of("Ola").post(f"{page_of(big)}stop/").status_code == 403
    krysia = browser_of("Krysia")
    assert krysia.post(f"{page_of(big)}stop/").status_code == 302
    assert "stop/" not in krysia.get(page_of(big)).content.decode()
    billing_run.issue_queued(now())
    page = krysia.get(page_of(big))
    assert page.context["run"].was_stopped
    assert f"{LIST}{today().isoformat()}/" in page.content.decode()
    assert not Invoice.objects.exists()


def test_lines_with_errors_stand_with_the_rest_and_are_tried_again_by_a_preview() -> None:
    client = account("Kwiaty")
    account("Ramki")
    DetailTerms.objects.filter(detail__client=client).delete()
    made = bill_due(on=today(), at=now() - timedelta(minutes=1))
    page = browser_of("Krysia").get(page_of(made))
    assert [row.client.pk for row in page.context["held"]] == [client.pk]
    assert BillingPeriod.objects.held().get().held_reason == "error"
    assert f"{LIST}{today().isoformat()}/" in page.content.decode()
