"""What may be done with a billing detail: each a form, its consequences, and the deed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import changes, revising
from ogniwo.billing.accounts import terminate_with_refund
from ogniwo.billing.bill_now import bill_now
from ogniwo.billing.models import BillingDetail, Invoice
from ogniwo.billing.outlook import Effect, effect_of
from ogniwo.billing.portfolio import spans
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Conflict, NotAllowed, Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import DESK_AND_MONEY, MONEY
from ogniwo.people.models import User
from ogniwo.programme.models import Client
from ogniwo.web import errors, forms
from ogniwo.web.conflict import conflict
from ogniwo.web.desk import change_forms
from ogniwo.web.desk.agreements import FIELD_OF
from ogniwo.web.desk.invoice_rows import address_of
from ogniwo.web.desk.saving import is_stale, posted
from ogniwo.web.http import SignedInRequest, desk_page, now

Text = str | Promise
Deed = Callable[..., Any]
CONFLICT = 409
DAYS = dict.fromkeys(("already_invoiced", "not_a_boundary", "resume_before_pause"), "from_on")
ENDS = dict.fromkeys(("end_before_start", "already_ended"), "last_day")
# Beside which field a refusal stands, where the form has it.
AT_FIELD: Mapping[str, str] = FIELD_OF | DAYS | ENDS | {"bad_index": "percent"}


def end(
    detail: BillingDetail, *, end_on: date, refund: bool, by: Actor, at: datetime
) -> list[Invoice]:
    """What was invoiced stays invoiced, unless it is asked back."""
    if refund:
        return terminate_with_refund(detail, end_on=end_on, by=by, at=at)
    changes.terminate(detail, end_on=end_on, by=by, at=at)
    return []


def index(detail: BillingDetail, *, from_on: date, bp: int, by: Actor, at: datetime) -> None:
    changes.index_prices([detail], from_on=from_on, bp=bp, by=by, at=at)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One deed: its words, its form, in which states it is offered, and to whom."""

    label: Text
    done: Text
    form: Callable[..., Any]
    deed: Deed
    states: Collection[str]
    icon: str
    look: str = ""
    recurring: bool = True
    fresh: bool = False  # only while nothing is invoiced
    first: bool = False  # only before the first invoice, even if that came to zero
    roles: Collection[str] = DESK_AND_MONEY
    consequences: list[Text] = field(default_factory=list)


RUNNING = frozenset({"planned", "active", "ending"})
LIVING = RUNNING | {"paused"}
CHANGES: Mapping[str, Change] = {
    "bill_now": Change(
        label=_("Invoice now"), done=_("The invoice is issued"), icon="receipt-text",
        form=change_forms.BillNowForm, deed=bill_now, states=RUNNING, recurring=False, roles=MONEY,
        consequences=[_("The next period alone, dated today; at most 60 days before it begins.")],
    ),
    "change_terms": Change(
        label=_("Change the price"), done=_("The new terms are saved"), icon="pencil",
        form=change_forms.TermsForm, deed=changes.change_terms, states=LIVING, recurring=False,
        consequences=[_("For periods from that day on; what is invoiced stays.")],
    ),
    "index_prices": Change(
        label=_("Index the price"), done=_("The indexed price is saved"), icon="percent",
        form=change_forms.IndexForm, deed=index, states=LIVING,
        consequences=[
            _("A second index from the same day replaces the first."),
            _("Terms agreed for later stay as they are."),
        ],
    ),
    "set_discounts": Change(
        label=_("Set discounts"), done=_("The discounts are saved"), icon="percent",
        form=change_forms.DiscountsForm, deed=revising.set_discounts, states=LIVING,
        recurring=False,
        consequences=[_("They apply to periods that begin in that time, and may not overlap.")],
    ),
    "change_cycle": Change(
        label=_("Change the cycle"), done=_("The new cycle is saved"), icon="refresh-cw",
        form=change_forms.CycleForm, deed=changes.change_cycle, states=RUNNING,
        consequences=[
            _("This detail ends there and a new one goes on, linked with it."),
            _("Free periods and terms agreed for later are not taken over."),
        ],
    ),
    "pause": Change(
        label=_("Pause"), done=_("The service is paused"), icon="circle-pause",
        form=change_forms.PauseForm, deed=changes.pause, states=RUNNING,
        consequences=[_("Paused time costs nothing, and nothing is given back.")],
    ),
    "resume": Change(
        label=_("Resume"), done=_("The service runs again"), icon="refresh-cw", look="primary",
        form=change_forms.ResumeForm, deed=changes.resume, states={"paused"},
        consequences=[_("Periods are counted from that day; an end that was set stays.")],
    ),
    "revise": Change(
        label=_("Change the agreement"), done=_("The agreement is saved"), icon="file-pen-line",
        form=change_forms.RevisionForm, deed=revising.revise, states=LIVING, recurring=False,
        fresh=True, first=True,
        consequences=[_("Everything may be changed until the first invoice.")],
    ),
    "terminate": Change(
        label=_("End"), done=_("The end is saved"), icon="hourglass", look="danger",
        form=change_forms.EndForm, deed=end, states=LIVING,
        consequences=[
            _("A period that is not invoiced yet is cut and costs its part."),
            _("A period that is invoiced stays invoiced, unless it is given back."),
        ],
    ),
    "cancel": Change(
        label=_("Cancel the detail"), done=_("The detail is cancelled"), icon="x", look="danger",
        form=change_forms.PlainForm, deed=changes.cancel, states=LIVING, recurring=False,
        fresh=True,
        consequences=[_("It is never invoiced; it stays in the history.")],
    ),
}  # fmt: skip


