"""`bin/ogniwo mail` takes letters in from files and says of each what came of it."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from ogniwo.commands import mail
from ogniwo.integrations.mailin.tests.eml import eml
from ogniwo.programme.models import InboundLetter, NotSetUp
from tests import cast


def call(*files: Path, as_json: bool = False) -> int:
    return mail.run(Namespace(files=list(files), json=as_json))


def saved(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


@pytest.mark.django_db
def test_each_file_gets_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cast.vendor()
    file = saved(tmp_path, "obcy.eml", eml(sender="ktos@obcy.example").as_bytes())
    assert call(file, file) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == (f"{file}: In the mailbox queue: ktos@obcy.example is not proven or not known.")
    assert second == f"{file}: This letter has been taken in already."


@pytest.mark.django_db
def test_a_bad_file_does_not_keep_the_others_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cast.vendor()
    empty = saved(tmp_path, "pusty.eml", b"")
    noise = saved(tmp_path, "szum.eml", b"%PDF-1.7 nic")
    good = saved(tmp_path, "dobry.eml", eml().as_bytes())
    assert call(empty, tmp_path / "brak.eml", noise, good) == 1
    shown = capsys.readouterr()
    assert f"{empty}: The message is empty." in shown.err
    assert "brak.eml: No such file" in shown.err
    assert f"{noise}: This is not a message that can be read." in shown.err
    assert str(good) in shown.out
    assert InboundLetter.objects.count() == 2


@pytest.mark.django_db
def test_json_is_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cast.vendor()
    file = saved(tmp_path, "obcy.eml", eml(sender="ktos@obcy.example").as_bytes())
    assert call(file, as_json=True) == 0
    (item,) = json.loads(capsys.readouterr().out)["items"]
    assert (item["kind"], item["verdict"], item["new"]) == ("unknown", "unproven", True)


@pytest.mark.django_db
def test_before_the_set_up_there_is_no_mailbox(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp):
        call(saved(tmp_path, "list.eml", eml().as_bytes()))
