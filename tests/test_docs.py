"""What an operator may set, call or expect is written down."""

import re

import pytest

from ogniwo.commands import __main__ as dispatcher
from ogniwo.commands.doctor import KNOWN
from ogniwo.schedule import SWEEPS
from tests import house

DOCS = house.ROOT / "docs"


def settings_read() -> set[str]:
    source = (house.ROOT / "ogniwo" / "settings.py").read_text(encoding="utf-8")
    read = re.findall(r'env\.\w+\(\s*"(\w+)"', source)
    return {*read, "OGNIWO_DATA", "OGNIWO_CHROMIUM"}


def test_every_setting_is_documented_and_nothing_else() -> None:
    rows = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)`", rows, re.MULTILINE)) == settings_read()


def test_the_doctor_knows_every_setting() -> None:
    assert settings_read() - {"DATABASE_URL"} == KNOWN


def shown_commands() -> list[str]:
    folder = house.ROOT / "ogniwo" / "commands"
    return [
        name
        for name in dispatcher._names()
        if "HIDDEN = True" not in (folder / f"{name}.py").read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("name", shown_commands())
def test_every_command_is_documented_and_says_what_it_does(name: str) -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert f"bin/ogniwo {name.replace('_', '-')}" in text
    source = (house.ROOT / "ogniwo" / "commands" / f"{name}.py").read_text(encoding="utf-8")
    assert re.search(r'^HELP = "[A-Z].*\."$', source, re.MULTILINE)


@pytest.mark.parametrize("name", [sweep.name for sweep in SWEEPS])
def test_every_sweep_is_documented(name: str) -> None:
    assert f"`{name}`" in (DOCS / "commands.md").read_text(encoding="utf-8")


def test_documented_commands_exist() -> None:
    for page in sorted(house.ROOT.glob("**/*.md")):
        if ".venv" in page.parts:
            continue
        for name in re.findall(r"bin/ogniwo ([a-z][a-z-]*)", page.read_text(encoding="utf-8")):
            assert name.replace("-", "_") in dispatcher._names(), f"{page.name}: {name}"
