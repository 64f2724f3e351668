"""Throwaway databases: filled once, copied for each round, dropped at the end."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
SERVER: Final = "postgres://postgres@127.0.0.1:5432/postgres"
ROOT: Final = Path(__file__).resolve().parent.parent.parent


class Broken(Exception):
    """A process of the benchmark failed; the text is what it said last."""


@dataclass
class Place:
    """Where one kind of database is made; the processes of a benchmark meet in it."""

    vendor: str
    folder: Path
    server: str
    made: list[str] = field(default_factory=list)
    filled: dict[str, str] = field(default_factory=dict)

    def do(self, deed: str, name: str, **options: Any) -> dict[str, Any]:
        """One deed in a process of its own, on the database of that name; what it measured."""
        done = subprocess.run(
            self.call(deed, **options), env=self._environment(name), capture_output=True,
            text=True, check=False, cwd=ROOT,
        )  # fmt: skip
        if done.returncode:
            raise Broken(done.stderr[-2000:])
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    def start(self, deed: str, name: str, **options: Any) -> "subprocess.Popen[str]":
        """The same without waiting for its end."""
        return subprocess.Popen(
            self.call(deed, **options), env=self._environment(name), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip

    @staticmethod
    def call(deed: str, **options: Any) -> list[str]:
        return [sys.executable, "-m", "ogniwo.bench.deeds", deed, json.dumps(options)]

    def filled_with(self, **options: Any) -> str:
        """A fresh copy of a database filled that way."""
        key = json.dumps(options, sort_keys=True)
        if key not in self.filled:
            name = self._new()
            self.do("prepare", name, **options)
            self.filled[key] = name
        return self._copy(self.filled[key])

    def _new(self) -> str:
        name = f"ogniwo_bench_{secrets.token_hex(4)}"
        self.made.append(name)
        if self.vendor == POSTGRESQL:
            self._tell("CREATE DATABASE {}", name)
        else:
            (self.folder / name).mkdir()
        return name

    def _copy(self, source: str) -> str:
        name = f"ogniwo_bench_{secrets.token_hex(4)}"
        self.made.append(name)
        if self.vendor == POSTGRESQL:
            self._tell("CREATE DATABASE {} TEMPLATE {}", name, source)
            self._tell("CHECKPOINT")
        else:
            shutil.copytree(self.folder / source, self.folder / name)
            os.sync()
        return name

    def drop(self, name: str) -> None:
        if self.vendor == POSTGRESQL:
            self._tell("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        else:
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self.made.remove(name)

    def _tell(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            words = sql.SQL(statement)
            connection.execute(words.format(*map(sql.Identifier, names)))

    def _environment(self, name: str) -> dict[str, str]:
        unset = {"DATABASE_URL", "OGNIWO_DATA"}
        kept = {key: value for key, value in os.environ.items() if key not in unset}
        own = self.folder / name
        if self.vendor == POSTGRESQL:
            own.mkdir(exist_ok=True)
            kept["DATABASE_URL"] = urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))
        return kept | {"OGNIWO_DATA": str(own), "PYTHONPATH": str(ROOT)}


@contextmanager
def place(vendor: str) -> Iterator[Place]:
    """A place that is gone afterwards, with all its databases."""
    with tempfile.TemporaryDirectory(prefix="ogniwo-bench-") as folder:
        found = Place(vendor, Path(folder), _server())
        try:
            yield found
        finally:
            for name in list(found.made):
                found.drop(name)


def version() -> str:
    """Of the PostgreSQL to measure on; empty when none answers."""
    try:
        with psycopg.connect(_server(), connect_timeout=2) as connection:
            row = connection.execute("SHOW server_version").fetchone()
    except psycopg.OperationalError:
        return ""
    return str(row[0]) if row else ""


def _server() -> str:
    return os.environ.get("OGNIWO_BENCH_SERVER", SERVER)
