"""What was issued, accepted or journalled stays as it was, whoever writes to the database (T28)."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from ogniwo.billing.models import Invoice, InvoiceLine, InvoiceVat
from ogniwo.billing.triggers import CHANGING
from ogniwo.commands.check import breaches
from ogniwo.journal.models import Event, EventDetail, Seal
from ogniwo.journal.seal import seal_all
from ogniwo.journal.triggers import _declared, install_triggers, missing
from ogniwo.programme.models import Acceptance, Client, TermsVersion
from ogniwo.programme.models.assignment import LeadSnapshot
from tests.security.world import World

pytestmark = [pytest.mark.xdist_group("access"), pytest.mark.postgresql]
KEPT: tuple[type[models.Model], ...] = (
    Invoice, InvoiceLine, InvoiceVat, TermsVersion, Acceptance, LeadSnapshot, Event, Seal,
)  # fmt: skip
FROZEN = (*KEPT, EventDetail)


def run(*words: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" ".join(words))


@pytest.mark.parametrize("model", FROZEN, ids=lambda model: model.__name__)
def test_no_column_of_a_paper_is_changed_by_sql(world: World, model: type[models.Model]) -> None:
    seal_all()
    table = model._meta.db_table
    assert model._default_manager.exists()
    for field in model._meta.concrete_fields:
        if field.primary_key or field.name in CHANGING.get(model, frozenset()):
            continue
        filled = model._default_manager.exclude(**{field.name: None}).exists()
        if field.null and not filled:
            continue
        value = "NULL" if field.null else other(field)
        with pytest.raises(DatabaseError):
            run("UPDATE", table, "SET", str(field.column), "=", value)


def other(field: Any) -> str:
    """SQL for another value than the one that stands there."""
    if isinstance(field, models.JSONField):
        return "'{\"forged\": 1}'"
    if isinstance(field, models.DateField):
        return "'1999-12-31'"
    if isinstance(field, models.BooleanField):
        return f"NOT {field.column}"
    if isinstance(field, models.CharField | models.TextField):
        return "'x'"
    return f"{field.column} + 1"


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_no_paper_is_deleted_by_sql(world: World, model: type[models.Model]) -> None:
    seal_all()
    with pytest.raises(DatabaseError):
        run("DELETE FROM", model._meta.db_table)


def test_what_is_paid_may_change(world: World) -> None:
    run("UPDATE billing_invoice SET paid_grosze = paid_grosze + 1")
    assert Invoice.objects.get(pk=world.rows["Radek"]["invoice"].pk).paid_grosze == 101


@pytest.mark.parametrize("name", [name for name, _sql in _declared()])
def test_check_misses_each_guard_that_is_gone_and_it_comes_back(world: World, name: str) -> None:
    run("DROP TRIGGER", name, on_table(name))
    assert missing() == [name]
    install_triggers()
    assert missing() == []


def on_table(guard: str) -> str:
    if connection.vendor == "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s", [guard])
        return f"ON {cursor.fetchone()[0]}"


FORGED = {
    "journal_chain": ("journal_event_frozen", "UPDATE journal_event SET verb = 'x.y.z' "
                      "WHERE id = (SELECT min(event_id) FROM journal_seal)"),
    "journal_detail": ("journal_detail_frozen", "UPDATE journal_eventdetail SET new = 'x' "
                       "WHERE id = (SELECT min(id) FROM journal_eventdetail)"),
    "terms_changed": ("programme_termsversion_frozen",
                      "UPDATE programme_termsversion SET text = 'x'"),
    "acceptance_changed": ("programme_acceptance_frozen",
                           "UPDATE programme_acceptance SET sha256 = 'x'"),
    "acceptance_differs": ("programme_acceptance_frozen",
                           "UPDATE programme_acceptance SET at = '2020-01-01 00:00:00+00:00'"),
    "snapshot_changed": ("programme_leadsnapshot_frozen",
                         "UPDATE programme_leadsnapshot SET sha256 = 'x'"),
    "invoice_changed": ("billing_invoice_frozen",
                        "UPDATE billing_invoice SET due_on = '2030-01-01'"),
    "lines_changed": ("billing_line_frozen", "UPDATE billing_invoiceline SET name = 'x'"),
    "vat_changed": ("billing_vat_frozen", "UPDATE billing_invoicevat SET rate = '8'"),
}  # fmt: skip


@pytest.mark.parametrize("named", FORGED)
def test_check_names_what_was_forged_with_the_guard_off(world: World, named: str) -> None:
    seal_all()
    assert list(breaches(world.now)) == []
    guard, sql = FORGED[named]
    run("DROP TRIGGER", guard, on_table(guard))
    run(sql)
    install_triggers()
    assert named in {breach.name for breach in breaches(world.now)}


def test_a_state_that_no_move_made_is_found(world: World) -> None:
    lead = world.rows["Radek"]["lead"]
    run("UPDATE programme_client SET state = 'expired' WHERE id =", str(lead.pk))
    found = {breach.name: breach.object for breach in breaches(world.now)}
    assert world.names["Radek"]["lead"] in found["state_without_move"]
    assert Client.objects.get(pk=lead.pk).state == "expired"