def offers_of(
    user: User, found: BillingDetail, state: str, *, is_fresh: bool
) -> list[tuple[str, Change]]:
    """What this person may do with it now; nothing of a fresh one is invoiced."""
    is_first = is_fresh and not revising.was_invoiced(found)
    return [
        (verb, offer)
        for verb, offer in CHANGES.items()
        if user.role in offer.roles
        and state in offer.states
        and (found.is_recurring or not offer.recurring)
        and (is_fresh or not offer.fresh)
        and (is_first or not offer.first)
    ]


def client_of(request: SignedInRequest, number: str) -> Client:
    rows = Client.objects.visible_to(request.user).filter(number__isnull=False)
    return get_object_or_404(rows.numbered(number))


def detail_of(request: SignedInRequest, number: str, pk: int) -> BillingDetail:
    """A detail of the client of that number, with all that is told of it."""
    clients = Client.objects.visible_to(request.user).filter(number__isnull=False).numbered(number)
    rows = BillingDetail.objects.visible_to(request.user).filter(client__in=clients)
    return get_object_or_404(rows.select_related("service", "client").with_next(spans()), pk=pk)


@desk_page(roles=DESK_AND_MONEY)
def change(request: SignedInRequest, number: str, pk: int, verb: str) -> HttpResponse:
    """GET: the form with what it would change; POST: the deed, or with `preview` its effect."""
    found, offer = detail_of(request, number, pk), CHANGES.get(verb)
    if offer is None:
        raise Http404
    if request.user.role not in offer.roles:
        return errors.forbidden(request)
    at = now()
    form = offer.form(posted(request), obj=found, on=warsaw_day(at), user=request.user)
    do = partial(offer.deed, found, by=request.user, at=at)
    if request.method != "POST":
        return _page(request, found, offer, form, effect=_opening_effect(found, form, do))
    if not form.is_valid():
        return _page(request, found, offer, form)
    return _done(request, found, offer, form, do, at=at)


def _done(
    request: SignedInRequest,
    found: BillingDetail,
    offer: Change,
    form: Any,
    do: Deed,
    *,
    at: datetime,
) -> HttpResponse:
    """The deed, its effect or its refusal."""

    def deed() -> str:
        made = do(**form.values)
        messages.success(request, str(offer.done))
        return _next(found, made)

    if is_stale(form):
        stale = Conflict("stale", _("Somebody changed this in the meantime."), obj=found)
        return conflict(request, found, form=form, refusal=stale)
    try:
        if "preview" in request.POST:
            effect = effect_of(found, partial(do, **form.values))
            return _page(request, found, offer, form, effect=effect)
        if isinstance(form, forms.Once):
            return forms.once(request, form, deed, at=at)
        return HttpResponseRedirect(deed())
    except NotAllowed:
        raise
    except Conflict as clash:
        return conflict(request, found, form=form, refusal=clash)
    except Refused as refusal:
        name = AT_FIELD.get(refusal.code)
        at_field = name if name in form.fields else None
        form.refuse(str(refusal), field=at_field, code=refusal.code)
        return _page(request, found, offer, form, status=CONFLICT)


def _next(found: BillingDetail, made: Any) -> str:
    """To the new invoice or the new detail, else back to the detail."""
    if isinstance(made, Invoice):
        return address_of(made)
    if isinstance(made, BillingDetail):
        found = made
    return address_of_detail(found)


def address_of_detail(found: BillingDetail) -> str:
    return f"/konsola/klienci/{found.client.number}/billing/{found.pk}/"


def _opening_effect(found: BillingDetail, form: Any, do: Deed) -> Effect | None:
    """What the form would do as it opens; nothing when it is refused or not filled in."""
    values = form.first_values
    try:
        return None if values is None else effect_of(found, partial(do, **values))
    except Refused:
        return None


def _page(
    request: SignedInRequest,
    found: BillingDetail,
    offer: Change,
    form: forms.Form,
    *,
    effect: Effect | None = None,
    status: int = 0,
) -> HttpResponse:
    context = {
        "detail": found,
        "form": form,
        "offer": offer,
        "back": address_of_detail(found),
        "effect": effect,
    }
    return render(request, "desk/detail_change.html", context, status=status or form.status)


urlpatterns: list[URLPattern] = [
    path("klienci/<str:number>/billing/<int:pk>/<str:verb>/", change),
]
