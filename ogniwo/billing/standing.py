"""How clients stand: what they owe, whether it is late, and when their next invoice is."""

from datetime import date

from django.db.models import (
    BigIntegerField,
    DateField,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from ogniwo.billing.models import BillingPeriod, Invoice
from ogniwo.billing.models.invoice import LEFT
from ogniwo.programme.models import Client


def with_standing(clients: QuerySet[Client]) -> QuerySet[Client]:
    """With `owed_grosze` (in złote alone) and `next_on`, for lists and their order."""
    owed = Invoice.objects.unpaid().filter(client=OuterRef("pk"), currency="PLN")
    coming = BillingPeriod.objects.waiting().filter(
        client=OuterRef("pk"), detail__cancelled_at__isnull=True
    )
    return clients.annotate(
        owed_grosze=Coalesce(
            Subquery(
                owed.order_by().values("client").annotate(sum=Sum(LEFT)).values("sum"),
                output_field=BigIntegerField(),
            ),
            0,
            output_field=BigIntegerField(),
        ),
        next_on=Subquery(
            coming.order_by().values("client").annotate(first=Min("bill_on")).values("first"),
            output_field=DateField(),
        ),
    )


def is_late(*, on: date) -> Q:
    """Clients with an invoice that is overdue on that day."""
    return Q(Exists(Invoice.objects.overdue(on=on).filter(client=OuterRef("pk"))))
