"""Exit status 0, 1 and 2 mean what they mean, and one line says why."""

import json
from pathlib import Path

import pytest

from ogniwo.commands import __main__ as dispatcher
from ogniwo.people.models import User
from ogniwo.programme.models import Vendor

SET_UP = ["setup", "--company", "Wydawca", "--email", "kontakt@wydawca.example"]
FULL = [*SET_UP, "--nip", "999-118-40-74", "--admin", "ola@wydawca.example"]


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatcher.main(["fly"]) == 2
    assert "no command 'fly'" in capsys.readouterr().err


def test_the_list_of_commands_is_on_one_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatcher.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert "setup" in said
    assert "prepare" not in said


def test_wrong_options_are_wrong_usage() -> None:
    with pytest.raises(SystemExit) as ended:
        dispatcher.main(["sweep", "--nonsense"])
    assert ended.value.code == 2


@pytest.mark.django_db
def test_setup_makes_the_vendor_and_prints_the_invitation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert dispatcher.main([*FULL, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["invitation"].startswith("http://localhost:8000/zaproszenie/")
    assert Vendor.load().nip == "9991184074"
    assert User.objects.get().email == "ola@wydawca.example"


@pytest.mark.django_db
def test_setup_twice_is_refused_in_one_english_line(capsys: pytest.CaptureFixture[str]) -> None:
    dispatcher.main(FULL)
    capsys.readouterr()
    assert dispatcher.main(FULL) == 1
    said = capsys.readouterr()
    assert said.err == "This installation is set up already.\n"
    assert said.out == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--nip", "9991184075"),
        ("--nip", "0000000000"),
        ("--admin", "ola"),
        ("--admin", "ola@x.example\r\nBcc: a@b.example"),
        ("--account", "12345"),
        ("--company", " "),
        ("--company", "A" * 10_000),
        ("--terms", "/nowhere.md"),
    ],
)
def test_setup_with_a_mistake_changes_nothing(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dispatcher.main([*FULL, option, value]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not Vendor.objects.exists()


@pytest.mark.django_db
def test_setup_takes_the_terms_from_a_file(tmp_path: Path) -> None:
    terms = tmp_path / "terms.md"
    terms.write_text("# Regulamin\n\nZażółć gęślą jaźń.", encoding="utf-8")
    assert dispatcher.main([*FULL, "--terms", str(terms)]) == 0


@pytest.mark.django_db
def test_a_person_without_a_password_gets_an_invitation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert dispatcher.main(["user", "add", "Ewa@firma.example", "--role", "staff"]) == 0
    assert "/zaproszenie/" in capsys.readouterr().out
    assert not User.objects.get(email="ewa@firma.example").has_usable_password()


@pytest.mark.django_db
def test_the_same_person_twice_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    dispatcher.main(["user", "add", "ewa@firma.example", "--role", "staff"])
    assert dispatcher.main(["user", "add", "EWA@firma.example", "--role", "reader"]) == 1
    assert "already" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_reseller_role_wants_a_reseller(capsys: pytest.CaptureFixture[str]) -> None:
    owner = ["user", "add", "ewa@firma.example", "--role", "reseller_owner"]
    assert dispatcher.main(owner) == 2
    assert dispatcher.main([*owner, "--reseller", "R-999"]) == 1
    assert (
        dispatcher.main(["user", "add", "x@f.example", "--role", "staff", "--reseller", "R-1"]) == 2
    )
    assert not User.objects.exists()


@pytest.mark.django_db
def test_sweeps_run_once_as_of_a_given_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatcher.main(["sweep", "letters", "--at", "2026-11-24T12:00", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"letters": 0}
    assert dispatcher.main(["sweep", "nothing-like-it"]) == 2


@pytest.mark.django_db
def test_the_doctor_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatcher.main(["doctor", "--json"]) == 0
    said = {line["what"]: line for line in json.loads(capsys.readouterr().out)}
    assert said["database"]["verdict"] == "ok"
    assert said["set-up"]["verdict"] == "warning"
    assert "OGNIWO_LIMITS" in said["limits"]["says"]
