"""Changes of a billing detail at the desk: the effect before the deed, refusals at fields."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from ogniwo.billing.check import breaches
from ogniwo.billing.correcting import correct
from ogniwo.billing.differing import Request
from ogniwo.billing.models import BillingDetail, BillingPeriod, Invoice
from ogniwo.billing.run import bill_due
from ogniwo.kernel.periods import anchor_date
from ogniwo.outbox.models import Message
from ogniwo.programme.models import Client, Service
from ogniwo.web.desk.detail_changes import CHANGES
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast
from tests.billed import account, address_of, today

pytestmark = pytest.mark.django_db


def detail_of(client: Client) -> BillingDetail:
    return BillingDetail.objects.filter(client=client).latest("pk")


def path_of(detail: BillingDetail, verb: str = "") -> str:
    base = f"/konsola/klienci/{detail.client.number}/billing/{detail.pk}/"
    return f"{base}{verb}/" if verb else base


def post(detail: BillingDetail, verb: str, *, by: str = "Krysia", **given: Any) -> Any:
    return browser_of(by).post(path_of(detail, verb), given)


def invoiced(**options: Any) -> BillingDetail:
    """A monthly detail of 329.00 whose first period, from today, is invoiced."""
    client = account(**options)
    bill_due(on=today(), at=now(), client=client)
    return detail_of(client)


def next_month(detail: BillingDetail, n: int = 1) -> date:
    return anchor_date(detail.start_on, detail.anchor_day, n)


def nets(effect: Any) -> list[tuple[int | None, int | None]]:
    """Net before and after, period by period."""
    return [
        (row.before and row.before.net_grosze, row.after and row.after.net_grosze)
        for row in effect.rows
    ]


def test_every_form_opens_with_what_it_would_change() -> None:
    detail = invoiced()
    pause = browser_of("Ola").get(path_of(detail, "pause")).context["effect"]
    assert nets(pause) == [(32_900, None)] * 6
    fresh = detail_of(account("Meble"))
    for verb in CHANGES:
        if verb != "resume":
            page = browser_of("Krysia").get(path_of(fresh, verb))
            assert page.status_code == 200
            assert f'action="{path_of(fresh, verb)}"' in page.content.decode()
    assert BillingDetail.objects.get(pk=fresh.pk).version == fresh.version


def test_a_new_price_from_a_later_period_is_seen_then_saved() -> None:
    detail = invoiced()
    later = next_month(detail, 2)
    given = {"from_on": later.isoformat(), "price": "349", "quantity": "1", "rate": "23"}
    seen = post(detail, "change_terms", preview="1", **given).context["effect"]
    assert nets(seen)[:3] == [(32_900, 32_900), (32_900, 34_900), (32_900, 34_900)]
    assert detail.terms.count() == 1
    assert post(detail, "change_terms", **given)["Location"] == path_of(detail)
    assert detail.terms_on(later).price_grosze == 34_900


def test_a_wrong_rate_or_price_stands_at_its_field() -> None:
    detail = invoiced()
    given = {
        "from_on": next_month(detail).isoformat(), "price": "349", "quantity": "1", "rate": "zw",
    }  # fmt: skip
    answer = post(detail, "change_terms", **given)
    assert answer.status_code == 409
    assert answer.context["form"].errors["rate"].as_data()[0].code == "exempt_without_basis"
    assert 'value="349,00"' in answer.content.decode()
    answer = post(detail, "change_terms", **given | {"rate": "23", "quantity": "1,1234567"})
    assert "quantity" in answer.context["form"].errors


def test_a_price_before_the_first_invoice_may_change_from_a_past_period() -> None:
    detail = detail_of(account(days_ago=40))
    given = {
        "from_on": detail.start_on.isoformat(), "price": "100", "quantity": "1", "rate": "23",
    }  # fmt: skip
    assert post(detail, "change_terms", **given).status_code == 302
    bill_due(on=today(), at=now())
    assert {one.net_grosze for one in Invoice.objects.all()} == {10_000}


def test_one_price_is_indexed_and_a_wild_index_is_refused_at_its_field() -> None:
    detail = invoiced()
    first = next_month(detail).isoformat()
    answer = post(detail, "index_prices", from_on=first, percent="60")
    assert answer.context["form"].errors["percent"].as_data()[0].code == "bad_index"
    seen = post(detail, "index_prices", from_on=first, percent="4,7", preview="1")
    assert nets(seen.context["effect"])[0] == (32_900, 34_446)
    post(detail, "index_prices", from_on=first, percent="4,7")
    assert detail.terms_on(next_month(detail)).price_grosze == 34_446


def test_pause_offers_only_starts_of_periods_and_resume_counts_afresh() -> None:
    detail = invoiced()
    form = browser_of("Ola").get(path_of(detail, "pause")).context["form"]
    offered = [value for value, _label in form.fields["from_on"].choices]
    assert offered[:2] == [next_month(detail).isoformat(), next_month(detail, 2).isoformat()]
    assert post(detail, "pause", from_on=today().isoformat()).status_code == 422
    post(detail, "pause", from_on=offered[0])
    early = next_month(detail) - timedelta(days=3)
    answer = post(detail, "resume", from_on=early.isoformat())
    assert answer.context["form"].errors["from_on"].as_data()[0].code == "resume_before_pause"
    again = next_month(detail, 2) + timedelta(days=5)
    assert post(detail, "resume", from_on=again.isoformat()).status_code == 302
    assert list(breaches(now())) == []


def test_another_cycle_goes_on_in_a_new_detail_at_the_price_of_the_list() -> None:
    detail = invoiced()
    service = Service.objects.get(pk=detail.service_id)
    service.set_price(
        months=12, grosze=300_000, from_on=date(2026, 1, 1), by=cast.person("Adam"), at=now()
    )
    given = {"from_on": next_month(detail).isoformat(), "months": "12", "timing": "advance"}
    seen = post(detail, "change_cycle", preview="1", **given).context["effect"]
    assert nets(seen)[0] == (32_900, 300_000)
    answer = post(detail, "change_cycle", **given)
    successor = detail_of(detail.client)
    assert answer["Location"] == path_of(successor)
    assert (successor.months, successor.successor_of_id) == (12, detail.pk)


def test_an_end_with_money_back_shows_the_correction_before_it_is_issued() -> None:
    detail = invoiced()
    last = today() + timedelta(days=9)
    given = {"last_day": last.isoformat(), "refund": "on"}
    seen = post(detail, "terminate", preview="1", **given).context["effect"]
    (document,) = seen.documents
    assert document.gross_grosze < 0
    assert Invoice.objects.count() == 1
    post(detail, "terminate", **given)
    assert Invoice.objects.filter(kind="KOR").get().gross_grosze == document.gross_grosze


def test_who_does_not_handle_money_ends_without_giving_back() -> None:
    detail = invoiced()
    form = browser_of("Ola").get(path_of(detail, "terminate")).context["form"]
    assert "refund" not in form.fields
    last = next_month(detail, 2).isoformat()
    assert post(detail, "terminate", by="Ola", last_day=last, refund="on").status_code == 302
    assert not Invoice.objects.filter(kind="KOR").exists()
    answer = post(detail, "terminate", by="Ola", last_day=next_month(detail, 3).isoformat())
    assert answer.context["form"].errors["last_day"].as_data()[0].code == "already_ended"


def test_discounts_are_seen_in_the_prices_and_may_not_overlap() -> None:
    detail = invoiced()
    start = next_month(detail).isoformat()
    given = {"r0-percent": "10", "r0-start": start, "r0-last_day": ""}
    seen = post(detail, "set_discounts", preview="1", **given).context["effect"]
    assert nets(seen)[0] == (32_900, 29_610)
    twice = given | {"r1-percent": "5", "r1-start": start, "r1-last_day": ""}
    answer = post(detail, "set_discounts", **twice)
    assert answer.context["form"].non_field_errors().as_data()[0].code == "discounts_overlap"
    assert post(detail, "set_discounts", **given).status_code == 302
    coming = browser_of("Ola").get(path_of(detail)).context["coming"]
    assert {(cost.discount_bp, cost.net_grosze) for cost in coming} == {(1_000, 29_610)}
    past = {"r0-percent": "10", "r0-start": detail.start_on.isoformat(), "r0-last_day": ""}
    answer = post(detail, "set_discounts", **past)
    assert answer.context["form"].non_field_errors().as_data()[0].code == "already_invoiced"


def test_the_whole_agreement_changes_until_the_first_invoice() -> None:
    detail = detail_of(account())
    start = (today() + timedelta(days=10)).isoformat()
    given: dict[str, Any] = {
        "service": detail.service.code, "months": "12", "price": "2000", "start_on": start,
        "quantity": "2", "rate": "8", "free_periods": "1", "basis": "net", "timing": "advance",
    }  # fmt: skip
    assert post(detail, "revise", by="Ola", **given).status_code == 302
    detail.refresh_from_db()
    assert (detail.months, detail.free_periods, detail.start_on.isoformat()) == (12, 1, start)
    first = browser_of("Ola").get(path_of(detail)).context["coming"]
    assert [cost.net_grosze for cost in first[:2]] == [0, 400_000]
    assert list(breaches(now())) == []
    billed = invoiced(name="Meble")
    assert "revise" not in [
        verb for verb, _offer in browser_of("Ola").get(path_of(billed)).context["offers"]
    ]
    given["service"] = billed.service.code
    answer = post(billed, "revise", **given)
    assert answer.status_code == 409


def test_the_next_period_is_invoiced_now_by_who_handles_money() -> None:
    detail = invoiced()
    assert post(detail, "bill_now", by="Ola").status_code == 403
    seen = browser_of("Krysia").get(path_of(detail, "bill_now")).context["effect"]
    assert [one.gross_grosze for one in seen.documents] == [40_467]
    answer = post(detail, "bill_now")
    assert answer["Location"] == address_of(Invoice.objects.latest("pk"))
    assert BillingPeriod.objects.get(detail=detail, no=2).state == "invoiced"


def test_an_invoice_now_is_issued_once_however_often_it_is_posted() -> None:
    detail = invoiced()
    krysia = browser_of("Krysia")
    form = krysia.get(path_of(detail, "bill_now")).context["form"]
    page = {name: form[name].value() for name in ("shown_no", "once", "version")}
    answers = [krysia.post(path_of(detail, "bill_now"), page) for _click in range(2)]
    assert {one["Location"] for one in answers} == {address_of(Invoice.objects.latest("pk"))}
    # Another page that shows the same period, left open: the period after it is not issued.
    other = krysia.post(path_of(detail, "bill_now"), page | {"once": "x" * 43})
    assert other.status_code == 409
    assert list(detail.lines.order_by("pk").values_list("period_no", flat=True)) == [1, 2]


def test_what_was_invoiced_and_came_to_zero_may_be_cancelled_but_not_agreed_anew() -> None:
    detail = invoiced()
    again = Request(reason="Zły NIP", to_zero=True, rebill=True)
    correct(Invoice.objects.get(), again, by=cast.person("Krysia"), at=now())
    offers = browser_of("Ola").get(path_of(detail)).context["offers"]
    assert {verb for verb, _offer in offers} & {"revise", "cancel"} == {"cancel"}


def test_a_form_filled_in_on_an_older_version_is_refused_with_what_changed() -> None:
    detail = invoiced()
    post(detail, "pause", from_on=next_month(detail).isoformat())
    stale: dict[str, Any] = {"version": detail.version, "last_day": today().isoformat()}
    assert post(detail, "terminate", **stale).status_code == 409
    assert BillingDetail.objects.get(pk=detail.pk).end_on is None


def test_the_page_shows_coming_invoices_with_their_prices() -> None:
    detail = invoiced()
    page = browser_of("Rita").get(path_of(detail))
    assert [cost.gross_grosze for cost in page.context["coming"]] == [40_467] * 6
    assert page.context["offers"] == []
    assert queries_of(browser_of("Ola"), path_of(detail)) <= 12


def test_a_held_client_is_not_invoiced_until_he_is_released() -> None:
    client = account()
    hold, release = (f"/konsola/klienci/{client.number}/{verb}/" for verb in ("hold", "release"))
    krysia = browser_of("Krysia")
    assert krysia.post(hold, {"reason": ""}).status_code == 422
    assert krysia.post(hold, {"reason": "Spór o zakres"}).status_code == 302
    assert bill_due(on=today(), at=now()).issued == 0
    queue = krysia.get("/konsola/fakturowanie/wstrzymane/").content.decode()
    assert release in queue
    assert krysia.post(release, {}).status_code == 302
    assert bill_due(on=today(), at=now()).issued == 1
    assert browser_of("Rita").get(hold).status_code == 403


INDEXING = "/konsola/fakturowanie/waloryzacja/"


def asked(**changes: Any) -> dict[str, Any]:
    first = (today() + timedelta(days=45)).isoformat()
    return {"percent": "4,7", "from_on": first, "once": "i" * 43} | changes


def test_many_prices_are_seen_then_indexed_and_told_in_one_letter_a_client() -> None:
    kwiaty, meble = invoiced(), invoiced(name="Meble", price=10_000)
    ola = browser_of("Ola")
    rows = ola.post(INDEXING, asked(preview="1")).context["rows"]
    assert [(row.before_grosze, row.after_grosze) for row in rows] == [
        (32_900, 34_446), (10_000, 10_470),
    ]  # fmt: skip
    assert ola.post(INDEXING, asked(pick=[kwiaty.pk], tell="on")).status_code == 302
    later = today() + timedelta(days=45)
    assert kwiaty.terms_on(later).price_grosze == 34_446
    assert meble.terms_on(later).price_grosze == 10_000
    letter = Message.objects.filter(template="billing/letters/prices_indexed").get()
    assert letter.to == kwiaty.client.invoices_to


def test_a_letter_too_late_is_refused_at_the_day_and_nothing_is_indexed() -> None:
    detail = invoiced()
    soon = today() + timedelta(days=29)
    answer = browser_of("Ola").post(
        INDEXING, asked(pick=[detail.pk], tell="on", from_on=soon.isoformat())
    )
    assert answer.context["form"].errors["from_on"].as_data()[0].code == "too_late_to_tell"
    assert detail.terms.count() == 1
    assert not Message.objects.filter(template="billing/letters/prices_indexed").exists()


def test_an_ended_service_is_not_indexed() -> None:
    detail = invoiced()
    post(detail, "terminate", last_day=(today() + timedelta(days=20)).isoformat())
    assert browser_of("Ola").post(INDEXING, asked(preview="1")).context["rows"] == []
