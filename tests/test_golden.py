"""The product answers every golden case, to the grosz and to the day."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from ogniwo.billing.check import breaches
from ogniwo.billing.golden import NotBuilt, Unreadable, play
from ogniwo.billing.golden.case import checked, last_day, noon
from ogniwo.billing.golden.database import fresh_database
from ogniwo.billing.golden.play import Player

HERE = Path(__file__).parent
CASES = sorted((HERE / "golden").glob("*.json")) + sorted((HERE / "golden_more").glob("*.json"))
DAY = "2026-02-03"
NOT_BUILT: frozenset[str] = frozenset()  # names of cases a later piece of work completes


def answer(case: dict[str, Any], blocker: DjangoDbBlocker) -> dict[str, Any]:
    """Play in a database of its own, which pytest-django knows nothing of."""
    with blocker.unblock():
        return play(case)


def event(do: str, **keys: Any) -> dict[str, Any]:
    return {"on": DAY, "do": do, **keys}


def case_named(name: str) -> dict[str, Any]:
    path = next(path for path in CASES if path.stem == name)
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return case


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_golden_case_is_answered(path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    if path.stem in NOT_BUILT:
        with pytest.raises(NotBuilt):
            answer(case["input"], django_db_blocker)
        return
    actual = answer(case["input"], django_db_blocker)
    assert set(actual) == set(case["input"].get("show", ("invoices", "held", "refused")))
    for key, value in case["expected"].items():
        assert actual[key] == value, key


def test_there_are_cases_to_answer() -> None:
    assert len(CASES) >= 37 + 147


@pytest.mark.parametrize(
    ("where", "key"),
    [("clients", "phone"), ("details", "price"), ("events", "hour"), (None, "clock")],
)
def test_an_unknown_key_makes_a_case_unreadable(
    where: str | None, key: str, django_db_blocker: DjangoDbBlocker
) -> None:
    given = copy.deepcopy(case_named("03-stub-period")["input"])
    (given[where][0] if where else given)[key] = "x"
    with pytest.raises(Unreadable, match=key):
        answer(given, django_db_blocker)


NESTED: dict[str, tuple[str, dict[str, Any]]] = {
    "a discount": ("color", {"details": [{"discounts": [{"bp": 1, "from": DAY, "color": 1}]}]}),
    "a table": ("color", {"nbp": [{"on": DAY, "table": "1", "eur": "4.2", "color": 1}]}),
    "a question": ("color", {"schedule": [{"detail": "asi", "count": 1, "color": 1}]}),
    "facts of a client": ("id", {"events": [event("update_client", client="alfa", set={"id": 1})]}),
    "a line": ("net", {"events": [event("correct", invoice="x", lines=[{"line": 1, "net": 1}])]}),
    "a buyer": ("phone", {"events": [event("correct", invoice="x", buyer={"phone": "1"})]}),
    "what is missing": ("price_grosze", {"events": [event("add_detail", detail={"id": "x"})]}),
    "no amount": ("amount_grosze", {"events": [event("pay", id="p")]}),
    "a day that is none": ("2026-02-30", {"events": [{"on": "2026-02-30", "do": "run"}]}),
    "an instant without offset": ("offset", {"events": [{"at": "2026-02-03T10:00", "do": "run"}]}),
    "an amount in words": ("amount_grosze", {"events": [event("pay", id="p", amount_grosze="1")]}),
    "events that are none": ("not an object", {"events": ["run"]}),
    "a detail that is refused": ("bad_price", {"details": [{"price_grosze": 0}]}),
    "a client nobody made": ("gama", {"events": [event("update_client", client="gama", set={})]}),
    "a detail nobody made": ("d9", {"events": [event("bill_now", detail="d9")]}),
}


@pytest.mark.parametrize(("says", "change"), NESTED.values(), ids=NESTED)
def test_what_cannot_be_played_is_unreadable_and_said(
    says: str, change: dict[str, Any], django_db_blocker: DjangoDbBlocker
) -> None:
    given = copy.deepcopy(case_named("03-stub-period")["input"])
    for key, value in change.items():
        merged = {**given[key][0], **value[0]} if key == "details" else value[0]
        given[key] = [merged]
    with pytest.raises(Unreadable, match=says):
        answer(given, django_db_blocker)


def test_another_format_is_unreadable(django_db_blocker: DjangoDbBlocker) -> None:
    case = case_named("03-stub-period") | {"format": 2}
    with pytest.raises(Unreadable, match="format 2"):
        answer(case, django_db_blocker)


def test_an_event_that_is_not_known_is_named(django_db_blocker: DjangoDbBlocker) -> None:
    given = copy.deepcopy(case_named("03-stub-period")["input"])
    given["events"][0]["do"] = "conjure"
    with pytest.raises(Unreadable, match="conjure"):
        answer(given, django_db_blocker)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_after_a_golden_case_the_books_hold(path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    given = json.loads(path.read_text(encoding="utf-8"))["input"]
    with django_db_blocker.unblock(), fresh_database():
        player = Player(checked(given))
        player.play()
        assert list(breaches(noon(last_day(given)))) == []
