"""A detail read with its children in one statement is the one that asks for each of them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries

from ogniwo.billing import changes
from ogniwo.billing.models import BillingDetail, Invoice
from ogniwo.billing.portfolio import running_details
from ogniwo.billing.tests import scene
from ogniwo.billing.tests.scene import noon
from ogniwo.journal.alongside import Children, alongside
from ogniwo.journal.models import Event, EventDetail
from ogniwo.programme.models import ChecklistItem, Client, Reseller
from tests import cast

pytestmark = pytest.mark.django_db
AT = noon(scene.JANUARY)


def values(rows: Any) -> list[dict[str, Any]]:
    def of(row: Model) -> dict[str, Any]:
        found = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        return {name: (type(value), value) for name, value in found.items()}

    return [of(row) for row in rows]


def agreed() -> BillingDetail:
    """Thrice priced, paused and resumed: three terms, two spans, a period that waits."""
    ola = cast.person("Ola")
    found = scene.detail(scene.account(), quantity=Decimal("1.5"), price_grosze=3_333)
    for month, price in ((3, 4_444), (2, 5_555)):
        day = date(2026, month, 10)
        changes.change_terms(found, from_on=day, price_grosze=price, by=ola, at=AT)
        found.refresh_from_db()
    changes.pause(found, from_on=date(2026, 4, 10), by=ola, at=AT)
    found.refresh_from_db()
    changes.resume(found, from_on=date(2026, 6, 1), by=ola, at=AT)
    return found


def test_terms_spans_and_waiting_periods_are_the_same_in_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    agreed()
    scene.one_off(scene.account("Rowery"))
    with django_assert_num_queries(1):
        found = list(running_details(BillingDetail.objects.all()))
        read = [
            (values(one.terms.all()), values(one.spans.all()), values(one.waiting()))
            for one in found
        ]
    plain = list(BillingDetail.objects.order_by("pk"))
    assert [one.pk for one in found] == [one.pk for one in plain]
    assert read == [
        (
            values(one.terms.order_by("from_on")),
            values(one.spans.order_by("first_no")),
            values(one.load_waiting()),
        )
        for one in plain
    ]
    assert [len(read[0][0]), len(read[0][1])] == [3, 2]


def test_what_changed_is_told_with_the_deed(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = scene.account()
    street = 'ul. "Długa" 1\\2'
    client.change_account(values={"street": street}, by=cast.person("Ola"), at=AT)
    with django_assert_num_queries(1):
        event = Event.objects.about(client).told()[0]
        (changed,) = event.details.all()
    assert (str(event.by), changed.field, changed.new) == ("Ola", "street", street)
    assert values([changed]) == values(EventDetail.objects.filter(event=event))


def test_times_come_back_as_they_were_kept() -> None:
    firm = cast.reseller("Radek")
    steps = ChecklistItem.objects.order_by("-key")
    found = alongside(Reseller.objects.all(), Children("checklist", steps, by="reseller")).get()
    assert values(found.checklist.all()) == values(firm.checklist.order_by("-key"))
    assert any(step.done_at for step in found.checklist.all())


def test_what_is_no_plain_value_is_refused_and_not_told_wrongly() -> None:
    papers = Children("invoices", Invoice.objects.order_by("pk"), by="client")
    with pytest.raises(TypeError, match="snapshot"):
        alongside(Client.objects.all(), papers)
