"""Zgłoszenia: the list, a new request, and its thread."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ogniwo.journal.moves import Refused
from ogniwo.kernel.roles import RESELLER_WRITERS
from ogniwo.programme.cases import open_case, reply_to
from ogniwo.programme.disputing import dispute
from ogniwo.programme.models import Case, Client
from ogniwo.web.components.statuses import label_of
from ogniwo.web.forms import Form, once
from ogniwo.web.http import SignedInRequest, now, panel_page
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order
from ogniwo.web.moves import MoveForm, make_move
from ogniwo.web.panel.access import company_of, firm_of, may_export, may_write
from ogniwo.web.panel.case_forms import FORMS, KINDS, NEED_CLIENT, CaseForm, DisputeForm, ReplyForm
from ogniwo.web.panel.thread import changes_of, participants_of, thread_of

MOST_CLIENTS = 300
STATE = Case.State
FINISHED = [STATE.DONE, STATE.WITHDRAWN]
UNFINISHED = [STATE.OPEN, STATE.IN_PROGRESS, STATE.WAITING]


def key_of(case: Case) -> str:
    """The word of its state: a declined one is done, but not good."""
    return "refused" if case.outcome == Case.Outcome.REFUSED else str(case.state)


def listing() -> Listing:
    states = (
        Choice("", gettext_lazy("All")),
        Choice("czeka", gettext_lazy("Wait for you"), Q(state=STATE.WAITING)),
        Choice("otwarte", pgettext_lazy("requests", "Open"), Q(state__in=UNFINISHED)),
        Choice("zamkniete", pgettext_lazy("requests", "Closed"), Q(state__in=FINISHED)),
    )
    columns = (
        Column(_("Number"), lambda c: c.number),
        Column(_("Subject"), lambda c: c.subject),
        Column(_("Kind"), lambda c: c.get_kind_display()),
        Column(_("Client"), lambda c: c.client or ""),
        Column(_("State"), lambda c: label_of("case", key_of(c))),
        Column(_("Opened"), lambda c: c.opened_at),
        Column(_("Last message"), lambda c: c.last_post_at),
    )
    return Listing(
        "zgloszenia",
        orders=(
            Order("ostatnie", gettext_lazy("Last message"), ("-last_post_at",)),
            Order("data", gettext_lazy("Opened"), ("-opened_at",)),
        ),
        search=("low_number", "low_subject", "client__folded"),
        filters=(Filter("stan", gettext_lazy("State of the request"), states),),
        columns=columns,
    )


@panel_page()
def cases(request: SignedInRequest) -> HttpResponse:
    rows = Case.objects.visible_to(request.user).select_related("client")
    rows = rows.annotate(low_number=Lower("number"), low_subject=Lower("subject"))
    page = listing().page(request, rows)
    context = {"may_write": may_write(request)}
    return page.answer("panel/cases.html", context, may_export=may_export(request))


# --- a new one -----------------------------------------------------------------------------------


@panel_page(roles=RESELLER_WRITERS)
def new_case(request: SignedInRequest) -> HttpResponse:
    """Client, kind and, if wanted, the subject stand in the query; the form is of that kind."""
    kind, client = kind_asked(request), client_asked(request)
    subject = {"subject": request.GET.get("temat", "")}
    form = FORMS[kind](request.POST or None, client=client, initial=subject)
    if request.method == "POST" and form.is_valid():
        if client is None and kind in NEED_CLIENT:
            form.refuse(_("Choose the client."), code="no_client")
            return _new_page(request, kind, client, form)
        try:
            return once(request, form, lambda: _open(request, kind, client, form), at=now())
        except Refused as refusal:
            form.refuse(str(refusal), code=refusal.code)
    return _new_page(request, kind, client, form)


def kind_asked(request: HttpRequest) -> str:
    kind = request.POST.get("rodzaj") or request.GET.get("rodzaj") or Case.Kind.SERVICE
    if kind not in FORMS:
        raise Http404
    return kind


def client_asked(request: SignedInRequest) -> Client | None:
    """The client that is named; missing and foreign are the same 404."""
    number = request.POST.get("klient") or request.GET.get("klient")
    if not number:
        return None
    found = Client.objects.visible_to(request.user).numbered(number).first()
    if found is None:
        raise Http404
    return found


def _open(request: SignedInRequest, kind: str, client: Client | None, form: CaseForm) -> str:
    if isinstance(form, DisputeForm):
        case = _dispute(request, form)
    else:
        case = open_case(
            firm_of(request),
            kind=kind,
            subject=form.title,
            text=form.words,
            client=client,
            changes=form.changes,
            effective_on=form.effective_on,
            by=request.user,
            at=now(),
        )
    messages.success(request, _("Request %(number)s is sent") % {"number": case.number})
    return f"/panel/zgloszenia/{case.number}/"


def _dispute(request: SignedInRequest, form: DisputeForm) -> Case:
    given = form.cleaned_data
    return dispute(
        firm_of(request),
        nip=given["nip"],
        company=given["company_name"],
        text=given["text"],
        by=request.user,
        at=now(),
    )


def _new_page(
    request: SignedInRequest, kind: str, client: Client | None, form: CaseForm
) -> HttpResponse:
    mine = Client.objects.visible_to(request.user).filter(state__in=Client.CLAIMS)
    rows = list(mine.order_by("sort_name", "pk")[:MOST_CLIENTS])
    if client is not None and client not in rows:
        rows.append(client)
    context: dict[str, Any] = {
        "form": form,
        "kind": kind,
        "kinds": [(key, label, hint) for key, (label, hint) in KINDS.items()],
        "client": client,
        "clients": rows,
        "needs_client": kind in NEED_CLIENT and client is None,
        "may_write": may_write(request),
        "brand": company_of(request).brand,
    }
    return render(request, "panel/case_new.html", context, status=form.status)


# --- the thread ----------------------------------------------------------------------------------

MOVES = {
    "withdraw": MoveForm(
        gettext_lazy("Withdraw the request"),
        gettext_lazy("Request withdrawn: %(obj)s"),
        look="danger",
        form=Form,
        consequences=(gettext_lazy("We stop working on it. You can open a new one at any time."),),
    ),
}


def case_of(request: SignedInRequest, number: str) -> Case:
    rows = Case.objects.visible_to(request.user).select_related("client", "owner", "follows")
    return get_object_or_404(rows, number=number.upper())


@panel_page()
def case(request: SignedInRequest, number: str) -> HttpResponse:
    return _thread_page(request, case_of(request, number), ReplyForm())


@panel_page(roles=RESELLER_WRITERS)
def reply(request: SignedInRequest, number: str) -> HttpResponse:
    """To a finished request within 14 days it opens it again, later it opens a new one."""
    found = case_of(request, number)
    if request.method != "POST":
        return HttpResponseRedirect(f"/panel/zgloszenia/{found.number}/")
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _thread_page(request, found, form)

    def deed() -> str:
        answered = reply_to(found, form.cleaned_data["text"], by=request.user, at=now())
        messages.success(request, _("Reply sent: %(number)s") % {"number": answered.number})
        return f"/panel/zgloszenia/{answered.number}/"

    return once(request, form, deed, at=now())


@panel_page()
def move_case(request: SignedInRequest, number: str, verb: str) -> HttpResponse:
    return make_move(request, case_of(request, number), verb, MOVES)


def _thread_page(request: SignedInRequest, found: Case, form: ReplyForm) -> HttpResponse:
    brand = company_of(request).brand
    context: dict[str, Any] = {
        "case": found,
        "key": key_of(found),
        "form": form,
        "address": f"/panel/zgloszenia/{found.number}/",
        "moves": MOVES,
        "may_write": may_write(request),
        "brand": brand,
        "thread": thread_of(found, viewer=request.user, brand=brand),
        "changes": changes_of(found),
        "people": participants_of(found),
        "is_closed": found.state in FINISHED,
        "reopens": found.can_reopen(at=now()),
    }
    return render(request, "panel/case.html", context, status=form.status)


urlpatterns = [
    path("zgloszenia/", cases),
    path("zgloszenia/nowe/", new_case),
    path("zgloszenia/<str:number>/", case),
    path("zgloszenia/<str:number>/reply/", reply),
    path("zgloszenia/<str:number>/<str:verb>/", move_case),
]
