"""Web and worker under one parent, which starts them again when they die and ends them cleanly."""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType
from typing import Any

from ogniwo.commands import DONE, WRONG, Stop, data_folder
from ogniwo.kernel import address

HELP = "Starts web and worker (bin/ogniwo web and bin/ogniwo worker start one of them)."
GRACE = 20
SOON = 60  # seconds
TOO_OFTEN = 5  # deaths within SOON: something is wrong that a restart does not heal


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--workers", type=int, default=0, help="web processes (default: by cores)")
    parser.add_argument("--demo", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--try-out", action="store_true", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Prepare, start both, say where, and watch until told to end."""
    port = _free_port(options.host, options.port)
    os.environ.setdefault("OGNIWO_URL", f"http://localhost:{port}")
    os.environ["OGNIWO_DATA"] = str(data_folder())
    stop = _Stop()
    data_folder().mkdir(parents=True, exist_ok=True)
    address.remember(data_folder(), os.environ["OGNIWO_URL"])
    prepared = json.loads(_ask("prepare", *(["--offer-demo"] if options.try_out else [])))
    logins = _demo(stop, empty=bool(prepared["set_up"])) if options.demo else ""
    web = ["web", "--host", options.host, "--port", str(port), "--workers", str(options.workers)]
    children = [_Child(web), _Child(["worker"])]
    try:
        if _answers(port, children, stop):
            print(f"{os.environ['OGNIWO_URL']}/", flush=True)
            _greet(logins, prepared["set_up"])
        return _watch(children, stop)
    finally:
        _end(children, stop)


def _greet(logins: str, set_up: str | None) -> None:
    if logins:
        print(logins, flush=True)
    elif set_up:
        print(f"Set it up here, once: {set_up}", flush=True)


def _free_port(host: str, port: int) -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as why:
            raise Stop(f"Port {port} of {host} cannot be used; choose another (--port).") from why
        return int(probe.getsockname()[1])


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "ogniwo.commands", *arguments]


def _ask(*arguments: str, vital: bool = True) -> str:
    """Run another command to its end; it has said on stderr what is wrong."""
    done = subprocess.run(  # noqa: S603 - our own command
        _command(*arguments), stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode and vital:
        sys.exit(done.returncode)
    return "" if done.returncode else done.stdout


def _demo(stop: "_Stop", *, empty: bool) -> str:
    """Fill the demo once; later starts only print its logins again."""
    if empty:
        print("Playing a year of demo data; this takes a minute.", file=sys.stderr, flush=True)
    found = _ask("demo") if empty else _ask("demo", "--logins", vital=False)
    if stop.asked:
        sys.exit(DONE)
    return found.rstrip()


class _Stop:
    """Remembers that an end was asked for; the second time it ends at once."""

    def __init__(self) -> None:
        self.asked = False
        self.at_once = False
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, self.ask)

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        self.at_once = self.asked
        self.asked = True


class _Child:
    """One of the two processes, with the times it died."""

    def __init__(self, arguments: list[str]) -> None:
        self.arguments = arguments
        self.deaths: list[float] = []
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        # Its own session: Ctrl-C reaches the parent only, which ends both in order.
        return subprocess.Popen(  # noqa: S603 - our own command
            _command(*self.arguments),
            start_new_session=True,
            env={**os.environ, "OGNIWO_PARENT": str(os.getpid())},
        )

    def revive(self) -> bool:
        """Start it again when it died; False when it dies too often."""
        if self.process.poll() is None:
            return True
        now = time.monotonic()
        self.deaths = [one for one in self.deaths if now - one < SOON] + [now]
        if len(self.deaths) > TOO_OFTEN:
            return False
        print(f"{self.arguments[0]} died; starting it again.", file=sys.stderr, flush=True)
        time.sleep(min(2 ** len(self.deaths) / 4, 5))
        self.process = self._start()
        return True


def _answers(port: int, children: list[_Child], stop: _Stop) -> bool:
    """Wait until the web process answers."""
    for _try in range(600):
        if stop.asked or children[0].process.poll() is not None:
            return False
        try:
            _get(f"http://127.0.0.1:{port}/healthz")
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
        return answer.status


def _watch(children: list[_Child], stop: _Stop) -> int:
    while not stop.asked:
        if not all(child.revive() for child in children):
            print("It dies again and again: see the lines above.", file=sys.stderr)
            return WRONG
        time.sleep(0.3)
    return DONE


def _end(children: list[_Child], stop: _Stop) -> None:
    for child in children:
        child.process.terminate()
    patience = time.monotonic() + GRACE
    while any(child.process.poll() is None for child in children):
        if stop.at_once or time.monotonic() > patience:
            for child in children:
                child.process.kill()
        time.sleep(0.05)
