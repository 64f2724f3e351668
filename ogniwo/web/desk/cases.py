"""Cases: the list by age, the thread with the client and the change beside it, and the answers."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import BillingDetail
from ogniwo.billing.portfolio import next_bill_of
from ogniwo.journal.models import Event
from ogniwo.journal.moves import Conflict, Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import DESK, DESK_AND_MONEY
from ogniwo.programme.models import Case, Client
from ogniwo.programme.waiting import case_clock, usual_first_answer
from ogniwo.web import forms
from ogniwo.web.client_form import in_words
from ogniwo.web.components.formats import day_long
from ogniwo.web.components.history import deed_of
from ogniwo.web.components.statuses import label_of
from ogniwo.web.conflict import conflict
from ogniwo.web.desk.meters import meter
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order
from ogniwo.web.moves import MoveForm, make_move

FOR_DESK = ("open", "in_progress")
OVER = ("done", "withdrawn")
TOLD_IN_THREAD = {"take", "apply", "refuse", "withdraw", "reopen"}
ON_INVOICES = frozenset({"company_name", "nip", "street", "postcode", "city"})
LATELY = timedelta(days=90)


def kinds(_request: HttpRequest) -> list[Choice]:
    rows = [Choice(key, label, Q(kind=key)) for key, label in Case.Kind.choices]
    return [Choice("", _("All kinds")), *rows]


def whose(request: HttpRequest) -> list[Choice]:
    mine = Q(owner_id=request.user.pk)
    return [Choice("", _("Everybody’s")), Choice("moje", _("Mine"), mine)]


CASES = Listing(
    "zgloszenia",
    orders=(
        Order("wiek", _("Oldest"), ("opened_at",)),
        Order("nowe", _("Newest"), ("-opened_at",)),
        Order("ostatnie", _("Last message"), ("-last_post_at",)),
    ),
    plain=("number", "subject", "reseller__company_name", "client__company_name", "client__nip"),
    filters=(
        Filter(
            "stan",
            _("State of the request"),
            (
                Choice("", pgettext_lazy("filter", "For us"), Q(state__in=FOR_DESK)),
                Choice("czeka", _("Awaiting reply"), Q(state="waiting")),
                Choice("zamkniete", pgettext_lazy("filter", "Closed"), Q(state__in=OVER)),
                Choice("wszystkie", pgettext_lazy("filter", "All")),
            ),
        ),
        Filter("rodzaj", _("Kind"), kinds, as_select=True),
        Filter("kto", _("In charge"), whose, as_select=True),
    ),
    columns=(
        Column(_("Number"), lambda c: c.number),
        Column(_("Subject"), lambda c: c.subject),
        Column(_("Kind"), lambda c: c.get_kind_display()),
        Column(_("State"), lambda c: label_of("case", status_of(c))),
        Column(_("Reseller"), lambda c: c.reseller),
        Column(_("Client"), lambda c: c.client or ""),
        Column(_("Opened"), lambda c: c.opened_at),
        Column(_("First answer"), lambda c: c.answered_at),
        Column(_("Closed"), lambda c: c.closed_at),
        Column(_("In charge"), lambda c: c.owner or ""),
    ),
)


def status_of(case: Case) -> str:
    """The key of the badge: a refused case is told apart from a done one."""
    return "refused" if case.outcome == Case.Outcome.REFUSED else str(case.state)


class TextForm(forms.Form):
    text = forms.ParagraphsField(label=_("Message"), rows=5)


class ApplyForm(forms.Form):
    text = forms.ParagraphsField(label=_("A few words"), required=False, rows=4)
    confirmed = forms.TickField(label=_("Apply although the data have changed since"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.obj.outdated_changes():
            del self.fields["confirmed"]


class RefuseForm(forms.Form):
    reason = forms.ParagraphsField(
        label=_("Reason"), max_length=300, help_text=_("Goes into the e-mail to the reseller.")
    )


def applied(case: Case, **decided: Any) -> None:
    """Apply the change; only an Account is changed this way."""
    client = case.client
    if case.changes and client is not None and client.state != Client.State.ACCOUNT:
        raise Refused("not_an_account", _("Only the data of an open Account can be changed so."))
    case.apply(**decided)


def asked_again(request: SignedInRequest, case: Case, form: forms.Form | None) -> HttpResponse:
    """409: the live values are others now; or somebody was quicker."""
    outdated = case.outdated_changes() if case.state not in OVER else []
    if not outdated:
        refusal = Conflict("stale", _("Somebody changed this in the meantime."), obj=case)
        return conflict(request, case, form=form, refusal=refusal)
    context = {
        "case": case,
        "text": form.data.get("text", "") if form else "",
        "rows": [(label_of_field(r["field"]), *_shown(r, "old", "live", "new")) for r in outdated],
        "address": _address(case),
    }
    return render(request, "desk/case_outdated.html", context, status=409)


MOVES = {
    "take": MoveForm(_("Take over"), _("You are in charge of %(number)s"), icon="user"),
    "answer": MoveForm(
        _("Send the answer"),
        _("The answer is sent"),
        look="primary",
        icon="reply",
        form=TextForm,
        preview="asked",
    ),
    "note": MoveForm(_("Add a note"), _("Note saved"), icon="pencil", form=TextForm),
    "apply": MoveForm(
        _("Finish as done"),
        _("%(number)s is done"),
        look="primary",
        icon="check",
        form=ApplyForm,
        deed=applied,
        on_conflict=asked_again,
        preview="asked",
    ),
    "refuse": MoveForm(
        _("Decline"),
        _("%(number)s is declined"),
        look="danger",
        icon="x",
        form=RefuseForm,
        preview="asked",
    ),
}


@desk_page()
def cases(request: SignedInRequest) -> HttpResponse:
    rows = Case.objects.visible_to(request.user).select_related("reseller", "client", "owner")
    page, on = CASES.page(request, rows), warsaw_day(now())
    may_export = request.user.role in DESK_AND_MONEY
    if "format" in request.GET:
        return page.answer("desk/cases.html", may_export=may_export)
    answered = Case.objects.visible_to(request.user).filter(answered_at__gte=now() - LATELY)
    context = {
        "listed": [(row, status_of(row), _left(row, on=on)) for row in page.rows],
        "may_sort": request.user.role in DESK,
        "usual": usual_first_answer(answered.only("opened_at", "answered_at")),
    }
    return page.answer("desk/cases.html", context, may_export=may_export)


@desk_page()
def case(request: SignedInRequest, number: str) -> HttpResponse:
    found, on = _found(request, number), warsaw_day(now())
    context = {
        "case": found,
        "status": status_of(found),
        "left": _left(found, on=on),
        "thread": thread(found),
        "changes": [
            (label_of_field(r["field"]), *_shown(r, "old", "new", "live")) for r in with_live(found)
        ],
        "effect": effect(request, found),
        "first_answer": found.answered_at - found.opened_at if found.answered_at else None,
        "may_answer": request.user.role in DESK_AND_MONEY and found.state not in OVER,
        "form": TextForm(obj=found),
        "MOVES": {name: MOVES[name] for name in ("take", "refuse")},
        "address": _address(found),
    }
    return render(request, "desk/case.html", context)


@desk_page()
def move_case(request: SignedInRequest, number: str, verb: str) -> HttpResponse:
    return make_move(request, _found(request, number), verb, MOVES)


class Post(NamedTuple):
    """One entry of the thread: words of somebody, or a change of state."""

    at: datetime
    who: str
    text: str = ""
    via: str = ""
    internal: bool = False
    files: list[dict[str, Any]] = []
    deed: str = ""
    icon: str = ""


def thread(found: Case) -> list[Post]:
    """Messages, notes and changes of state in the order in which they came."""
    rows = [
        Post(
            at=post.at,
            who=str(post.by or post.author or found.reseller),
            text=post.text,
            via=gettext("e-mail") if post.letter_id else "",
            internal=post.internal,
            files=post.files,
        )
        for post in found.posts.select_related("by")
    ]
    for event in Event.objects.about(found).select_related("by"):
        if event.name in TOLD_IN_THREAD:
            deed = deed_of(event.verb)
            who = str(event.by or found.reseller)
            rows.append(Post(event.at, who, deed=str(deed.title), icon=deed.icon))
    return sorted(rows, key=lambda row: row.at)


def with_live(found: Case) -> list[dict[str, Any]]:
    """The changes; those whose live value is another one now say which."""
    if found.state in OVER:
        return list(found.changes)
    live = {row["field"]: row for row in found.outdated_changes()}
    return [live.get(row["field"], row) for row in found.changes]


def effect(request: SignedInRequest, found: Case) -> str:
    """Whether the next invoice changes."""
    if not found.changes or found.client is None:
        return ""
    if not ON_INVOICES & {row["field"] for row in found.changes}:
        return gettext("These data do not stand on invoices: no invoice changes.")
    details = BillingDetail.objects.visible_to(request.user).of(found.client).living()
    bill = next_bill_of(details.with_next())
    if bill is None:
        return gettext("The client has no coming invoice; issued ones never change.")
    return gettext("The next invoice, on %(day)s, will carry the new data.") % {
        "day": day_long(bill.day)
    }


def label_of_field(name: str) -> str:
    return str(getattr(Client._meta.get_field(name), "verbose_name", name))


def _shown(row: Mapping[str, Any], *names: str) -> list[str | None]:
    return [in_words(row["field"], row[name]) if name in row else None for name in names]


def _found(request: SignedInRequest, number: str) -> Case:
    rows = Case.objects.visible_to(request.user).select_related("reseller", "client", "owner")
    return get_object_or_404(rows, number=number.upper())


def _address(found: Case) -> str:
    return f"/konsola/zgloszenia/{found.number}/"


def _left(found: Case, *, on: date) -> Any:
    return meter(case_clock(found, on=on)) if found.state in FOR_DESK else None


urlpatterns: list[URLPattern] = [
    path("zgloszenia/", cases),
    path("zgloszenia/<str:number>/", case),
    path("zgloszenia/<str:number>/<str:verb>/", move_case),
]
