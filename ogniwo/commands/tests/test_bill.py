"""`bill` and `golden` say what they did, and nothing else when a program reads them."""

import argparse
import json
import os
import signal
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from ogniwo.billing import run as billing_run
from ogniwo.billing.models import Invoice
from ogniwo.billing.tests import scene
from ogniwo.commands import DONE, USAGE, WRONG, Stop, bill, golden
from ogniwo.journal.moves import Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.programme.models import Client
from tests import cast

CASES = Path(__file__).parents[3] / "tests" / "golden"
TODAY = warsaw_day(timezone.now())


def options(**given: object) -> argparse.Namespace:
    usual = {"on": TODAY, "dry_run": False, "client": None, "json": True}
    return argparse.Namespace(**usual | given)


@pytest.fixture
def kwiaty(db: None) -> Client:
    client = scene.account(on=TODAY)
    scene.detail(client, start_on=TODAY, at=scene.noon(TODAY))
    return client


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, object]]]:
    document: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return document


def test_bill_issues_what_is_due_and_names_it(
    kwiaty: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bill.run(options()) == DONE
    assert said(capsys)["invoices"] == [
        {
            "number": Invoice.objects.get().number,
            "client": kwiaty.number,
            "name": "Kwiaty sp. z o.o.",
            "gross": {"amount": 18_327, "currency": "PLN"},
        }
    ]
    assert bill.run(options()) == DONE
    assert said(capsys)["invoices"] == []


def test_a_dry_run_issues_nothing_even_for_a_day_ahead(
    kwiaty: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    ahead = TODAY + timedelta(days=400)
    bill.run(options(dry_run=True, on=ahead))
    assert len(said(capsys)["invoices"]) > 12
    assert not Invoice.objects.exists()
    with pytest.raises(Refused):
        bill.run(options(on=ahead))


def test_bill_says_who_is_held_and_why(kwiaty: Client, capsys: pytest.CaptureFixture[str]) -> None:
    values = {"email": ""}
    kwiaty.change_account(values=values, by=cast.person("Adam"), at=timezone.now())
    bill.run(options(json=False))
    assert "held (no_email)" in capsys.readouterr().out


def test_bill_of_one_client_leaves_the_others(
    kwiaty: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    meble = scene.account("Meble", on=TODAY)
    scene.detail(meble, start_on=TODAY, at=scene.noon(TODAY))
    bill.run(options(client=meble.number))
    assert Invoice.objects.get().client == meble
    with pytest.raises(Stop, match="K-9999"):
        bill.run(options(client="K-9999"))


def test_ctrl_c_ends_a_run_between_two_chunks(
    kwiaty: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    meble = scene.account("Meble", on=TODAY)
    scene.detail(meble, start_on=TODAY, at=scene.noon(TODAY))
    monkeypatch.setattr(billing_run, "CHUNK", {"sqlite": 1, "postgresql": 1})
    whole = billing_run.issue_page

    def pressed(*args: Any, **how: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return whole(*args, **how)

    monkeypatch.setattr(billing_run, "issue_page", pressed)
    with pytest.raises(Stop, match="run it again"):
        bill.run(options())
    assert [row["client"] for row in said(capsys)["invoices"]] == [kwiaty.number]
    monkeypatch.setattr(billing_run, "issue_page", whole)
    assert bill.run(options()) == DONE
    assert Invoice.objects.count() == 2


def test_a_run_that_midnight_broke_off_says_so(
    kwiaty: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(billing_run, "clock_from", lambda at: lambda: at + timedelta(days=1))
        with pytest.raises(Stop, match="run it again"):
            bill.run(options())
    assert said(capsys)["invoices"] == []
    assert bill.run(options()) == DONE
    assert [row["client"] for row in said(capsys)["invoices"]] == [kwiaty.number]


def test_a_terminal_sees_how_far_the_run_is(
    kwiaty: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bill.run(options())
    assert capsys.readouterr().err == ""
    scene.detail(kwiaty, start_on=TODAY, at=scene.noon(TODAY))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    bill.run(options())
    assert capsys.readouterr().err == "\r1 of 1 periods, 1 invoices issued, 0 held\n"


@pytest.mark.django_db
def test_before_set_up_bill_says_what_to_do() -> None:
    with pytest.raises(Stop, match="setup"):
        bill.run(options(on=date(2026, 1, 1)))


def test_golden_answers_one_case_a_line_in_the_order_given(
    capsys: pytest.CaptureFixture[str], django_db_blocker: DjangoDbBlocker
) -> None:
    names = ["11-numbering", "04-one-off-once"]
    cases = [CASES / f"{name}.json" for name in names]
    with django_db_blocker.unblock():
        assert golden.run(argparse.Namespace(cases=cases, check=None)) == DONE
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(answer) for answer in answers] == [
        {"ledger", "refused"},
        {"invoices", "held", "refused", "runs"},
    ]


def test_golden_says_what_it_cannot_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"input": {"clock": 1}}')
    assert golden.run(argparse.Namespace(cases=[wrong], check=None)) == USAGE
    said_, warned = capsys.readouterr()
    assert (said_, "clock" in warned) == ("", True)


def test_golden_compares_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], django_db_blocker: DjangoDbBlocker
) -> None:
    case = json.loads((CASES / "04-one-off-once.json").read_text(encoding="utf-8"))
    copy = tmp_path / "04.json"
    copy.write_text(json.dumps(case))
    with django_db_blocker.unblock():
        assert golden.run(argparse.Namespace(cases=[], check=tmp_path)) == DONE
        case["expected"]["runs"][1]["issued"] = 2
        copy.write_text(json.dumps(case))
        assert golden.run(argparse.Namespace(cases=[], check=tmp_path)) == WRONG
    assert capsys.readouterr().out.startswith("04: runs: expected ")
