"""Użytkownicy i role: the vendor's people, invited, given a role, seen out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ogniwo.journal.models import Event
from ogniwo.kernel.roles import ACCOUNTANT, ADMINISTRATOR, READER, STAFF
from ogniwo.people import staffing
from ogniwo.people.models import User
from ogniwo.people.models.user import Role
from ogniwo.web import forms
from ogniwo.web.components.history import entries_of
from ogniwo.web.components.statuses import label_of
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.desk.settings_tabs import ADMINISTRATORS, SETTINGS, tabs
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order

PEOPLE = f"{SETTINGS}ludzie/"
ROLES: Final = (STAFF, ACCOUNTANT, READER, ADMINISTRATOR)
ROLE_CHOICES: Final = [(role, Role(role).label) for role in ROLES]
ROLE_HINTS: Final[dict[str, str | Promise]] = {
    STAFF: _("Applications, Leads, Accounts, requests; reads invoices."),
    ACCOUNTANT: _("Billing runs, invoices, payments, the journal."),
    READER: _("Reads, changes nothing."),
    ADMINISTRATOR: _("Everything, with settings and people."),
}
LISTED = Listing(
    "ludzie",
    orders=(Order("osoba", _("Person"), ("name",)),),
    plain=("name", "email"),
    filters=(
        Filter(
            "stan",
            _("State of the person"),
            (
                Choice("", pgettext_lazy("people", "May sign in"), Q(is_active=True)),
                Choice("dezaktywowane", pgettext_lazy("people", "Deactivated"), Q(is_active=False)),
            ),
        ),
    ),
    columns=(
        Column(_("Person"), lambda u: u.name),
        Column(_("E-mail"), lambda u: u.email),
        Column(_("Role"), lambda u: u.get_role_display()),
        Column(_("State"), lambda u: label_of("person", state_of(u))),
        Column(_("Last sign-in"), lambda u: u.last_login),
    ),
)


class PersonForm(forms.Form):
    name = forms.TextField(label=_("First and last name"), max_length=120)
    role = forms.PickField(label=_("Role"), choices=ROLE_CHOICES, cards=True, hints=ROLE_HINTS)


class NewPersonForm(forms.Once, PersonForm):
    email = forms.EmailField()
    field_order = ("name", "email", "role")


def state_of(user: User) -> str:
    """Active, invited and without a password yet, or seen out."""
    if not user.is_active:
        return "inactive"
    return "active" if user.has_usable_password() else "invited"


@desk_page(roles=ADMINISTRATORS)
def people(request: SignedInRequest) -> HttpResponse:
    page = LISTED.page(request, User.objects.visible_to(request.user).at_vendor())
    rows = [(person, state_of(person)) for person in page.rows]
    context = {"rows": rows, **tabs(request, "ludzie")}
    return page.answer("desk/settings_ludzie.html", context, may_export=True)


@desk_page(roles=ADMINISTRATORS)
def add(request: SignedInRequest) -> HttpResponse:
    form = NewPersonForm(posted(request), initial={"role": STAFF})

    def deed(at: datetime) -> str:
        made = staffing.invite(**form.values, by=request.user, at=at)
        messages.success(request, gettext("Invitation sent to %(email)s") % {"email": made.email})
        return PEOPLE

    def page(status: int) -> HttpResponse:
        context = {
            "form": form,
            "obj": gettext("People and roles"),
            "back": PEOPLE,
            "title": gettext("Add a person"),
            "label": gettext("Send the invitation"),
            "consequences": [
                gettext("A letter leaves with a link to set a password, valid for 7 days.")
            ],
        }
        return render(request, "desk/form.html", context, status=status)

    return save(request, form, deed, page, fields={"email_taken": "email"})


@desk_page(roles=ADMINISTRATORS)
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    form = PersonForm(posted(request), initial={"name": found.name, "role": found.role})

    def deed(at: datetime) -> str:
        staffing.change(found, **form.values, by=request.user, at=at)
        messages.success(request, gettext("Saved"))
        return f"{PEOPLE}{pk}/"

    def page(status: int) -> HttpResponse:
        # What was refused must not be shown as if it were so.
        shown = _found(request, pk)
        return _page(request, shown, form, status)

    return save(request, form, deed, page, fields={"last_one": "role", "own_role": "role"})


def _page(request: SignedInRequest, found: User, form: PersonForm, status: int) -> HttpResponse:
    events = Event.objects.about(found).told()
    context = {
        "person": found,
        "state": state_of(found),
        "form": form,
        "is_self": found.pk == request.user.pk,
        "address": f"{PEOPLE}{found.pk}/",
        "history": entries_of(events[:60], viewer=request.user, model=User),
    }
    return render(request, "desk/person.html", context, status=status)


def _found(request: SignedInRequest, pk: int) -> User:
    found: User = get_object_or_404(User.objects.visible_to(request.user).at_vendor(), pk=pk)
    return found


Deed = Callable[..., Any]
DEEDS: Final[dict[str, tuple[Deed, str | Promise]]] = {
    "deactivate": (staffing.deactivate, _("%(who)s can no longer sign in")),
    "reactivate": (staffing.reactivate, _("%(who)s can sign in again")),
    "invite_again": (staffing.invite_again, _("Another invitation is sent to %(who)s")),
    "send_reset": (staffing.send_reset, _("A link to set a new password is sent to %(who)s")),
}


@require_POST
@desk_page(roles=ADMINISTRATORS)
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    if verb not in DEEDS:
        raise Http404
    found, (deed, said) = _found(request, pk), DEEDS[verb]
    deed(found, by=request.user, at=now())
    messages.success(request, str(said) % {"who": found})
    return HttpResponseRedirect(f"{PEOPLE}{pk}/")


urlpatterns: list[URLPattern] = [
    path("ustawienia/ludzie/", people),
    path("ustawienia/ludzie/nowa/", add),
    path("ustawienia/ludzie/<int:pk>/", person),
    path("ustawienia/ludzie/<int:pk>/<str:verb>/", act),
]
