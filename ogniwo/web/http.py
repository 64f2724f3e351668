"""Who may open a page: the three faces, their decorators, and what is known of a request."""

from collections.abc import Callable, Collection
from functools import wraps
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _

from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.kernel.roles import RESELLERS, VENDOR
from ogniwo.people.limits import TooMany
from ogniwo.people.models import LinkGone, User
from ogniwo.programme.models import Vendor
from ogniwo.web import errors

__all__ = ["SignedInRequest", "desk_page", "now", "panel_page", "public_page"]

P = ParamSpec("P")
LOGIN = "/logowanie/"
READING = frozenset({"GET", "HEAD"})


class SignedInRequest(HttpRequest):
    """A request of a person who has signed in."""

    user: User
    vendor: Vendor


Anybody = Callable[Concatenate[HttpRequest, P], HttpResponse]
SignedIn = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def public_page(view: Anybody[P]) -> Anybody[P]:
    """A page for everybody; a refusal in it becomes a page in words."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return _answered(request, lambda: view(request, *args, **kwargs))

    return page


def panel_page(
    *,
    roles: Collection[str] = RESELLERS,
    hidden_from: Collection[str] = (),
    writes_when_closed: bool = False,
) -> Callable[[SignedIn[P]], Anybody[P]]:
    """A page of a reseller's people; `roles` may open it, `hidden_from` must not know of it.

    A suspended reseller reads and cannot write, unless the page `writes_when_closed`
    (accepting the terms, one's own password).
    """
    return _face(RESELLERS, roles=roles, hidden_from=hidden_from, guard=_closed(writes_when_closed))


def desk_page(
    *, roles: Collection[str] = VENDOR, hidden_from: Collection[str] = ()
) -> Callable[[SignedIn[P]], Anybody[P]]:
    """A page of the vendor's people; `roles` may open it, `hidden_from` must not know of it."""
    return _face(VENDOR, roles=roles, hidden_from=hidden_from, guard=lambda _request: None)


Guard = Callable[[SignedInRequest], HttpResponse | None]


def _face(
    people: Collection[str], *, roles: Collection[str], hidden_from: Collection[str], guard: Guard
) -> Callable[[SignedIn[P]], Anybody[P]]:
    def decorate(view: SignedIn[P]) -> Anybody[P]:
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_login(request)
            inside = cast(SignedInRequest, request)
            role = inside.user.role
            if role not in people or role in hidden_from:
                raise Http404
            if role not in roles:
                return errors.forbidden(request)
            return guard(inside) or _answered(request, lambda: view(inside, *args, **kwargs))

        return page

    return decorate


def _closed(writes_when_closed: bool) -> Guard:  # noqa: FBT001 - the only argument
    def guard(request: SignedInRequest) -> HttpResponse | None:
        reseller = request.user.reseller
        if reseller is None or reseller.may_write or writes_when_closed:
            return None
        if request.method in READING:
            return None
        return errors.forbidden(
            request, _("You can read now, but not change anything: the co-operation is on hold.")
        )

    return guard


def _answered(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """The view's answer, or the page in words for a refusal that nobody caught."""
    try:
        return view()
    except NotAllowed as refusal:
        return errors.forbidden(request, str(refusal))
    except Refused as refusal:
        return errors.refused(request, refusal)
    except LinkGone:
        return errors.gone(request)
    except TooMany as limit:
        return errors.too_many(request, limit)


def to_login(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and, once signed in, back here (a form is not sent again)."""
    here = request.get_full_path() if request.method in READING else ""
    query = f"?{urlencode({'next': here})}" if here else ""
    return HttpResponseRedirect(f"{LOGIN}{query}")


def home_of(user: User) -> str:
    """The first page of a person's own face."""
    return "/konsola/" if user.is_vendor else "/panel/"


def sign_in(request: HttpRequest, user: User) -> None:
    """Begin a session of its own: a new key, a new age, nothing of what was before."""
    request.session.flush()
    login(request, user)


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and what the browser keeps of its pages."""
    logout(request)
    response = HttpResponseRedirect(LOGIN)
    response["Clear-Site-Data"] = '"cache","storage"'
    return response


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """The address in `next`, when it is one of ours."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=settings.HTTPS
    )
    return address if ours else otherwise


def client_address(request: HttpRequest) -> str:
    """The visitor's network address; proxies are already seen through (middleware)."""
    return str(request.META.get("REMOTE_ADDR", ""))


def client_network(request: HttpRequest) -> str:
    """What limits count by: the IPv4 address, or the /64 a visitor owns in IPv6."""
    try:
        address = ip_address(client_address(request))
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False))


def owner_of(request: HttpRequest) -> str:
    """Whose page this is, for one-time keys: the person, else the browser's session."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    if not request.session.session_key:
        request.session.create()
    return f"session:{request.session.session_key}"
