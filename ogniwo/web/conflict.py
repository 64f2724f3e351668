"""Two people at once: the second sees who changed what, beside what he wrote himself."""

from typing import Any, NamedTuple

from django.db import models
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ogniwo.journal.models import Event
from ogniwo.journal.moves import Conflict
from ogniwo.web.components.formats import moment
from ogniwo.web.forms import Form

UNSEEN = frozenset({"csrfmiddlewaretoken", "version", "once", "opened"})


class Pair(NamedTuple):
    """One field as this person wrote it, and as it stands now."""

    label: str
    mine: str
    theirs: str

    @property
    def same(self) -> bool:
        return self.mine == self.theirs


def conflict(
    request: HttpRequest, obj: models.Model, *, form: Form | None, refusal: Conflict
) -> HttpResponse:
    """409 with who, when and what; "Keep mine" sends the same form on the newer version."""
    last = Event.objects.about(obj).select_related("by").first()
    pairs = _pairs(form) if form is not None else []
    stale = refusal.code == "stale"
    context = {
        "status": 409,
        "frame": frame_of(request),
        "title": _title(last),
        "sentence": "" if stale else str(refusal),
        "pairs": pairs,
        "resend": _resend(request, obj) if stale and pairs else [],
        "here": request.path,
        "back": request.path.rstrip("/").rpartition("/")[0] + "/",
    }
    return render(request, "errors/conflict.html", context, status=409)


def frame_of(request: HttpRequest) -> str:
    """The frame of the person's own face."""
    if not request.user.is_authenticated:
        return "public.html"
    return "desk.html" if request.user.is_vendor else "panel.html"


def _title(last: Event | None) -> str:
    if last is None:
        return _("This was changed in the meantime")
    when = moment(last.at)
    if last.by is None:
        return _("This was changed in the meantime (%(when)s)") % {"when": when}
    return _("%(who)s changed this: %(when)s") % {"who": last.by, "when": when}


def _pairs(form: Form) -> list[Pair]:
    visible = [bound for bound in form if not bound.is_hidden]
    return [Pair(str(b.label), _words(b, b.data), _words(b, b.initial)) for b in visible]


def _words(bound: BoundField, value: Any) -> str:
    """A value as people read it in the field."""
    choices = dict(getattr(bound.field, "choices", []) or [])
    if isinstance(value, list | tuple | set):
        return ", ".join(str(choices.get(str(one), one)) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if choices:
        return str(choices.get(value, choices.get(str(value), value or "")))
    shown = bound.field.prepare_value(value)
    return "" if shown is None else str(shown)


def _resend(request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in UNSEEN
        for value in values
    ]
    return [*sent, ("version", str(obj.version))]
