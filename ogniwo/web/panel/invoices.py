"""Faktury: what a reseller's clients were billed, with the payment status of now (III.6)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from ogniwo.billing import status
from ogniwo.billing.models import Invoice
from ogniwo.billing.models.invoice import InvoiceQuerySet
from ogniwo.kernel.periods import anchor_date
from ogniwo.programme.models import Client
from ogniwo.web.amounts import shown_amount
from ogniwo.web.client_form import today
from ogniwo.web.components.formats import month
from ogniwo.web.components.statuses import label_of
from ogniwo.web.http import SignedInRequest, panel_page
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order, Page
from ogniwo.web.months import month_asked
from ogniwo.web.panel.access import company_of, may_export

LATE = (status.OVERDUE, status.PART_OVERDUE)
DUE = (status.UNPAID, status.PART_PAID)
PAYMENT = (
    Choice("", gettext_lazy("All")),
    Choice("due", gettext_lazy("To pay"), Q(payment_status__in=DUE)),
    Choice("overdue", gettext_lazy("Overdue"), Q(payment_status__in=LATE)),
    Choice("paid", pgettext_lazy("invoices", "Paid"), Q(payment_status=status.PAID)),
)
MONTHS_BACK = 24
MOST_CLIENTS = 200


def address_of(invoice: Invoice) -> str:
    """FV/2026/11/0142 under /panel/faktury/FV-2026-11-0142/."""
    return f"/panel/faktury/{invoice.number.replace('/', '-')}/"


def months(request: HttpRequest) -> Sequence[Choice]:
    """The last two years, month by month, and the one that is asked for."""
    on = today()
    firsts = [anchor_date(on, 1, -back) for back in range(MONTHS_BACK)]
    asked = month_asked(request.GET.get("miesiac", ""))
    if asked is not None and asked not in firsts:
        firsts.append(asked)
    return [Choice("", gettext_lazy("All months")), *(_in_month(first) for first in firsts)]


def _in_month(first: date) -> Choice:
    span = Q(issued_on__gte=first, issued_on__lt=anchor_date(first, 1, 1))
    return Choice(f"{first:%Y-%m}", month(first), span)


def buyers(request: HttpRequest) -> Sequence[Choice]:
    """His Accounts by name, and the one that is asked for."""
    user = request.user
    if not user.is_authenticated:
        return []
    mine = Client.objects.visible_to(user).filter(number__isnull=False)
    rows = list(mine.accounts().order_by("sort_name", "pk")[:MOST_CLIENTS])
    asked = request.GET.get("klient", "")
    if asked and asked not in {client.number for client in rows}:
        rows += mine.accounts().filter(number=asked)
    return [
        Choice("", gettext_lazy("All clients")),
        *(Choice(str(one.number), one.company_name, Q(client=one.pk)) for one in rows),
    ]


def listing(on: date) -> Listing:
    columns = (
        Column(_("Number"), lambda i: i.number),
        Column(_("Client"), lambda i: i.client.company_name),
        Column("NIP", lambda i: i.client.nip),
        Column(_("Issued"), lambda i: i.issued_on),
        Column(_("Due day"), lambda i: i.due_on),
        Column(_("Currency"), lambda i: i.currency),
        Column(_("Net"), lambda i: i.net_grosze, money=True),
        Column("VAT", lambda i: i.vat_grosze, money=True),
        Column(_("Gross"), lambda i: i.gross_grosze, money=True),
        Column(_("Paid"), lambda i: i.paid_grosze, money=True),
        Column(_("Left"), lambda i: i.left_grosze if i.kind == "FV" else 0, money=True),
        Column(
            _("Payment"),
            lambda i: label_of("invoice", i.payment_status, days=i.days_late(on=on)),
        ),
    )
    return Listing(
        "faktury",
        orders=(
            Order("data", _("Issued"), ("-issued_on",)),
            Order("klient", _("Client"), ("client__sort_name",)),
            Order("kwota", _("Gross"), ("-gross_grosze",)),
        ),
        search=("low_number", "client__folded"),
        filters=(
            Filter("p", _("Payment"), PAYMENT),
            Filter("miesiac", _("Month"), months, as_select=True),
            Filter("klient", _("Client"), buyers, as_select=True),
        ),
        columns=columns,
    )


def invoices_of(request: SignedInRequest, *, on: date) -> InvoiceQuerySet:
    """What was sold through his firm; the frozen copies are not loaded."""
    rows = Invoice.objects.visible_to(request.user).with_status(on=on)
    return rows.annotate(low_number=Lower("number")).select_related("client").defer("snapshot")


@panel_page()
def invoices(request: SignedInRequest) -> HttpResponse:
    on = today()
    page = listing(on).page(request, invoices_of(request, on=on))
    sums = sums_of(page.found)
    context = {
        "rows": [(one, address_of(one), one.days_late(on=on)) for one in page.rows],
        "sums": sums,
        "stats": stats_of(request, page, sums),
        "brand": company_of(request).brand,
    }
    return page.answer("panel/invoices.html", context, may_export=may_export(request))


def sums_of(found: QuerySet[Invoice]) -> list[dict[str, Any]]:
    """The totals of all that is found, one row a currency."""
    late, due = Q(payment_status__in=LATE), Q(payment_status__in=DUE)
    owed = F("gross_grosze") + F("corrected_grosze") - F("paid_grosze")
    sums: Any = found.order_by().values("currency").annotate(
        number=Count("pk"),
        gross=Sum("gross_grosze"),
        paid=Sum("paid_grosze"),
        paid_number=Count("pk", filter=Q(payment_status=status.PAID)),
        due=Sum(owed, filter=due),
        due_number=Count("pk", filter=due),
        late=Sum(owed, filter=late),
        late_number=Count("pk", filter=late),
    )  # fmt: skip
    return sorted(sums, key=lambda row: (row["currency"] != "PLN", row["currency"]))


def stats_of(
    request: SignedInRequest, page: Page, sums: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Issued, paid, to pay, overdue: of the search and filters, in złoty or the first currency."""
    if not sums:
        return []
    row = sums[0]
    parts = (
        (pgettext("invoices", "Issued"), "gross", "number", "", ""),
        (_("Paid"), "paid", "paid_number", "good", "paid"),
        (_("To pay"), "due", "due_number", "", "due"),
        (_("Overdue"), "late", "late_number", "bad", "overdue"),
    )
    return [
        {
            "label": label,
            "value": shown_amount(request, row[key] or 0, row["currency"]),
            "note": invoices_words(row[number]),
            "tone": tone if row[number] else "",
            "href": page.url(p=choice) if choice else "",
        }
        for label, key, number, tone, choice in parts
    ]


def invoices_words(number: int) -> str:
    return ngettext("%(n)d invoice", "%(n)d invoices", number) % {"n": number}


urlpatterns = [path("faktury/", invoices)]
