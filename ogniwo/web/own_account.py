"""One's own name, language and password: the same page in the Panel and in the Console."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from ogniwo.journal.moves import Refused
from ogniwo.people.own_password import change_own_password
from ogniwo.web.forms import Form, PickField, TextField, TickField
from ogniwo.web.http import SignedInRequest, now
from ogniwo.web.password import PasswordField


class ProfileForm(Form):
    """What a person is called, and in which language we write to him."""

    name = TextField(label=gettext_lazy("First and last name"), max_length=120)
    language = PickField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


class ResellerProfileForm(ProfileForm):
    """A reseller's person may go without the weekly letter."""

    wants_digest = TickField(
        label=gettext_lazy("Every Monday a letter about overdue invoices of our clients"),
        required=False,
    )


class PasswordForm(Form):
    """The old one proves that it is he; all his other sessions end."""

    old = PasswordField(label=gettext_lazy("Present password"))
    password = PasswordField(new=True)


def own_account(
    request: SignedInRequest, template: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    """Show both forms as `profile` and `password`; a POST names its own in `part`."""
    user, part = request.user, request.POST.get("part", "")
    profile = ProfileForm if user.is_vendor else ResellerProfileForm
    initial = {name: getattr(user, name) for name in profile.base_fields}
    forms: dict[str, Form] = {
        "profile": profile(request.POST if part == "profile" else None, initial=initial),
        "password": PasswordForm(request.POST if part == "password" else None),
    }
    if part in forms and forms[part].is_valid() and DEEDS[part](request, forms[part]):
        return HttpResponseRedirect(request.path)
    status = max(form.status for form in forms.values())
    return render(request, template, {**(context or {}), **forms}, status=status)


def _save_profile(request: SignedInRequest, form: Form) -> bool:
    request.user.change_profile(**form.values, by=request.user, at=now())
    with override(request.user.language):
        messages.success(request, _("Saved"))
    return True


def _set_password(request: SignedInRequest, form: Form) -> bool:
    values = form.values
    try:
        change_own_password(request.user, old=values["old"], new=values["password"], at=now())
    except Refused as refusal:
        form.refuse(str(refusal), field="old", code=refusal.code)
        return False
    except ValidationError as weak:
        form.add_error("password", weak)
        return False
    # This session goes on under a new key; all others are over.
    update_session_auth_hash(request, request.user)
    messages.success(request, _("Your password is changed."))
    return True


DEEDS = {"profile": _save_profile, "password": _set_password}
