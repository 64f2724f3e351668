"""Who sees sums: the programme's setting and the person's own switch must both be on."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ogniwo.web.components.formats import money
from ogniwo.web.vendor import vendor_of


def sees_amounts(request: HttpRequest) -> bool:
    """The vendor's people see all sums, a reseller's people where both switches are on."""
    user = request.user
    if not user.is_authenticated:
        return False
    if user.is_vendor:
        return True
    vendor = vendor_of(request)
    return vendor is not None and vendor.amounts_shown and user.sees_amounts


def shown_amount(request: HttpRequest, grosze: int | None, currency: str = "PLN") -> str:
    """The sum, or the word that stands in its place."""
    return money(grosze, currency) if sees_amounts(request) else _("hidden")
