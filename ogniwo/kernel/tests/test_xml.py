"""Foreign XML is read without fetching, opening or unfolding anything."""

import resource
import time
from pathlib import Path

import pytest

from ogniwo.kernel import xml

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(12))
    + b"]><l>&m;</l>"
)


def hostile(secret: Path) -> dict[str, bytes]:
    file = secret.as_uri()
    xxe = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{file}">]><r>&x;</r>'
    return {
        "billion laughs": LAUGHS,
        "file": xxe.encode(),
        "file in utf-16": xxe.encode("utf-16"),
        "file in cp1250": b'<?xml version="1.0" encoding="windows-1250"?>' + xxe.encode(),
        "after a comment": b"<!-- x --><?pi y?>" + xxe.encode(),
        "parameter entity": f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{file}"> %p;]><r/>'.encode(),
        "dtd outside": b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>',
        "empty dtd": b"<!DOCTYPE r><r/>",
    }


@pytest.mark.parametrize("kind", hostile(Path("/x")).keys())
def test_any_document_type_is_refused(kind: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TAJNE")
    with pytest.raises(xml.BadXml) as refused:
        xml.parse(hostile(secret)[kind])
    assert refused.value.code == "xml_doctype"
    assert "TAJNE" not in str(refused.value)


def test_an_inclusion_stays_an_element(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TAJNE")
    include = (
        f'<r xmlns:xi="http://www.w3.org/2001/XInclude">'
        f'<xi:include href="{secret.as_uri()}" parse="text"/></r>'
    )
    root = xml.parse(include.encode())
    assert "".join(root.itertext()) == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   ",
        b"plain text",
        b"<r>",
        b"<r>&x;</r>",
        b"<a>" * 1000 + b"</a>" * 1000,
        b'<?xml version="1.0" encoding="utf-7"?><r/>',
        b'<?xml version="1.0" encoding="no-such"?><r/>',
        b"<r>\x00</r>",
        "<r/>".encode("cp037"),
    ],
)
def test_what_is_broken_or_too_deep_is_refused(content: bytes) -> None:
    with pytest.raises(xml.BadXml) as refused:
        xml.parse(content)
    assert refused.value.code == "xml_broken"


@pytest.mark.parametrize(
    "content",
    [
        b"<r>" + b" " * xml.BIGGEST + b"</r>",
        b"<r>" + b"<a/>" * xml.MOST_TAGS + b"</r>",
        b"<r>" + b'<a b="" c=""/>' * (xml.MOST_ATTRIBUTES // 2 + 1) + b"</r>",
    ],
    ids=["bytes", "tags", "attributes"],
)
def test_what_would_fill_the_memory_is_refused_at_once(content: bytes) -> None:
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(xml.BadXml) as refused:
        xml.parse(content)
    assert refused.value.code == "xml_too_big"
    assert time.monotonic() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-2", "windows-1250"])
def test_a_decent_statement_is_read_in_its_encoding(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><Nm>Łucja Żak</Nm>'
    assert xml.parse(text.encode(encoding)).text == "Łucja Żak"
