"""A paper is set once, kept whole, and set again when it is lost or damaged."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from ogniwo.billing.paper import store
from ogniwo.billing.paper.render import as_pdf
from ogniwo.billing.paper.tests.samples import snapshot
from ogniwo.billing.snapshot import Snapshot, digest

INVOICE = snapshot()
DIGEST = digest(INVOICE)


@pytest.fixture
def place(tmp_path: Path, settings: Any) -> Path:
    settings.DATA = tmp_path
    return store.place_of(store.name_of(DIGEST))


@pytest.fixture
def set_papers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The numbers of the documents that were really set."""
    numbers: list[str] = []

    def counted(copy: Snapshot, *, language: str) -> bytes:
        numbers.append(copy["number"])
        return as_pdf(copy, language=language)

    monkeypatch.setattr(store, "as_pdf", counted)
    return numbers


def ask() -> bytes:
    return store.paper(INVOICE, digest=DIGEST)


@pytest.mark.usefixtures("place")
def test_a_paper_is_set_once_and_read_back(set_papers: list[str]) -> None:
    first, second = ask(), ask()
    assert first == second == as_pdf(INVOICE)
    assert set_papers == [INVOICE["number"]]


def test_a_lost_paper_is_set_again(place: Path, set_papers: list[str]) -> None:
    first = ask()
    place.unlink()
    assert ask() == first
    assert len(set_papers) == 2
    assert place.exists()


@pytest.mark.parametrize("damaged", [b"", b"%PDF-1.7", b"x" * 5_000])
def test_a_damaged_paper_is_set_again(place: Path, set_papers: list[str], damaged: bytes) -> None:
    first = ask()
    place.write_bytes(damaged)
    assert ask() == first
    assert ask() == first
    assert len(set_papers) == 2


def test_one_changed_byte_is_damage(place: Path) -> None:
    first = ask()
    found = bytearray(place.read_bytes())
    found[100] ^= 1
    place.write_bytes(found)
    assert ask() == first


def test_eight_who_ask_at_once_get_the_same_and_leave_one_file(place: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        papers = set(threads.map(lambda _who: ask(), range(8)))
    assert papers == {as_pdf(INVOICE)}
    assert [file.name for file in place.parent.iterdir()] == [place.name]


def test_where_nothing_can_be_kept_the_paper_is_still_given(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "papers").write_text("a file where the folder should be")
    settings.DATA = tmp_path
    assert ask().startswith(b"%PDF")


@pytest.mark.usefixtures("place")
def test_another_language_is_another_paper() -> None:
    assert store.paper(INVOICE, digest=DIGEST, language="en") != ask()
    assert store.name_of(DIGEST, language="en") != store.name_of(DIGEST)


def test_what_a_killed_process_was_writing_goes_after_a_day(place: Path) -> None:
    ask()
    left, at = place.with_name("x.part"), now()
    left.write_bytes(b"half")
    assert store.sweep_parts(at + timedelta(hours=23), 10) == 0
    assert store.sweep_parts(at + timedelta(days=1, seconds=9), 10) == 1
    assert [file.name for file in place.parent.iterdir()] == [place.name]
