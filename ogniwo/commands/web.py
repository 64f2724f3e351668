"""The web processes: gunicorn with a few threads in each."""

import argparse
import os
from pathlib import Path
from typing import Any

import gunicorn
from gunicorn.app.base import BaseApplication

from ogniwo.commands import DONE

HELP = "Starts the web processes only."
THREADS = 4
SECONDS_A_REQUEST = 30
GRACE = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--workers", type=int, default=0, help="processes (default: by cores)")


def run(options: argparse.Namespace) -> int:
    """Become gunicorn until told to end."""
    os.environ.setdefault("OGNIWO_URL", f"http://localhost:{options.port}")
    gunicorn.SERVER = gunicorn.SERVER_SOFTWARE = "ogniwo"  # no version for scanners
    _Site(options).run()
    return DONE


class _Site(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in _configuration(self.options).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from ogniwo.wsgi import application  # noqa: PLC0415 - reads the settings

        return application


def _configuration(options: argparse.Namespace) -> dict[str, Any]:
    host = f"[{options.host}]" if ":" in options.host else options.host
    memory = Path("/dev/shm")  # noqa: S108 - the heartbeat of a process must not touch a disk
    return {
        "bind": f"{host}:{options.port}",
        "workers": options.workers or min(max(os.cpu_count() or 2, 2), 4),
        "threads": THREADS,
        "worker_class": "gthread",
        "preload_app": True,
        "timeout": SECONDS_A_REQUEST,
        "graceful_timeout": GRACE,
        "max_requests": 20_000,
        "max_requests_jitter": 2_000,
        "worker_tmp_dir": str(memory) if memory.is_dir() else None,
        "limit_request_line": 4094,
        "limit_request_fields": 60,
        "forwarded_allow_ips": "",  # the middleware believes only OGNIWO_PROXIES
        "loglevel": "warning",
        "control_socket_disable": True,
    }
