"""The settings under test: a folder of their own, no limits, quick hashes."""

import os
import tempfile

os.environ.setdefault("OGNIWO_DATA", tempfile.mkdtemp(prefix="ogniwo-tests-"))
os.environ.setdefault("OGNIWO_LIMITS", "off")
# Playwright leaves its event loop in the process: tests after a browser's use the database as ever.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from ogniwo.settings import *  # noqa: F403 - the environment above must be set first
from ogniwo.settings import DATA, DATABASES, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]

DATABASE = DATABASES["default"]
if "sqlite" in DATABASE["ENGINE"]:
    # A file, not memory: several threads of a race must meet in one database.
    DATABASE["TEST"] = {"NAME": str(DATA / "tests.sqlite3")}
    DATABASE["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
else:
    # Two runs at once on one server keep apart; a pool would hold the database when it is dropped.
    DATABASE["TEST"] = {"NAME": f"test_ogniwo_{os.getpid()}"}
    DATABASE["OPTIONS"].pop("pool")
