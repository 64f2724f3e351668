"""One view for all moves: `POST <address of the object>/<verb>/`, and the form GET shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.moves import Conflict, Move, NotAllowed, Refused, Stateful
from ogniwo.outbox.rehearsal import Draft, rehearse
from ogniwo.web import errors
from ogniwo.web.conflict import conflict, frame_of
from ogniwo.web.forms import Form
from ogniwo.web.http import READING, SignedInRequest

Text = str | Promise
CONFLICT = 409
OPEN = "open"
SAVED = _("Saved")


def _nothing(_request: SignedInRequest, _obj: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class MoveForm:
    """How a face offers one move: its button, its form, and what is said when it is done."""

    label: Text
    done: Text = SAVED
    icon: str = ""
    look: str = ""  # "primary", "danger", "ghost"
    form: type[Form] | None = None
    template: str = "components/move_form.html"
    intro: Text = ""  # one sentence above the form
    consequences: Sequence[Text] = ()  # "What will happen"
    undo: str = ""  # the verb that takes it back
    preview: str = ""  # of the letters: "open" at once, or "asked" by a button of the form
    deed: Callable[..., Any] | None = None  # instead of the model's verb: deed(obj, by=, at=, …)
    options: Callable[[SignedInRequest, Any], dict[str, Any]] = field(default=_nothing)
    context: Callable[[SignedInRequest, Any], dict[str, Any]] = field(default=_nothing)
    after: Callable[[SignedInRequest, Any], str] | None = None  # the address to go to
    on_conflict: Callable[[SignedInRequest, Any, Form | None], HttpResponse] | None = None


Moves = Mapping[str, MoveForm]


def make_move(
    request: SignedInRequest, obj: Stateful, verb: str, moves: Moves, *, at: datetime | None = None
) -> HttpResponse:
    """Show the form of a move, or make it; every refusal is an answer in words."""
    offer, row = moves.get(verb), row_of(obj, verb)
    if row is not None and request.user.role not in row.roles:
        return errors.forbidden(request)  # he sees the object, the move is for others
    if offer is None or row is None:
        raise Http404
    if request.method in READING:
        return _shown(request, obj, row, offer)
    if request.method != "POST":
        return errors.method_not_allowed(request, "GET", "POST")
    return _made(request, obj, row, offer, at=at or now())


def row_of(obj: Stateful, verb: str) -> Move | None:
    """The line of the table of moves."""
    return next((row for row in obj.table_of_moves() if row.name == verb), None)


def address_of(request: HttpRequest, verb: str) -> str:
    """The object's own address: the move's without its verb."""
    return request.path.removesuffix(f"{verb}/")


def _shown(request: SignedInRequest, obj: Stateful, row: Move, offer: MoveForm) -> HttpResponse:
    if offer.form is None:
        return errors.method_not_allowed(request, "POST")
    if obj.state not in row.sources:
        return errors.refused(request, _wrong_state(obj))
    form = offer.form(obj=obj, **offer.options(request, obj))
    letters = _drafts(request, obj, row, offer, {}, at=now()) if offer.preview == OPEN else []
    return _page(request, obj, row, offer, form, letters=letters)


def _made(
    request: SignedInRequest, obj: Stateful, row: Move, offer: MoveForm, *, at: datetime
) -> HttpResponse:
    form = offer.form or Form
    filled = form(request.POST, request.FILES, obj=obj, **offer.options(request, obj))
    valid = filled.is_valid()
    try:
        if obj.state not in row.sources:
            raise _wrong_state(obj)
        if filled.cleaned_data.get("version") is not None:
            obj.checked_version(filled.cleaned_data["version"])
        if not valid or (offer.preview and "preview" in request.POST):
            letters = _drafts(request, obj, row, offer, filled.values, at=at) if valid else []
            return _page(request, obj, row, offer, filled, letters=letters)
        _do(request, obj, row, offer, filled.values, at=at)
    except Refused as refusal:
        return _refused(request, obj, row, offer, filled, refusal)
    return _gone_on(request, obj, row, offer)


def _refused(
    request: SignedInRequest,
    obj: Stateful,
    row: Move,
    offer: MoveForm,
    filled: Form,
    refusal: Refused,
) -> HttpResponse:
    if isinstance(refusal, NotAllowed):
        return errors.forbidden(request, str(refusal))
    if isinstance(refusal, Conflict):
        return _in_conflict(request, obj, offer, filled, refusal)
    if offer.form is None:
        return errors.refused(request, refusal)
    filled.refuse(str(refusal), code=refusal.code)
    return _page(request, obj, row, offer, filled, status=CONFLICT)


def _do(
    request: SignedInRequest,
    obj: Stateful,
    row: Move,
    offer: MoveForm,
    values: dict[str, Any],
    *,
    at: datetime,
) -> None:
    if offer.deed is not None:
        offer.deed(obj, **values, by=request.user, at=at)
    else:
        getattr(obj, row.name)(**values, by=request.user, at=at)


def _drafts(
    request: SignedInRequest,
    obj: Stateful,
    row: Move,
    offer: MoveForm,
    values: dict[str, Any],
    *,
    at: datetime,
) -> list[Draft]:
    """The letters the move would send; the move itself is taken back."""
    drafts = rehearse(lambda: _do(request, obj, row, offer, values, at=at), at=at)
    obj.refresh_from_db()
    return drafts


def _gone_on(request: SignedInRequest, obj: Stateful, row: Move, offer: MoveForm) -> HttpResponse:
    address = offer.after(request, obj) if offer.after else address_of(request, row.name)
    undo = f"{address}{offer.undo}/" if offer.undo else ""
    number = getattr(obj, "shown_number", "") or getattr(obj, "number", "")
    messages.success(request, str(offer.done) % {"obj": obj, "number": number}, extra_tags=undo)
    return HttpResponseRedirect(address)


def _in_conflict(
    request: SignedInRequest, obj: Stateful, offer: MoveForm, filled: Form, refusal: Conflict
) -> HttpResponse:
    obj.refresh_from_db()
    if offer.form is not None:
        # On the row as it stands now, so that its newer values can be shown beside.
        filled = offer.form(request.POST, request.FILES, obj=obj, **offer.options(request, obj))
        filled.is_valid()
    form = filled if offer.form is not None else None
    if offer.on_conflict is not None:
        return offer.on_conflict(request, obj, form)
    return conflict(request, obj, form=form, refusal=refusal)


def _wrong_state(obj: Stateful) -> Conflict:
    return Conflict("wrong_state", _("This is no longer possible in its present state."), obj=obj)


def _page(  # noqa: PLR0913 - what is drawn
    request: SignedInRequest,
    obj: Stateful,
    row: Move,
    offer: MoveForm,
    form: Form,
    *,
    status: int = 0,
    letters: Sequence[Draft] = (),
) -> HttpResponse:
    context = {
        "letters": letters,
        "obj": obj,
        "form": form,
        "offer": offer,
        "verb": row.name,
        "back": address_of(request, row.name),
        "frame": frame_of(request),
        **offer.context(request, obj),
    }
    return render(request, offer.template, context, status=status or form.status)
