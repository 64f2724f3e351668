"""Does the writer accept the terms? Only when he plainly says so; whatever is unclear is a no."""

import re
from typing import Final

from ogniwo.kernel.text import fold

# All patterns meet text without diacritics and case.
ACCEPTS: Final = re.compile(
    r"\b(akceptuje|akceptujemy|zaakceptowalem|zaakceptowalam|i accept|we accept|i agree)\b"
)
# A condition, a question, a negation or a quotation anywhere in what he wrote makes it unclear.
DOUBTS: Final = re.compile(
    r"\b(nie|ale|lecz|jednak|jesli|jezeli|gdyby|czy|chyba|moze|dopiero|poki|zanim|kiedy|gdy"
    r"|poza|oprocz|zamiast|warunkiem|warunkowo|zastrzez\w*|wyjat\w+|o ile|pytani\w+|watpliw\w+"
    r"|not|don't|dont|doesn't|cannot|can't|but|if|unless|until|except|however|whether|provided"
    r"|question|condition\w*)\b|\?"
)
QUOTED_WORD: Final = re.compile(r"[\"'„”“«»‚’]\s*(akceptuj|i accept|i agree)")
# Below these lines stand names and the small print of mail programs.
FAREWELL: Final = re.compile(
    r"^\W{0,3}(-- ?$|pozdrawiam|pozdrowienia|z pozdrowieniami|serdecznie pozdrawiam|z powazaniem"
    r"|z wyrazami|lacze wyrazy|milego dnia|wyslane z|wyslano z|best regards|kind regards|regards"
    r"|yours|sincerely|sent from|-{2,}|_{3,})"
)
LONGEST: Final = 2_000


def accepts_terms(words: str) -> bool:
    """Whether these own words are a plain „Akceptuję"."""
    said = "\n".join(_before_farewell(words)).strip()
    if not said or len(said) > LONGEST:
        return False
    if not ACCEPTS.search(said) or QUOTED_WORD.search(said):
        return False
    return not DOUBTS.search(said)


def _before_farewell(words: str) -> list[str]:
    said: list[str] = []
    for line in words.splitlines():
        plain = fold(line)
        if FAREWELL.match(plain):
            break
        said.append(plain)
    return said
