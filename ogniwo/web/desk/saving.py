"""How the Console answers a posted form of an object that has no moves."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from ogniwo.journal.moves import Conflict, NotAllowed, Refused
from ogniwo.web import forms
from ogniwo.web.conflict import conflict
from ogniwo.web.http import SignedInRequest, now

Deed = Callable[[datetime], str]
Page = Callable[[int], HttpResponse]
CONFLICT = 409


def save(
    request: SignedInRequest,
    form: forms.Form,
    deed: Deed,
    page: Page,
    *,
    fields: Mapping[str, str] | None = None,
) -> HttpResponse:
    """GET: the page. POST: the deed, then the address it returns; else the page with the reasons.

    `fields` tells beside which field a refusal of a code is shown.
    """
    if request.method != "POST":
        return page(200)
    at = now()
    if not form.is_valid():
        return page(form.status)
    if is_stale(form):
        stale = Conflict("stale", _("Somebody changed this in the meantime."), obj=form.obj)
        return conflict(request, form.obj, form=form, refusal=stale)
    try:
        if isinstance(form, forms.Once):
            return forms.once(request, form, lambda: deed(at), at=at)
        return HttpResponseRedirect(deed(at))
    except NotAllowed:
        raise
    except Refused as refusal:
        form.refuse(str(refusal), field=(fields or {}).get(refusal.code), code=refusal.code)
        return page(CONFLICT)


def posted(request: SignedInRequest) -> QueryDict | None:
    """What a form is bound to: the data of a POST, however empty."""
    return request.POST if request.method == "POST" else None


def is_stale(form: forms.Form) -> bool:
    """Whether the form was filled in on values that are others by now."""
    obj: Any = form.obj
    return obj is not None and form.posted_version not in {None, obj.version}
