"""Names and lines as people type them, made fit for searching, addresses and headers."""

import re
import unicodedata
from typing import Final

# NFKD takes diacritics off letters, but these letters have none to take off.
STROKES: Final = str.maketrans(
    {
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ø": "o",
        "Ø": "O",
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
    }
)
SPACES: Final = re.compile(r"[\s\u0085\u2028\u2029]+")
WORDS: Final = re.compile(r"[A-Za-z0-9]+")
# Unassigned and private characters are left alone; surrogates break every encoder.
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})


def fold(text: str) -> str:
    """For comparing and searching: no diacritics, no case, single spaces (Łódź → lodz)."""
    return SPACES.sub(" ", plain_letters(text).casefold()).strip()


def plain_letters(text: str) -> str:
    """Letters without their diacritics, case kept (Łódź → Lodz)."""
    apart = unicodedata.normalize("NFKD", text.translate(STROKES))
    return "".join(character for character in apart if not unicodedata.combining(character))


def camel_slug(name: str) -> str:
    """A person's name as a piece of an address: Łucja Żak-Nowak → LucjaZakNowak."""
    return "".join(_capitalised(word) for word in WORDS.findall(plain_letters(name)))


def _capitalised(word: str) -> str:
    rest = word[1:].lower() if word.isupper() else word[1:]
    return word[0].upper() + rest


def clean_line(text: str) -> str:
    """One line of visible text: no control or invisible characters, single spaces, NFC."""
    spaced = SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return SPACES.sub(" ", _without_unseen(spaced, kept="")).strip()


def clean_text(text: str) -> str:
    """Several lines of visible text: line breaks become LF, tabs stay, the rest as in a line."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _without_unseen(lines, kept="\n\t").strip()


def has_control_characters(text: str) -> bool:
    """Whether a line holds what nobody can type: line breaks, NUL, bidi marks."""
    return any(unicodedata.category(character) in UNSEEN for character in text)


def _without_unseen(text: str, *, kept: str) -> str:
    return "".join(
        character
        for character in text
        if character in kept or unicodedata.category(character) not in UNSEEN
    )
