"""The billing run: everything due is invoiced once, free, or held with a reason."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ogniwo.billing import issue, run
from ogniwo.billing.check import breaches
from ogniwo.billing.models import (
    BillingPeriod,
    BillingRun,
    DetailTerms,
    Invoice,
    NumbersMoved,
    Series,
)
from ogniwo.billing.plan import PlannedInvoice
from ogniwo.billing.preview import differences, preview, summary
from ogniwo.billing.rows import lines_of
from ogniwo.billing.tests import scene
from ogniwo.journal.models import Event
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.outbox import seal
from ogniwo.outbox.models import Message
from ogniwo.people.models import Link
from tests import cast
from tests.many import accounts, monthly

pytestmark = pytest.mark.django_db

FEBRUARY = date(2026, 2, 10)
MAY = date(2026, 5, 12)


def test_after_downtime_every_missed_period_gets_its_invoice() -> None:
    scene.detail(scene.account())
    made = scene.bill(MAY)
    assert made.issued == 5
    assert list(Invoice.objects.order_by("pk").values_list("number", "sale_from")) == [
        (f"FV/2026/05/{n:04}", date(2026, n, 10)) for n in range(1, 6)
    ]
    assert set(Invoice.objects.values_list("issued_on", flat=True)) == {MAY}


def test_a_second_run_on_the_same_day_changes_nothing_but_its_own_rows() -> None:
    scene.detail(scene.account())
    scene.bill(FEBRUARY)
    before = (Invoice.objects.count(), Message.objects.count(), list(Series.objects.values()))
    periods = list(BillingPeriod.objects.order_by("pk").values())
    again = scene.bill(FEBRUARY)
    assert (again.issued, again.state) == (0, BillingRun.State.DONE)
    assert before == (
        Invoice.objects.count(), Message.objects.count(), list(Series.objects.values())
    )  # fmt: skip
    assert periods == list(BillingPeriod.objects.order_by("pk").values())


def test_the_preview_is_what_the_run_then_issues_and_writes_nothing() -> None:
    client = scene.account()
    scene.detail(client)
    scene.one_off(client, price_grosze=5_000)
    rows = BillingPeriod.objects.count()
    shown = summary(preview(on=MAY))
    assert (BillingPeriod.objects.count(), Invoice.objects.count()) == (rows, 0)
    scene.bill(MAY)
    issued = [
        {
            "client": one.client_id,
            "lines": [[line.detail_id, line.period_no] for line in one.lines.order_by("no")],
            "currency": one.currency,
            "net_grosze": one.net_grosze,
            "vat_grosze": one.vat_grosze,
            "gross_grosze": one.gross_grosze,
        }
        for one in Invoice.objects.order_by("pk")
    ]
    assert shown["groups"] == issued


def test_before_the_start_a_page_can_show_what_changed_since_the_preview() -> None:
    client = scene.account()
    scene.detail(client)
    shown = summary(preview(on=scene.JANUARY))
    scene.one_off(client, price_grosze=5_000, separate=True)
    changed = differences(shown, summary(preview(on=scene.JANUARY)))
    assert [len(changed[name]) for name in ("new", "gone", "changed")] == [1, 0, 0]


def test_a_run_needs_an_approval_and_then_issues_at_once() -> None:
    scene.detail(scene.account())
    krysia, ola = cast.person("Krysia"), cast.person("Ola")
    at = scene.noon(scene.JANUARY)
    draft = BillingRun.objects.propose(on=scene.JANUARY, by=ola, at=at)
    with pytest.raises(NotAllowed):
        run.approve_and_issue(draft, by=ola, at=at)
    assert run.approve_and_issue(draft, by=krysia, at=at).issued == 1


def test_a_run_of_a_day_ahead_waits_for_the_worker() -> None:
    scene.detail(scene.account(), start_on=FEBRUARY)
    at = scene.noon(scene.JANUARY)
    draft = BillingRun.objects.propose(on=FEBRUARY, by=cast.person("Krysia"), at=at)
    run.approve_and_issue(draft, by=cast.person("Krysia"), at=at)
    assert (draft.state, run.issue_approved(at)) == (BillingRun.State.APPROVED, 0)
    assert run.issue_approved(scene.noon(FEBRUARY)) == 1
    assert Invoice.objects.get().issued_on == FEBRUARY


def test_the_worker_bills_unapproved_only_when_the_vendor_wants_it() -> None:
    scene.detail(scene.account())
    at = scene.noon(scene.JANUARY)
    assert run.issue_approved(at) == 0
    cast.vendor(bill_unapproved=True)
    assert run.issue_approved(at) == 1
    assert run.issue_approved(at) == 0
    assert Invoice.objects.count() == 1


def test_a_run_that_was_killed_is_finished_by_the_next() -> None:
    scene.detail(scene.account())
    at = scene.noon(scene.JANUARY)
    killed = BillingRun.objects.propose(on=scene.JANUARY, by=cast.person("Krysia"), at=at)
    killed.approve(by=cast.person("Krysia"), at=at)
    killed.start(by=cast.person("Krysia"), at=at)
    run.issue_approved(at)
    killed.refresh_from_db()
    assert (killed.state, killed.issued) == (BillingRun.State.DONE, 1)


def test_a_killed_run_of_one_client_bills_nobody_else() -> None:
    scene.detail(scene.account())
    at, krysia = scene.noon(scene.JANUARY), cast.person("Krysia")
    part = BillingRun.objects.propose(on=scene.JANUARY, by=krysia, at=at, is_partial=True)
    part.approve(by=krysia, at=at)
    part.start(by=krysia, at=at)
    for later in (at, at + timedelta(hours=2)):
        assert run.issue_approved(later) == 0
    part.refresh_from_db()
    assert (part.state, Invoice.objects.count()) == (BillingRun.State.DONE, 0)


def test_without_the_sellers_account_nothing_is_issued() -> None:
    scene.detail(scene.account())
    cast.vendor(account="")
    with pytest.raises(Refused) as refusal:
        scene.bill(scene.JANUARY)
    assert (refusal.value.code, BillingRun.objects.count()) == ("no_seller_data", 0)


def test_a_day_ahead_is_billed_only_in_a_demo() -> None:
    scene.detail(scene.account())
    with pytest.raises(Refused) as refusal:
        run.bill_due(on=FEBRUARY, at=scene.noon(scene.JANUARY))
    assert refusal.value.code == "day_ahead"
    vendor = cast.vendor()
    vendor.is_demo = True
    vendor.save()
    run.bill_due(on=FEBRUARY, at=scene.noon(scene.JANUARY))
    assert set(Invoice.objects.values_list("issued_on", flat=True)) == {FEBRUARY}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"billing_held": "spór"}, "client_held"),
        ({"street": ""}, "no_address"),
        ({"nip": ""}, "bad_nip"),
        ({"email": ""}, "no_email"),
    ],
)
def test_what_is_missing_holds_the_client_until_it_is_there(
    values: dict[str, str], reason: str
) -> None:
    client = scene.account()
    scene.detail(client)
    whole = {name: getattr(client, name) for name in values}
    adam, at = cast.person("Adam"), scene.noon(scene.JANUARY)
    client.change_account(values=values, by=adam, at=at)
    assert scene.bill(scene.JANUARY).held == 1
    assert BillingPeriod.objects.held().get().held_reason == reason
    client.change_account(values=whole, by=adam, at=at)
    assert scene.bill(date(2026, 1, 12)).issued == 1
    assert Invoice.objects.get().issued_on == date(2026, 1, 12)


def test_a_lead_is_never_billed() -> None:
    lead = cast.lead()
    scene.detail(lead)
    assert (scene.bill(scene.JANUARY).issued, Invoice.objects.count()) == (0, 0)
    assert BillingPeriod.objects.held().get().held_reason == "not_account"


def test_one_broken_detail_is_held_and_stops_nobody() -> None:
    kwiaty, meble = scene.account(), scene.account("Meble")
    broken, sound, other = scene.detail(kwiaty), scene.detail(kwiaty), scene.detail(meble)
    DetailTerms.objects.filter(detail=broken).delete()
    made = scene.bill(scene.JANUARY)
    assert (made.issued, made.errors, made.state) == (2, 1, BillingRun.State.ERRORS)
    assert broken.periods.get(no=1).held_reason == "error"
    assert sound.lines.count() == other.lines.count() == 1


def test_a_sound_line_is_not_held_because_another_process_was_quicker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = scene.account()
    broken, sound = scene.detail(client), scene.detail(client)
    lost: list[list[int]] = []

    def failing(planned: PlannedInvoice, **options: Any) -> Any:
        if any(line.due.detail_id == broken.pk for line in planned.lines):
            raise RuntimeError("the disk says no")
        return lines_of(planned, **options)

    def late(period_ids: list[int], *rest: Any, **options: Any) -> Any:
        if len(period_ids) == 1 and period_ids[0] in sound_ids and not lost:
            lost.append(period_ids)
            raise NumbersMoved
        return issue.issue_chunk(period_ids, *rest, **options)

    sound_ids = set(sound.periods.values_list("pk", flat=True))
    monkeypatch.setattr(issue, "lines_of", failing)
    monkeypatch.setattr(run, "issue_chunk", late)
    made = scene.bill(scene.JANUARY)
    assert len(lost) == 1
    assert (made.issued, made.held, made.errors) == (1, 1, 1)
    assert Invoice.objects.get().lines.get().detail == sound


def test_a_chunk_that_fails_is_tried_client_by_client(monkeypatch: pytest.MonkeyPatch) -> None:
    kwiaty, meble = scene.account(), scene.account("Meble")
    scene.detail(kwiaty)
    scene.detail(meble)

    def failing(planned: PlannedInvoice, **options: Any) -> Any:
        if planned.client_id == kwiaty.pk:
            raise RuntimeError("the disk says no")
        return lines_of(planned, **options)

    monkeypatch.setattr(issue, "lines_of", failing)
    made = scene.bill(scene.JANUARY)
    assert (made.issued, made.errors) == (1, 1)
    assert Invoice.objects.get().client == meble
    assert list(Series.objects.values_list("last", flat=True)) == [1]


def test_each_invoice_posts_one_letter_with_a_link_of_its_own() -> None:
    client = scene.account(invoice_email="faktury@kwiaty.example")
    scene.detail(client)
    scene.bill(scene.JANUARY)
    invoice = Invoice.objects.get()
    letter = Message.objects.get(kind="billing.invoice", key=invoice.pk)
    token = seal.open_sealed(letter.sealed)["link"].rstrip("/").rpartition("/")[2]
    found = Link.objects.find("invoice", token, at=scene.noon(date(2027, 12, 31)))
    assert (letter.to, found.key) == ("faktury@kwiaty.example", invoice.pk)
    assert Event.objects.about(invoice).get().name == "issue"


def test_a_client_may_want_no_invoices_by_mail() -> None:
    client = scene.account()
    scene.detail(client)
    values, at = {"no_invoice_letters": True}, scene.noon(scene.JANUARY)
    client.change_account(values=values, by=cast.person("Adam"), at=at)
    scene.bill(scene.JANUARY)
    assert Invoice.objects.count() == 1
    assert not Message.objects.filter(kind="billing.invoice").exists()


def test_the_invoice_keeps_the_names_of_its_day() -> None:
    client = scene.account()
    scene.detail(client)
    scene.bill(scene.JANUARY)
    at = scene.noon(FEBRUARY)
    values = {"company_name": "Kwiaty i Krzewy SA"}
    client.change_account(values=values, by=cast.person("Adam"), at=at)
    cast.vendor(company_name="Meridian SA")
    snapshot = Invoice.objects.get().snapshot
    assert snapshot["buyer"]["name"] == "Kwiaty sp. z o.o."
    assert snapshot["seller"]["name"] == "Meridian Integracje sp. z o.o."


def test_a_run_takes_few_statements_however_many_invoices() -> None:
    clients = accounts(300, at=scene.noon(scene.JANUARY))
    monthly(clients, each=1, start_on=scene.JANUARY, at=scene.noon(scene.JANUARY))
    with CaptureQueriesContext(connection) as queries:
        made = scene.bill(scene.JANUARY)
    own = [query for query in queries if "SAVEPOINT" not in query["sql"]]
    assert made.issued == 300
    # PERFORMANCE B10: at most 0.2 an invoice at 10,000; here some 26 are the run's own.
    assert len(own) <= (0.18 if connection.vendor == "sqlite" else 0.08) * 300 + 26
    assert list(breaches(scene.noon(scene.JANUARY))) == []
