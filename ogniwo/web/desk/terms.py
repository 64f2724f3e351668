"""The terms of the programme: their versions, and publishing the next one."""

from datetime import datetime

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ogniwo.kernel.days import warsaw_day
from ogniwo.programme.accepting import publish
from ogniwo.programme.models import Reseller, TermsVersion
from ogniwo.web import forms
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.desk.settings_tabs import ADMINISTRATORS, SETTINGS, tabs
from ogniwo.web.http import SignedInRequest, desk_page, now

TERMS = f"{SETTINGS}regulamin/"
LONGEST = 100_000


class TermsForm(forms.Once):
    text = forms.ParagraphsField(
        label=_("Text (Markdown)"), max_length=LONGEST, rows=24,
        help_text=_("A line beginning with # is a heading. HTML is shown as typed."),
    )  # fmt: skip
    valid_from = forms.DayField(label=_("Valid from"), earliest=lambda: warsaw_day(now()))


@desk_page(roles=ADMINISTRATORS)
def terms(request: SignedInRequest) -> HttpResponse:
    on = warsaw_day(now())
    versions = TermsVersion.objects.announced().annotate(accepted=Count("acceptance"))
    in_force = TermsVersion.objects.in_force(on=on)
    rows = [
        (version, version == in_force, version.valid_from > on)
        for version in versions.defer("text")
    ]
    context = {
        "rows": rows,
        "resellers": Reseller.objects.visible_to(request.user).active().count(),
        **tabs(request, "regulamin"),
    }
    return render(request, "desk/settings_regulamin.html", context)


@desk_page(roles=ADMINISTRATORS)
def new_version(request: SignedInRequest) -> HttpResponse:
    """First read as it will be shown, then announced: after that it never changes."""
    newest = TermsVersion.objects.announced().first()
    initial = {"text": newest.text if newest else "", "valid_from": warsaw_day(now())}
    form = TermsForm(posted(request), initial=initial)
    told = Reseller.objects.visible_to(request.user).active().count()

    def deed(at: datetime) -> str:
        values = form.values
        made = publish(values["text"], valid_from=values["valid_from"], by=request.user, at=at)
        messages.success(request, gettext("Version %(n)d is announced") % {"n": made.number})
        return TERMS

    def page(status: int) -> HttpResponse:
        shown = form.is_bound and form.is_valid()
        context = {
            "form": form,
            "preview": form.values["text"] if shown else "",
            "consequences": consequences(told),
            **tabs(request, "regulamin"),
        }
        return render(request, "desk/terms_form.html", context, status=status)

    if "preview" in request.POST:
        return page(form.status)
    return save(request, form, deed, page)


def consequences(told: int) -> list[str]:
    return [
        ngettext(
            "%(n)d active reseller gets a letter with a button to accept.",
            "%(n)d active resellers get a letter with a button to accept.",
            told,
        )
        % {"n": told},
        gettext("Who has not accepted by that day can read the Panel, but registers no client."),
        gettext("The text can never be changed any more; a mistake needs a further version."),
    ]


urlpatterns: list[URLPattern] = [
    path("ustawienia/regulamin/", terms),
    path("ustawienia/regulamin/nowa/", new_version),
]
