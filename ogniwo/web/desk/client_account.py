"""Rozliczenia klienta: charged and paid in a period, on the screen, on paper and as a file."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogniwo.billing.client_statement import Statement, currencies, statement
from ogniwo.billing.freeze import buyer_of, seller_of
from ogniwo.billing.paper.statement_sheet import statement_as_pdf
from ogniwo.billing.payer import payers
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.money import PLN
from ogniwo.kernel.roles import MONEY
from ogniwo.programme.models import Client
from ogniwo.web import errors, exports, forms
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Column

COLUMNS: Final = (
    Column(_("Currency"), lambda row: row[0]),
    Column(_("Day"), lambda row: row[1].day),
    Column(_("Event"), lambda row: row[1].label),
    Column(_("Number or title"), lambda row: row[1].title),
    Column(_("Charge"), lambda row: max(row[1].grosze, 0) or None, money=True),
    Column(
        pgettext_lazy("statement", "Credited"),
        lambda row: max(-row[1].grosze, 0) or None,
        money=True,
    ),
    Column(_("Balance"), lambda row: row[2], money=True),
)


@dataclass(frozen=True)
class File:
    """The lines of a client's account as a file."""

    name: str
    columns: tuple[Column, ...] = COLUMNS


class PeriodForm(forms.Form):
    start = forms.DayField(label=_("From"))
    end = forms.DayField(label=_("To"))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("start") and values.get("end") and values["end"] < values["start"]:
            self.add_error("end", _("The end must come after the start."))
        return values


@desk_page(roles=MONEY)
def account(request: SignedInRequest, number: str) -> HttpResponse:
    client, form, parts = _asked(request, number)
    kind = request.GET.get("format", "")
    if kind:
        return _file(request, client, parts, kind)
    context = {
        "client": client,
        "client_url": f"/konsola/klienci/{client.shown_number}/",
        "form": form,
        "parts": parts,
        "query": f"start={parts[0].start:%Y-%m-%d}&end={parts[0].end:%Y-%m-%d}",
    }
    status = 200 if form.is_valid() else form.status
    return render(request, "desk/client_account.html", context, status=status)


def _asked(request: SignedInRequest, number: str) -> tuple[Client, PeriodForm, list[Statement]]:
    """The client, the form, and an account in each of his currencies; this year unless asked."""
    client = get_object_or_404(Client.objects.visible_to(request.user), number=number)
    today = warsaw_day(now())
    start, end = date(today.year, 1, 1), today
    usual = {"start": start.isoformat(), "end": end.isoformat()}
    form = PeriodForm(usual | {name: request.GET[name] for name in usual if name in request.GET})
    if form.is_valid():
        start, end = form.values["start"], form.values["end"]
    used = currencies(client) or [PLN]
    return client, form, [statement(client, currency=one, start=start, end=end) for one in used]


def _file(
    request: SignedInRequest, client: Client, parts: list[Statement], kind: str
) -> HttpResponse:
    if kind not in exports.KINDS:
        return errors.not_found(request)
    rows = [(part.currency, *line) for part in parts for line in part.lines]
    listing = File(f"konto-{client.shown_number}")
    return exports.file_of(request, listing, rows, kind=kind, number=len(rows))


@desk_page(roles=MONEY)
def account_pdf(request: SignedInRequest, number: str) -> HttpResponse:
    """The same on paper, with the company and the client as they are today."""
    client, _form, parts = _asked(request, number)
    payer = payers(Client.objects.visible_to(request.user).filter(pk=client.pk))[client.pk]
    paper = statement_as_pdf(
        parts, seller=seller_of(request.vendor), buyer=buyer_of(payer), on=warsaw_day(now())
    )
    answer = HttpResponse(paper, content_type="application/pdf")
    name = f"konto-{client.shown_number}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


urlpatterns: list[URLPattern] = [
    path("klienci/<str:number>/konto/", account),
    path("klienci/<str:number>/konto.pdf", account_pdf),
]
