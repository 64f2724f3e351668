"""Small addresses all faces share: the choice of language and the vendor's colour."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from ogniwo.web.http import safe_next
from ogniwo.web.vendor import vendor_of

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
A_YEAR = 31_536_000


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the choice with the person, or in the visitor's session."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            request.user.change_profile(language=language, by=request.user, at=now())
        else:
            request.session["language"] = language
    return HttpResponseRedirect(safe_next(request, "/"))


@require_GET
def brand_css(request: HttpRequest) -> HttpResponse:
    """The one line of style a vendor chooses; its address changes with the colour."""
    vendor = vendor_of(request)
    colour = vendor.brand_colour if vendor else ""
    line = f":root{{--brand-seed:{colour}}}\n" if COLOUR.fullmatch(colour) else "\n"
    response = HttpResponse(line, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response
