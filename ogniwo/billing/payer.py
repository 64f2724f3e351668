"""The client as an invoice needs him."""

from typing import NamedTuple

from django.db.models import QuerySet

from ogniwo.programme.models import Client


class Payer(NamedTuple):
    """Columns of a client's row: read for thousands at once, so no model instance."""

    id: int
    state: str
    billing_held: str
    number: str | None
    company_name: str
    nip: str
    vat_ue: str
    street: str
    postcode: str
    city: str
    country: str
    email: str
    invoice_email: str
    due_days: int | None
    virtual_account: str
    language: str
    no_invoice_letters: bool

    @property
    def invoices_to(self) -> str:
        return self.invoice_email or self.email


def payers(clients: QuerySet[Client]) -> dict[int, Payer]:
    """By key, in the order of keys."""
    rows = clients.order_by("pk").values_list(*Payer._fields)
    return {row[0]: Payer(*row) for row in rows}


def payer_of(client: Client) -> Payer:
    """Of a client who is loaded already."""
    return Payer(*(getattr(client, name) for name in Payer._fields))
