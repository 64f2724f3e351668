"""Names are compared, searched and put into addresses without their diacritics."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogniwo.kernel.text import camel_slug, clean_line, clean_text, fold, has_control_characters


def test_search_knows_neither_diacritics_nor_capitals() -> None:
    assert fold("Łódź") == "lodz"
    assert fold("  ZAŻÓŁĆ   gęślą\u00a0jaźń ") == "zazolc gesla jazn"
    assert fold("Straße Ørsted") == "strasse orsted"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Łucja Żak-Nowak", "LucjaZakNowak"),
        ("anna kowalska", "AnnaKowalska"),
        ("JAN ŚLIWA", "JanSliwa"),
        ("Ian McKellar", "IanMcKellar"),
        ("  Zenon  O'Rourke jr. ", "ZenonORourkeJr"),
        ("Иван", ""),
    ],
)
def test_a_name_becomes_a_piece_of_an_address(name: str, slug: str) -> None:
    assert camel_slug(name) == slug


def test_a_line_cannot_smuggle_a_second_header_in() -> None:
    assert clean_line("Anna\r\nBcc: wszyscy@zle.example") == "Anna Bcc: wszyscy@zle.example"
    assert clean_line(" a\x00b\u202ec\u200bd \t e\u2028f ") == "abcd e f"


def test_a_text_keeps_its_lines_and_nothing_unseen() -> None:
    assert clean_text(" raz\r\ndwa\rtrzy\x00\u202e\n ") == "raz\ndwa\ntrzy"


def test_control_characters_are_noticed() -> None:
    assert has_control_characters("a\nb")
    assert has_control_characters("a\u202eb")
    assert not has_control_characters("Łucja Żak-Nowak, ul. Prosta 1/2")


@given(st.text())
def test_a_clean_line_is_one_line_and_clean(text: str) -> None:
    line = clean_line(text)
    assert clean_line(line) == line
    assert not has_control_characters(line)
    assert unicodedata.is_normalized("NFC", line)


@given(st.text())
def test_folding_twice_changes_nothing_and_slugs_are_ascii(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    slug = camel_slug(text)
    assert slug == "" or (slug.isascii() and slug.isalnum())
