"""Letters of billing, in both languages, as text and HTML."""

from datetime import date

import pytest

from ogniwo.billing.correcting import correct
from ogniwo.billing.differing import Request
from ogniwo.billing.letters import paper_of
from ogniwo.billing.models import Invoice, Reminder
from ogniwo.billing.proforma import Ahead, offer
from ogniwo.billing.reminding import remind
from ogniwo.billing.tests import scene
from ogniwo.outbox.models import Message
from ogniwo.outbox.post import render
from tests import cast

pytestmark = pytest.mark.django_db
LATE = date(2026, 1, 27)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_letter_of_an_invoice_says_how_much_until_when_and_where_to(language: str) -> None:
    invoice = scene.invoice()
    letter = Message.objects.get(kind="billing.invoice")
    letter.language = language
    rendered = render(letter)
    for part in (rendered.text, rendered.html):
        assert invoice.number in part
        assert "/f/" in part
        assert "26" in part
    assert "123" in rendered.subject


def test_a_service_offered_for_several_periods_is_named_once() -> None:
    client = scene.account()
    ahead = [Ahead(detail=scene.detail(client), periods=3)]
    made = offer(client, ahead=ahead, by=cast.person("Ola"), at=scene.noon(scene.JANUARY))
    letter = Message.objects.get(kind="billing.invoice")
    assert len(made.snapshot["lines"]) == 3
    assert letter.context["names"] == [made.snapshot["lines"][0]["name"]]


def test_the_paper_is_made_when_the_letter_is_sent() -> None:
    invoice = scene.invoice()
    letter = Message.objects.get(kind="billing.invoice")
    (row,) = letter.attachments
    assert (row["name"], row["args"]) == ("FV-2026-01-0001.pdf", [invoice.pk])
    assert paper_of(invoice.pk).startswith(b"%PDF")


def test_a_correction_is_mailed_with_its_reason() -> None:
    invoice = scene.invoice()
    request = Request(reason="rezygnacja", to_zero=True)
    made = correct(invoice, request, by=cast.person("Krysia"), at=scene.noon(LATE))
    rendered = render(Message.objects.get(kind="billing.invoice", key=made.pk))
    for part in (rendered.text, rendered.html):
        assert "rezygnacja" in part
        assert invoice.number in part


def test_one_reminder_lists_all_invoices_of_a_client() -> None:
    client = scene.account()
    for number in range(2):
        scene.one_off(client, price_grosze=10_000, separate=True, name=f"Praca {number}")
    scene.bill(scene.JANUARY)
    assert remind(scene.noon(LATE)) == 2
    assert remind(scene.noon(LATE)) == 0
    letter = Message.objects.get(template="billing/letters/reminder")
    rendered = render(letter)
    for invoice in Invoice.objects.all():
        assert invoice.number in rendered.text
        assert invoice.number in rendered.html
    assert set(Reminder.objects.values_list("step", flat=True)) == {1}


def test_a_reminder_of_one_invoice_speaks_of_one_and_names_it() -> None:
    invoice = scene.invoice()
    remind(scene.noon(LATE))
    letter = Message.objects.get(template="billing/letters/reminder")
    letter.language = "en"
    rendered = render(letter)
    assert rendered.subject.endswith(f"({invoice.number})")
    for part in (rendered.text, rendered.html):
        assert "of this invoice has passed" in part
        assert "these invoices" not in part


def test_a_client_may_want_no_reminders() -> None:
    invoice = scene.invoice()
    values, at = {"no_reminders": True}, scene.noon(LATE)
    invoice.client.change_account(values=values, by=cast.person("Adam"), at=at)
    assert remind(at) == 0
