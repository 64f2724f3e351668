"""The field :86: of Polish banks: who paid and what for, in one of several styles.

Most write a code of three or four digits, a sign, and two digits before every sub-field; the
sign is `~` (PKO BP, ING, mBank), `^` (Pekao, mBank), `<` (Millennium, Santander, Alior), `?`
(BNP and the German standard) or `+` (Nordea). 20-29 is the title, 32-33 the name, 38 the account. A
family of banks leaves 32 empty and puts the name into 27, its address into 28 and 29.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ogniwo.integrations.bank.rows import account_of, joined, line_of
from ogniwo.kernel.iban import NRB, is_valid

START: Final = re.compile(r"\s*[0-9]{0,4} ?([?~<^+|@!])(?=[0-9]{2})")
SLASHED: Final = re.compile(r"/(NAME|IBAN|REMI|EREF|ORDP|BENM|INFO|ADDR|CNTP|TRCD|OCMT)/")
FILLERS: Final = "\u00ff\u02d9\ufffd"  # PKO BP: byte FF in an empty field, by encoding
TITLE: Final = tuple(str(number) for number in range(20, 29))
SHORT_TITLE: Final = tuple(str(number) for number in range(20, 27))
MOST_TEXT: Final = 4 * 1024  # characters of :86:; thirty lines of 65 have half of them
NRB_INSIDE: Final = re.compile(r"(?<![0-9])[0-9]{2}(?: ?[0-9]{4}){6}(?![0-9])")
LENGTH: Final = 26  # digits of a Polish account
OF_SENDER: Final = frozenset({"30", "31", "38"})


class Told(NamedTuple):
    """What :86: says of the other side."""

    title: str
    name: str
    account: str
    reference: str
    numbers: Sequence[str] = ()  # other accounts it holds: one may be the account credited


NOTHING: Final = Told("", "", "", "")


def told(lines: list[str]) -> Told:
    """The other side and the title out of the lines of one or more :86: of a row."""
    lines = _cut(lines)
    found = START.match(lines[0])
    if found is None:
        return _free(lines)
    text = "".join(lines)
    if not text.isascii():
        for filler in FILLERS:
            text = text.replace(filler, "")
    parts: dict[str, list[str]] = {}
    code = ""
    for piece in text[found.end() :].split(found[1]):
        if piece[:1].isdigit() and piece[1:2].isdigit():
            code = piece[:2]
            parts.setdefault(code, []).append(piece[2:])
        elif code:  # the sign itself stood in a title
            parts[code].append(found[1] + piece)
    return _of_parts({code: "".join(pieces) for code, pieces in parts.items()})


def _cut(lines: list[str]) -> list[str]:
    """As many lines as a bank may send; the last that fits is cut."""
    if sum(map(len, lines)) <= MOST_TEXT:
        return lines
    kept, left = [], MOST_TEXT
    for line in lines:
        kept.append(line[:left])
        left -= len(kept[-1])
    return kept


def _of_parts(parts: dict[str, str]) -> Told:
    get = parts.get
    name = line_of(get("32", "") + get("33", ""))
    codes = TITLE
    if not name and get("27"):
        name, codes = line_of(get("27", "")), SHORT_TITLE
    account = account_of(get("38", "")) or account_of(get("31", ""))
    last = get("29", "")
    if NRB.fullmatch(account_of(last)):  # ING
        account = account if NRB.fullmatch(account) else account_of(last)
    elif codes is TITLE:
        codes = (*TITLE, "29")
    title = line_of("".join([get(code, "") for code in codes])) or line_of(get("00", ""))
    reference = line_of(get("63", ""))
    others = (text for code, text in parts.items() if code not in codes and code not in OF_SENDER)
    numbers = _accounts_in((title, *others), sender=account)
    return Told(title, name, account, reference if reference.startswith("REF") else "", numbers)


def _free(lines: list[str]) -> Told:
    text = joined(lines)
    pieces = SLASHED.split(text)
    if len(pieces) == 1:
        return Told(text, "", "", "", _accounts_in((text,), sender=""))
    parts: dict[str, str] = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    name = parts.get("NAME") or parts.get("ORDP") or parts.get("BENM") or ""
    account = account_of(parts.get("IBAN", ""))
    return Told(
        line_of(parts.get("REMI") or parts.get("INFO") or text),
        line_of(name),
        account,
        "",
        _accounts_in((text,), sender=account),
    )


def _accounts_in(texts: Iterable[str], *, sender: str) -> list[str]:
    """The Polish accounts named in texts, but for the sender's."""
    found = (
        number.replace(" ", "")
        for text in texts
        if len(text) >= LENGTH  # most are shorter, and need no search
        for number in NRB_INSIDE.findall(text)
    )
    return [number for number in found if number != sender and is_valid(number)]
