"""How invoice numbers run: by month or by year, changed only where a span begins."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import Invoice
from ogniwo.journal.moves import Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.programme.models import Vendor


def refuse_change_of_span(span: str, *, at: datetime) -> None:
    """Numbers of both kinds in one month or year could not be told apart in order."""
    day = warsaw_day(at)
    if span == Vendor.Span.YEAR:
        begun = Invoice.objects.filter(issued_on__gte=day.replace(month=1, day=1))
        sentence = _("Yearly numbers can begin in a year in which nothing has been issued yet.")
    else:
        begun = Invoice.objects.filter(issued_on__gte=day.replace(day=1))
        sentence = _("Monthly numbers can begin in a month in which nothing has been issued yet.")
    if begun.exists():
        raise Refused("span_has_begun", sentence)
