"""Zespół: the people of the firm; the owner invites them and says what they may."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ogniwo.journal.moves import Refused
from ogniwo.kernel import roles
from ogniwo.people.models import User
from ogniwo.programme import team
from ogniwo.web import errors
from ogniwo.web.forms import EmailField, Form, Once, PickField, TextField, TickField, once
from ogniwo.web.http import READING, SignedInRequest, now, panel_page
from ogniwo.web.panel.access import firm_of

OWNER = frozenset({roles.RESELLER_OWNER})
ADDRESS = "/panel/zespol/"
ROLES = (
    (roles.RESELLER_MEMBER, pgettext_lazy("role", "Member")),
    (roles.RESELLER_READER, pgettext_lazy("role", "Read-only")),
    (roles.RESELLER_OWNER, pgettext_lazy("role", "Owner")),
)
HINTS = {
    roles.RESELLER_MEMBER: gettext_lazy("Registers clients, corrects Leads, writes requests."),
    roles.RESELLER_READER: gettext_lazy("Sees the same and changes nothing."),
    roles.RESELLER_OWNER: gettext_lazy("Also accepts the terms and decides about the team."),
}


class RightsForm(Form):
    """What a person may do."""

    role = PickField(label=gettext_lazy("Role"), choices=ROLES, cards=True, hints=HINTS)
    sees_amounts = TickField(label=gettext_lazy("Sees amounts"))


class InviteForm(Once):
    """Whom to invite, and what he may do."""

    name = TextField(label=gettext_lazy("First and last name"), max_length=120)
    email = EmailField()
    role = PickField(
        label=gettext_lazy("Role"),
        choices=ROLES,
        cards=True,
        hints=HINTS,
        initial=roles.RESELLER_MEMBER,
    )
    sees_amounts = TickField(label=gettext_lazy("Sees amounts"), initial=True)


def key_of(user: User) -> str:
    """Active, invited, or gone."""
    if not user.is_active:
        return "inactive"
    return "active" if user.has_usable_password() else "invited"


@panel_page(roles=OWNER)
def people(request: SignedInRequest) -> HttpResponse:
    rows = User.objects.visible_to(request.user).order_by("-is_active", "joined_at", "pk")
    context = {"people": [(user, key_of(user)) for user in rows], "firm": firm_of(request)}
    return render(request, "panel/team.html", context)


@panel_page(roles=OWNER)
def invite(request: SignedInRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, form, lambda: _invited(request, form), at=now())
        except Refused as refusal:
            form.refuse(str(refusal), field="email", code=refusal.code)
    return render(request, "panel/team_invite.html", {"form": form}, status=form.status)


def _invited(request: SignedInRequest, form: InviteForm) -> str:
    user = team.invite(firm_of(request), **form.values, by=request.user, at=now())
    messages.success(request, _("The invitation is sent to %(email)s") % {"email": user.email})
    return ADDRESS


@panel_page(roles=OWNER)
def person(request: SignedInRequest, key: int) -> HttpResponse:
    """One person's rights, and the buttons that fit him."""
    user = person_of(request, key)
    initial = {"role": user.role, "sees_amounts": user.sees_amounts}
    form = RightsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            team.change(user, **form.values, by=request.user, at=now())
        except Refused as refusal:
            form.refuse(str(refusal), field="role", code=refusal.code)
        else:
            _stay_signed_in(request, user)
            messages.success(request, _("Saved: %(person)s") % {"person": user})
            return HttpResponseRedirect(ADDRESS if _is_owner(request) else "/panel/")
    context: dict[str, Any] = {
        "person": user,
        "key": key_of(user),
        "form": form,
        "is_me": user.pk == request.user.pk,
        "address": f"{ADDRESS}{user.pk}/",
    }
    return render(request, "panel/team_person.html", context, status=form.status)


def person_of(request: SignedInRequest, key: int) -> User:
    """Somebody of the same firm; missing and foreign are the same 404."""
    found: User = get_object_or_404(User.objects.visible_to(request.user), pk=key)
    return found


def _is_owner(request: SignedInRequest) -> bool:
    return request.user.role in OWNER


def _stay_signed_in(request: SignedInRequest, user: User) -> None:
    """A changed role ends all sessions of a person, but not the one in which he changed it."""
    if user.pk == request.user.pk:
        request.user.refresh_from_db()
        update_session_auth_hash(request, request.user)


Deed = Callable[..., None]
DEEDS: dict[str, tuple[Deed, str | Promise]] = {
    "deactivate": (team.deactivate, gettext_lazy("%(person)s cannot sign in any more")),
    "reactivate": (team.reactivate, gettext_lazy("%(person)s can sign in again")),
    "invite_again": (team.invite_again, gettext_lazy("A new invitation is sent: %(person)s")),
    "hand_over": (team.hand_over, gettext_lazy("%(person)s is the owner now")),
}


@panel_page(roles=OWNER)
def deed(request: SignedInRequest, key: int, verb: str) -> HttpResponse:
    """One button of a person's page; what is not possible answers 409 with the sentence."""
    user = person_of(request, key)
    if verb not in DEEDS:
        raise Http404
    if request.method in READING:
        return errors.method_not_allowed(request, "POST")
    do, said = DEEDS[verb]
    do(user, by=request.user, at=now())
    request.user.refresh_from_db()
    if verb == "hand_over":
        update_session_auth_hash(request, request.user)
    messages.success(request, str(said) % {"person": user})
    return HttpResponseRedirect(ADDRESS if _is_owner(request) else "/panel/")


urlpatterns = [
    path("zespol/", people),
    path("zespol/zapros/", invite),
    path("zespol/<int:key>/", person),
    path("zespol/<int:key>/<str:verb>/", deed),
]
