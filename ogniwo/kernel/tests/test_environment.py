"""A wrong setting stops the start with one sentence that names it."""

import os
import stat
from pathlib import Path

import pytest

from ogniwo.kernel import setup_link
from ogniwo.kernel.environment import Environment, WrongSetting
from ogniwo.kernel.logs import mask


def given(tmp_path: Path, **settings: str) -> Environment:
    return Environment({"OGNIWO_DATA": str(tmp_path), **settings})


def test_a_setting_comes_from_the_environment_a_file_or_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from a file\n")
    (tmp_path / ".env").write_text('# mine\nexport A="from .env"\nB=from .env\n')
    env = given(tmp_path, B="from the environment", C_FILE=str(tmp_path / "key"))
    assert env.text("A") == "from .env"
    assert env.text("B") == "from the environment"
    assert env.text("C") == "from a file"
    assert env.text("D", "default") == "default"


def test_both_ways_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="A and A_FILE"):
        given(tmp_path, A="x", A_FILE="y").text("A")


@pytest.mark.parametrize("value", ["foo", "ftp://x.example", "https://", "https://x.example/a?b"])
def test_an_address_must_look_like_one(value: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="OGNIWO_URL"):
        given(tmp_path, OGNIWO_URL=value).address("OGNIWO_URL", "")


def test_an_address_keeps_no_closing_slash(tmp_path: Path) -> None:
    env = given(tmp_path, OGNIWO_URL="https://partnerzy.example:8443/")
    assert env.address("OGNIWO_URL", "") == "https://partnerzy.example:8443"


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda env: env.choice("X", options=("on", "off"), default="on"), "maybe"),
        (lambda env: env.server("X", schemes=("smtp",)), "http://mail.example"),
        (lambda env: env.networks("X"), "10.0.0.1, 10.0.0"),
        (lambda env: env.secret_key("X"), "short"),
    ],
)
def test_a_wrong_value_is_named(read: object, value: str, tmp_path: Path) -> None:
    assert callable(read)
    with pytest.raises(WrongSetting, match=r"^X\b"):
        read(given(tmp_path, X=value))


def test_a_line_of_the_file_that_is_no_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\nnonsense\n")
    with pytest.raises(WrongSetting, match="line 2"):
        given(tmp_path)


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    first = given(folder).secret_key("OGNIWO_SECRET_KEY")
    assert len(first) >= 60
    assert given(folder).secret_key("OGNIWO_SECRET_KEY") == first
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert os.listdir(folder) == ["secret_key"]


def test_only_the_newest_set_up_link_opens(tmp_path: Path) -> None:
    old = setup_link.make(tmp_path, demo=True)
    new = setup_link.make(tmp_path, demo=False)
    assert setup_link.find(tmp_path, old) is None
    assert setup_link.find(tmp_path, new) == setup_link.Offer(demo=False)
    setup_link.forget(tmp_path)
    assert setup_link.find(tmp_path, new) is None


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("Not Found: /wniosek/AbCdEfGh12345678_-xy/", "Not Found: /wniosek/***/"),
        ("GET /zostan-resellerem/ 200", "GET /zostan-resellerem/ 200"),
        ("GET /konsola/leady/L-0311/convert/", "GET /konsola/leady/L-0311/convert/"),
        ("to kontakt+z217.k3j9x2m7qa@firma.example", "to kontakt+z217.***@firma.example"),
        ("password=Tajne123", "password=***"),
    ],
)
def test_secrets_never_reach_the_log(line: str, masked: str) -> None:
    assert mask(line) == masked
