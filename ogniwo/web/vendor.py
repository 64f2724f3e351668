"""The company that runs this installation, read once per request."""

from typing import Any

from django.http import HttpRequest

from ogniwo.programme.models import Vendor

MISSING: Any = object()


def vendor_of(request: HttpRequest) -> Vendor | None:
    """The company, or None while nothing is set up."""
    vendor: Vendor | None = getattr(request, "vendor", MISSING)
    if vendor is MISSING:
        vendor = Vendor.objects.order_by("pk").first()
        request.vendor = vendor  # type: ignore[attr-defined]  # our own attribute of a request
    return vendor


def company_of(request: HttpRequest) -> Vendor:
    """The company, on pages that are not there before it is set up."""
    return vendor_of(request) or Vendor.load()
