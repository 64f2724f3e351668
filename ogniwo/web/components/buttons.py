"""Which buttons stand beside an object: its open moves that the face offers."""

from typing import NamedTuple

from django.http import HttpRequest
from django.utils.functional import Promise

from ogniwo.journal.moves import Stateful
from ogniwo.web.moves import MoveForm, Moves


class Button(NamedTuple):
    label: str | Promise
    icon: str
    css: str
    url: str
    form: bool


def buttons_of(
    obj: Stateful, offers: Moves, request: HttpRequest, *, address: str = "", small: bool = False
) -> list[Button]:
    """Open moves, the main one first and the grave ones last; a suspended reseller has none."""
    user = request.user
    if not user.is_authenticated or (user.reseller is not None and not user.reseller.may_write):
        return []
    base = address or request.path
    size = " sm" if small else ""
    return [
        Button(
            offers[row.name].label,
            offers[row.name].icon,
            f"{offers[row.name].look}{size}".strip(),
            f"{base}{row.name}/",
            offers[row.name].form is not None,
        )
        for row in sorted(obj.moves_open_to(user), key=lambda row: _place(offers.get(row.name)))
        if row.name in offers
    ]


def _place(offer: MoveForm | None) -> int:
    """The order of life holds among buttons of one look."""
    return {"primary": 0, "danger": 2}.get(offer.look, 1) if offer else 1
