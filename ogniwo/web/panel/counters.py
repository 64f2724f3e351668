"""Counts beside the menu of the Panel; red only where something is late."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ogniwo.billing.models import Invoice
from ogniwo.people.models import User
from ogniwo.programme.models import Case, Client
from ogniwo.web.client_form import today
from ogniwo.web.components.navigation import Count
from ogniwo.web.together import Ask, Figures, number


def asked(_request: HttpRequest, user: User) -> dict[str, Ask]:
    """Clients, late invoices, requests that wait for an answer."""
    return {
        "clients": number(Client.objects.visible_to(user).filter(state__in=Client.CLAIMS)),
        "invoices": number(Invoice.objects.visible_to(user).overdue(on=today())),
        "cases": number(Case.objects.visible_to(user).filter(state=Case.State.WAITING)),
    }


def shown(counted: Mapping[str, Figures]) -> Mapping[str, Count]:
    """By key of the menu's items."""
    late = counted["invoices"]["number"]
    return {
        "clients": Count(counted["clients"]["number"]),
        "invoices": Count(late, hot=late > 0, why=_("overdue")),
        "cases": Count(counted["cases"]["number"]),
    }
