"""Invoices as lists of the Console show them: what can be searched, filtered, summed, exported."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Lower, Replace
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from ogniwo.billing import status
from ogniwo.billing.models import Invoice
from ogniwo.billing.models.invoice import InvoiceQuerySet
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.periods import anchor_date
from ogniwo.programme.models import Reseller
from ogniwo.web.components.formats import money, month
from ogniwo.web.components.statuses import label_of
from ogniwo.web.http import SignedInRequest, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order, Page
from ogniwo.web.months import month_asked

LATE = (status.OVERDUE, status.PART_OVERDUE)
DUE = (status.UNPAID, status.PART_PAID, *LATE)
MONTHS_BACK = 36
MOST_RESELLERS = 300
PAYMENT = (
    Choice("", pgettext_lazy("invoices", "All")),
    Choice("due", gettext_lazy("To pay"), Q(payment_status__in=DUE)),
    Choice("overdue", pgettext_lazy("invoices", "Overdue"), Q(payment_status__in=LATE)),
    Choice("paid", pgettext_lazy("invoices", "Paid"), Q(payment_status=status.PAID)),
    Choice("disputed", pgettext_lazy("invoices", "Disputed"), Q(disputed_at__isnull=False)),
)


class Row(NamedTuple):
    invoice: Invoice
    url: str
    days_late: int


def address_of(invoice: Invoice) -> str:
    """FV/2026/11/0142 under /konsola/faktury/FV-2026-11-0142/."""
    return f"/konsola/faktury/{invoice.number.replace('/', '-')}/"


def found_invoice(request: SignedInRequest, number: str) -> Invoice:
    """By its number with hyphens, with its status of today."""
    rows = Invoice.objects.visible_to(request.user).with_status(on=warsaw_day(now()))
    rows = rows.select_related("client", "reseller", "corrects", "run")
    return get_object_or_404(rows, number=number.upper().replace("-", "/"))


def invoices_shown(request: SignedInRequest) -> InvoiceQuerySet:
    """With their status of today; the frozen copies are not loaded."""
    rows = Invoice.objects.visible_to(request.user).with_status(on=warsaw_day(now()))
    plain = Replace(Lower("number"), Value("/"), Value(""))
    return (
        rows.annotate(low_number=Lower("number"), plain_number=plain)
        .select_related("client", "reseller")
        .defer("snapshot")
    )


def listed(page: Page, *, on: date) -> list[Row]:
    return [Row(one, address_of(one), one.days_late(on=on)) for one in page.rows]


def months(request: HttpRequest) -> Sequence[Choice]:
    """The last three years, month by month, and the one that is asked for."""
    firsts = [anchor_date(warsaw_day(now()), 1, -back) for back in range(MONTHS_BACK)]
    asked = month_asked(request.GET.get("miesiac", ""))
    if asked is not None and asked not in firsts:
        firsts.append(asked)
    return [Choice("", gettext_lazy("All months")), *(_in_month(first) for first in firsts)]


def _in_month(first: date) -> Choice:
    span = Q(issued_on__gte=first, issued_on__lt=anchor_date(first, 1, 1))
    return Choice(f"{first:%Y-%m}", month(first), span)


def resellers(request: HttpRequest) -> Sequence[Choice]:
    """Whose sale it was; by name."""
    user = request.user
    if not user.is_authenticated:
        return []
    rows = Reseller.objects.visible_to(user).order_by("company_name", "pk")[:MOST_RESELLERS]
    return [
        Choice("", gettext_lazy("All resellers")),
        Choice("brak", gettext_lazy("Without a reseller"), Q(reseller__isnull=True)),
        *(Choice(one.number, one.company_name, Q(reseller=one.pk)) for one in rows),
    ]


def columns_of(on: date) -> tuple[Column, ...]:
    return (
        Column(_("Number"), lambda i: i.number),
        Column(_("Client"), lambda i: i.client.company_name),
        Column(_("Client number"), lambda i: i.client.shown_number),
        Column("NIP", lambda i: i.client.nip),
        Column(_("Reseller"), lambda i: i.reseller.company_name if i.reseller else ""),
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


KINDS = (
    Choice("", pgettext_lazy("kinds of documents", "All documents")),
    Choice("faktury", gettext_lazy("Invoices"), Q(kind="FV")),
    Choice("korekty", gettext_lazy("Corrections"), Q(kind="KOR")),
    Choice("proformy", gettext_lazy("Pro formas"), Q(kind="PRO")),
)


def listing(on: date) -> Listing:
    return Listing(
        "faktury",
        orders=(
            Order("data", _("Issued"), ("-issued_on",)),
            Order("klient", _("Client"), ("client__sort_name",)),
            Order("kwota", _("Gross"), ("-gross_grosze",)),
        ),
        search=("low_number", "plain_number", "client__folded"),
        filters=(
            Filter("p", _("Payment"), PAYMENT),
            Filter("rodzaj", _("Kind"), KINDS, as_select=True),
            Filter("miesiac", _("Month"), months, as_select=True),
            Filter("reseller", _("Reseller"), resellers, as_select=True),
        ),
        columns=columns_of(on),
    )


def sums_of(found: QuerySet[Invoice]) -> list[dict[str, Any]]:
    """The totals of all that is found, one row a currency, złoty first; offers do not count."""
    late, due = Q(payment_status__in=LATE), Q(payment_status__in=DUE)
    left = F("gross_grosze") + F("corrected_grosze") - F("paid_grosze")
    sums = found.exclude(kind="PRO").order_by().values("currency").annotate(
        number=Count("pk"),
        net=Sum("net_grosze"),
        gross=Sum("gross_grosze"),
        due=Sum(left, filter=due),
        due_number=Count("pk", filter=due),
        late=Sum(left, filter=late),
        late_number=Count("pk", filter=late),
    )  # fmt: skip
    return sorted(map(dict, sums), key=lambda row: (row["currency"] != "PLN", row["currency"]))


def stats_of(page: Page, sums: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Net, gross, to pay, overdue of the search and the filters, in złoty or the first currency."""
    if not sums:
        return []
    row = sums[0]
    parts = (
        (_("Net"), "net", "number", ""),
        (_("Gross"), "gross", "number", ""),
        (_("To pay"), "due", "due_number", "due"),
        (_("Overdue"), "late", "late_number", "overdue"),
    )
    return [
        {
            "label": label,
            "value": money(row[key] or 0, row["currency"]),
            "note": in_words(row[number]),
            "tone": "bad" if key == "late" and row[number] else "",
            "href": page.url(p=choice) if choice else "",
        }
        for label, key, number, choice in parts
    ]


def in_words(number: int) -> str:
    return ngettext("%(n)d invoice", "%(n)d invoices", number) % {"n": number}
