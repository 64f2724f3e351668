"""Pro formas are in no sum: they have no rows that are summed, taxed, corrected or paid."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from ogniwo.billing.models import Allocation, Invoice, InvoiceLine, InvoiceVat, Reminder
from ogniwo.journal.seal import Breach


def breaches() -> Iterator[Breach]:
    """No line, tax, money, correction or reminder of a pro forma, and it says so on paper."""
    counted = Q(paid_grosze__gt=0) | ~Q(corrected_grosze=0) | ~Q(raised_grosze=0)
    for model in (InvoiceLine, InvoiceVat, Allocation, Reminder):
        counted |= Q(Exists(model._default_manager.filter(invoice=OuterRef("pk"))))
    counted |= Q(Exists(Invoice.objects.filter(corrects=OuterRef("pk"))))
    for one in Invoice.objects.filter(counted, kind=Invoice.Kind.PRO).order_by("pk"):
        yield Breach("proforma_counted", one.number, "It is no invoice, and it is counted as one.")
    sums = F("net_grosze") + F("vat_grosze")
    proformas = Invoice.objects.filter(kind=Invoice.Kind.PRO)
    for one in proformas.exclude(gross_grosze=sums, gross_grosze__gt=0):
        yield Breach("proforma_sums", one.number, "Its sums do not add up.")
    for one in proformas.iterator(chunk_size=1_000):
        value = sum(line["amount_grosze"] for line in one.snapshot["lines"])
        if value != (one.net_grosze if one.basis == "net" else one.gross_grosze):
            yield Breach("proforma_sums", one.number, "Its sums are not those of its lines.")
