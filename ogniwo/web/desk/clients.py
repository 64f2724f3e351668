"""Accounts: the register, one client with what he pays, and what the desk may do with him."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ogniwo.billing import accounts
from ogniwo.billing.models import BillingDetail, Invoice
from ogniwo.billing.models.invoice import LEFT
from ogniwo.billing.portfolio import monthly_sum, next_bill_of, running_details
from ogniwo.billing.standing import is_late, with_standing
from ogniwo.journal.alongside import Children, alongside
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.money import EUR, PLN
from ogniwo.kernel.roles import DESK, DESK_AND_MONEY, MONEY
from ogniwo.people.models import User
from ogniwo.programme.models import Case, Client, Reseller, Service
from ogniwo.web import errors, forms
from ogniwo.web.client_form import ClientForm, offered
from ogniwo.web.components.formats import day_long, money
from ogniwo.web.components.navigation import figures_of
from ogniwo.web.components.statuses import label_of
from ogniwo.web.desk.cases import status_of as case_status
from ogniwo.web.desk.invoice_rows import LATE
from ogniwo.web.desk.leads import initial_of, resellers_choices
from ogniwo.web.desk.notes import add_note, beside
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order
from ogniwo.web.moves import MoveForm, make_move
from ogniwo.web.together import figures, number, of_any

FEW, FEWEST = 8, 3
ACCOUNTS = (Client.State.ACCOUNT, Client.State.CLOSED)


def states(_request: HttpRequest) -> list[Choice]:
    return [
        Choice("", _("Accounts"), Q(state="account")),
        Choice("zalegle", _("Overdue"), is_late(on=warsaw_day(now()))),
        Choice("zamkniete", pgettext_lazy("filter", "Closed"), Q(state="closed")),
        Choice("wszystkie", pgettext_lazy("filter", "All")),
    ]


CLIENTS = Listing(
    "klienci",
    orders=(
        Order("nazwa", _("Client"), ("sort_name",)),
        Order("nowe", _("Newest"), ("-converted_at",)),
        Order("dlug", _("To pay"), ("-owed_grosze",)),
    ),
    search=("folded",),
    filters=(
        Filter("stan", _("State of the client"), states),
        Filter("reseller", _("Reseller"), resellers_choices, as_select=True),
    ),
    columns=(
        Column(_("Number"), lambda c: c.number),
        Column(_("Client"), lambda c: c.company_name),
        Column("NIP", lambda c: c.nip),
        Column(_("City"), lambda c: c.city),
        Column(_("E-mail"), lambda c: c.email),
        Column(_("Phone"), lambda c: c.phone),
        Column(_("State"), lambda c: label_of("client", c.state)),
        Column(_("Reseller"), lambda c: c.reseller or ""),
        Column(_("Account since"), lambda c: c.converted_at),
        Column(_("Next invoice"), lambda c: c.next_on),
        Column(_("To pay"), lambda c: c.owed_grosze, money=True),
    ),
)


class AccountForm(ClientForm):
    """Company data of an Account and how he is invoiced."""

    country = forms.TextField(label=_("Country"), max_length=2, help_text=_("Two letters: PL."))
    vat_ue = forms.TextField(label=_("VAT-UE number"), required=False, max_length=14)
    due_days = forms.NumberField(
        label=_("Days to pay"), required=False, high=60, help_text=_("Empty: as for everybody.")
    )
    virtual_account = forms.AccountField(label=_("Own account to pay into"), required=False)
    billing_held = forms.TextField(
        label=_("Billing is stopped because"), required=False, max_length=200,
        help_text=_("While something stands here, the client is not invoiced."),
    )  # fmt: skip
    no_invoice_letters = forms.TickField(label=_("No invoices by e-mail"))
    no_reminders = forms.TickField(label=_("No reminders"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in {"statement_on", "statement_how", "services"} & set(self.fields):
            self.fields[name].required = False
        self.fields["nip"].required = self.data.get("country", "PL").strip().upper() == "PL"

    def clean_country(self) -> str:
        country: str = self.cleaned_data["country"].upper()
        if not (len(country) == len("PL") and country.isascii() and country.isalpha()):
            self.refuse(gettext("Write the two letters of the country, e.g. PL."), field="country")
        return country

    @property
    def values(self) -> dict[str, Any]:
        billing = {name: self.cleaned_data[name] for name in Client.BILLING_FIELDS}
        return {"values": super().values | billing}


class CloseForm(forms.Form):
    last_day = forms.DayField(
        label=_("Last day of service"), help_text=_("All billing details end on it.")
    )
    reason = forms.ParagraphsField(label=_("Reason"), required=False, max_length=300)

    @property
    def values(self) -> dict[str, Any]:
        on = self.cleaned_data["last_day"] + timedelta(days=1)
        return {"on": on, "reason": self.cleaned_data["reason"]}


class ReassignForm(forms.Form):
    reseller = forms.PickField(label=_("New reseller"))
    on = forms.DayField(label=_("From"), help_text=_("Invoices of this day and later are his."))
    reason = forms.ParagraphsField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        found = Reseller.objects.visible_to(user).exclude(state=Reseller.State.ENDED)
        others = found.exclude(pk=self.obj.reseller_id).order_by("company_name", "pk")
        self.resellers = {row.number: row for row in others}
        names = [(number, f"{row} ({number})") for number, row in self.resellers.items()]
        self.fields["reseller"].choices = [("", _("Choose")), *names]  # type: ignore[attr-defined]  # a field of choices

    @property
    def values(self) -> dict[str, Any]:
        return super().values | {"reseller": self.resellers[self.cleaned_data["reseller"]]}


def edit_options(_request: SignedInRequest, client: Client) -> dict[str, Any]:
    billing = {name: getattr(client, name) for name in Client.BILLING_FIELDS}
    chosen = list(client.services.all())
    return {
        "initial": initial_of(client) | billing,
        "services": list(dict.fromkeys([*offered(), *chosen])),
    }


MOVES = {
    "undo_convert": MoveForm(
        _("Undo the conversion"),
        _("%(obj)s is a Lead again"),
        icon="undo-2",
        deed=accounts.undo_convert,
        after=lambda _request, client: f"/konsola/leady/{client.lead_number}/",
    ),
    "change_account": MoveForm(
        _("Change the data"),
        _("The data of %(obj)s are saved"),
        icon="pencil",
        form=AccountForm,
        template="desk/client_edit.html",
        options=edit_options,
    ),
    "reassign": MoveForm(
        _("Give to another reseller"),
        _("%(obj)s belongs to another reseller"),
        icon="split",
        form=ReassignForm,
        options=lambda request, _client: {"user": request.user},
        consequences=(_("The reseller before does not see the client any more."),),
    ),
    "close": MoveForm(
        _("Close the Account"),
        _("Account %(number)s is closed"),
        look="danger",
        icon="circle-slash",
        form=CloseForm,
        deed=accounts.close,
        consequences=(
            _("What was invoiced stays invoiced."),
            _("The NIP stays taken; the Account can be opened again."),
        ),
    ),
    "reopen": MoveForm(
        _("Open again"), _("Account %(number)s is open again"), look="primary", icon="rotate-cw"
    ),
}


@desk_page()
def clients(request: SignedInRequest) -> HttpResponse:
    rows = Client.objects.visible_to(request.user).filter(state__in=ACCOUNTS)
    page = CLIENTS.page(request, with_standing(rows).select_related("reseller"))
    listed: list[tuple[Client, str]] = []
    if "format" not in request.GET:
        shown = Invoice.objects.visible_to(request.user).filter(client__in=page.rows)
        late = set(shown.overdue(on=warsaw_day(now())).values_list("client_id", flat=True))
        listed = [(row, "overdue" if row.pk in late else row.state) for row in page.rows]
    may_export = request.user.role in DESK_AND_MONEY
    return page.answer("desk/clients.html", {"listed": listed}, may_export=may_export)


@desk_page()
def client(request: SignedInRequest, number: str) -> HttpResponse:
    found, on, user = _found(request, number), warsaw_day(now()), request.user
    if not found.is_account:
        return HttpResponseRedirect(f"/konsola/leady/{found.lead_number}/")
    details = list(running_details(BillingDetail.objects.visible_to(user).of(found)))
    newest, late = invoices_of(request, found, on=on)
    cases = Case.objects.visible_to(user).filter(client=found).order_by("-pk")[:FEW]
    context = beside(request, found) | {
        "client": found,
        "status": "overdue" if late and found.state == "account" else found.state,
        "late": [(row, row.days_late(on=on)) for row in late],
        "details": [(row, row.state(on=on), row.next_bill()) for row in details],
        "invoices": newest,
        "cases": [(row, case_status(row)) for row in cases],
        "assignments": found.assignments.select_related("reseller").order_by("-start", "-pk"),
        "numbers": numbers(request, found, details),
        "may_bill": user.role in DESK_AND_MONEY and found.state == "account",
        "MOVES": offers(request, found),
        "address": _address(found),
    }
    return render(request, "desk/client.html", context)


def offers(request: SignedInRequest, found: Client) -> dict[str, MoveForm]:
    """A conversion can be undone for 24 hours; data are changed by the desk alone."""
    until = found.undo_until()
    hidden = set() if until and now() < until else {"undo_convert"}
    if request.user.role not in DESK:
        hidden.add("change_account")
    return {verb: offer for verb, offer in MOVES.items() if verb not in hidden}


def invoices_of(
    request: SignedInRequest, found: Client, *, on: date
) -> tuple[list[Invoice], list[Invoice]]:
    """The newest ones, and those that are late for longest."""
    mine = Invoice.objects.visible_to(request.user).filter(client=found)
    newest, late = mine.newest_first()[:FEW], mine.overdue(on=on).order_by("due_on", "pk")[:FEWEST]
    rows = of_any(newest, late).with_status(on=on).defer("snapshot").newest_first()
    both = list(rows)
    late_ones = [row for row in both if row.payment_status in LATE]
    return both[:FEW], sorted(late_ones, key=lambda row: (row.due_on, row.pk))[:FEWEST]


def numbers(
    request: SignedInRequest, found: Client, details: list[BillingDetail]
) -> list[dict[str, Any]]:
    """Recurring, next invoice, what is left to pay (with his account), what was paid."""
    on, bill = warsaw_day(now()), next_bill_of(details)
    asked = {
        "sums": figures(
            found.invoices.sales(),
            paid=Sum("paid_grosze", filter=Q(currency=PLN)),
            paid_euro=Sum("paid_grosze", filter=Q(currency=EUR)),
            left=Sum(LEFT, filter=Q(currency=PLN)),
            left_euro=Sum(LEFT, filter=Q(currency=EUR)),
        ),
        "late": number(found.invoices.overdue(on=on)),
    }
    counted = figures_of(request, "desk", asked)
    sums, late = counted["sums"], counted["late"]["number"]
    note = ngettext("%(n)d invoice overdue", "%(n)d invoices overdue", late) % {"n": late}
    left = [in_euro(sums["left_euro"]), note if late else ""]
    return [
        {"label": gettext("Recurring, net a month"), "value": money(monthly_sum(details, on=on))},
        {
            "label": gettext("Next invoice"),
            "value": money(bill.gross_grosze, bill.currency) if bill else money(None),
            "note": day_long(bill.day) if bill else "",
        },
        {
            "label": gettext("To pay"),
            "value": money(sums["left"] or 0),
            "href": f"{_address(found)}konto/" if request.user.role in MONEY else "",
            "note": " · ".join(filter(None, left)),
            "tone": "bad" if late else "",
        },
        {
            "label": gettext("Paid so far"),
            "value": money(sums["paid"] or 0),
            "note": in_euro(sums["paid_euro"]),
        },
    ]


def in_euro(grosze: int | None) -> str:
    """What stands below a sum in złoty: currencies are never added up."""
    return f"+ {money(grosze, EUR)}" if grosze else ""


@desk_page()
def move_client(request: SignedInRequest, number: str, verb: str) -> HttpResponse:
    if verb == "change_account" and request.user.role not in DESK:
        return errors.forbidden(request)
    return make_move(request, _found(request, number), verb, MOVES)


@require_POST
@desk_page(roles=DESK_AND_MONEY)
def note_client(request: SignedInRequest, number: str) -> HttpResponse:
    return add_note(request, _found(request, number), _address)


def _found(request: SignedInRequest, number: str) -> Client:
    rows = Client.objects.visible_to(request.user).select_related("reseller", "registered_by")
    services = Children("services", Service.objects.order_by("position", "pk"), by="client")
    return get_object_or_404(alongside(rows, services).numbered(number))


def _address(found: Client) -> str:
    return f"/konsola/klienci/{found.number}/"


urlpatterns: list[URLPattern] = [
    path("klienci/", clients),
    path("klienci/<str:number>/", client),
    path("klienci/<str:number>/note/", note_client),
    path("klienci/<str:number>/<str:verb>/", move_client),
]
