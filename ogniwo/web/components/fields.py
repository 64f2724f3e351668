"""How a field of a form is drawn: label, hint, error, and what assistive technology reads."""

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BoundField
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SPANS = frozenset({3, 4, 5, 6, 7, 8})


class Problem(NamedTuple):
    anchor: str
    label: str
    message: str


def context_of(  # noqa: PLR0913  # read in templates, all but one have defaults
    bound: BoundField,
    *,
    span: int = 12,
    hint: str = "",
    filled: bool = False,
    readonly: bool = False,
    one: bool = False,
    text: str = "",
    button: str = "",
    button_name: str = "",
    button_icon: str = "search",
    **attributes: Any,
) -> dict[str, Any]:
    """What `components/field.html` shows.

    `span` columns of twelve (3–8), `hint` below the field, `filled` from a register, `readonly`,
    `one` choice card a row, `text` with links instead of the label beside a box, `button` beside
    the field; all else (`autocomplete`, `inputmode`) goes into the input with `_` for `-`.
    """
    key = bound.id_for_label or bound.auto_id
    hint = hint or str(bound.help_text)
    kind = _kind(bound.field.widget)
    attrs = {name.replace("_", "-"): value for name, value in attributes.items()}
    attrs |= _described(bound, key=key, kind=kind, hint=hint, readonly=readonly)
    return {
        "bound": bound,
        "key": key,
        "kind": kind,
        "widget": "" if kind == "cards" else bound.as_widget(attrs=attrs),
        "cards": _cards(bound, attrs) if kind == "cards" else [],
        "hint": hint,
        "optional": not bound.field.required and kind != "check",
        "css": _css(bound, span=span, filled=filled),
        "one": one,
        "text": text or bound.label,
        "button": button,
        "button_name": button_name,
        "button_icon": button_icon,
    }


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect):  # and CheckboxSelectMultiple
        return "cards"
    if isinstance(widget, forms.Select):
        return "select"
    return "area" if isinstance(widget, forms.Textarea) else "input"


def _cards(bound: BoundField, attrs: dict[str, Any]) -> list[dict[str, Any]]:
    hints = getattr(bound.field, "hints", {})
    wanted = {key: value for key, value in attrs.items() if key.startswith("aria-")}
    cards = []
    for card in bound.subwidgets:
        card.data["attrs"].update(wanted)
        value = str(card.data["value"])
        cards.append({"tag": card.tag(), "label": card.choice_label, "hint": hints.get(value, "")})
    return cards


def _css(bound: BoundField, *, span: int, filled: bool) -> str:
    parts = ["field"]
    if span in SPANS:
        parts.append(f"c{span}")
    if bound.errors:
        parts.append("error")
    elif filled:
        parts.append("filled")
    return " ".join(parts)


def heading_of(form: BaseForm) -> str:
    """The first line of the summary; a form may have its own in `summary`."""
    number = len([name for name in form.errors if name != NON_FIELD_ERRORS])
    own = getattr(form, "summary", None)
    if number == 0:
        return _("This could not be saved")
    if own is not None:
        return str(own(number))
    return ngettext("Correct %(number)d field", "Correct %(number)d fields", number) % {
        "number": number
    }


def summary_of(form: BaseForm) -> list[Problem]:
    """Every mistake with a link to its field, first those of the whole form."""
    parts = _parts(form)
    rows = [Problem("", "", str(m)) for part in parts for m in part.non_field_errors()]
    for bound in (bound for part in parts for bound in part):
        anchor = bound.id_for_label or bound.auto_id
        if _kind(bound.field.widget) == "cards":
            anchor = f"{bound.auto_id}_0"
        rows += [Problem(anchor, str(bound.label), str(message)) for message in bound.errors]
    return rows


def _parts(form: BaseForm) -> list[BaseForm]:
    """The form and, when it is made of several (`parts`), the rest of them."""
    return [form, *getattr(form, "parts", ())]


def _described(
    bound: BoundField, *, key: str, kind: str, hint: str, readonly: bool
) -> dict[str, Any]:
    """The input's class, and where its hint and mistakes are written."""
    attrs: dict[str, Any] = {"readonly": True} if readonly else {}
    if described := [f"{key}-h"] * bool(hint) + [f"{key}-e"] * bool(bound.errors):
        attrs["aria-describedby"] = " ".join(described)
    if kind in {"input", "area", "select"}:
        attrs["class"] = f"input {bound.field.widget.attrs.get('class', '')}".strip()
    return attrs
