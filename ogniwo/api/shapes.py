"""One function per kind of object: its facts under the field names others lean on."""

from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Prefetch

from ogniwo.billing.models import Allocation, BillingDetail, Invoice, Payment
from ogniwo.journal.models import Event
from ogniwo.outbox.models import Message
from ogniwo.people.models import User
from ogniwo.programme.models import Application, Case, Client, FrkName, Reseller, Vendor

Shape = dict[str, Any]


def money(grosze: int, currency: str = "PLN") -> Shape:
    """Whole grosze with their currency."""
    return {"amount": grosze, "currency": currency}


def moment(at: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def application(row: Application, *, vendor: Vendor, on: date) -> Shape:
    return {
        "number": row.number,
        "state": row.state,
        "company_name": row.company_name,
        "nip": row.nip,
        "email": row.email,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "applied_at": moment(row.applied_at),
        "submitted_at": moment(row.submitted_at),
        "target_by": day(row.target_by(vendor, on=on)),
        "decide_by": day(row.decide_by(vendor, on=on)),
        "breached_at": moment(row.breached_at),
        "decided_at": moment(row.decided_at),
        "reseller": row.reseller.number if row.reseller else None,
    }


def applications() -> models.QuerySet[Application]:
    return Application.objects.select_related("reseller").order_by("pk")


def reseller(row: Reseller) -> Shape:
    names, people = list(row.frk_names.all()), list(row.people.all())
    current = next((name for name in names if name.is_current), None)
    owner = next((p for p in people if p.is_active and p.role == "reseller_owner"), None)
    return {
        "number": row.number,
        "state": row.state,
        "company_name": row.company_name,
        "nip": row.nip,
        "email": row.email,
        "owner_email": owner.email if owner else None,
        "frk_url": f"{settings.URL.rstrip('/')}{current.path}" if current else None,
        "terms_version": row.terms.number if row.terms else None,
        "joined_at": moment(row.joined_at),
        "activated_at": moment(row.activated_at),
    }


def resellers() -> models.QuerySet[Reseller]:
    found = Reseller.objects.select_related("terms").order_by("pk")
    return found.prefetch_related(
        Prefetch("frk_names", queryset=FrkName.objects.order_by("pk")),
        Prefetch("people", queryset=User.objects.order_by("pk")),
    )


def client(row: Client) -> Shape:
    return {
        "number": row.number,
        "lead_number": row.lead_number,
        "state": row.state,
        "company_name": row.company_name,
        "nip": row.nip,
        "street": row.street,
        "postcode": row.postcode,
        "city": row.city,
        "contact_person": row.contact_person,
        "phone": row.phone,
        "email": row.email,
        "invoice_email": row.invoice_email,
        "platform": row.platform,
        "shop_url": row.shop_url,
        "reseller": row.reseller.number if row.reseller else None,
        "registered_at": moment(row.registered_at),
        "converted_at": moment(row.converted_at),
        "protected_until": day(row.protected_until),
    }


def clients() -> models.QuerySet[Client]:
    return Client.objects.select_related("reseller").order_by("pk")


def case(row: Case) -> Shape:
    return {
        "number": row.number,
        "state": row.state,
        "kind": row.kind,
        "subject": row.subject,
        "client": row.client.shown_number if row.client else None,
        "reseller": row.reseller.number,
        "channel": row.channel,
        "changes": row.changes,
        "opened_at": moment(row.opened_at),
        "answered_at": moment(row.answered_at),
        "closed_at": moment(row.closed_at),
        "outcome": row.outcome or None,
    }


def cases() -> models.QuerySet[Case]:
    return Case.objects.select_related("client", "reseller").order_by("pk")


def detail(row: BillingDetail, *, on: date) -> Shape:
    terms, upcoming = row.terms_on(max(on, row.start_on)), row.next_bill()
    return {
        "id": row.pk,
        "client": row.client.shown_number,
        "service": row.name,
        "months": row.months,
        "price": money(terms.price_grosze, row.currency),
        "basis": row.basis,
        "quantity": f"{terms.quantity.normalize():f}",
        "vat_rate": terms.rate,
        "starts_on": day(row.start_on),
        "ends_on": day(row.end_on),
        "next_on": day(upcoming.day) if upcoming else None,
        "next_gross": money(upcoming.gross_grosze, row.currency) if upcoming else None,
        "state": row.state(on=on),
    }


def details() -> models.QuerySet[BillingDetail]:
    return BillingDetail.objects.select_related("client").with_next().order_by("pk")


def invoice(row: Invoice, *, on: date) -> Shape:
    currency = row.currency
    return {
        "number": row.number,
        "kind": row.kind,
        "client": row.client.number,
        "reseller": row.reseller.number if row.reseller else None,
        "issued_on": day(row.issued_on),
        "sold_on": day(row.sale_to),
        "due_on": day(row.due_on),
        "net": money(row.net_grosze, currency),
        "vat": money(row.vat_grosze, currency),
        "gross": money(row.gross_grosze, currency),
        "paid": money(row.paid_grosze, currency),
        "left": money(row.left_grosze, currency),
        "payment_status": row.status(on=on),
        "disputed": row.is_disputed,
        "pay_to": row.pay_to,
        "corrects": row.corrects.number if row.corrects else None,
        "ksef_number": None,
        "ksef_state": "off",
    }


def invoices() -> models.QuerySet[Invoice]:
    return Invoice.objects.select_related("client", "reseller", "corrects").order_by("pk")


def payment(row: Payment) -> Shape:
    return {
        "id": row.pk,
        "booked_on": day(row.booked_on),
        "amount": money(row.amount_grosze, row.currency),
        "payer_account": row.payer_account or None,
        "title": row.title,
        "client": row.client.number if row.client else None,
        "state": row.state,
        "matched_by": row.matched_by or None,
        "allocations": [
            {"invoice": part.invoice.number, "amount": money(part.grosze, row.currency)}
            for part in row.allocations.all()
        ],
    }


def payments() -> models.QuerySet[Payment]:
    parts = Allocation.objects.select_related("invoice").order_by("pk")
    found = Payment.objects.select_related("client").order_by("pk")
    return found.prefetch_related(Prefetch("allocations", queryset=parts))


def letter(row: Message) -> Shape:
    return {
        "id": row.pk,
        "to": row.to,
        "subject": row.subject,
        "state": row.state,
        "queued_at": moment(row.queued_at),
        "sent_at": moment(row.sent_at),
        "template": row.template,
        "about": row.label or None,
    }


def letters() -> models.QuerySet[Message]:
    return Message.objects.order_by("pk")


def event(row: Event) -> Shape:
    seal = getattr(row, "seal", None)
    return {
        "at": moment(row.at),
        "by": row.by.email if row.by else row.role,
        "verb": row.verb,
        "object": row.label or f"{row.kind} {row.key}",
        "facts": row.facts,
        "hash": seal.hash if seal else None,
    }


def events() -> models.QuerySet[Event]:
    return Event.objects.select_related("by", "seal").order_by("pk")
