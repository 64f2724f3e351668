"""Tasks of money in the queues: hand over, invoice what came in advance, renew."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from ogniwo.billing import changes, clarifying, collecting, paying
from ogniwo.billing.agreeing import Agreement, add_detail
from ogniwo.billing.models import BillingDetail
from ogniwo.billing.reminding import dispute
from ogniwo.billing.renewing import renewals
from ogniwo.billing.run import bill_due
from ogniwo.web.desk.money_queues import invoice_by
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from ogniwo.web.desk.tests.test_dunning import late
from ogniwo.web.desk.tests.test_matching import came
from tests import cast
from tests.billed import account, today

pytestmark = pytest.mark.django_db
PAGE = "/konsola/"


def numbers(name: str) -> dict[str, int]:
    return {tile.icon: tile.number for tile in browser_of(name).get(PAGE).context["tiles"]}


def icons(name: str) -> list[str]:
    return [row.icon for row in browser_of(name).get(PAGE).context["rows"]]


def yearly(*, ends_in: int, months: int = 12, **more: Any) -> BillingDetail:
    """A service whose paid year ends in so many days."""
    client = account()
    start = date.fromordinal(today().toordinal() + ends_in)
    start = start.replace(year=start.year - months // 12)
    facts: dict[str, Any] = {
        "service": cast.service(),
        "price_grosze": 100_000,
        "start_on": start,
    } | more
    detail = add_detail(client, Agreement(months=months, **facts), by=cast.person("Ola"), at=now())
    bill_due(on=today(), at=now(), client=client)
    return detail


def test_money_of_nobody_known_waits_until_a_person_matches_it() -> None:
    waiting = came(5_000, title="przelew")
    assert numbers("Krysia")["landmark"] == 1
    assert "landmark" not in numbers("Ola")
    krysia = cast.person("Krysia")
    clarifying.ignore(waiting, reason="odsetki banku", by=krysia, at=now())
    assert numbers("Krysia")["landmark"] == 0


def test_what_is_late_for_thirty_days_is_a_task_until_it_is_handed_over() -> None:
    found = late()
    assert numbers("Krysia")["scale"] == 1
    assert "scale" in icons("Krysia")
    assert "scale" not in numbers("Ola")
    collecting.hand_over(found.client, by=cast.person("Krysia"), at=now())
    assert numbers("Krysia")["scale"] == 0
    assert "scale" not in icons("Krysia")


def test_what_is_late_for_less_or_disputed_is_no_task() -> None:
    older = late(days_ago=70)
    dispute(older, by=cast.person("Krysia"), at=now())
    assert numbers("Krysia")["scale"] == 0
    found = late("Buty", days_ago=40, nip=cast.nip(81_000), shop_url="https://buty.example")
    assert found.days_late(on=today()) < 30
    assert numbers("Krysia")["scale"] == 0


def test_money_without_an_invoice_is_a_task_until_the_fifteenth() -> None:
    client = account()
    transfer = paying.Transfer(amount_grosze=5_000, booked_on=today())
    paying.enter(transfer, client=client, by=cast.person("Krysia"), at=now())
    page = browser_of("Krysia").get(PAGE)
    (row,) = [row for row in page.context["rows"] if row.icon == "wallet"]
    assert row.due == invoice_by(today())
    assert numbers("Krysia")["wallet"] == 1
    bill_due(on=today(), at=now(), client=client)
    assert numbers("Krysia")["wallet"] == 0


def test_credit_beside_a_disputed_invoice_is_no_such_task() -> None:
    found = late()
    dispute(found, by=cast.person("Krysia"), at=now())
    transfer = paying.Transfer(amount_grosze=5_000, booked_on=today())
    paying.enter(transfer, client=found.client, by=cast.person("Krysia"), at=now())
    assert numbers("Krysia")["wallet"] == 0


@pytest.mark.parametrize(
    ("booked", "by"),
    [
        (date(2026, 1, 1), date(2026, 2, 15)),
        (date(2026, 1, 31), date(2026, 2, 15)),
        (date(2026, 12, 20), date(2027, 1, 15)),
    ],
)
def test_an_invoice_is_due_by_the_fifteenth_of_the_next_month(booked: date, by: date) -> None:
    assert invoice_by(booked) == by


@pytest.mark.parametrize(("ends_in", "seen"), [(61, 0), (60, 1), (1, 1)])
def test_a_renewal_is_told_sixty_days_before(ends_in: int, seen: int) -> None:
    yearly(ends_in=ends_in)
    assert renewals(on=today()).count() == seen
    assert numbers("Ola")["calendar-clock"] == seen
    assert icons("Ola").count("calendar-clock") == seen


def test_what_ends_or_is_monthly_is_no_renewal() -> None:
    detail = yearly(ends_in=20)
    end = today() + timedelta(days=20)
    changes.terminate(detail, end_on=end, by=cast.person("Ola"), at=now())
    assert not renewals(on=today()).exists()


def test_the_reseller_is_told_of_a_renewal_too() -> None:
    detail = yearly(ends_in=30)
    assert detail.client.reseller is not None
    browser = browser_of("Ola")
    browser.force_login(cast.owner_of(detail.client.reseller))
    needs = browser.get("/panel/").context["needs"]
    assert "calendar-clock" in {need.icon for need in needs}


def test_the_page_asks_as_much_for_many_as_for_one() -> None:
    late()
    few = queries_of(browser_of("Krysia"), PAGE)
    for number in range(3):
        name = f"Firma {number}"
        late(name, nip=cast.nip(82_000 + 50 * number), shop_url=f"https://f{number}.example")
    assert queries_of(browser_of("Krysia"), PAGE) == few
