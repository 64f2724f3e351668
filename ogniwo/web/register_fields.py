"""Numbers of the public registers besides the NIP: REGON and KRS."""

import re
from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from ogniwo.web.inputs import ParsedField

SPACING = re.compile(r"[\s-]+")


class RegisterField(ParsedField):
    """Digits of one of the lengths a register gives out."""

    lengths: tuple[int, ...] = ()

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", django_forms.TextInput(attrs={"inputmode": "numeric"}))
        super().__init__(**options)

    def parse(self, text: str) -> str:
        digits = SPACING.sub("", text)
        if not (digits.isascii() and digits.isdigit() and len(digits) in self.lengths):
            raise ValueError(text)
        return digits


class RegonField(RegisterField):
    lengths = (9, 14)
    bad = _("A REGON has 9 or 14 digits.")

    def __init__(self, **options: Any) -> None:
        super().__init__(label="REGON", **options)


class KrsField(RegisterField):
    lengths = (10,)
    bad = _("A KRS number has 10 digits.")

    def __init__(self, **options: Any) -> None:
        super().__init__(label="KRS", **options)
