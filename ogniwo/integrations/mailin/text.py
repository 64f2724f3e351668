"""The words of a letter: HTML shown as text, and what the writer himself wrote."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from lxml import etree
from lxml import html as markup

from ogniwo.kernel.text import clean_text, fold

LONGEST: Final = 200_000
DEEPEST_QUOTE: Final = 3

UNSEEN: Final = {"head", "style", "script", "title", "template", "noscript"}
EMPTY: Final = {"br", "hr"}
PARAGRAPHS: Final = {"p", "div", "br", "tr", "li", "ul", "ol", "table", "blockquote", "pre", "hr"}
BLOCKS: Final = PARAGRAPHS | {"h1", "h2", "h3", "h4", "h5", "h6", "section", "article"}

WRITES: Final = re.compile(
    r"(napisał\(a\)|napisała?|pisze|wrote|a écrit|schrieb)[^\w:]{0,5}:\s*$", re.IGNORECASE
)
BEGINS: Final = re.compile(
    r"^\W{0,3}(w dniu|dnia|on |pon|wt|śr|sr|czw|pt|sob|niedz"
    r"|\d{1,4}[./-]\d|\d{1,2} \w{3,12} \d{4})",
    re.IGNORECASE,
)
SEPARATOR: Final = re.compile(
    r"^\W{0,3}(-{2,} ?(oryginalna wiadomo|wiadomo[śs]. oryginalna|original message"
    r"|forwarded message|wiadomo[śs]. przekazana|przekazana wiadomo|treść oryginalnej)|_{20,}\s*$"
    r"|początek przekazywanej wiadomo|begin forwarded message)",
    re.IGNORECASE,
)
FROM_LINE: Final = re.compile(r"^\W{0,3}(od|from|nadawca)\W{0,3}:", re.IGNORECASE)
HEADER_LINE: Final = re.compile(
    r"^\W{0,3}(wysłano|wyslano|data|do|dw|temat|sent|date|to|cc|subject)\W{0,3}:", re.IGNORECASE
)
SIGNATURE: Final = re.compile(r"^-- ?$")


def text_from_html(page: str) -> str:
    """HTML as plain text; what it quotes gets the sign of a quotation."""
    source = page.replace("\x00", "")[:LONGEST].encode("utf-8", "replace")
    parser = markup.HTMLParser(encoding="utf-8", recover=True, no_network=True, huge_tree=False)
    try:
        tree = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if tree is None:
        return ""
    lines = "".join(_pieces(tree)).split("\n")
    tidy = "\n".join(" ".join(line.split()) for line in lines)
    return clean_text(re.sub(r"\n{3,}", "\n\n", tidy))[:LONGEST]


def own_words(text: str) -> str:
    """What the writer wrote himself, without the letter he answers and his signature.

    Where it is unclear whose words they are, they are not his.
    """
    lines = text.split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if SIGNATURE.match(lines[at]) or _starts_old_letter(lines, at):
            break
        skipped = _attribution(lines, at)
        if skipped and not _quoted_next(lines, at + skipped):
            break
        if not skipped and not lines[at].lstrip().startswith(">"):
            kept.append(lines[at])
        at += skipped or 1
    return "\n".join(kept).strip()


def _pieces(tree: Any) -> Iterator[str]:
    quoted = unseen = 0
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            # Only what follows it is text.
            yield "" if unseen else _quoting(node.tail, quoted)
            continue
        opens = event == "start"
        if node.tag in UNSEEN:
            unseen += 1 if opens else -1
        if opens and _starts_quotation(node):
            quoted += 1
        if node.tag in BLOCKS and (opens or node.tag not in EMPTY):
            yield "\n" + "> " * min(quoted, DEEPEST_QUOTE)
        if not opens and _starts_quotation(node):
            quoted -= 1
            yield "\n" + "> " * min(quoted, DEEPEST_QUOTE)
        if not unseen:
            yield _quoting(node.text if opens else node.tail, quoted)


def _starts_quotation(node: Any) -> bool:
    return node.tag == "blockquote" or "gmail_quote" in (node.get("class") or "").split()


def _quoting(text: str | None, quoted: int) -> str:
    flat = re.sub(r"\s+", " ", text or "")
    return flat if not quoted or flat.strip() else " "


def _starts_old_letter(lines: Sequence[str], at: int) -> bool:
    if SEPARATOR.match(lines[at]):
        return True
    if not FROM_LINE.match(lines[at]):
        return False
    following = [line for line in lines[at + 1 : at + 7] if line.strip()]
    return any(HEADER_LINE.match(line) for line in following[:3])


def _attribution(lines: Sequence[str], at: int) -> int:
    """How many lines „W dniu … Ola napisał(a):" takes from here; mail programs break it."""
    if not BEGINS.match(lines[at].strip()):
        return 1 if WRITES.search(lines[at]) and "@" in lines[at] else 0
    for length in (1, 2, 3):
        joined = " ".join(line.strip() for line in lines[at : at + length])
        if WRITES.search(joined) and any(sign.isdigit() for sign in joined):
            return length
    return 0


def _quoted_next(lines: Sequence[str], at: int) -> bool:
    following = next((line for line in lines[at:] if line.strip()), "")
    return following.lstrip().startswith(">")


def mentions(text: str, *words: str) -> bool:
    """Whether one of the words, without case and diacritics, occurs in the text."""
    plain = fold(text)
    return any(word in plain for word in words)
