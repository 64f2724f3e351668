"""Makes the environment with nothing but a bare Python, then starts what was asked."""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": "requirements.lock", "test": "requirements-test.lock"}
FULL = 1_000_000
NO_NETWORK = (
    "NewConnectionError",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Could not connect",
    "Network is unreachable",
    "Connection refused",
    "No matching distribution found",
    "dns error",
)


class CannotStart(Exception):
    """The environment cannot be made; the text is one sentence saying why."""


def main(name: str, arguments: list[str]) -> None:
    """Make the environment ready and become the command."""
    try:
        make_ready("test" if name == "test" else "run")
    except CannotStart as why:
        sys.exit(str(why))
    except KeyboardInterrupt:
        sys.exit("Stopped before the environment was ready; the next start goes on.")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = f"{ROOT}{os.pathsep}{before}" if before else str(ROOT)
    what = {
        "run": ["-m", "ogniwo.commands", "run", "--try-out"],
        "test": [str(ROOT / "bin" / "_test.py")],
        "ogniwo": ["-m", "ogniwo.commands"],
    }[name]
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), "-P", *what, *arguments])


def make_ready(kind: str) -> None:
    """Make `.venv` as the lock says, unless it is so already."""
    wanted = _wanted()
    if _remembered(kind) == wanted[kind] and _works():
        return
    with _alone():
        if _remembered(kind) == wanted[kind] and _works():
            return
        print("Making the environment; this takes a minute or two, once.", file=sys.stderr)
        if not _works():
            _make_venv()
        _install(ROOT / LOCKS[kind])
        # The lock of the tests holds all of the other one.
        for done in ("run", "test") if kind == "test" else ("run",):
            _memory(done).write_text(wanted[done])


def _wanted() -> dict[str, str]:
    return {
        kind: hashlib.sha256((ROOT / lock).read_bytes()).hexdigest() for kind, lock in LOCKS.items()
    }


def _memory(kind: str) -> Path:
    return VENV / f".made-for-{kind}"


def _remembered(kind: str) -> str:
    with contextlib.suppress(OSError):
        return _memory(kind).read_text()
    return ""


def _works() -> bool:
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    with contextlib.suppress(OSError):
        return _quiet([str(PYTHON), "-c", check]).returncode == 0
    return False


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two started at once: the second waits for the first."""
    try:
        file = (ROOT / ".venv.lock").open("a")
    except OSError as why:
        raise CannotStart(f"The folder {ROOT} cannot be written to ({why.strerror}).") from why
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another start is making the environment; waiting for it.", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make_venv() -> None:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise CannotStart(
            "Python's module venv is missing: install it "
            "(on Debian and Ubuntu: apt-get install python3-venv) and start again."
        )
    _memory("run").unlink(missing_ok=True)
    _memory("test").unlink(missing_ok=True)
    done = _quiet([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if done.returncode:
        raise CannotStart(_reason(done.stdout, "The environment .venv could not be made"))


def _install(lock: Path) -> None:
    uv = shutil.which("uv")
    if uv:
        ours = ["pip", "install", "--quiet", "--python", str(PYTHON)]
        if _quiet([uv, *ours, "--require-hashes", "-r", str(lock)]).returncode == 0:
            return
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    done = _quiet([*pip, "--quiet", "--require-hashes", "-r", str(lock)])
    if done.returncode:
        raise CannotStart(_reason(done.stdout, "The packages could not be installed"))


def _quiet(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def _reason(output: str, sentence: str) -> str:
    if "No space left on device" in output or shutil.disk_usage(ROOT).free < FULL:
        return f"{sentence}: the disk is full (about 500 MB are needed)."
    if any(sign in output for sign in NO_NETWORK):
        return f"{sentence}: the package registry does not answer; check the network and try again."
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in output:
        return f"{sentence}: a downloaded package is not the one the lock names."
    last = [line.strip() for line in output.splitlines() if line.strip()][-1:]
    return f"{sentence}: {last[0] if last else 'no reason was given'}"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
