"""The commands: what operators and scripts lean on, run as they run them."""

import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import cast
from tests.installation import Done, Installation

pytestmark = pytest.mark.xdist_group("contract")
NAMES = {"run", "web", "worker", "setup", "demo", "user", "sweep", "bill", "mail", "show", "golden"}
NAMES |= {"check", "doctor", "manage"}
SET_UP = (
    "setup", "--company", "Wydawca sp. z o.o.", "--nip", "999-118-40-74",
    "--email", "partnerzy@wydawca.example", "--admin", "adam@wydawca.example",
)  # fmt: skip
# The fields others lean on; more may be there.
FIELDS = {
    "application": "number state company_name nip email submitted_at target_by decide_by"
    " breached_at",
    "reseller": "number state company_name nip owner_email frk_url terms_version",
    "client": "number lead_number state company_name nip street postcode city contact_person phone"
    " email reseller registered_at converted_at",
    "case": "number state kind client reseller channel opened_at answered_at",
    "detail": "id client service months price quantity vat_rate starts_on ends_on next_on state",
    "invoice": "number kind client reseller issued_on sold_on due_on net vat gross paid left"
    " payment_status disputed pay_to corrects ksef_number ksef_state",
    "payment": "id booked_on amount payer_account title client state allocations",
    "letter": "id to subject state sent_at about",
    "event": "at by verb object hash",
}
MONEY = {"detail": ["price"], "invoice": ["net", "vat", "gross", "paid", "left"]}
MONEY |= {"payment": ["amount"]}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
LETTER = """From: Ktos Obcy <ktos@obcy.example>\r
To: partnerzy@wydawca.example\r
Subject: Pytanie\r
Date: Mon, 05 Jan 2026 10:00:00 +0100\r
Message-ID: <pytanie-1@obcy.example>\r
\r
Czy mogę zostać resellerem?\r
"""
CASE = {
    "format": 1,
    "name": "one",
    "input": {
        "clients": [
            {"id": "a", "name": "Alfa", "nip": "9991000016", "email": "a@alfa.example",
             "address": "ul. Prosta 1, 00-001 Warszawa"},
        ],
        "details": [{"id": "d", "client": "a", "price_grosze": 100, "start_on": "2026-01-31"}],
        "events": [],
        "schedule": [{"detail": "d", "count": 2}],
        "as_of": "2026-01-31",
        "show": ["schedule"],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(
    demo_made: tuple[Installation, Done], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Installation, Done]:
    """A small demo of our own, and what the command said."""
    return demo_made[0].copied_to(tmp_path_factory.mktemp("copy")), demo_made[1]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A company set up without a browser."""
    made = Installation(tmp_path_factory.mktemp("place"))
    terms = made.folder / "regulamin.md"
    terms.write_text("# Regulamin\n\nZażółć gęślą jaźń.", encoding="utf-8")
    address = ("--street", "ul. Prosta 1", "--postcode", "00-001", "--city", "Warszawa")
    account = ("--account", "12999900040000307198128740", "--terms", terms)
    done = made.ogniwo(*SET_UP, *address, *account)
    assert done.returncode == 0, done.stderr
    assert re.search(r"http://localhost:8000/zaproszenie/[\w-]{20,}/", done.stdout)
    return made


@pytest.fixture(scope="module")
def shown(demo: tuple[Installation, Done]) -> dict[str, Done]:
    """`show KIND --json` of every kind."""
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda kind: demo[0].ogniwo("show", kind, "--json"), FIELDS)
        return dict(zip(FIELDS, found, strict=True))


def refused(done: Done, *, status: int = 1) -> str:
    """It was refused in one line on stderr and printed nothing else."""
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def document(done: Done, *, status: int = 0) -> Any:
    """The one JSON document on stdout."""
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


# -- what there is ------------------------------------------------------------------------------


def test_every_promised_command_is_listed_and_an_unknown_one_is_wrong_usage(
    tmp_path: Path,
) -> None:
    empty = Installation(tmp_path)
    listed = empty.ogniwo("--help")
    assert listed.returncode == 0
    assert set(re.findall(r"^  (\S+)  ", listed.stdout, re.MULTILINE)) >= NAMES
    assert "fly" in refused(empty.ogniwo("fly"), status=2)
    assert empty.ogniwo().returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("setup",),
        ("user", "add", "x@y.example", "--role", "king"),
        ("bill", "--on", "jutro"),
        ("sweep", "--at", "wczoraj"),
        ("show", "elephant"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_status_2(place: Installation, arguments: tuple[str, ...]) -> None:
    done = place.ogniwo(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr


# -- set-up, demo, people -----------------------------------------------------------------------


def test_a_set_up_is_refused_with_a_mistake_and_a_second_time(
    place: Installation, tmp_path: Path
) -> None:
    empty = Installation(tmp_path)
    assert "--nip" in refused(empty.ogniwo(*SET_UP, "--nip", "9991184075"))
    assert "set up already" in refused(place.ogniwo(*SET_UP))


def test_a_demo_prints_logins_and_only_an_empty_installation_takes_it(
    place: Installation, demo: tuple[Installation, Done]
) -> None:
    logins = document(demo[1])
    assert all(set(row) == {"role", "email", "password", "url"} for row in logins)
    roles = {row["role"] for row in logins}
    assert {"administrator", "staff", "accountant", "reader", "reseller_owner"} <= roles
    assert "empty" in refused(place.ogniwo("demo", "--clients", "1"))
    assert "set up" in refused(demo[0].ogniwo("demo", "--clients", "1"))


def test_people_are_added_with_a_password_from_stdin_or_by_an_invitation(
    place: Installation,
) -> None:
    add = ("user", "add")
    done = place.ogniwo(*add, "ola@wydawca.example", "--role", "staff")
    assert re.search(r"/zaproszenie/[\w-]{20,}/", done.stdout)
    done = place.ogniwo(
        *add, "ewa@wydawca.example", "--role", "reader", "--password-stdin", typed=cast.PASSWORD
    )
    assert (done.returncode, "zaproszenie" in done.stdout) == (0, False)
    weak = (*add, "jan@wydawca.example", "--role", "staff", "--password-stdin")
    assert "password" in refused(place.ogniwo(*weak, typed="haslo"))
    owner = (*add, "ktos@firma.example", "--role", "reseller_owner")
    assert "R-999" in refused(place.ogniwo(*owner, "--reseller", "R-999"))


# -- daily work ---------------------------------------------------------------------------------


def test_sweeps_are_listed_and_run_by_name_and_time(place: Installation) -> None:
    names = {row["name"] for row in document(place.ogniwo("sweep", "--list", "--json"))}
    assert {"applications", "leads", "terms", "letters", "seal"} <= names
    assert len(place.ogniwo("sweep", "--list").stdout.splitlines()) == len(names)
    at = ("--at", "2026-11-24T12:00", "--json")
    assert document(place.ogniwo("sweep", "leads", "terms", *at)) == {"leads": 0, "terms": 0}
    assert set(document(place.ogniwo("sweep", "--json"))) == names
    assert "dance" in refused(place.ogniwo("sweep", "dance"), status=2)


def test_a_run_of_a_day_ahead_is_only_previewed_but_made_in_a_demo_once(
    place: Installation, demo: tuple[Installation, Done]
) -> None:
    later = (date.today() + timedelta(days=40)).isoformat()
    assert "preview" in refused(place.ogniwo("bill", "--on", later))
    assert "K-9999" in refused(place.ogniwo("bill", "--client", "K-9999"))
    planned = document(demo[0].ogniwo("bill", "--on", later, "--dry-run", "--json"))
    made = document(demo[0].ogniwo("bill", "--on", later, "--json"))
    assert {"on", "dry_run", "invoices", "held"} <= set(planned)
    assert (planned["dry_run"], made["dry_run"]) == (True, False)
    assert planned["invoices"]
    assert [row["gross"] for row in made["invoices"]] == [
        row["gross"] for row in planned["invoices"]
    ]
    assert document(demo[0].ogniwo("bill", "--on", later, "--json"))["invoices"] == []


def test_letters_are_taken_in_and_the_same_one_only_once(place: Installation) -> None:
    file = place.folder / "pytanie.eml"
    file.write_bytes(LETTER.encode())
    first = document(place.ogniwo("mail", file, "--json"))["items"]
    assert [row["new"] for row in first] == [True]
    again = document(place.ogniwo("mail", file, "--json"))["items"]
    assert [row["new"] for row in again] == [False]
    assert "brak.eml" in refused(place.ogniwo("mail", "brak.eml"))


# -- show ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FIELDS)
def test_a_list_is_shown_under_the_field_names_of_the_api(
    shown: dict[str, Done], kind: str
) -> None:
    listed = document(shown[kind])
    assert set(listed) == {"items", "next"}
    assert listed["next"] is None
    assert listed["items"], "the demo has one of each kind"
    for item in listed["items"]:
        assert set(FIELDS[kind].split()) <= set(item)
        for name in MONEY.get(kind, []):
            assert set(item[name]) == {"amount", "currency"}
            assert type(item[name]["amount"]) is int
        for name in (name for name in item if name.endswith("_at") and item[name]):
            assert MOMENT.fullmatch(item[name])
        for name in (name for name in item if name.endswith("_on") and item[name]):
            date.fromisoformat(item[name])


def test_one_object_is_shown_with_its_history(
    shown: dict[str, Done], demo: tuple[Installation, Done]
) -> None:
    accounts = [row for row in document(shown["client"])["items"] if row["number"]]
    one = document(demo[0].ogniwo("show", "client", accounts[0]["number"], "--json"))
    assert one.items() >= accounts[0].items()
    assert {"at", "by", "verb", "object", "hash"} <= set(one["history"][0])
    by_lead = demo[0].ogniwo("show", "client", accounts[0]["lead_number"], "--json")
    assert document(by_lead) == one
    number = document(shown["invoice"])["items"][0]["number"]
    with_hyphens = demo[0].ogniwo("show", "invoice", number.replace("/", "-"))
    assert number in with_hyphens.stdout
    assert "K-9999" in refused(demo[0].ogniwo("show", "client", "K-9999"))


# -- proofs -------------------------------------------------------------------------------------


def test_the_books_of_a_demo_hold_and_a_changed_row_is_named(
    demo: tuple[Installation, Done], tmp_path: Path
) -> None:
    assert document(demo[0].ogniwo("check", "--json")) == {"ok": True, "breaches": []}
    other = Installation(tmp_path)
    with (
        sqlite3.connect(demo[0].folder / "ogniwo.sqlite3") as source,
        sqlite3.connect(tmp_path / "ogniwo.sqlite3") as copy,
    ):
        source.backup(copy)
        copy.execute("DROP TRIGGER journal_event_frozen")
        copy.execute("UPDATE journal_event SET verb = 'people.user.dance' WHERE id = 7")
    done = other.ogniwo("check")
    assert done.returncode == 1
    assert "journal_event_frozen" in done.stderr
    assert "event 7 " in done.stderr


def test_golden_cases_are_played_and_unreadable_ones_are_wrong_usage(tmp_path: Path) -> None:
    bare = Installation(tmp_path)
    case, folder = tmp_path / "one.json", tmp_path / "cases"
    case.write_text(json.dumps(CASE))
    first = document(bare.ogniwo("golden", case))
    assert [row["from"] for row in first["schedule"]] == ["2026-01-31", "2026-02-28"]
    folder.mkdir()
    (folder / "one.json").write_text(json.dumps({**CASE, "expected": {**first, "runs": 7}}))
    done = bare.ogniwo("golden", "--check", folder)
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
    case.write_text(json.dumps({**CASE, "input": {"elephants": []}}))
    assert "elephants" in refused(bare.ogniwo("golden", case), status=2)


def test_the_doctor_says_of_each_thing_whether_it_is_well(place: Installation) -> None:
    lines = document(place.ogniwo("doctor", "--json"))
    assert {"database", "disk", "clock", "SMTP", "worker"} <= {line["what"] for line in lines}
    assert {line["verdict"] for line in lines} <= {"ok", "warning", "broken"}


def test_djangos_own_command_and_a_worker_of_one_round_end_well(place: Installation) -> None:
    assert place.ogniwo("manage", "check").returncode == 0
    assert place.ogniwo("worker", "--once").returncode == 0
