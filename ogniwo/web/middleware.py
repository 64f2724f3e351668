"""What holds for every request: proxies, headers, ends of sessions, language, set-up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.timezone import now

from ogniwo.kernel.roles import VENDOR
from ogniwo.web import errors
from ogniwo.web.vendor import vendor_of

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
POLICY_OF_FILES = "default-src 'none'; sandbox"
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)


class Proxies:
    """Believe `X-Forwarded-*` only from our own proxies: the right-most hop that is not ours."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        if self._is_ours(meta.get("REMOTE_ADDR", "")):
            if meta.get("HTTP_X_FORWARDED_PROTO", "").strip().lower() == "https":
                meta["wsgi.url_scheme"] = "https"
            meta["REMOTE_ADDR"] = self._client(meta)
        for name in FORWARDED:
            meta.pop(name, None)
        return self.get_response(request)

    def _client(self, meta: dict[str, str]) -> str:
        address = meta["REMOTE_ADDR"]
        for hop in reversed(meta.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            if not _is_address(hop.strip()):
                break
            address = hop.strip()
            if not self._is_ours(address):
                break
        return address

    def _is_ours(self, address: str) -> bool:
        if not settings.OGNIWO_PROXIES or not _is_address(address):
            return False
        found = ip_address(address)
        return any(found in ip_network(network) for network in settings.OGNIWO_PROXIES)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class Headers:
    """Security headers on every answer, errors too; nothing of a person stays in a cache."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        html = response.get("Content-Type", "").startswith("text/html")
        response.setdefault("Content-Security-Policy", POLICY if html else POLICY_OF_FILES)
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("X-Frame-Options", "DENY")
        response.setdefault("Referrer-Policy", "same-origin")
        response.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Permissions-Policy", PERMISSIONS)
        if _is_private(request, response):
            response["Cache-Control"] = "no-store"
            response.setdefault("X-Robots-Tag", "noindex")
        elif not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-cache, private"
        return response


def _is_private(request: HttpRequest, response: HttpResponse) -> bool:
    """Pages of a signed-in person, pages opened by a secret link, and errors."""
    if response.has_header("Cache-Control") and "public" in response["Cache-Control"]:
        return False
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        return True
    match = request.resolver_match
    if match is not None and "token" in match.kwargs:
        return True
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


# role group → (idle, absolute)
LIFE_OF_STAFF = (timedelta(hours=2), timedelta(hours=12))
LIFE_OF_RESELLERS = (timedelta(days=7), timedelta(days=30))
LIFE_IN_DEMO = (timedelta(hours=12), timedelta(hours=12))
SEEN_EVERY = timedelta(minutes=1)
BEGAN, SEEN = "began_at", "seen_at"


class SessionEnds:
    """A session ends when idle, when old, and when its person may not sign in any more."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at = now()
        if request.user.is_authenticated and self._is_over(request, at=at):
            logout(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            self._mark(request, at=at)
        return response

    def _is_over(self, request: HttpRequest, *, at: datetime) -> bool:
        user = request.user
        if not user.is_authenticated or not user.is_active:
            return True
        idle, longest = _life(request, user.role)
        began, seen = _instant(request, BEGAN, at), _instant(request, SEEN, at)
        # A clock set back must not make a session live for ever.
        if at < began - SEEN_EVERY or at >= began + longest or at >= seen + idle:
            return True
        return user.reseller is not None and not user.reseller.panel_open(at=at)

    def _mark(self, request: HttpRequest, *, at: datetime) -> None:
        """Note the first and the last use; the last one not oftener than once a minute."""
        session = request.session
        if BEGAN not in session:
            session[BEGAN] = at.timestamp()
        if at.timestamp() - session.get(SEEN, 0) >= SEEN_EVERY.total_seconds():
            session[SEEN] = at.timestamp()


def _life(request: HttpRequest, role: str) -> tuple[timedelta, timedelta]:
    vendor = vendor_of(request)
    if vendor is not None and vendor.is_demo:
        return LIFE_IN_DEMO
    return LIFE_OF_STAFF if role in VENDOR else LIFE_OF_RESELLERS


def _instant(request: HttpRequest, key: str, otherwise: datetime) -> datetime:
    stamp = request.session.get(key)
    return otherwise if stamp is None else datetime.fromtimestamp(stamp, tz=UTC)


class Language:
    """Polish unless the person chose otherwise; for visitors the session remembers it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = _language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
            response.setdefault("Content-Language", language)
        return response


def _language(request: HttpRequest) -> str:
    chosen = (
        request.user.language
        if request.user.is_authenticated
        else request.session.get("language", settings.LANGUAGE_CODE)
    )
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


OPEN_BEFORE_SET_UP = ("/start/", "/healthz", "/readyz", settings.STATIC_URL, "/marka.css")


class SetUpGate:
    """Until the company is set up every page says so in one sentence."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_BEFORE_SET_UP):
            return self.get_response(request)
        if vendor_of(request) is None:
            return errors.not_set_up(request)
        return self.get_response(request)


NUL = "\x00"


class NoNul:
    """PostgreSQL keeps no NUL: no address has one, and a query with one is refused in words.

    Fields of forms refuse it themselves, beside the field.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path_info:
            return errors.not_found(request)
        if any(NUL in text for name, values in request.GET.lists() for text in (name, *values)):
            return errors.not_understood(request)
        return self.get_response(request)
