"""The product as people start it: a process of its own, with an empty data folder."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.house import ROOT

LINK = re.compile(r"https?://[^\s<>\"')]+")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 30  # seconds until a letter is there
GRACE = 25


def browser_path() -> str:
    """The Chromium that bin/test found, or the one on the path."""
    named = os.environ.get("OGNIWO_CHROMIUM", "")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), "")


class Product:
    """`bin/run` without its environment: web, worker, and what they print."""

    def __init__(self, data: Path, *, port: int) -> None:
        self.data, self.port = data, port
        self.origin = f"http://localhost:{port}"
        self.lines: list[str] = []
        unset = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "OGNIWO_URL"}
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        ours = {
            "OGNIWO_DATA": str(data),
            "OGNIWO_URL": self.origin,
            "OGNIWO_LIMITS": "off",
            "PYTHONPATH": str(ROOT),
        }
        self.environment = kept | ours

    def command(self, *arguments: str) -> Any:
        """Run a command to its end; its JSON."""
        done = subprocess.run(
            [*COMMAND, *arguments, "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def running(self, *, lines: int) -> Iterator["Product"]:
        """Started, until the test is done; ended cleanly."""
        command = [*COMMAND, "run", "--try-out", "--workers", "1", "--port", str(self.port)]
        log = (self.data.parent / "product.log").open("w")
        with (
            log,
            subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, env=self.environment, text=True
            ) as process,
        ):
            try:
                assert process.stdout
                self.lines = [process.stdout.readline().strip() for _line in range(lines)]
                yield self
            finally:
                process.send_signal(signal.SIGTERM)
                assert process.wait(GRACE) == 0

    def set_up_link(self) -> str:
        """The one-time link that stands in the terminal."""
        return self.lines[-1].split()[-1]

    def link(self, address: str, part: str) -> str:
        """The path of the link with this in it, in the newest letter to this address."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for letter in self._letters(address):
                found = [one.rstrip(".,") for one in LINK.findall(letter) if part in one]
                if found:
                    return str(urlsplit(found[0]).path)
            time.sleep(0.2)
        raise AssertionError(f"no letter with {part} came to {address}")

    def _letters(self, address: str) -> Iterator[str]:
        for path in sorted((self.data / "mail").glob(f"*-{address}.eml"), reverse=True):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(mail, EmailMessage)
            body = mail.get_body(("plain",))
            yield str(body.get_content()) if body else ""


COMMAND = (sys.executable, "-P", "-m", "ogniwo.commands")
