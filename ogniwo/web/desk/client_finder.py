"""Whose money it is: Accounts found by name, NIP, number, or the number of an invoice."""

from django.db.models import F, Q, Sum

from ogniwo.billing.models import Invoice
from ogniwo.kernel.text import fold
from ogniwo.people.models import User
from ogniwo.programme.models import Client

MOST_FOUND = 20
PARTS = ("gross", "corrected", "paid")


def clients_matching(user: User, q: str) -> list[Client]:
    """Accounts with what each still owes in złoty, `owed` in grosze."""
    rows = Client.objects.visible_to(user).filter(number__isnull=False)
    text = Q()
    for word in fold(q).split():
        digits = "".join(c for c in word if c.isdigit())
        text &= Q(folded__contains=word) | (Q(nip__contains=digits) if len(digits) > 3 else Q())  # noqa: PLR2004 - a part of a NIP
    by_invoice = Invoice.objects.visible_to(user).filter(number=q.strip().upper())
    either = text | Q(pk__in=by_invoice.values("client"))
    gross, corrected, paid = (F(f"invoices__{part}_grosze") for part in PARTS)
    of_sales = Q(invoices__kind=Invoice.Kind.FV, invoices__currency="PLN")
    owed = Sum(gross + corrected - paid, filter=of_sales)
    return list(rows.filter(either).annotate(owed=owed).order_by("sort_name", "pk")[:MOST_FOUND])
