"""The page after a stranger's FRK: the code from the reseller's mailbox, then what became of it."""

from datetime import datetime

from django.contrib import messages
from django.forms import TextInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ogniwo.people.limits import TooMany
from ogniwo.people.models import CodeWrong, LinkGone
from ogniwo.programme import drafts
from ogniwo.programme.models import FrkDraft
from ogniwo.programme.registering import NipTaken
from ogniwo.web import errors, forms
from ogniwo.web.http import READING, client_network, now, public_page
from ogniwo.web.public.limits import sentence
from ogniwo.web.vendor import company_of

BOUND = "drafts"
MOST_BOUND = 20


class CodeForm(forms.Form):
    """Six digits; spaces between them do not matter."""

    code = forms.TextField(
        label=gettext_lazy("Code from the e-mail"),
        max_length=20,
        widget=TextInput(attrs={"class": "code"}),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


def bind(request: HttpRequest, draft: FrkDraft) -> None:
    """Only the browser that sent the draft may open its page."""
    request.session[BOUND] = [*request.session.get(BOUND, []), draft.key][-MOST_BOUND:]


def send_code(request: HttpRequest, draft: FrkDraft, *, at: datetime) -> None:
    """Mail the code; when that is too often the draft stays and the page says when."""
    try:
        drafts.send_code(draft, at=at)
    except TooMany as full:
        messages.warning(request, sentence(full, at=at))


def _draft(request: HttpRequest, token: str, *, at: datetime) -> FrkDraft:
    draft = FrkDraft.objects.opened_by(token, at=at)
    if draft is None or draft.key not in request.session.get(BOUND, []):
        raise LinkGone
    return draft


@public_page
def registration(request: HttpRequest, token: str) -> HttpResponse:
    """The field for the code; after it the confirmation, or the one neutral sentence."""
    at = now()
    draft = _draft(request, token, at=at)
    if draft.confirmed_at is not None:
        return _settled(request, draft)
    form = CodeForm(request.POST or None)
    if request.method in READING or not form.is_valid():
        return _page(request, draft, form, status=form.status)
    try:
        drafts.confirm(draft, form.values["code"], network=client_network(request), at=at)
    except CodeWrong as wrong:
        form.refuse(_words(wrong), field="code")
        return _page(request, draft, form, status=form.status)
    except NipTaken:
        return _settled(request, draft, status=409)
    except TooMany as full:
        form.refuse(sentence(full, at=at), field="code")
        response = _page(request, draft, form, status=429)
        response["Retry-After"] = str(full.retry_after)
        return response
    return HttpResponseRedirect(request.path)


@public_page
def resend(request: HttpRequest, token: str) -> HttpResponse:
    """Another code; the one before no longer works."""
    if request.method in READING:
        return errors.method_not_allowed(request, "POST")
    at = now()
    draft = _draft(request, token, at=at)
    if draft.confirmed_at is None:
        send_code(request, draft, at=at)
    return HttpResponseRedirect(f"/rejestracja/{token}/")


def _page(request: HttpRequest, draft: FrkDraft, form: CodeForm, *, status: int) -> HttpResponse:
    context = {"form": form, "draft": draft, "here": request.path}
    return render(request, "public/frk_code.html", context, status=status)


def _settled(request: HttpRequest, draft: FrkDraft, *, status: int = 200) -> HttpResponse:
    context = {"draft": draft, "client": draft.client, "vendor": company_of(request)}
    return render(request, "public/frk_done.html", context, status=status)


def _words(wrong: CodeWrong) -> str:
    if wrong.left == 0:
        return _("This code no longer works. Send yourself a new one.")
    return ngettext(
        "This is not the code. You have %(left)d try left.",
        "This is not the code. You have %(left)d tries left.",
        wrong.left,
    ) % {"left": wrong.left}


urlpatterns = [
    path("rejestracja/<str:token>/", registration),
    path("rejestracja/<str:token>/code/", resend),
]
