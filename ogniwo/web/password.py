"""The field for a password: kept to the letter, never cut, and pasting is welcome."""

from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from ogniwo.web.inputs import REQUIRED

LONGEST = 1000


class PasswordField(django_forms.CharField):
    """A password: a `new` one says how long it must be; its rules are those of the person."""

    def __init__(self, *, new: bool = False, **options: Any) -> None:
        options.setdefault("label", _("New password") if new else _("Password"))
        if new:
            options.setdefault(
                "help_text", _("At least 12 characters. A few unrelated words are a good choice.")
            )
        options["error_messages"] = {"required": REQUIRED, "max_length": _("This is too long.")}
        kind = "new-password" if new else "current-password"
        # What was typed is never sent back to the browser.
        widget = django_forms.PasswordInput(attrs={"autocomplete": kind})
        super().__init__(strip=False, max_length=LONGEST, widget=widget, **options)
        self.widget.attrs.pop("maxlength", None)
