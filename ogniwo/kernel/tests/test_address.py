"""Commands beside a running site write its address into letters."""

from pathlib import Path

from ogniwo.kernel.address import remember, remembered


def test_the_address_of_the_last_start_is_remembered(tmp_path: Path) -> None:
    assert remembered(tmp_path) == ""
    remember(tmp_path, "http://localhost:8470")
    remember(tmp_path, "http://localhost:8471")
    assert remembered(tmp_path) == "http://localhost:8471"
