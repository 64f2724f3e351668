"""Forms: what every one carries, how strangers' forms are guarded, and that none acts twice."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.timezone import now
from django.utils.translation import gettext as _

from ogniwo.journal.moves import Refused
from ogniwo.people.models import OnceKey
from ogniwo.web.http import owner_of
from ogniwo.web.inputs import (
    AccountField,
    AddressesField,
    AddressField,
    DayField,
    EmailField,
    ManyField,
    MoneyField,
    NipField,
    NumberField,
    ParagraphsField,
    PhoneField,
    PickField,
    PostcodeField,
    TextField,
    TickField,
)

__all__ = [
    "AccountField",
    "AddressField",
    "AddressesField",
    "DayField",
    "EmailField",
    "Form",
    "Guarded",
    "ManyField",
    "MoneyField",
    "NipField",
    "NumberField",
    "Once",
    "ParagraphsField",
    "PhoneField",
    "PickField",
    "PostcodeField",
    "TextField",
    "TickField",
    "once",
]

UNPROCESSABLE = 422


class Form(forms.Form):
    """Fields are listed by name, so nothing else gets in; `obj` adds its version, unseen."""

    use_required_attribute = False
    trap_name = ""

    def __init__(self, *args: Any, obj: Any = None, **options: Any) -> None:
        options.setdefault("auto_id", "f-%s")
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        self.obj = obj
        if obj is not None and hasattr(obj, "version"):
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput, required=False, initial=obj.version, min_value=0
            )

    @property
    def posted_version(self) -> int | None:
        """The version of the row this form was filled in on; None when none was sent."""
        version: int | None = self.cleaned_data.get("version")
        return version

    @property
    def values(self) -> dict[str, Any]:
        """What the form asks for, without what it carries unseen."""
        unseen = {"version", "once", "opened"}
        return {name: value for name, value in self.cleaned_data.items() if name not in unseen}

    @property
    def status(self) -> int:
        """422 for a form with mistakes, else 200: `render(…, status=form.status)`."""
        return UNPROCESSABLE if self.is_bound and self.errors else 200

    def refuse(self, sentence: str, *, field: str | None = None, code: str = "refused") -> None:
        """Add a mistake found outside the form (a taken NIP, a refusal of a move)."""
        self.add_error(field, ValidationError(sentence, code=code))


OPENED_SALT = "ogniwo.form.opened"
SOONEST, LATEST = timedelta(seconds=3), timedelta(hours=24)


class Guarded(Form):
    """A form for strangers: a field that only machines fill in, and the time it was opened."""

    trap_name = "homepage"

    def __init__(self, *args: Any, at: datetime | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.at = at or now()
        self.fields["opened"] = forms.CharField(
            widget=forms.HiddenInput, required=False, max_length=200, initial=self._stamp()
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.data.get(self.add_prefix(self.trap_name)):
            raise ValidationError(
                _("We could not take this form. Write to us by e-mail."), code="trap"
            )
        if settings.OGNIWO_LIMITS:
            self._check_age()
        return cleaned

    def _check_age(self) -> None:
        age = self._age()
        if age is not None and age < SOONEST:
            raise ValidationError(
                _("That was very quick. Send the form once more."), code="too_soon"
            )
        if age is None or age > LATEST:
            # A fresh stamp, so that the second post is taken; the values are kept.
            renewed = cast(QueryDict, self.data).copy()
            renewed[self.add_prefix("opened")] = self._stamp()
            self.data = renewed
            raise ValidationError(
                _("This page was open for too long. Check the form and send it again."),
                code="too_late",
            )

    def _age(self) -> timedelta | None:
        try:
            stamp = signing.loads(self.data.get(self.add_prefix("opened"), ""), salt=OPENED_SALT)
            return self.at - datetime.fromisoformat(stamp)
        except (signing.BadSignature, ValueError, TypeError):
            return None

    def _stamp(self) -> str:
        return signing.dumps(self.at.isoformat(), salt=OPENED_SALT)


class Once(Form):
    """A form that makes something: its key lets only the first post of a page act."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["once"] = forms.CharField(
            widget=forms.HiddenInput,
            required=False,
            max_length=43,
            initial=lambda: secrets.token_urlsafe(32),
        )


def once(
    request: HttpRequest,
    form: Once,
    deed: Callable[[], str],
    *,
    at: datetime,
    kept: tuple[type[Refused], ...] = (),
) -> HttpResponse:
    """Do the deed and go to the address it returns; a second post of the page only goes there.

    The key is claimed in the deed's transaction: what is refused or fails gives it back. What the
    deed wrote is undone then, but for refusals in `kept`: of these the journal must stay.
    """
    key, owner = form.cleaned_data.get("once") or secrets.token_urlsafe(32), owner_of(request)
    refused: Refused | None = None
    with transaction.atomic():
        if OnceKey.objects.claim(key, owner, at=at):
            try:
                address = deed()
            except kept as refusal:
                OnceKey.objects.release(key, owner)
                refused = refusal
            else:
                OnceKey.objects.settle(key, owner, address=address)
                return HttpResponseRedirect(address)
    if refused is not None:
        raise refused
    return HttpResponseRedirect(OnceKey.objects.result(key, owner) or request.path)
