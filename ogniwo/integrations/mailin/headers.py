"""Header lines as they are, decoded with patience: nothing a stranger writes there may raise."""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from typing import Final

from ogniwo.kernel.text import clean_line

# A header is cut before it is matched: nobody's name is longer.
LONGEST: Final = 8_000
QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"
)
ANGLED: Final = re.compile(r"<([^<>]*)>")
MESSAGE_ID: Final = re.compile(r"<[^<>\s]{1,250}>")


def raw_values(message: Message, name: str) -> list[str]:
    """Every header of that name, top first, unfolded and not yet decoded."""
    wanted = name.lower()
    return [
        _unfolded(str(value)[:LONGEST])
        for found, value in message.raw_items()
        if found.lower() == wanted
    ]


def first_value(message: Message, name: str) -> str:
    """The topmost header of that name, not decoded, or nothing."""
    return next(iter(raw_values(message, name)), "")


def decoded(value: str) -> str:
    """One line for people, with encoded words read."""
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return clean_line(value)
    return clean_line("".join(_piece(text, charset) for text, charset in pieces))


def text_of(raw: bytes, charset: str | None) -> str:
    """Text by its declared alphabet, else by trial; the last resort never fails."""
    for name in (charset, "utf-8", "cp1250"):
        try:
            return raw.decode(name or "utf-8")
        except (LookupError, ValueError):
            continue
    return raw.decode("iso-8859-2", "replace")


def only_address(value: str) -> tuple[str, str] | None:
    """The one address a line names and the name before it; None when it is not exactly one."""
    bare = _without_comments(QUOTED.sub("", value))
    angled = ANGLED.findall(bare)
    if len(angled) > 1 or ("<" in bare) != bool(angled):
        return None
    outside = ANGLED.sub("", bare)
    if any(sign in outside for sign in ",;:<>"):
        return None
    address = (angled[0] if angled else outside).strip()
    if not ADDRESS.fullmatch(address) or ".." in address.rpartition("@")[2]:
        return None
    name = value.rpartition("<")[0] if angled else ""
    return address.lower(), decoded(name.strip().strip('"'))


def addresses(values: list[str]) -> Iterator[str]:
    """Every address that occurs in lines of recipients."""
    for value in values:
        yield from (found.lower() for found in ADDRESS.findall(value))


def message_ids(value: str) -> tuple[str, ...]:
    """The identifiers in a line, in their order."""
    return tuple(MESSAGE_ID.findall(value))


def _piece(text: str | bytes, charset: str | None) -> str:
    raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return text_of(raw, charset)


def _unfolded(value: str) -> str:
    return " ".join(value.replace("\r", "\n").replace("\t", " ").split("\n")).strip()


def _without_comments(value: str) -> str:
    depth, kept = 0, []
    for sign in value:
        if sign == "(":
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(sign)
    return "".join(kept)
