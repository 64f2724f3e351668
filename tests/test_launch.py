"""The two commands start from a bare Python, say in a sentence why not, and end cleanly."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import ModuleType

import pytest

from tests.house import ROOT


@pytest.fixture
def launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launcher's own code, told that the project lives in an empty folder."""
    spec = importlib.util.spec_from_file_location("launcher", ROOT / "bin" / "_env.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for lock in module.LOCKS.values():
        (tmp_path / lock).write_text(lock)
    for name, path in {"ROOT": ".", "VENV": ".venv", "PYTHON": ".venv/bin/python"}.items():
        monkeypatch.setattr(module, name, tmp_path / path)
    return module


def result(output: str, *, code: int = 1) -> "subprocess.CompletedProcess[str]":
    return subprocess.CompletedProcess([], code, stdout=output)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: [Errno 28] No space left on device", "the disk is full"),
        ("NewConnectionError('<x>: Failed to establish", "check the network"),
        ("Temporary failure in name resolution", "check the network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "not the one the lock names"),
        ("ERROR: something else\n", "something else"),
    ],
)
def test_what_keeps_the_packages_away_is_said_in_a_sentence(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch, output: str, sentence: str
) -> None:
    monkeypatch.setattr(launcher, "_works", lambda: True)
    monkeypatch.setattr(launcher, "_quiet", lambda _command: result(output))
    with pytest.raises(launcher.CannotStart, match=sentence):
        launcher.make_ready("run")


def test_a_missing_venv_module_is_said_in_a_sentence(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(launcher.CannotStart, match="python3-venv"):
        launcher.make_ready("run")


def test_the_lock_is_installed_once_and_again_when_it_changed(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []

    def quiet(command: list[str]) -> "subprocess.CompletedProcess[str]":
        calls.append(command)
        return result("", code=0)

    monkeypatch.setattr(launcher.shutil, "which", lambda _name: None)
    monkeypatch.setattr(launcher, "_works", lambda: True)
    monkeypatch.setattr(launcher, "_quiet", quiet)
    launcher.VENV.mkdir()
    launcher.make_ready("test")
    assert [command[-1] for command in calls] == [str(launcher.ROOT / "requirements-test.lock")]
    assert "--require-hashes" in calls[0]
    launcher.make_ready("run")
    launcher.make_ready("test")
    assert len(calls) == 1
    (launcher.ROOT / "requirements.lock").write_text("changed")
    launcher.make_ready("run")
    assert len(calls) == 2


def test_an_old_python_is_said_in_a_sentence(tmp_path: Path) -> None:
    for name in ("dirname", "cut", "sh"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    done = subprocess.run(
        [ROOT / "bin" / "run"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "Ogniwo needs Python 3.11 or newer; python3 here is 3.9.2.\n"


def free_port() -> int:
    import socket  # noqa: PLC0415 - only here

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code


def test_run_says_where_answers_and_ends_cleanly(tmp_path: Path) -> None:
    port = free_port()
    unset = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "OGNIWO_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"OGNIWO_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "ogniwo.commands", "run", "--try-out", "--workers", "1"]
    with subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=tmp_path,
        text=True,
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == f"http://localhost:{port}/\n"
            link = process.stdout.readline().split()[-1]
            assert link.startswith(f"http://localhost:{port}/start/")
            assert status(link) == 200
            assert status(f"http://localhost:{port}/logowanie/") == 503
        finally:
            process.send_signal(signal.SIGTERM)
            started = time.monotonic()
            assert process.wait(25) == 0
    assert time.monotonic() - started < 20
