"""What stands in the menus of the Panel and of the Console, for whom, and with which counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final, NamedTuple

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogniwo.kernel.roles import (
    ACCOUNTANT,
    ADMINISTRATOR,
    DESK_AND_MONEY,
    MONEY,
    READER,
    RESELLER_OWNER,
    RESELLERS,
    STAFF,
    VENDOR,
)
from ogniwo.web.together import Ask, Figures, together

DESK_AND_READER: Final = frozenset({STAFF, ADMINISTRATOR, READER})


class Item(NamedTuple):
    key: str
    url: str
    icon: str
    label: str | Promise
    roles: frozenset[str]


class Group(NamedTuple):
    label: str | Promise
    items: tuple[Item, ...]


class Count(NamedTuple):
    """A number beside a menu item; red only when something in it is late."""

    number: int
    hot: bool = False
    why: str | Promise = ""


@dataclass(frozen=True)
class Shown:
    item: Item
    count: Count | None
    current: bool


PANEL: Final = (
    Group(
        _("Panel"),
        (
            Item("start", "/panel/", "layout-dashboard", _("Dashboard"), RESELLERS),
            Item("clients", "/panel/klienci/", "users-round", _("Clients"), RESELLERS),
            Item("invoices", "/panel/faktury/", "receipt-text", _("Invoices"), RESELLERS),
            Item("forecast", "/panel/prognoza/", "calendar-check-2", _("Forecast"), RESELLERS),
            Item("cases", "/panel/zgloszenia/", "message-square", _("Requests"), RESELLERS),
        ),
    ),
    Group(
        _("Programme"),
        (
            Item(
                "materials", "/panel/materialy/", "download", _("Materials and prices"), RESELLERS
            ),
            Item("team", "/panel/zespol/", "users", _("Team"), frozenset({RESELLER_OWNER})),
            Item("settings", "/panel/ustawienia/", "settings", _("Settings"), RESELLERS),
        ),
    ),
)
DESK: Final = (
    Group(
        _("Work"),
        (
            Item("queues", "/konsola/", "inbox", _("Queues"), VENDOR),
            Item(
                "applications", "/konsola/wnioski/", "user-plus", _("Applications"), DESK_AND_READER
            ),
            Item("leads", "/konsola/leady/", "circle-dot", _("Leads"), VENDOR),
            Item("cases", "/konsola/zgloszenia/", "message-square", _("Requests"), VENDOR),
        ),
    ),
    Group(
        pgettext_lazy("menu", "Registers"),
        (
            Item("resellers", "/konsola/resellerzy/", "users-round", _("Resellers"), VENDOR),
            Item("clients", "/konsola/klienci/", "users", _("Clients"), VENDOR),
            Item("services", "/konsola/uslugi/", "layers-2", _("Services and prices"), VENDOR),
        ),
    ),
    Group(
        _("Money"),
        (
            Item("runs", "/konsola/fakturowanie/", "calendar-clock", _("Billing run"), VENDOR),
            Item("invoices", "/konsola/faktury/", "receipt-text", _("Invoices"), VENDOR),
            Item("payments", "/konsola/platnosci/", "landmark", _("Payments"), MONEY),
            Item(
                "registers",
                "/konsola/ksiegowosc/",
                "file-text",
                _("Accounting"),
                MONEY | {READER},
            ),
            Item("forecast", "/konsola/prognoza/", "calendar-check-2", _("Forecast"), VENDOR),
        ),
    ),
    Group(
        _("System"),
        (
            Item(
                "journal",
                "/konsola/dziennik/",
                "history",
                _("Journal"),
                frozenset({ACCOUNTANT, ADMINISTRATOR}),
            ),
            Item("settings", "/konsola/ustawienia/", "settings", _("Settings"), DESK_AND_MONEY),
        ),
    ),
)
FACES: Final = {"panel": PANEL, "desk": DESK}
TABS: Final = ("start", "clients", "register", "invoices")
REGISTER: Final = Item("register", "/panel/rejestracja/", "user-plus", _("Register"), RESELLERS)


def menu(request: HttpRequest, face: str) -> list[tuple[Group, list[Shown]]]:
    """The groups this person may open, with counts and the page he is on."""
    counts = counts_of(request, face)
    current = _current(request.path, face)
    role = request.user.role if request.user.is_authenticated else ""
    groups = []
    for group in FACES[face]:
        items = [
            Shown(item, counts.get(item.key), item.key == current)
            for item in group.items
            if role in item.roles
        ]
        if items:
            groups.append((group, items))
    return groups


def tabs(request: HttpRequest) -> list[Shown]:
    """The bar at the bottom of a phone."""
    current = _current(request.path, "panel")
    items = {item.key: item for group in PANEL for item in group.items} | {"register": REGISTER}
    return [Shown(items[key], None, key == current) for key in TABS]


def counts_of(request: HttpRequest, face: str) -> Mapping[str, Count]:
    """Counts by key of item, asked for once in a request."""
    if getattr(request, "nav", None) is None:
        figures_of(request, face, {})
    counts: Mapping[str, Count] = getattr(request, "nav", {})
    return counts


def figures_of(request: HttpRequest, face: str, own: Mapping[str, Ask]) -> dict[str, Figures]:
    """What a page asks for itself; the first time in one statement with what its menu counts."""
    if not request.user.is_authenticated or getattr(request, "nav", None) is not None:
        return together(own)
    # The face hangs its counts in by its name: parts must not import the faces they serve.
    counters = import_module(f"ogniwo.web.{face}.counters")
    menu: Mapping[str, Ask] = counters.asked(request, request.user)
    found = together({**own, **{f"menu {name}": ask for name, ask in menu.items()}})
    counts = counters.shown({name: found.pop(f"menu {name}") for name in menu})
    request.nav = counts  # type: ignore[attr-defined]  # our own attribute of a request
    return found


def _current(path: str, face: str) -> str:
    """The item with the longest address this page lies under."""
    if path == "/konsola/system/":
        return "settings"  # a tab of the settings, with an address of its own
    items = [item for group in FACES[face] for item in group.items if path.startswith(item.url)]
    return max(items, key=lambda item: len(item.url)).key if items else ""
