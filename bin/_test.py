"""Runs linters, types and all tests, and ends with pytest's closing line."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LOCAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOTHING_COLLECTED = 5


def main(arguments: list[str]) -> int:
    """Return 0 when every step passed."""
    os.chdir(ROOT)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    if arguments and arguments[0] == "--":
        arguments = arguments[1:]
    with tempfile.TemporaryDirectory(prefix="ogniwo-tests-") as folder:
        given = os.environ.pop("DATABASE_URL", "")
        os.environ["OGNIWO_DATA"] = folder
        os.environ["OGNIWO_CHROMIUM"] = browser()
        postgres = find_postgres(given)
        failed = [name for name, command in steps() if not passes(name, command)]
        if postgres and not pytest_passes([*arguments], postgres=postgres):
            failed.append("tests on PostgreSQL")
        os.environ["OGNIWO_FAILED_BEFORE"] = ", ".join(failed)
        say("Tests on SQLite")
        passed = pytest_passes(arguments)
    return 0 if passed and not failed else 1


def say(sentence: str) -> None:
    """Print at once, also into a pipe."""
    print(sentence, flush=True)


def steps() -> list[tuple[str, list[str]]]:
    """Return the linters, the quickest first."""
    templates = [str(path) for path in sorted(ROOT.glob("ogniwo/**/templates/**/*.html"))]
    pages = [path for path in templates if "/letters/" not in path]
    manage = [sys.executable, "manage.py"]
    found = [
        ("ruff format", ["ruff", "format", "--check", "--quiet", "."]),
        ("ruff check", ["ruff", "check", "--quiet", "."]),
        ("import-linter", ["lint-imports"]),
        ("djade", ["djade", "--check", "--target-version", "5.2", *templates]),
        ("djangofmt", ["djangofmt", "--check", "--quiet", *pages]),
        ("djlint", ["djlint", "--lint", "--quiet", *pages]),
        ("manage.py check", [*manage, "check", "--deploy", "--fail-level", "WARNING"]),
        ("makemigrations --check", [*manage, "makemigrations", "--check", "--dry-run"]),
        ("mypy", ["mypy", "ogniwo", "tests"]),
    ]
    return [step for step in found if templates or not step[0].startswith("dj")]


def passes(name: str, command: list[str]) -> bool:
    """Run one linter; its words are shown only when it complains."""
    started = time.monotonic()
    # Deployment is checked as it will be: over https.
    environment = {**os.environ, "OGNIWO_URL": "https://ogniwo.example"}
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        check=False,
    )
    good = done.returncode == 0
    say(f"{name:24} {'ok' if good else 'FAILED'}  {time.monotonic() - started:.1f} s")
    if not good:
        say(done.stdout.rstrip())
    return good


def pytest_passes(arguments: list[str], *, postgres: str = "") -> bool:
    """Run the tests: on PostgreSQL those marked for it, on SQLite all."""
    command = [sys.executable, "-m", "pytest"]
    environment = dict(os.environ)
    if postgres:
        say("Tests on PostgreSQL")
        command += ["-m", "postgresql"]
        environment["DATABASE_URL"] = postgres
    if not arguments:
        command += ["-n", "2", "--dist", "loadgroup"]  # a world is built once, by one of them
    done = subprocess.run([*command, *arguments], env=environment, check=False)
    return done.returncode == 0 or (bool(postgres) and done.returncode == NOTHING_COLLECTED)


def find_postgres(given: str) -> str:
    """Return the address of a PostgreSQL that answers, and say which it is."""
    url = given or LOCAL_POSTGRES
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            version = connection.info.parameter_status("server_version")
            where = f"{connection.info.host}:{connection.info.port}"
    except psycopg.Error as why:
        if given:
            sys.exit(f"DATABASE_URL names a PostgreSQL that does not answer: {why}")
        say("PostgreSQL: none answers at 127.0.0.1:5432; the tests run on SQLite only.")
        return ""
    say(f"PostgreSQL: {version} at {where}; the tests marked for it run there too.")
    return url


def browser() -> str:
    """Return a Chromium that starts; without one there is no run."""
    if named := os.environ.get("OGNIWO_CHROMIUM"):
        if starts(named):
            return named
        sys.exit(f"OGNIWO_CHROMIUM names {named}, which does not start.")
    for find in (on_the_path, from_debian, from_playwright):
        if (found := find()) and starts(found):
            return found
    sys.exit(
        "The browser tests need Chromium and none could be found or installed: "
        "install it and name it in OGNIWO_CHROMIUM."
    )


def on_the_path() -> str:
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


def from_debian() -> str:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return ""
    say("Installing Chromium with apt-get.")
    install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
    if not _apt(install):
        _apt(["apt-get", "update"])
        _apt(install)
    return on_the_path()


def _apt(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    return done.returncode == 0


def from_playwright() -> str:
    say("Downloading Chromium with Playwright.")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    where = "from playwright.sync_api import sync_playwright as start\n"
    where += "with start() as p: print(p.chromium.executable_path)"
    done = subprocess.run(
        [sys.executable, "-c", where], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def starts(path: str) -> bool:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
