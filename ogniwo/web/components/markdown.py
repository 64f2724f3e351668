"""Texts of the vendor in Markdown: as HTML without anything of its own, and as blocks for paper."""

from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

SCHEMES: Final = frozenset({"http", "https", "mailto"})
# A page has a heading of its own: those of the text come below it.
LEVELS: Final = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6", "h6": "h6"}
LISTS: Final = {"bullet_list_open": "•", "ordered_list_open": ""}


def _link_is_fine(address: str) -> bool:
    return urlsplit(address.strip()).scheme.lower() in SCHEMES


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    parser.validateLink = _link_is_fine  # type: ignore[method-assign,assignment]  # the way of the library
    return parser


PARSER: Final = _parser()


def markdown(text: str) -> SafeString:
    """HTML of the text; raw HTML is shown as typed, links lead to pages and mailboxes only."""
    tokens = PARSER.parse(text)
    for token in tokens:
        token.tag = LEVELS.get(token.tag, token.tag)
        for inner in token.children or []:
            if inner.type == "link_open":
                inner.attrSet("rel", "noopener nofollow")
    # The renderer escapes all text; `html: False` and the check of links above keep the rest out.
    html: str = PARSER.renderer.render(tokens, PARSER.options, {})
    return mark_safe(html)  # noqa: S308 - see above


def blocks(text: str) -> list[dict[str, Any]]:
    """The text as plain data for the paper: headings, paragraphs and items with their level."""
    found: list[dict[str, Any]] = []
    counters: list[int | str] = []
    for token in PARSER.parse(text):
        if token.type in LISTS:
            counters.append(LISTS[token.type] or int(token.attrGet("start") or 1))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            counters.pop()
        elif token.type == "inline":
            found.append(_block(token, found, counters))
        elif token.type in {"fence", "code_block"}:
            found.append({"kind": "p", "level": len(counters), "mark": "", "runs": _run(token)})
        elif token.type == "heading_open":
            found.append({"kind": "h", "level": int(token.tag[1]), "mark": "", "runs": []})
        elif token.type == "list_item_open":
            found.append(
                {"kind": "li", "level": len(counters), "mark": _mark(counters), "runs": []}
            )
    return [block for block in found if block["runs"]]


def _block(token: Token, found: list[dict[str, Any]], counters: list[int | str]) -> dict[str, Any]:
    """The words of a heading or an item belong to the block opened just before."""
    runs = _runs(token)
    if found and not found[-1]["runs"] and found[-1]["kind"] in {"h", "li"}:
        return found.pop() | {"runs": runs}
    return {"kind": "p", "level": len(counters), "mark": "", "runs": runs}


def _mark(counters: list[int | str]) -> str:
    last = counters[-1]
    if isinstance(last, str):
        return last
    counters[-1] = last + 1
    return f"{last}."


def _run(token: Token) -> list[dict[str, Any]]:
    return [{"text": token.content, "bold": False, "italic": False}]


def _runs(token: Token) -> list[dict[str, Any]]:
    runs, bold, italic = [], 0, 0
    for inner in token.children or []:
        bold += {"strong_open": 1, "strong_close": -1}.get(inner.type, 0)
        italic += {"em_open": 1, "em_close": -1}.get(inner.type, 0)
        text = " " if inner.type == "softbreak" else "\n" if inner.type == "hardbreak" else ""
        text = text or inner.content
        if text:
            runs.append({"text": text, "bold": bold > 0, "italic": italic > 0})
    return runs
