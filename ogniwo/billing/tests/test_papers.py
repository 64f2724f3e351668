"""Issued documents: the database refuses to change them, and `check` finds what was changed."""

import json
import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from ogniwo.billing.check import breaches
from ogniwo.billing.models import Invoice
from ogniwo.billing.snapshot import digest
from ogniwo.billing.tests import scene
from ogniwo.billing.triggers import TRIGGERS
from ogniwo.journal.triggers import install_triggers

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def guarded(db: None) -> Invoice:
    """An invoice in a database with its guards, as every `migrate` leaves it."""
    install_triggers()
    return scene.invoice()


@pytest.fixture
def unguarded(db: None) -> Invoice:
    """An invoice whose guards somebody took away."""
    invoice = scene.invoice()
    for name in TRIGGERS:
        _drop(name)
    return invoice


def _drop(name: str) -> None:
    if connection.vendor == "sqlite":
        sql(f"DROP TRIGGER IF EXISTS {name}")
        return
    table = re.search(r" ON (\w+)\s+FOR EACH ROW", TRIGGERS[name]["postgresql"])
    assert table is not None
    sql(f"DROP TRIGGER IF EXISTS {name} ON {table[1]}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_invoice SET gross_grosze = 1",
        "UPDATE billing_invoice SET net_grosze = net_grosze - 1, gross_grosze = gross_grosze - 1",
        "UPDATE billing_invoice SET number = 'FV/2026/01/0002'",
        "UPDATE billing_invoice SET client_id = client_id + 1",
        "UPDATE billing_invoice SET hash = ''",
        "UPDATE billing_invoice SET snapshot = '{}'",
        "UPDATE billing_invoice SET due_on = '2027-01-01'",
        "UPDATE billing_invoiceline SET name = 'x'",
        "UPDATE billing_invoiceline SET amount_grosze = 1",
        "UPDATE billing_invoicevat SET net_grosze = 1, gross_grosze = 1 + vat_grosze",
        "DELETE FROM billing_invoicevat",
        "DELETE FROM billing_invoiceline",
        "DELETE FROM billing_invoice",
    ],
)
def test_the_database_refuses_to_change_an_issued_document(
    statement: str, guarded: Invoice
) -> None:
    with pytest.raises(DatabaseError):
        sql(statement)
    assert list(breaches(scene.noon(scene.JANUARY))) == []


def test_what_is_paid_may_change(guarded: Invoice) -> None:
    scene.pay(guarded.client, 100, guarded)
    guarded.refresh_from_db()
    assert guarded.paid_grosze == 100


def tampered(invoice: Invoice) -> set[str]:
    return {breach.name for breach in breaches(scene.noon(scene.JANUARY))}


FORGERIES: list[tuple[str, str]] = [
    ("UPDATE billing_invoice SET due_on = '2027-01-04'", "invoice_changed"),
    ("UPDATE billing_invoice SET mpp = (1=1)", "invoice_changed"),
    ("UPDATE billing_invoiceline SET name = 'x'", "lines_changed"),
    ("UPDATE billing_invoiceline SET amount_grosze = 1", "invoice_vat"),
    ("UPDATE billing_invoicevat SET rate = '8'", "vat_changed"),
    ("UPDATE billing_series SET last = 7", "series_gap"),
    ("UPDATE billing_invoice SET paid_grosze = 5", "paid_sum"),
    ("UPDATE billing_invoice SET corrected_grosze = 7", "corrected_sum"),
    ("UPDATE billing_invoice SET number = 'FV/2026/01/0009'", "invoice_number"),
    ("UPDATE billing_invoice SET due_on = '2026-01-24'", "due_on_a_day_off"),
]


@pytest.mark.parametrize(("statement", "name"), FORGERIES)
def test_check_names_what_was_forged(statement: str, name: str, unguarded: Invoice) -> None:
    assert tampered(unguarded) == set()
    sql(statement)
    assert name in tampered(unguarded)


def test_a_forged_copy_is_found_by_its_hash_and_with_a_new_hash_by_the_journal(
    unguarded: Invoice,
) -> None:
    forged = unguarded.snapshot | {"in_words": "zero"}
    sql("UPDATE billing_invoice SET snapshot = %s", json.dumps(forged))
    assert tampered(unguarded) == {"snapshot_hash"}
    sql("UPDATE billing_invoice SET hash = %s", digest(forged))
    assert tampered(unguarded) == {"snapshot_journal"}


def test_check_adds_up_every_payment(guarded: Invoice) -> None:
    scene.pay(guarded.client, 20_000, guarded)
    assert tampered(guarded) == set()
    sql("UPDATE billing_payment SET unallocated_grosze = 1")
    assert tampered(guarded) == {"payment_sum"}


def test_check_finds_a_period_left_out(guarded: Invoice) -> None:
    sql("UPDATE billing_billingperiod SET state = 'due', line_id = NULL")
    assert tampered(guarded) == {"due_left_undone"}


def test_check_finds_credit_beside_a_debt(guarded: Invoice) -> None:
    scene.pay(guarded.client, 100, guarded)
    sql("DELETE FROM billing_allocation")
    sql("UPDATE billing_payment SET unallocated_grosze = 100")
    sql("UPDATE billing_invoice SET paid_grosze = 0")
    assert tampered(guarded) == {"credit_beside_debt"}
