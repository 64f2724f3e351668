"""Fields of forms: each says what is wrong and how to put it right."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ogniwo.kernel import iban, money, nip, phone, postcode
from ogniwo.kernel.text import clean_line, clean_text, has_control_characters

LINE, PARAGRAPHS = 200, 4000
REQUIRED = _("Fill in this field.")
PICK = _("Choose one of the options.")
TOO_LONG = ngettext_lazy(
    "Shorten this to %(limit_value)d character; now it has %(show_value)d.",
    "Shorten this to %(limit_value)d characters; now it has %(show_value)d.",
    "limit_value",
)
SCHEME = re.compile(r"^https?(?=:)", re.IGNORECASE)
OLDEST, FARTHEST = date(2000, 1, 1), date(2099, 12, 31)


class TextField(forms.CharField):
    """One line: no line breaks, NUL or other characters nobody types."""

    def __init__(self, *, max_length: int = LINE, **options: Any) -> None:
        options["error_messages"] = {"required": REQUIRED} | options.pop("error_messages", {})
        super().__init__(strip=True, **options)
        # Checked here and not by `maxlength`: a pasted text must not be cut in silence.
        self.validators = [check for check in self.validators if "Null" not in type(check).__name__]
        self.validators.append(MaxLengthValidator(max_length, message=TOO_LONG))

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if has_control_characters(text.replace("\t", " ")):
            raise ValidationError(
                _("Remove line breaks and invisible characters."), code="control_characters"
            )
        return clean_line(text)


class ParagraphsField(TextField):
    """Several lines of plain text."""

    def __init__(self, *, max_length: int = PARAGRAPHS, rows: int = 4, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        text = forms.CharField.to_python(self, value) or ""
        return clean_text(text)


class ParsedField(TextField):
    """One line that is read by a function of the kernel; `bad` says what is expected."""

    bad: str | Promise = ""

    def parse(self, text: str) -> Any:
        raise NotImplementedError

    def show(self, value: Any) -> str:
        """How a stored value is written into the field."""
        return str(value)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text in self.empty_values:
            return self.empty_value
        try:
            return self.parse(text)
        except ValueError as reason:
            raise ValidationError(
                str(self.bad), code=getattr(reason, "code", "invalid")
            ) from reason

    def run_validators(self, value: Any) -> None:
        if isinstance(value, str):
            super().run_validators(value)

    def prepare_value(self, value: Any) -> Any:
        """What was typed stays as it was typed; what is stored is shown as people write it."""
        if value in self.empty_values:
            return ""
        try:
            return self.show(self.parse(value) if isinstance(value, str) else value)
        except ValueError:
            return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial)) != str(self.prepare_value(data))


class NipField(ParsedField):
    """Ten digits in any spelling."""

    bad = _("This is not a valid NIP. Check the 10 digits.")

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "NIP")
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric"}))
        super().__init__(**options)

    def parse(self, text: str) -> str:
        return nip.normalise(text)

    def show(self, value: Any) -> str:
        return nip.format_nip(value)


class PhoneField(ParsedField):
    """Any usual spelling; without a prefix it is Polish. Gives E.164."""

    bad = _("This is not a phone number. Write it like 600 214 118.")

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Phone"))
        options.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        super().__init__(**options)

    def parse(self, text: str) -> str:
        return phone.normalise(text)

    def show(self, value: Any) -> str:
        return phone.format_phone(value)


class PostcodeField(ParsedField):
    """00-000."""

    bad = _("Write the postcode like 58-500.")

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Postcode"))
        options.setdefault("widget", forms.TextInput(attrs={"autocomplete": "postal-code"}))
        super().__init__(**options)

    def parse(self, text: str) -> str:
        return postcode.normalise(text)


class AccountField(ParsedField):
    """A Polish bank account: 26 digits in any spelling."""

    bad = _("This is not a valid account number. Check the 26 digits.")

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Bank account"))
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric"}))
        super().__init__(**options)

    def parse(self, text: str) -> str:
        return iban.normalise(text)

    def show(self, value: Any) -> str:
        return iban.format_account(value)


class MoneyField(ParsedField):
    """An amount as people type it; gives grosze."""

    bad = _("Write an amount, e.g. 329,00.")
    MOST = 10**13

    def __init__(self, *, minimum: int | None = 0, **options: Any) -> None:
        options.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "num"})
        )
        super().__init__(**options)
        self.minimum = minimum
        self.empty_value = None

    def parse(self, text: str) -> int:
        return money.parse_money(text)

    def show(self, value: Any) -> str:
        return money.format_money(int(value))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.minimum is not None and value < self.minimum:
            least = money.format_money(self.minimum)
            raise ValidationError(
                _("The amount must be at least %(least)s."),
                code="too_small",
                params={"least": least},
            )
        if abs(value) > self.MOST:
            raise ValidationError(str(self.bad), code="too_big")


class EmailField(forms.EmailField):
    """An address; line breaks and a missing end are told apart."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("E-mail"))
        options.setdefault("max_length", 254)
        options["error_messages"] = {"required": REQUIRED} | options.pop("error_messages", {})
        options.setdefault("widget", forms.EmailInput(attrs={"autocomplete": "email"}))
        super().__init__(**options)
        self.widget.attrs.pop("maxlength", None)
        self.default_validators = []
        self.validators = []

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if has_control_characters(text):
            raise ValidationError(
                _("Remove line breaks and invisible characters."), code="control_characters"
            )
        return text

    def run_validators(self, value: Any) -> None:
        if value in self.empty_values:
            return
        name, at, domain = value.rpartition("@")
        if not (name and at and domain):
            raise ValidationError(_("Write the whole address, e.g. anna@firma.pl."), code="invalid")
        if "." not in domain.strip("."):
            raise ValidationError(
                _("The end of the address is missing, e.g. “.pl”."), code="no_end"
            )
        check = forms.EmailField.default_validators[0]
        try:
            check(value)
        except ValidationError as reason:
            raise ValidationError(
                _("This is not an e-mail address. Check it for typing mistakes."), code="invalid"
            ) from reason
        if len(value) > 254:  # noqa: PLR2004 - the longest address there is (RFC 5321)
            raise ValidationError(_("This address is too long."), code="too_long")


