"""Po terminie: who is late with how much, what reminders he got, and what can be done."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.contrib import messages
from django.db.models import (
    BigIntegerField,
    DateField,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ogniwo.billing import collecting, reminding
from ogniwo.billing.models import Invoice
from ogniwo.billing.models.invoice import InvoiceQuerySet
from ogniwo.billing.standing import is_late
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import DESK_AND_MONEY, MONEY
from ogniwo.programme.models import Client
from ogniwo.web.components.formats import day, money
from ogniwo.web.components.reminders import step_words
from ogniwo.web.desk.invoice_rows import in_words
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order

LIST = "/konsola/platnosci/po-terminie/"


class Row(NamedTuple):
    """A client who is late."""

    client: Client
    sums: list[str]
    invoices: str
    days: int
    steps: str
    disputed: int
    is_handed_over: bool
    may_hand_over: bool
    currency: str


def listing(request: SignedInRequest, *, on: date) -> Listing:
    late = _overdue(request, on=on).order_by()
    to_do = Q(pk__in=collecting.to_hand_over(on=on).order_by().values("client"))
    disputed = Q(pk__in=late.filter(disputed_at__isnull=False).values("client"))
    handed = Q(pk__in=late.filter(handed_over_at__isnull=False).values("client"))
    silent = Q(no_reminders=True) | Q(email="", invoice_email="")
    states = (
        Choice("", pgettext_lazy("clients", "All")),
        Choice("windykacja", _("To hand over"), to_do),
        Choice("przekazane", pgettext_lazy("clients", "Handed over"), handed),
        Choice("sporne", pgettext_lazy("clients", "Disputed"), disputed),
        Choice("bez-przypomnien", _("Get no reminders"), silent),
    )
    return Listing(
        "po-terminie",
        orders=(
            Order("dni", _("Days late"), ("oldest_on",)),
            Order("kwota", _("Overdue"), ("-late_grosze",)),
            Order("klient", _("Client"), ("sort_name",)),
        ),
        search=("folded",),
        filters=(Filter("stan", _("Who"), states, counted=False),),
        columns=(
            Column(_("Client"), lambda c: c.company_name),
            Column(_("Client number"), lambda c: c.shown_number),
            Column("NIP", lambda c: c.nip),
            Column(_("Overdue in PLN"), lambda c: c.late_grosze, money=True),
            Column(_("Oldest due day"), lambda c: c.oldest_on),
        ),
    )


def late_clients(request: SignedInRequest, *, on: date) -> QuerySet[Client]:
    """With `late_grosze` (in złote alone) and `oldest_on`, the oldest due day of what is late."""
    mine = _overdue(request, on=on).filter(client=OuterRef("pk")).order_by().values("client")
    late = mine.filter(currency="PLN").annotate(late=Sum(F("due_now_grosze") - F("paid_grosze")))
    oldest = mine.annotate(oldest=Min("due_on")).values("oldest")
    return Client.objects.visible_to(request.user).filter(is_late(on=on)).annotate(
        late_grosze=Coalesce(
            Subquery(late.values("late"), output_field=BigIntegerField()), 0,
            output_field=BigIntegerField(),
        ),
        oldest_on=Subquery(oldest, output_field=DateField()),
    )  # fmt: skip


@desk_page()
def dunning(request: SignedInRequest) -> HttpResponse:
    on = warsaw_day(now())
    page = listing(request, on=on).page(request, late_clients(request, on=on))
    context = {
        "rows": rows_of(request, page.rows, on=on),
        "sums": sums_of(request, on=on),
        "may_act": request.user.role in MONEY,
    }
    return page.answer("desk/dunning.html", context, may_export=request.user.role in DESK_AND_MONEY)


def _overdue(request: SignedInRequest, *, on: date) -> InvoiceQuerySet:
    return Invoice.objects.visible_to(request.user).overdue(on=on)


def sums_of(request: SignedInRequest, *, on: date) -> str:
    """All that is late, a sum for each currency."""
    late = _overdue(request, on=on).order_by().values("currency")
    found = late.annotate(late=Sum(F("due_now_grosze") - F("paid_grosze"))).order_by("-currency")
    return " · ".join(money(row["late"], row["currency"]) for row in found)


def rows_of(request: SignedInRequest, clients: Iterable[Client], *, on: date) -> list[Row]:
    """Two more statements, however many clients."""
    shown = list(clients)
    late = _overdue(request, on=on).filter(client__in=shown).order_by("due_on", "pk")
    by_client: dict[int, list[Invoice]] = {}
    for invoice in late.defer("snapshot").prefetch_related("reminders"):
        by_client.setdefault(invoice.client_id, []).append(invoice)
    return [_row(client, by_client.get(client.pk, []), on=on) for client in shown]


def _row(client: Client, invoices: list[Invoice], *, on: date) -> Row:
    sums: dict[str, int] = {}
    for one in invoices:
        late = one.due_now_grosze - one.paid_grosze
        sums[one.currency] = sums.get(one.currency, 0) + late
    open_ones = [one for one in invoices if not one.is_disputed]
    return Row(
        client=client,
        sums=[money(late, currency) for currency, late in sums.items()],
        invoices=in_words(len(invoices)),
        days=max((one.days_late(on=on) for one in invoices), default=0),
        steps=_steps(client, invoices),
        disputed=len(invoices) - len(open_ones),
        is_handed_over=bool(invoices) and all(one.handed_over_at for one in open_ones),
        may_hand_over=any(
            one.handed_over_at is None and one.days_late(on=on) >= collecting.LAST_STEP
            for one in open_ones
        ),
        currency=invoices[0].currency if invoices else "PLN",
    )


def _steps(client: Client, invoices: list[Invoice]) -> str:
    """The last reminder he got, or why he gets none."""
    if client.no_reminders:
        return gettext("wants no reminders")
    if not client.invoices_to:
        return gettext("has no e-mail address")
    sent = [row for one in invoices for row in one.reminders.all()]
    if not sent:
        return gettext("none yet")
    last = max(sent, key=lambda row: (row.on, row.step))
    return gettext("%(step)s, on %(day)s") % {"step": step_words(last.step), "day": day(last.on)}


@require_POST
@desk_page(roles=MONEY)
def remind(request: SignedInRequest, number: str) -> HttpResponse:
    """One letter with all that is late; refused in words when one went today."""
    client, at = _client(request, number), now()
    late = _overdue(request, on=warsaw_day(at)).filter(client=client)
    # The first that is not contested; when all are, the refusal says so.
    invoice = late.order_by(F("disputed_at").desc(nulls_first=True), "due_on", "pk").first()
    if invoice is not None:
        reminding.remind_now(invoice, by=request.user, at=at)
        messages.success(request, gettext("The reminder is sent"))
    return HttpResponseRedirect(LIST)


@require_POST
@desk_page(roles=MONEY)
def hand_over(request: SignedInRequest, number: str) -> HttpResponse:
    collecting.hand_over(_client(request, number), by=request.user, at=now())
    messages.success(
        request, gettext("Handed over for collection"), extra_tags=f"{LIST}{number}/call_back/"
    )
    return HttpResponseRedirect(LIST)


@require_POST
@desk_page(roles=MONEY)
def call_back(request: SignedInRequest, number: str) -> HttpResponse:
    collecting.call_back(_client(request, number), by=request.user, at=now())
    messages.success(request, gettext("No longer handed over"))
    return HttpResponseRedirect(LIST)


def _client(request: SignedInRequest, number: str) -> Client:
    return get_object_or_404(Client.objects.visible_to(request.user), number=number)


urlpatterns: list[URLPattern] = [
    path("platnosci/po-terminie/", dunning),
    path("platnosci/po-terminie/<str:number>/remind/", remind),
    path("platnosci/po-terminie/<str:number>/hand_over/", hand_over),
    path("platnosci/po-terminie/<str:number>/call_back/", call_back),
]
