"""A request as one thread: what was written, and between it what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from ogniwo.journal.models import Event
from ogniwo.people.models import User
from ogniwo.programme.models import Case, CasePost
from ogniwo.web.client_form import ClientForm, in_words
from ogniwo.web.components.history import entries_of

# Deeds that are posts themselves, or say nothing to the reseller.
SILENT = frozenset({"open", "reply", "note", "change_owner"})


class Said(NamedTuple):
    """A post, or with `note` a change of state."""

    at: datetime
    who: str
    text: str
    via: str = ""
    tone: str = ""
    icon: str = ""

    @property
    def is_note(self) -> bool:
        return bool(self.icon)


class Change(NamedTuple):
    label: str
    old: str
    new: str


def thread_of(case: Case, *, viewer: User, brand: str) -> list[Said]:
    """Oldest first; internal posts are not for the reseller."""
    posts = case.posts.filter(internal=False).select_related("by").order_by("at", "pk")
    events = Event.objects.about(case).told()
    told = [event for event in events if event.name not in SILENT]
    notes = [
        Said(entry.at, entry.who, str(entry.title), tone=entry.tone, icon=entry.icon)
        for entry in entries_of(told, viewer=viewer, brand=brand)
    ]
    said = [_post(post, brand=brand) for post in posts]
    return sorted([*said, *notes], key=lambda one: (one.at, one.is_note))


def _post(post: CasePost, *, brand: str) -> Said:
    via = ""
    if post.letter_id is not None:
        via = _("e-mail")
    elif post.by is not None and post.by.is_vendor:
        via = brand
    return Said(post.at, str(post.by or post.author or brand), post.text, via=via)


def participants_of(case: Case) -> Sequence[tuple[str, bool]]:
    """Who wrote something he may see, and whether from the vendor's side."""
    posts = case.posts.filter(internal=False).select_related("by").order_by("pk")
    people = {str(post.by or post.author): bool(post.by and post.by.is_vendor) for post in posts}
    return [(name, is_vendor) for name, is_vendor in people.items() if name]


def changes_of(case: Case) -> list[Change]:
    """The diff in the words of the form."""
    return [_change(row) for row in case.changes]


def _change(row: dict[str, Any]) -> Change:
    name = row["field"]
    label = str(ClientForm.base_fields[name].label)
    return Change(label, in_words(name, row["old"]), in_words(name, row["new"]))
