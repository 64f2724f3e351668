"""The settings: from the environment, from a file named there, from `.env`; never half wrong."""

from pathlib import Path

import pytest

from tests.installation import Installation

WRONG = {
    "OGNIWO_LIMITS": "maybe",
    "OGNIWO_LOG": "xml",
    "OGNIWO_URL": "ogniwo.example",
    "OGNIWO_PROXIES": "10.0.0.0/8, everywhere",
    "OGNIWO_SECRET_KEY": "short",
    "OGNIWO_SMTP_URL": "http://mail.example",
    "DATABASE_URL": "mysql://db.example/ogniwo",
}
PRINT = "from django.conf import settings; print(settings.URL, settings.OGNIWO_LIMITS)"
ASK = ("manage", "shell", "-v", "0", "-c", PRINT)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_stops_the_start_with_one_sentence_naming_the_setting(
    tmp_path: Path, name: str
) -> None:
    done = Installation(tmp_path, {name: WRONG[name]}).ogniwo("check")
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(name)
    assert not (tmp_path / "ogniwo.sqlite3").exists()


def test_a_setting_may_stand_in_a_file_or_in_the_data_folders_env(tmp_path: Path) -> None:
    secret = tmp_path / "url.txt"
    secret.write_text("https://kontra.example\n")
    (tmp_path / ".env").write_text(
        "# what this house sets\nOGNIWO_LIMITS=off\nOGNIWO_URL='https://env.example'\n"
    )
    assert Installation(tmp_path).ogniwo(*ASK).stdout.split() == ["https://env.example", "False"]
    by_file = Installation(tmp_path, {"OGNIWO_LIMITS": "on", "OGNIWO_URL_FILE": str(secret)})
    done = by_file.ogniwo(*ASK)
    # Both a file named in the environment and a value in .env: nobody knows which is meant.
    assert done.returncode == 1
    assert "OGNIWO_URL" in done.stderr
    (tmp_path / ".env").write_text("OGNIWO_LIMITS=off\n")
    assert by_file.ogniwo(*ASK).stdout.split() == ["https://kontra.example", "True"]


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    place = Installation(tmp_path)
    place.ogniwo("sweep", "--list")
    key = tmp_path / "secret_key"
    first = key.read_text()
    assert len(first) >= 32
    assert key.stat().st_mode & 0o077 == 0
    place.ogniwo("sweep", "--list")
    assert key.read_text() == first
