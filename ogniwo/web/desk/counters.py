"""Numbers beside the menu of the Console: what waits, red only when something is late."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Count, Q
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
from ogniwo.web.vendor import vendor_of


def counters(request: HttpRequest) -> Mapping[str, Shown]:
    """Counts by key of the menu's items."""
    user = request.user
    if not user.is_authenticated:
        return {}
    return {
        "applications": _applications(request, user),
        "leads": _leads(user),
        "cases": _cases(user),
        **_payments(user),
    }


def _applications(request: HttpRequest, user: User) -> Shown:
    vendor = vendor_of(request)
    limit = vendor.limit_days - RED_BEFORE_LIMIT if vendor else 0
    found = waiting.with_clock(
        Application.objects.visible_to(user).to_decide(), on=warsaw_day(now())
    )
    late = Q(clock_at__lt=_midnight(limit - 1))
    return _shown(found.aggregate(number=Count("pk"), late=Count("pk", filter=late)))


def _leads(user: User) -> Shown:
    found = Client.objects.visible_to(user).filter(state=Client.State.LEAD)
    late = Q(registered_at__lt=_midnight(waiting.LEAD_DAYS)) | Q(objected_at__isnull=False)
    return _shown(found.aggregate(number=Count("pk"), late=Count("pk", filter=late)))


def _cases(user: User) -> Shown:
    """Cases and, for those who sort it, the mailbox."""
    found = Case.objects.visible_to(user).for_desk()
    late = Q(answered_at__isnull=True, opened_at__lt=_midnight(waiting.CASE_DAYS))
    counted = found.aggregate(number=Count("pk"), late=Count("pk", filter=late))
    counted["number"] += InboundLetter.objects.visible_to(user).queued().count()
    return _shown(counted)


def _payments(user: User) -> dict[str, Shown]:
    """Payments to match or to look at, and returns that seem so; for those who book money."""
    if user.role not in MONEY:
        return {}
    payments = Payment.objects.visible_to(user).waiting().count()
    returns = Debit.objects.visible_to(user).proposed().count()
    return {"payments": Shown(payments + returns)}


def _midnight(days: int) -> object:
    """The midnight before which something began that is now more than so many days old."""
    return warsaw_midnight(warsaw_day(now()) - timedelta(days=days))


def _shown(counted: Mapping[str, int]) -> Shown:
    return Shown(counted["number"], hot=counted["late"] > 0, why=_("some of them late"))
