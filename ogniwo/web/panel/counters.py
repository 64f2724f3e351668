"""Counts beside the menu of the Panel; red only where something is late."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ogniwo.billing.models import Invoice
from ogniwo.programme.models import Case, Client
from ogniwo.web.client_form import today
from ogniwo.web.components.navigation import Count


def counters(request: HttpRequest) -> Mapping[str, Count]:
    """Clients, late invoices, requests that wait for an answer."""
    user = request.user
    if not user.is_authenticated:
        return {}
    living = Client.objects.visible_to(user).filter(state__in=Client.CLAIMS).count()
    late = Invoice.objects.visible_to(user).overdue(on=today()).count()
    waiting = Case.objects.visible_to(user).filter(state=Case.State.WAITING).count()
    return {
        "clients": Count(living),
        "invoices": Count(late, hot=late > 0, why=_("overdue")),
        "cases": Count(waiting),
    }
