"""Szczegóły billingowe as rows: from what a client will be invoiced, when and for how much."""

from collections.abc import Iterable
from datetime import date

from ogniwo.billing.models import BillingDetail, InvoiceLine
from ogniwo.people.models import User
from ogniwo.programme.models import Cycle


class DetailRow:
    """One service of a client on a day."""

    def __init__(self, detail: BillingDetail, *, on: date) -> None:
        self.detail, self.on = detail, on
        self.standing = detail.state(on=on)
        self.next = detail.next_bill()
        self.invoice_number = ""

    @property
    def cycle(self) -> str:
        return str(Cycle(self.detail.months or 0).label)

    @property
    def price_grosze(self) -> int:
        """Net of a full period on the terms of the day."""
        terms = self.detail.terms_on(max(self.on, self.detail.start_on))
        return terms.net_and_gross(self.detail.basis)[0]


def rows_of(details: Iterable[BillingDetail], *, viewer: User, on: date) -> list[DetailRow]:
    """In the order in which they were agreed; what is invoiced once names its invoice."""
    rows = [DetailRow(detail, on=on) for detail in details]
    done = [row.detail.pk for row in rows if row.standing == BillingDetail.State.DONE]
    if done:
        lines = InvoiceLine.objects.filter(
            detail__in=done, zeroed=False, invoice__reseller=viewer.reseller
        )
        numbers = dict(lines.values_list("detail", "invoice__number"))
        for row in rows:
            row.invoice_number = numbers.get(row.detail.pk, "")
    return rows
