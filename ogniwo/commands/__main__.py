"""Finds the command, makes Django ready for it, and turns what happens into an exit status."""

import argparse
import contextlib
import ctypes
import importlib
import os
import pkgutil
import signal
import sys
from pathlib import Path
from types import ModuleType

from ogniwo.commands import DONE, USAGE, WRONG, Stop, WrongUsage

# The first two choose the settings of what they become; the third only reads source files.
BARE = {"run", "web", "messages"}
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def main(argv: list[str]) -> int:
    """Run one command."""
    if not argv or argv[0] in {"-h", "--help", "help"}:
        _list_commands()
        return DONE if argv else USAGE
    name, arguments = argv[0].replace("-", "_"), argv[1:]
    if name not in _names():
        print(f"There is no command {argv[0]!r}; bin/ogniwo --help lists them.", file=sys.stderr)
        return USAGE
    if os.environ.pop("OGNIWO_PARENT", ""):
        _die_with_parent()
    try:
        return _run(name, arguments)
    except KeyboardInterrupt:
        return WRONG
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG


def _die_with_parent() -> None:
    """Nothing of `run` is left behind when it is killed (Linux; elsewhere the port tells)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def _run(name: str, arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ogniwo.settings")
    if name in BARE:
        command = _load(name)
        return _call(command, _parsed(name, command, arguments))
    import django  # noqa: PLC0415 - only now are the settings to be read
    from django.db import DatabaseError  # noqa: PLC0415 - as above

    django.setup()
    command = _load(name)
    options = _parsed(name, command, arguments)
    try:
        if getattr(command, "NEEDS_DATABASE", True):
            from ogniwo.commands import prepare  # noqa: PLC0415 - needs Django

            prepare.database()
        return _call(command, options)
    except DatabaseError as why:
        return _refuse(f"The database refuses: {_first_line(why)}")


def _call(command: ModuleType, options: argparse.Namespace) -> int:
    try:
        return int(command.run(options))
    except Stop as why:
        return _refuse(str(why))
    except WrongUsage as why:
        _refuse(str(why))
        return USAGE
    except OSError as why:
        return _refuse(f"{why.filename or 'The system'}: {why.strerror or why}")
    except Exception as why:
        if type(why).__module__.startswith("ogniwo.") and "code" in vars(why):
            return _refuse(_in_english(why))
        raise


def _in_english(refused: Exception) -> str:
    from django.utils import translation  # noqa: PLC0415 - Django is ready when verbs refuse

    with translation.override("en"):
        return str(refused)


def _refuse(line: str) -> int:
    print(" ".join(line.split()), file=sys.stderr)
    return WRONG


def _first_line(why: Exception) -> str:
    return (str(why).strip().splitlines() or [type(why).__name__])[0]


def _parsed(name: str, command: ModuleType, arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"bin/ogniwo {name.replace('_', '-')}", description=command.HELP, allow_abbrev=False
    )
    command.arguments(parser)
    return parser.parse_args(arguments)


def _load(name: str) -> ModuleType:
    return importlib.import_module(f"ogniwo.commands.{name}")


def _names() -> list[str]:
    found = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(one.name for one in found if not (one.ispkg or one.name.startswith("_")))


def _list_commands() -> None:
    """Read the sentences without importing the commands, some of which need Django."""
    print("bin/ogniwo COMMAND …; bin/ogniwo COMMAND --help says more.\n")
    for name in _names():
        text = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        said = next((line for line in text.splitlines() if line.startswith("HELP = ")), "")
        if "HIDDEN = True" not in text:
            print(f"  {name.replace('_', '-'):18} {said[8:-1]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
