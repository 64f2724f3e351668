"""Words of the programme in its letters, which keep codes: `{% load letters %}`."""

from datetime import datetime
from typing import Any, Final, cast

from django import template
from django.apps import apps
from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import get_language

from ogniwo.kernel import formats

register = template.Library()
# How people write what is stored in its plainest form.
READ: Final = {"phone": formats.phone, "nip": formats.nip}


@register.filter
def choice(code: str, of: str) -> str:
    """The word of a state or a kind: `{{ kind|choice:"programme.case.kind" }}`."""
    model, _dot, name = of.rpartition(".")
    return str(dict(_field(model, name).flatchoices).get(code, code))


@register.filter
def field_name(name: str) -> str:
    """What a field of a client is called by people, at the beginning of a line."""
    return capfirst(str(_field("programme.client", name).verbose_name))


@register.filter
def old_and_new(change: dict[str, str]) -> str:
    """One change of a request: what stood in the field, and what is to stand there."""
    return f"{_shown(change, 'old')} → {_shown(change, 'new')}"


@register.filter
def with_number(name: str, number: str) -> str:
    """Bukiet Online (K-0142)."""
    return f"{name} ({number})"


@register.filter
def to_the_second(instant: str) -> str:
    """The time of a proof: 23 lis 2026, 10:16:05."""
    at = datetime.fromisoformat(instant)
    language = formats.EN if (get_language() or "").startswith("en") else formats.PL
    return f"{formats.stamp(at, language)}:{at:%S}"


def _shown(change: dict[str, str], side: str) -> str:
    """What stands in a field of a client, as people read it."""
    if not change[side]:
        return formats.DASH
    if change["field"] in READ:
        return READ[change["field"]](change[side])
    return choice(change[side], f"programme.client.{change['field']}")


def _field(model: str, name: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", apps.get_model(model)._meta.get_field(name))
