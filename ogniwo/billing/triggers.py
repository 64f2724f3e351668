"""Issued documents are never changed or deleted, whoever writes to the database."""

from typing import Final

from django.db import models

from ogniwo.billing.models import (
    InterestNote,
    InterestNoteLine,
    Invoice,
    InvoiceLine,
    InvoiceVat,
)
from ogniwo.journal.triggers import Triggers, refuse

# What may still change after issue; all other columns are frozen.
CHANGING: Final[dict[type[models.Model], frozenset[str]]] = {
    Invoice: frozenset(Invoice.CHANGING),
    InvoiceLine: frozenset({"zeroed"}),
    InvoiceVat: frozenset(),
    InterestNote: frozenset(InterestNote.CHANGING),
    InterestNoteLine: frozenset(InterestNoteLine.CHANGING),
}

POSTGRESQL: Final = """
CREATE OR REPLACE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {differs} THEN
        RAISE EXCEPTION '{table} is never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table}
FOR EACH ROW EXECUTE FUNCTION {name}_refuse()
"""
SQLITE: Final = """
CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table} WHEN {differs}
BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END
"""


def frozen(name: str, model: type[models.Model]) -> dict[str, str]:
    """SQL that refuses an UPDATE which changes a frozen column, for both databases."""
    table = model._meta.db_table
    columns = [
        field.column for field in model._meta.concrete_fields if field.name not in CHANGING[model]
    ]
    apart = {"postgresql": "OLD.{0} IS DISTINCT FROM NEW.{0}", "sqlite": "OLD.{0} IS NOT NEW.{0}"}
    bodies = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
    return {
        vendor: bodies[vendor].format(
            name=name,
            table=table,
            # Payments change an invoice by the thousand; a statement that names none of the
            # frozen columns asks nothing.
            columns=", ".join(f'"{column}"' for column in columns),
            differs=" OR ".join(apart[vendor].format(c) for c in columns),
        )
        for vendor in bodies
    }


TRIGGERS: Triggers = {
    "billing_invoice_frozen": frozen("billing_invoice_frozen", Invoice),
    "billing_line_frozen": frozen("billing_line_frozen", InvoiceLine),
    "billing_vat_frozen": frozen("billing_vat_frozen", InvoiceVat),
    "billing_invoice_kept": refuse("billing_invoice_kept", "billing_invoice", on="DELETE"),
    "billing_line_kept": refuse("billing_line_kept", "billing_invoiceline", on="DELETE"),
    "billing_vat_kept": refuse("billing_vat_kept", "billing_invoicevat", on="DELETE"),
    "billing_change_frozen": refuse("billing_change_frozen", "billing_linechange", on="UPDATE"),
    "billing_change_kept": refuse("billing_change_kept", "billing_linechange", on="DELETE"),
    "billing_register_frozen": refuse(
        "billing_register_frozen", "billing_registerexport", on="UPDATE"
    ),
    "billing_register_kept": refuse("billing_register_kept", "billing_registerexport", on="DELETE"),
    "billing_note_frozen": frozen("billing_note_frozen", InterestNote),
    "billing_note_line_frozen": frozen("billing_note_line_frozen", InterestNoteLine),
    "billing_note_kept": refuse("billing_note_kept", "billing_interestnote", on="DELETE"),
    "billing_note_line_kept": refuse(
        "billing_note_line_kept", "billing_interestnoteline", on="DELETE"
    ),
}
