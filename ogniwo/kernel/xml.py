"""The only reader of foreign XML: no document types, no entities, no network, no giants."""

from typing import Final
from xml.parsers import expat

from lxml import etree

BIGGEST: Final = 10 * 1024 * 1024
# A node takes hundred times the memory of the few bytes that make it.
MOST_TAGS: Final = 800_000
MOST_ATTRIBUTES: Final = 200_000
PIECE: Final = 65_536


class BadXml(ValueError):
    """The bytes are not read; `code` says why."""

    def __init__(self, code: str) -> None:
        """One of `xml_too_big`, `xml_doctype`, `xml_broken`; nothing of the content."""
        super().__init__(code)
        self.code = code


class _RootReached(Exception):
    """A document type can stand only before the root."""


def parse(content: bytes, *, biggest: int = BIGGEST) -> etree._Element:
    """The root of a document that came from outside."""
    if (
        len(content) > biggest
        or content.count(b"<") > MOST_TAGS
        or content.count(b"=") > MOST_ATTRIBUTES
    ):
        raise BadXml("xml_too_big")
    _refuse_doctype(content)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as reason:
        raise BadXml("xml_broken") from reason
    # Two parsers may read one prolog differently: the second is asked as well.
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadXml("xml_doctype")
    return root


def _refuse_doctype(content: bytes) -> None:
    scanner = expat.ParserCreate()
    scanner.StartDoctypeDeclHandler = _doctype_found
    scanner.StartElementHandler = _root_found
    try:
        for start in range(0, len(content), PIECE):
            scanner.Parse(content[start : start + PIECE])
    except _RootReached:
        return
    except BadXml:
        raise
    except (expat.ExpatError, LookupError, ValueError) as reason:
        raise BadXml("xml_broken") from reason
    raise BadXml("xml_broken")


def _doctype_found(*_declaration: object) -> None:
    raise BadXml("xml_doctype")


def _root_found(*_element: object) -> None:
    raise _RootReached
