"""Many keys travel as one parameter; whatever is in them, they stay what they are."""

from datetime import UTC, datetime

import pytest

from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.journal.bulk import as_array
from ogniwo.journal.models import Event
from ogniwo.journal.record import event_row, record_all

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db
HOSTILE = (
    "", " ", "NULL", "null", "a,b", '"', '""', "\\", '\\"', "{", "}", "{}", "'", "';--", "%s", "%",
    "ą", "\n", "\t", "x" * 60,
)  # fmt: skip


def written(labels: list[str]) -> None:
    record_all(
        event_row("journal.event.try", "journal.event", key, label, by=SYSTEM_ACTOR, at=NOW)
        for key, label in enumerate(labels)
    )


@pytest.mark.parametrize("label", HOSTILE)
def test_a_text_is_found_as_it_is_written(label: str) -> None:
    written([*HOSTILE])
    found = Event.objects.filter(label__among=[label]).values_list("label", flat=True)
    assert list(found) == [label]


def test_texts_are_found_together() -> None:
    written([*HOSTILE])
    found = Event.objects.filter(label__among=HOSTILE).values_list("label", flat=True)
    assert sorted(found) == sorted(HOSTILE)
    plain = [label for label in HOSTILE if '"' not in label and "\\" not in label]
    found = Event.objects.filter(label__among=plain).values_list("label", flat=True)
    assert sorted(found) == sorted(plain)


def test_numbers_are_found_together_and_nothing_is_nothing() -> None:
    written(["one", "two", "three"])
    assert Event.objects.filter(key__among=[0, 2, -1, 2**62]).count() == 2
    assert not Event.objects.filter(key__among=[]).exists()
    assert not Event.objects.filter(label__among=[]).exists()


def test_what_is_neither_all_numbers_nor_all_texts_is_left_to_the_driver() -> None:
    assert as_array([1, None]) == [1, None]
    assert as_array([True, False]) == [True, False]
    assert as_array(["a", None]) == ["a", None]
