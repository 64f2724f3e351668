"""Settings come from the environment, from `<NAME>_FILE` or from `.env` in the data folder."""

import ipaddress
import os
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import urlsplit


class WrongSetting(Exception):
    """A setting has a value that cannot be meant; the text is one sentence naming it."""


class Environment:
    """The settings as given, each read once and checked where it is read."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = dict(given)
        self.data = Path(self.text("OGNIWO_DATA", "data")).absolute()
        self.given = {**_dotenv(self.data / ".env"), **self.given}

    def text(self, name: str, default: str = "") -> str:
        if name in self.given and f"{name}_FILE" in self.given:
            raise WrongSetting(f"{name} and {name}_FILE are both set: keep one of them.")
        if path := self.given.get(f"{name}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as why:
                raise WrongSetting(f"{name}_FILE: {path} cannot be read ({why}).") from why
        return self.given.get(name, "").strip() or default

    def choice(self, name: str, *, options: Collection[str], default: str) -> str:
        value = self.text(name, default)
        if value not in options:
            raise WrongSetting(f"{name} is {value!r}, but may be only {', '.join(options)}.")
        return value

    def address(self, name: str, default: str) -> str:
        """Return a public address, scheme and host, without the closing slash."""
        value = self.text(name, default).rstrip("/")
        if not _is_address(value):
            raise WrongSetting(f"{name} is {value!r}, but must look like https://host.example.")
        return value

    def server(self, name: str, *, schemes: Collection[str]) -> str:
        """Return the address of another server, or nothing."""
        value = self.text(name)
        if value and value.partition("://")[0] not in schemes:
            raise WrongSetting(f"{name} must begin with {'://, '.join(schemes)}://.")
        return value

    def networks(self, name: str) -> list[str]:
        """Return the networks of a list separated by commas or spaces."""
        found = self.text(name).replace(",", " ").split()
        for one in found:
            try:
                ipaddress.ip_network(one)
            except ValueError as why:
                raise WrongSetting(f"{name}: {one!r} is no IP address or network.") from why
        return found

    def secret_key(self, name: str) -> str:
        """Return the secret of this installation, made on the first start."""
        if given := self.text(name):
            if len(given) < 32:  # noqa: PLR2004 - 32 characters, said in the sentence below
                raise WrongSetting(f"{name} is shorter than 32 characters.")
            return given
        return _kept_secret(self.data / "secret_key", name)


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not equals:
            raise WrongSetting(f"{path}: line {number} is not of the form NAME=value.")
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
        found[name.strip()] = value[1:-1] if quoted else value.strip()
    return found


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return usable and not (parts.path or parts.query or parts.username)


def _kept_secret(path: Path, name: str) -> str:
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_once(path, secrets.token_urlsafe(48))
        return path.read_text(encoding="utf-8").strip()
    except OSError as why:
        raise WrongSetting(f"{name} is not set and {path} cannot be kept ({why}).") from why


def _write_once(path: Path, secret: str) -> None:
    """Two who start at once keep the same secret: the second link is refused."""
    own = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()
