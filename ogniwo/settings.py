"""Everything an operator may set, from the environment; what a vendor changes is in the console."""

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

from ogniwo.kernel import address
from ogniwo.kernel.environment import Environment, WrongSetting
from ogniwo.kernel.logs import configuration

ROOT = Path(__file__).resolve().parent.parent

try:
    env = Environment(os.environ)
    DATA = env.data
    URL = env.address("OGNIWO_URL", address.remembered(DATA) or "http://localhost:8000")
    SECRET_KEY = env.secret_key("OGNIWO_SECRET_KEY")
    DATABASE_URL = env.server("DATABASE_URL", schemes=("postgres", "postgresql"))
    SMTP_URL = env.server("OGNIWO_SMTP_URL", schemes=("smtp", "smtps"))
    OGNIWO_PROXIES = env.networks("OGNIWO_PROXIES")
    OGNIWO_MAIL_AUTHSERV = env.text("OGNIWO_MAIL_AUTHSERV")
    OGNIWO_LIMITS = env.choice("OGNIWO_LIMITS", options=("on", "off"), default="on") == "on"
    OGNIWO_LOG = env.choice("OGNIWO_LOG", options=("text", "json"), default="text")
except WrongSetting as wrong:
    sys.exit(str(wrong))

HTTPS = URL.startswith("https://")
HOST = urlsplit(URL).hostname or "localhost"

# --- the parts ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "ogniwo.people",
    "ogniwo.journal",
    "ogniwo.outbox",
    "ogniwo.programme",
    "ogniwo.billing",
    "ogniwo.web",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_linear_migrations",
]
MIDDLEWARE = [
    "ogniwo.web.middleware.Proxies",
    "ogniwo.web.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "ogniwo.web.middleware.SessionEnds",
    "ogniwo.web.middleware.Language",
    "ogniwo.web.middleware.SetUpGate",
    "ogniwo.web.middleware.NoNul",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "ogniwo.urls"
WSGI_APPLICATION = "ogniwo.wsgi.application"
# The outbox knows no vendor: who writes, and under which roof, is asked here.
OUTBOX_FRAME = "ogniwo.programme.models.vendor.letter_frame"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
# Forms are drawn by our own components.
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # X-Frame-Options is sent by the Headers middleware
    "security.W005",  # subdomains: included by the Headers middleware, which owns HSTS
    "security.W008",  # the proxy in front redirects to https
    "security.W021",  # no preload: leaving it again takes months
]

# --- the database ------------------------------------------------------------------------------


def _database() -> dict[str, Any]:
    if DATABASE_URL:
        found: dict[str, Any] = dict(dj_database_url.parse(DATABASE_URL))
        found["OPTIONS"] = {**found.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 10}}
        return found
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "ogniwo.sqlite3",
        # A read connection is kept for the life of its thread: opening one per request makes
        # writes four times slower.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


DATABASES = {"default": _database()}

# --- people ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["ogniwo.people.backend.People"]
LOGIN_URL = "/logowanie/"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["ogniwo.people.passwords.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "ogniwo.people.passwords.MaximumLength"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "ogniwo.people.passwords.NotOfContext"},
]

# --- the edge ----------------------------------------------------------------------------------

DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1"] if HOST in {"localhost", "127.0.0.1"} else [HOST]
CSRF_TRUSTED_ORIGINS = [URL]
SESSION_COOKIE_NAME = "__Host-ogniwo" if HTTPS else "ogniwo"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 30 * 24 * 3600
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_FAILURE_VIEW = "ogniwo.web.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000  # a correction has four for each line of the invoice
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- words and days ----------------------------------------------------------------------------

LANGUAGE_CODE = "pl"
LANGUAGES = [("pl", _("Polish")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "ogniwo-language"
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Warsaw"
FIRST_DAY_OF_WEEK = 1

# --- files -------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_PERMISSIONS = 0o600

LOGGING = configuration(OGNIWO_LOG)