class AddressField(TextField):
    """The address of a web page; https:// is added when it is missing."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget",
            forms.TextInput(attrs={"type": "url", "inputmode": "url", "autocomplete": "url"}),
        )
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return web_address(text) if text else ""


class AddressesField(ParagraphsField):
    """Addresses of web pages, one a line; gives them one a line, each whole."""

    MOST = 20

    def to_python(self, value: Any) -> str:
        lines = [line.strip() for line in super().to_python(value).splitlines() if line.strip()]
        if len(lines) > self.MOST:
            raise ValidationError(_("Write at most 20 addresses, one a line."), code="too_many")
        return "\n".join(web_address(line) for line in lines)


def web_address(text: str) -> str:
    """A whole http(s) address with a dotted name, or a message."""
    whole = text if "://" in text else f"https://{text}"
    whole = SCHEME.sub(lambda scheme: scheme[0].lower(), whole)
    try:
        parts = urlsplit(whole)
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        host = ""
    wrong = " " in whole or not whole.startswith(("http://", "https://"))
    if wrong or "." not in host.strip("."):
        raise ValidationError(_("Write the address of the page, e.g. sklep.pl."), code="invalid")
    return whole


class DayField(forms.DateField):
    """A day; the browser sends 2026-11-23, people may type 23.11.2026."""

    def __init__(
        self,
        *,
        earliest: date | Callable[[], date] = OLDEST,
        latest: date | Callable[[], date] = FARTHEST,
        **options: Any,
    ) -> None:
        self.earliest, self.latest = earliest, latest
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options["error_messages"] = {
            "required": REQUIRED,
            "invalid": _("Write the day like 23.11.2026."),
        } | options.pop("error_messages", {})
        super().__init__(input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y"], **options)

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and not value.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        found = super().to_python(value)
        return found.date() if isinstance(found, datetime) else found

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        earliest = self.earliest() if callable(self.earliest) else self.earliest
        latest = self.latest() if callable(self.latest) else self.latest
        if value < earliest:
            raise ValidationError(
                _("The day may not be before %(day)s."),
                code="too_early",
                params={"day": f"{earliest:%d.%m.%Y}"},
            )
        if value > latest:
            raise ValidationError(
                _("The day may not be after %(day)s."),
                code="too_late",
                params={"day": f"{latest:%d.%m.%Y}"},
            )


class NumberField(forms.IntegerField):
    """A whole number within bounds."""

    def __init__(self, *, low: int = 0, high: int = 1_000_000, **options: Any) -> None:
        bounds = {"low": low, "high": high}
        wrong = _("Write a whole number from %(low)d to %(high)d.")
        options["error_messages"] = {
            "required": REQUIRED,
            "invalid": _("Write a whole number."),
        } | options.pop("error_messages", {})
        options.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "class": "num"})
        )
        super().__init__(**options)
        self.bounds, self.wrong = bounds, wrong

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not self.bounds["low"] <= value <= self.bounds["high"]:
            raise ValidationError(self.wrong, code="out_of_bounds", params=self.bounds)


class PickField(forms.ChoiceField):
    """One of few: a select, or cards with `cards=True` and a sentence each in `hints`."""

    def __init__(
        self,
        *,
        cards: bool = False,
        hints: Mapping[str, str | Promise] | None = None,
        **options: Any,
    ) -> None:
        if cards:
            options.setdefault("widget", forms.RadioSelect())
        options["error_messages"] = {
            "required": PICK,
            "invalid_choice": PICK,
        } | options.pop("error_messages", {})
        super().__init__(**options)
        self.hints = hints or {}


class ManyField(forms.MultipleChoiceField):
    """Any of few, as cards."""

    def __init__(self, *, hints: Mapping[str, str | Promise] | None = None, **options: Any) -> None:
        options.setdefault("widget", forms.CheckboxSelectMultiple())
        options["error_messages"] = {
            "required": _("Choose at least one."),
            "invalid_choice": _("Choose from the options on the page."),
        } | options.pop("error_messages", {})
        super().__init__(**options)
        self.hints = hints or {}


class TickField(forms.BooleanField):
    """A box to tick; a required one says what it is for."""

    def __init__(self, *, needed: str | Promise = "", **options: Any) -> None:
        options.setdefault("required", bool(needed))
        options["error_messages"] = {"required": needed or REQUIRED}
        super().__init__(**options)
