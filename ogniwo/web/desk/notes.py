"""What stands beside an object of the desk: its internal notes and its history."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ogniwo.journal.models import Event
from ogniwo.journal.moves import Stateful
from ogniwo.programme.models import Note
from ogniwo.programme.noting import WRITERS, note
from ogniwo.web import forms
from ogniwo.web.components.history import Entry, entries_of
from ogniwo.web.http import SignedInRequest, now
from ogniwo.web.vendor import vendor_of

LONGEST_HISTORY = 60


class NoteForm(forms.Once):
    text = forms.ParagraphsField(label=gettext_lazy("Note"), rows=2)


def beside(request: SignedInRequest, obj: Stateful) -> dict[str, Any]:
    """For the template of an object: `history`, `notes` and, for those who may, `note_form`."""
    may_write = request.user.role in WRITERS.get(type(obj), ())
    return {
        "history": history_of(request, obj),
        "notes": Note.objects.about(obj).select_related("by"),
        "note_form": NoteForm() if may_write else None,
    }


def history_of(request: SignedInRequest, *objs: Model) -> list[Entry]:
    events = Event.objects.about_any(*objs).told()
    vendor = vendor_of(request)
    return entries_of(
        events[:LONGEST_HISTORY],
        viewer=request.user,
        brand=vendor.brand if vendor else "",
        model=type(objs[0]),
    )


def add_note(
    request: SignedInRequest, obj: Stateful, address: Callable[[Any], str]
) -> HttpResponse:
    """POST only: keep the note and go back to the object."""
    at, form = now(), NoteForm(request.POST)
    if not form.is_valid():
        context = {"obj": obj, "form": form, "back": address(obj), "title": _("Note")}
        return render(request, "desk/form.html", context, status=form.status)

    def deed() -> str:
        note(obj, form.values["text"], by=request.user, at=at)
        messages.success(request, _("Note saved"))
        return address(obj)

    return forms.once(request, form, deed, at=at)
