"""An installation in a folder of its own, used as an operator does: by commands and by http."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from tests.house import ROOT

Done = subprocess.CompletedProcess[str]
TOOK_TOO_LONG = 120


def surroundings(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a command, without what the tests have set for themselves."""
    given = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OGNIWO_", "DJANGO_", "DATABASE_URL", "PYTEST", "COV"))
    }
    return given | {"OGNIWO_DATA": str(folder), "PYTHONPATH": str(ROOT)} | settings


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-P", "-m", "ogniwo.commands", *map(str, arguments)]


@dataclass
class Answer:
    """What the site answered."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class Installation:
    """A data folder, its commands, and (while `served`) its site."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0

    def ogniwo(self, *arguments: str | Path, typed: str = "") -> Done:
        """Run one command to its end."""
        return subprocess.run(
            command(*arguments),
            env=surroundings(self.folder, **self.settings),
            cwd=self.folder,
            input=typed,
            capture_output=True,
            text=True,
            timeout=TOOK_TOO_LONG,
            check=False,
        )

    def copied_to(self, folder: Path, **settings: str) -> "Installation":
        """The same data in another folder."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Installation(folder, settings)

    @contextmanager
    def served(self) -> Iterator["Site"]:
        """Web and worker run on a free port until the block ends."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        process = subprocess.Popen(
            command("run", "--port", str(self.port), "--workers", "1"),
            env=surroundings(self.folder, **self.settings),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            site = Site(self.port)
            site.wait_until_ready()
            yield site
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(25) == 0


class Site:
    """A visitor's browser: keeps cookies, sends forms back with what they carry unseen."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def wait_until_ready(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if self.get("/readyz").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise AssertionError("the site did not become ready")

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, **fields: str | list[str]) -> Answer:
        return self.ask("POST", path, urlencode(fields, doseq=True))

    def send(self, path: str, **fields: str | list[str]) -> Answer:
        """Open the page of a form and post it with its hidden fields."""
        return self.post(path, **{**hidden_of(self.get(path).text), **fields})

    def ask(self, method: str, path: str, body: str | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": f"localhost:{self.port}"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://localhost:{self.port}"
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        text = reply.read().decode("utf-8", "replace")
        connection.close()
        for line in reply.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(reply.status, reply.headers, text)


def fields_of(page: str) -> set[str]:
    """Names of the fields of the forms in a page."""
    inputs = re.findall(r"<(?:input|select|textarea)\b[^>]*>", page)
    return {name for one in inputs for name in re.findall(r'\bname="([^"]+)"', one)}


def hidden_of(page: str) -> dict[str, str | list[str]]:
    """What the form of a page carries unseen; the choice of language is a form of its own."""
    found: dict[str, str | list[str]] = {}
    page = re.sub(r'(?s)<form\b[^>]*action="/jezyk/".*?</form>', "", page)
    for one in re.findall(r'<input\b[^>]*type="hidden"[^>]*>', page):
        name, value = re.search(r'name="([^"]+)"', one), re.search(r'value="([^"]*)"', one)
        if name:
            found[name[1]] = value[1] if value else ""
    return found
