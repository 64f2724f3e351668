"""The page of words for people says what the interface says."""

import re

import polib

from ogniwo.commands import ROOT
from ogniwo.commands.messages import CATALOGUE
from ogniwo.people.models.user import Role
from ogniwo.web.components.statuses import STATUSES

PAGE = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
STATE = re.compile(r"^\| [^|]+ \| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
PERSON = re.compile(r"^\| ([^|]+) \| ([^|]+) \| `(\w+)` \|$", re.MULTILINE)
POLISH = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in polib.pofile(str(CATALOGUE))}


def test_the_page_names_every_state_in_both_languages() -> None:
    keys = [(kind, key) for kind, states in STATUSES.items() for key in states]
    words = [tuple(row) for row in STATE.findall(PAGE)]
    assert [key for key, _polish, _english in words] == [key for _kind, key in keys]
    wrong = [row for row in words if row[1] not in _polish(row[2], context="status")]
    assert wrong == []


def test_the_page_names_every_role_in_both_languages() -> None:
    words = {role: (polish, english) for polish, english, role in PERSON.findall(PAGE)}
    assert set(words) == {role.value for role in Role}
    assert [row for row in words.values() if row[0] not in _polish(row[1])] == []


def _polish(english: str, *, context: str = "") -> set[str]:
    return {
        said for (kind, text), said in POLISH.items() if text == english and context in (kind or "")
    }
