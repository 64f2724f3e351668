"""A person sends money back while the rules book it: it is never spent twice."""

import pytest
from django.db.models import F

from ogniwo.billing import paying
from ogniwo.billing.booking import book_each
from ogniwo.billing.check import breaches
from ogniwo.billing.models import Invoice, Payment
from ogniwo.billing.tests import scene
from ogniwo.journal.actors import SYSTEM_ACTOR
from tests import cast
from tests.races.racing import errors, race

pytestmark = pytest.mark.django_db(transaction=True)
AT = scene.noon(scene.JANUARY)
TIMES = 12


def test_a_refund_and_a_match_at_once_spend_each_grosz_once() -> None:
    invoice, krysia = scene.invoice(), cast.person("Krysia")
    payments = [
        paying.new_payment(
            paying.Transfer(amount_grosze=250, booked_on=scene.JANUARY, title=invoice.number),
            by=SYSTEM_ACTOR, at=AT,
        )
        for _time in range(TIMES)
    ]  # fmt: skip
    outcomes = race(
        payments,
        lambda payment: (
            lambda: book_each(
                Payment.objects.filter(pk=payment.pk), by=SYSTEM_ACTOR, at=AT, together=lambda: None
            )
        ),
        lambda payment: lambda: paying.refund(payment, grosze=100, by=krysia, at=AT),
    )
    for booked, refunded in outcomes:
        assert not errors([booked])
        # Too late is refused: then all of the money pays the invoice.
        assert {getattr(error, "code", error) for error in errors([refunded])} <= {
            "refund_too_big", "stale",
        }  # fmt: skip
    sent_back = sum(Payment.objects.values_list("refunded_grosze", flat=True))
    invoice = Invoice.objects.get()
    assert invoice.paid_grosze == TIMES * 250 - sent_back
    assert not Payment.objects.filter(refunded_grosze__gt=F("amount_grosze")).exists()
    assert Payment.objects.filter(client=invoice.client).count() == TIMES
    assert not list(breaches(AT))
