"""One's own name, language and password in the Console."""

from django.http import HttpResponse

from ogniwo.web.desk.settings_tabs import tabs
from ogniwo.web.http import SignedInRequest, desk_page
from ogniwo.web.own_account import own_account


@desk_page()
def profile(request: SignedInRequest) -> HttpResponse:
    return own_account(request, "desk/settings_profil.html", tabs(request, "profil"))
