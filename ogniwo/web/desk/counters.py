"""Numbers beside the menu of the Console: what waits, red only when something is late."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _

from ogniwo.billing.models import Debit, Payment
from ogniwo.kernel.days import warsaw_day, warsaw_midnight
from ogniwo.kernel.roles import MONEY
from ogniwo.people.models import User
from ogniwo.programme import waiting
from ogniwo.programme.clocks import RED_BEFORE_LIMIT
from ogniwo.programme.models import Application, Case, Client, InboundLetter
from ogniwo.web.components.navigation import Count as Shown
from ogniwo.web.together import Ask, Figures, figures, number
from ogniwo.web.vendor import vendor_of


def asked(request: HttpRequest, user: User) -> dict[str, Ask]:
    """What the menu counts for this person."""
    found = {
        "applications": _applications(request, user),
        "leads": _leads(user),
        "cases": _cases(user),
        "letters": number(InboundLetter.objects.visible_to(user).queued()),
    }
    if user.role in MONEY:
        found |= {
            "payments": number(Payment.objects.visible_to(user).waiting()),
            "returns": number(Debit.objects.visible_to(user).proposed()),
        }
    return found


def shown(counted: Mapping[str, Figures]) -> Mapping[str, Shown]:
    """By key of the menu's items: cases with the mailbox, payments with returns that seem so."""
    found = {
        "applications": _shown(counted["applications"]),
        "leads": _shown(counted["leads"]),
        "cases": _shown(counted["cases"], more=counted["letters"]["number"]),
    }
    if "payments" in counted:
        payments = counted["payments"]["number"] + counted["returns"]["number"]
        found["payments"] = Shown(payments)
    return found


def _applications(request: HttpRequest, user: User) -> Ask:
    vendor = vendor_of(request)
    limit = vendor.limit_days - RED_BEFORE_LIMIT if vendor else 0
    found = waiting.with_clock(
        Application.objects.visible_to(user).to_decide(), on=warsaw_day(now())
    )
    return _counted(found, late=Q(clock_at__lt=_midnight(limit - 1)))


def _leads(user: User) -> Ask:
    found = Client.objects.visible_to(user).filter(state=Client.State.LEAD)
    late = Q(registered_at__lt=_midnight(waiting.LEAD_DAYS)) | Q(objected_at__isnull=False)
    return _counted(found, late=late)


def _cases(user: User) -> Ask:
    late = Q(answered_at__isnull=True, opened_at__lt=_midnight(waiting.CASE_DAYS))
    return _counted(Case.objects.visible_to(user).for_desk(), late=late)


def _counted(rows: QuerySet[Any], *, late: Q) -> Ask:
    return figures(rows, number=Count("pk"), late=Count("pk", filter=late))


def _midnight(days: int) -> object:
    """The midnight before which something began that is now more than so many days old."""
    return warsaw_midnight(warsaw_day(now()) - timedelta(days=days))


def _shown(counted: Figures, *, more: int = 0) -> Shown:
    return Shown(counted["number"] + more, hot=counted["late"] > 0, why=_("some of them late"))
