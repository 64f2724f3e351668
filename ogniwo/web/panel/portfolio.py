"""A reseller's clients with what is billed, open and late: a few queries for a whole page."""

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Subquery, Sum
from django.db.models.functions import Coalesce

from ogniwo.billing.models import BillingDetail, Invoice
from ogniwo.billing.models.invoice import LEFT
from ogniwo.billing.portfolio import Upcoming, monthly_sum, next_bill_of, running_details
from ogniwo.kernel.money import PLN
from ogniwo.people.models import User
from ogniwo.programme.models import Client
from ogniwo.programme.models.client import ClientQuerySet


class Holding:
    """One client as a row: what the list and its export show of him."""

    def __init__(self, client: Client, *, on: date) -> None:
        self.client, self.on = client, on

    @property
    def url(self) -> str:
        return f"/panel/klienci/{self.client.shown_number}/"

    @property
    def badge(self) -> str:
        """An Account with a late invoice says so."""
        late = self.client.is_account and getattr(self.client, "is_late", False)
        return "overdue" if late else str(self.client.state)

    @property
    def details(self) -> list[BillingDetail]:
        return list(getattr(self.client, "running", []))

    @property
    def monthly(self) -> int | None:
        """Net a month; nothing for a Lead, which is not billed."""
        return monthly_sum(self.details, on=self.on) if self.client.is_account else None

    @property
    def next_bill(self) -> Upcoming | None:
        return next_bill_of(self.details) if self.client.is_account else None

    @property
    def open_grosze(self) -> int:
        return int(getattr(self.client, "open_grosze", 0))


def clients_of(user: User, *, on: date) -> ClientQuerySet:
    """His clients; each knows what is open, whether something is late, and his services."""
    open_sum = (
        Invoice.objects.visible_to(user)
        .unpaid()
        .filter(client=OuterRef("pk"), currency=PLN)
        .order_by()
        .values("client")
        .annotate(sum=Sum(LEFT))
        .values("sum")
    )
    late = Invoice.objects.visible_to(user).overdue(on=on).filter(client=OuterRef("pk"))
    running = running_details(BillingDetail.objects.visible_to(user))
    return (
        Client.objects.visible_to(user)
        .annotate(open_grosze=Coalesce(Subquery(open_sum), 0), is_late=Exists(late))
        .prefetch_related(Prefetch("billing_details", queryset=running, to_attr="running"))
    )
