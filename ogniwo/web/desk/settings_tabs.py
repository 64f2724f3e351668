"""The parts of the settings, and who may open which."""

from typing import Any, Final, NamedTuple

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ogniwo.kernel.roles import ADMINISTRATOR, DESK_AND_MONEY, MONEY, VENDOR

SETTINGS: Final = "/konsola/ustawienia/"
ADMINISTRATORS: Final = frozenset({ADMINISTRATOR})


class Tab(NamedTuple):
    key: str
    label: str | Promise
    roles: frozenset[str]

    @property
    def url(self) -> str:
        return "/konsola/system/" if self.key == "system" else f"{SETTINGS}{self.key}/"


TABS: Final = (
    Tab("firma", _("Company and brand"), ADMINISTRATORS),
    Tab("program", _("Programme"), ADMINISTRATORS),
    Tab("regulamin", _("Terms of the programme"), ADMINISTRATORS),
    Tab("numeracja", _("Numbers and due days"), ADMINISTRATORS),
    Tab("odsetki", _("Interest rates"), MONEY),
    Tab("kursy", _("Exchange rates"), MONEY),
    Tab("materialy", _("Materials"), ADMINISTRATORS),
    Tab("ludzie", _("People and roles"), ADMINISTRATORS),
    Tab("listy", _("Letters"), DESK_AND_MONEY),
    Tab("system", _("System"), ADMINISTRATORS),
    Tab("profil", _("Your profile"), VENDOR),
)


def tabs(request: HttpRequest, current: str) -> dict[str, Any]:
    """For the template: the tabs of this person."""
    role = request.user.role if request.user.is_authenticated else ""
    return {"tabs": [tab for tab in TABS if role in tab.roles], "tab": current}


def first_of(role: str) -> str:
    """Where the menu leads a person."""
    return next(tab.url for tab in TABS if role in tab.roles)
