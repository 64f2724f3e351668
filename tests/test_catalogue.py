"""Every sentence for people has its Polish words, and they fit it."""

import re

import polib
import pytest

from ogniwo.commands.messages import CATALOGUE, Sentence, in_code, in_template, sentences

PLACE = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_every_sentence_of_code_and_templates_is_in_the_catalogue(
    catalogue: polib.POFile,
) -> None:
    there = {Sentence(e.msgid, e.msgid_plural, e.msgctxt) for e in catalogue}
    assert set(sentences()) - there == set()
    assert there - set(sentences()) == set()


def test_every_sentence_has_polish_words_and_nothing_is_fuzzy(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy] == []


def test_polish_words_keep_the_places_of_the_sentence(catalogue: polib.POFile) -> None:
    wrong = []
    for entry in catalogue.translated_entries():
        given = set(PLACE.findall(entry.msgid + entry.msgid_plural))
        said = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
        if any(set(PLACE.findall(text)) - given for text in said):
            wrong.append(entry.msgid)
        if not entry.msgid_plural and set(PLACE.findall(entry.msgstr)) != given:
            wrong.append(entry.msgid)
    assert wrong == []


def test_plurals_have_three_polish_forms(catalogue: polib.POFile) -> None:
    plurals = [entry for entry in catalogue if entry.msgid_plural]
    assert [entry.msgid for entry in plurals if set(entry.msgstr_plural) != {0, 1, 2}] == []


def test_sentences_are_found_under_any_name_and_with_their_context() -> None:
    source = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy as word
ROLE = "role"
a = _("One" " line")
b = word(ROLE, "Owner")
c = ngettext("%(n)d day", "%(n)d days", n)
d = other("Not for people")
"""
    assert set(in_code(source)) == {
        Sentence("One line"),
        Sentence("Owner", context="role"),
        Sentence("%(n)d day", "%(n)d days"),
    }


def test_sentences_are_found_in_templates() -> None:
    source = """{% load i18n %}{% translate "Save" %}{% translate "Lead" context "state" %}
{% blocktranslate trimmed count n=days %}
  {{ n }} day
{% plural %}
  {{ n }} days
{% endblocktranslate %}{{ _("Yes") }}"""
    assert set(in_template(source)) == {
        Sentence("Save"),
        Sentence("Lead", context="state"),
        Sentence("%(n)s day", "%(n)s days"),
        Sentence("Yes"),
    }
