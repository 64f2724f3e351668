"""Dziennik: everything that was done, by whom, to what; found by person, object, verb and day."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Q
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.models import Event, EventQuerySet
from ogniwo.kernel.days import ONE_DAY, warsaw_midnight
from ogniwo.kernel.roles import MONEY, PEOPLE
from ogniwo.people.models import User
from ogniwo.web import forms
from ogniwo.web.components.history import DEEDS, Entry, deed_of, entries_of
from ogniwo.web.desk.objects import Named, address_of, named
from ogniwo.web.http import SignedInRequest, desk_page
from ogniwo.web.lists import Column, Listing, Order
from ogniwo.web.vendor import vendor_of

MOST_PEOPLE = 500
WORD = 60
JOURNAL = Listing(
    "dziennik",
    orders=(Order("czas", _("Time"), ("-pk",)),),
    columns=(
        Column(_("Time"), lambda e: e.at),
        Column(pgettext_lazy("journal", "Who"), lambda e: e.by or ""),
        Column(_("Role"), lambda e: e.role),
        Column(_("What"), lambda e: deed_of(e.verb).title),
        Column(_("Verb"), lambda e: e.verb),
        Column(_("Object"), lambda e: e.label or e.kind),
        Column(_("Changed fields"), lambda e: ", ".join(e.facts.get("details", {}))),
    ),
)


class FindForm(forms.Form):
    """What is looked for; all of it is in the address, so that it can be kept."""

    osoba = forms.PickField(label=pgettext_lazy("journal", "Who"), required=False)
    obiekt = forms.TextField(label=_("Object"), required=False, max_length=WORD)
    czynnosc = forms.PickField(label=_("What"), required=False)
    od = forms.DayField(label=_("From day"), required=False)
    do = forms.DayField(label=_("To day"), required=False)

    def __init__(self, *args: Any, viewer: User, **options: Any) -> None:
        super().__init__(*args, **options)
        people = User.objects.visible_to(viewer).filter(role__in=PEOPLE).order_by("name", "email")
        who: Any = self.fields["osoba"]
        who.choices = [
            ("", gettext("Everybody")),
            ("system", gettext("the system")),
            *((str(one.pk), str(one)) for one in people[:MOST_PEOPLE]),
        ]
        what: Any = self.fields["czynnosc"]
        deeds = sorted((str(deed.title), verb) for verb, deed in DEEDS.items())
        what.choices = [("", gettext("Everything")), *((verb, title) for title, verb in deeds)]

    def rows(self) -> EventQuerySet:
        """The events that fit; a field with a mistake does not narrow them."""
        self.is_valid()
        asked, rows = self.cleaned_data, Event.objects.all()
        if asked.get("osoba") == "system":
            rows = rows.filter(by__isnull=True)
        elif asked.get("osoba"):
            rows = rows.filter(by=asked["osoba"])
        if asked.get("obiekt"):
            rows = rows.filter(_of_object(asked["obiekt"]))
        if asked.get("czynnosc"):
            rows = rows.filter(verb=asked["czynnosc"])
        return _between(rows, asked.get("od"), asked.get("do"))


def _of_object(text: str) -> Q:
    """By number, with hyphens or slashes, or by kind."""
    label = text.upper()
    invoice = label.replace("-", "/")
    return Q(label=label) | Q(label=invoice) | Q(kind__endswith=f".{text.lower()}")


def _between(rows: EventQuerySet, since: date | None, until: date | None) -> EventQuerySet:
    if since is not None:
        rows = rows.filter(at__gte=warsaw_midnight(since))
    if until is not None:
        rows = rows.filter(at__lt=warsaw_midnight(until + ONE_DAY))
    return rows


class Row(NamedTuple):
    """One deed with its object."""

    event: Event
    entry: Entry
    name: str
    url: str


@desk_page(roles=MONEY)
def journal(request: SignedInRequest) -> HttpResponse:
    form = FindForm(request.GET, viewer=request.user)
    page = JOURNAL.page(request, form.rows().told())
    vendor = vendor_of(request)
    brand = vendor.brand if vendor else ""
    names = named(page.rows, viewer=request.user)
    rows = [_row(event, names, viewer=request.user, brand=brand) for event in page.rows]
    context = {
        "rows": rows,
        "form": form,
        "is_narrowed": any(form.cleaned_data.values()),
        "csv_url": page.url(format="csv"),
        "xlsx_url": page.url(format="xlsx"),
    }
    return page.answer("desk/journal.html", context, may_export=True)


def _row(event: Event, names: Mapping[tuple[str, int], Named], *, viewer: User, brand: str) -> Row:
    """Its changed fields are named in the words of its model."""
    model = apps.get_model(event.kind) if event.kind.count(".") == 1 else None
    entry = entries_of([event], viewer=viewer, brand=brand, model=model)[0]
    known = names.get((event.kind, event.key))
    if known:
        return Row(event, entry, known.name, known.url)
    url = address_of(event.kind, event.key, event.label, role=viewer.role)
    return Row(event, entry, event.label, url)


urlpatterns: list[URLPattern] = [path("dziennik/", journal)]
