"""Files that must not be believed: each is refused whole, with a sentence and the line."""

import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ogniwo.integrations.bank.statement import BadStatement, NeedsMapping, entries, examine
from ogniwo.integrations.bank.tests.writing import OURS, camt053, entry, mt940, pekao_csv

DAY = date(2026, 11, 2)
ROWS = [entry(12345, on=DAY), entry(5000, on=DAY), entry(-700, on=DAY)]
MT = mt940(ROWS)
XML = camt053(ROWS)
CSV = pekao_csv(ROWS)
POLISH = "Zażółć gęślą jaźń"


def zipped(*members: tuple[str, bytes]) -> bytes:
    """A zip of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def mt(old: str, new: str) -> bytes:
    """The good MT940 with one thing wrong."""
    assert old in MT
    return MT.replace(old, new, 1).encode()


def xml(old: str, new: str) -> bytes:
    """The good CAMT with one thing wrong."""
    assert old in XML
    return XML.replace(old, new, 1).encode()


def row(old: str, new: str) -> bytes:
    """The good CSV with one thing wrong."""
    assert old in CSV
    return CSV.replace(old, new, 1).encode("cp1250")


LAUGHS = (
    '<!DOCTYPE Document [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(10))
    + "]>"
)
EXTERNAL = '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
INCLUDE = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname"/>'
PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'
HOSTILE: dict[str, tuple[bytes, str, int]] = {
    # What is no statement at all.
    "empty": (b"", "empty", 0),
    "blank": (b" \r\n\t\n ", "empty", 0),
    "invoice as PDF": (b"%PDF-1.7\n1 0 obj\n", "not_statement", 0),
    "photograph": (b"\xff\xd8\xff\xe0JFIF", "not_statement", 0),
    "picture": (b"\x89PNG\r\n\x1a\n", "not_statement", 0),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", "not_statement", 0),
    "workbook": (zipped(("[Content_Types].xml", b"<Types/>")), "not_statement", 0),
    "letter": (b"Dzien dobry,\nprosze o wyciag.\n", "not_statement", 0),
    "web page": (b"<html><body><p>Zaloguj</p></body></html>", "not_statement", 0),
    "invoice as XML": (b"<Faktura xmlns='x'><P_1/></Faktura>", "not_statement", 0),
    # Letters.
    "UTF-16": (MT.encode("utf-16"), "encoding", 0),
    "UTF-16 without a mark": (MT.encode("utf-16-le"), "nul", 1),
    "UTF-16 document": (XML.encode("utf-16"), "encoding", 0),
    "NUL": (mt("FV/2026", "FV\x00/2026"), "nul", 7),
    "NUL in a document": (xml("FV/2026", "FV\x00/2026"), "nul", 3),
    "NUL in a table": (row("FV/2026", "FV\x00/2026"), "nul", 2),
    "NUL alone": (b"\x00" * 100, "nul", 1),
    "broken UTF-8": (mt("FV/2026", POLISH)[:-80].replace("ź".encode(), b"\xc5"), "encoding", 0),
    "document in another encoding": (
        XML.replace("FV", POLISH).encode("cp1250"),
        "encoding",
        3,
    ),
    "boxes": (mt("FV/2026", "FV") + b"\xb2\xb4" * 50, "encoding", 0),
    # Cut off.
    "no closing balance": (MT[: MT.index(":62F:")].encode(), "cut", 15),
    "cut in a row": (MT[: MT.rindex(":61:") + 12].encode(), "row", 15),
    "cut after the head": (MT[: MT.index(":60F:")].encode(), "cut", 3),
    "cut in the closing balance": (MT[: MT.index(":62F:") + 9].encode(), "balance", 20),
    "second statement cut": ((MT + MT[: MT.index(":62F:")]).encode(), "cut", 36),
    "document cut in a tag": (XML[:-60].encode(), "cut", 5),
    "document cut after entries": (XML[: XML.index("</Stmt>")].encode(), "cut", 6),
    "document cut in the head": (XML[:60].encode(), "cut", 2),
    "table cut in a row": (CSV[:-60].encode("cp1250"), "csv", 4),
    "table cut between cells": (
        row('"123,45";"PLN";"";"PRZELEW KRAJOWY";"Bez kategorii"', '"123,45"'),
        "cut",
        2,
    ),
    "zip cut": (zipped(("a.sta", MT.encode()))[:-40], "cut", 0),
    "zip of rubbish": (b"PK\x03\x04" + b"x" * 500, "cut", 0),
    "zip of nothing": (zipped(), "empty", 0),
    # Balances and the order of fields.
    "wrong closing balance": (mt(":62F:C261102PLN166,45", ":62F:C261102PLN166,46"), "balance", 20),
    "wrong sign of the balance": (mt(":62F:C", ":62F:D"), "balance", 20),
    "a row is missing": (mt("C123,45", "C23,45"), "balance", 20),
    "rubbish in the opening balance": (mt("PLN0,00", "PLN0,0O"), "balance", 4),
    "no opening balance": (mt(":60F:", ":60X:"), "cut", 5),
    "two opening balances": (mt(":28C:", ":60F:C261102PLN0,00\r\n:28C:"), "cut", 5),
    "closing without opening": (mt(":60F:C", ":62F:C"), "cut", 4),
    "two closing balances": (mt("\r\n-\r\n", "\r\n:62F:C261102PLN166,45\r\n"), "cut", 21),
    "no account": (mt(":25:", ":26:"), "account", 20),
    "no first tag": (MT[MT.index(":25:") :].encode() + b"\r\n:20:1", "not_statement", 1),
    "preface": (b"Wyciag\r\n" + MT.encode(), "not_statement", 1),
    "balance of a document": (xml(">166.45<", ">166.40<"), "balance", 2),
    "document without account": (xml(f"<IBAN>PL{OURS}</IBAN>", ""), "account", 2),
    # Money.
    "rubbish in an amount": (mt("C123,45", "C12E,45"), "row", 5),
    "amount without cents": (mt("C123,45", "C12345"), "row", 5),
    "amount of three decimals": (mt("C123,45", "C123,456"), "row", 5),
    "amount of a document": (xml("123.45", "123,4x"), "amount", 3),
    "amount of no document": (xml("123.45", ""), "amount", 3),
    "infinite amount": (xml("123.45", "1e999"), "amount", 3),
    "negative amount": (xml("123.45", "-123.45"), "amount", 3),
    "no direction": (xml("<CdtDbtInd>CRDT</CdtDbtInd><Sts>", "<Sts>"), "amount", 3),
    "amount of a table": (row('"123,45"', '"12e3,45"'), "amount", 2),
    "thousands or cents": (row('"123,45"', '"1.234"'), "amount", 2),
    "digits of another alphabet": (row('"123,45"', '"123,4q"'), "amount", 2),
    # Currencies.
    "rows of two currencies": (row(';"PLN";', ';"EUR";'), "currency", 3),
    "entry in another currency": (
        xml('<Ntry><Amt Ccy="PLN">', '<Ntry><Amt Ccy="EUR">'),
        "currency",
        3,
    ),
    "closes in another currency": (mt(":62F:C261102PLN", ":62F:C261102EUR"), "currency", 20),
    # Days.
    "30 February": (mt(":61:2611021102", ":61:2602280230"), "date", 5),
    "month 13": (mt(":61:261102", ":61:261302"), "date", 5),
    "day of the balance": (mt(":60F:C261102", ":60F:C261131"), "date", 4),
    "day of a document": (xml("2026-11-02</Dt></BookgDt>", "2026-02-30</Dt></BookgDt>"), "date", 3),
    "no day in a document": (xml("<BookgDt><Dt>2026-11-02</Dt></BookgDt>", ""), "date", 3),
    "day of a table": (row('"02.11.2026"', '"31.02.2026"'), "date", 2),
    # Documents that reach out or blow up.
    "billion laughs": (xml(PROLOG, PROLOG + LAUGHS), "doctype", 0),
    "external entity": (xml(PROLOG, PROLOG + EXTERNAL), "doctype", 0),
    "document type alone": (xml(PROLOG, PROLOG + "<!DOCTYPE Document>"), "doctype", 0),
    "inclusion": (xml("<GrpHdr>", f"<GrpHdr>{INCLUDE}"), "doctype", 0),
    "unknown entity": (xml("FV/2026", "&file;"), "xml", 0),
    "deep nesting": (b"<Document>" + b"<a>" * 100_000, "xml", 1),
    "many nodes": (b"<Document>" + b"<a/>" * 900_000 + b"</Document>", "too_large", 0),
    "many attributes": (b"<D>" + b"<a b='1' c='2'/>" * 150_000 + b"</D>", "too_large", 0),
    "tags crossed": (xml("</Stmt>", "</Smtt>"), "xml", 6),
    # Size.
    "endless line": (MT.encode() + b"x" * 70_000, "long_line", 22),
    "endless line of a table": (CSV.encode() + b'"' + b"x" * 3_000_000, "long_line", 5),
    "endless field": (mt(":62F:", "x\r\n" * 500 + ":62F:"), "not_statement", 216),
    "many statements": (MT.encode() * 5_001, "too_many_rows", 105_001),
    "zip bomb": (zipped(("a.sta", b"0\n" * 60_000_000)), "zip_bomb", 0),
    "zip bomb in parts": (
        zipped(*((f"{n}", b"0;\n" * 9_000_000) for n in range(4))),
        "zip_bomb",
        0,
    ),
    "zip of many files": (zipped(*((f"{n}", b"x") for n in range(101))), "zip_entries", 0),
    # Tables.
    "open quotation mark": (row('"FV/2026', '""FV/2026"'), "csv", 2),
    "quotation mark over the rest": (CSV.encode() + b'"02.11.2026;' + b"\nx" * 3000, "csv", 5),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_wrong_is_refused_whole(name: str, tmp_path: Path) -> None:
    content, code, line = HOSTILE[name]
    path = tmp_path / "statement"
    path.write_bytes(content)

    begun = time.monotonic()
    with pytest.raises(BadStatement) as refused:
        examine(path)

    assert refused.value.code == code
    assert refused.value.mistakes[0][0] == line
    assert all(str(sentence).strip() for _line, sentence in refused.value.mistakes)
    assert "root" not in str(refused.value.mistakes)
    assert time.monotonic() - begun < 20  # seconds, on a busy machine


def test_the_sentence_says_by_how_much_the_balance_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "statement"
    path.write_bytes(mt(":62F:C261102PLN166,45", ":62F:C261102PLN166,46"))

    with pytest.raises(BadStatement) as refused:
        examine(path)

    assert "0,01" in str(refused.value.mistakes[0][1])


def test_at_most_twenty_mistakes_are_told(tmp_path: Path) -> None:
    path = tmp_path / "statement"
    path.write_text(mt940([entry(100, on=DAY)] * 50).replace(":61:2611021102", ":61:2613021102"))

    with pytest.raises(BadStatement) as refused:
        examine(path)

    assert [line for line, _sentence in refused.value.mistakes] == list(range(5, 105, 5))


def test_a_mistake_in_a_zip_names_its_file(tmp_path: Path) -> None:
    path = tmp_path / "statement"
    path.write_bytes(zipped(("dobry.xml", XML.encode()), ("zly.sta", mt(":62F:C", ":62F:D"))))

    with pytest.raises(BadStatement, match=r"zly\.sta"):
        examine(path)


def test_a_zip_of_several_documents_is_one_import(tmp_path: Path) -> None:
    path = tmp_path / "statement"
    path.write_bytes(zipped(("1.xml", XML.encode()), ("2.sta", MT.encode())))

    assert [part.format for part in examine(path)] == ["camt053", "mt940"]
    assert [index for index, _entry in entries(path)] == [0, 0, 0, 1, 1, 1]


def test_the_caller_says_how_large_a_file_may_be(tmp_path: Path) -> None:
    path = tmp_path / "statement"
    path.write_text(MT)

    with pytest.raises(BadStatement) as refused:
        examine(path, most_bytes=100)
    assert refused.value.code == "too_large"


def test_more_than_200_000_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "statement"
    path.write_text(CSV + CSV.splitlines()[1].join(["", "\n"]) * 200_001)

    with pytest.raises(BadStatement) as refused:
        examine(path)
    assert refused.value.code == "too_many_rows"


def test_a_described_csv_must_have_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "statement"
    path.write_text("a;b;c\n1;2;3\n")

    with pytest.raises(NeedsMapping):
        examine(path)
    with pytest.raises(BadStatement) as refused:
        examine(path, mapping={"day": "a", "amount": "x"})
    assert refused.value.code == "mapping"


@pytest.mark.parametrize("writer", [mt940, camt053, pekao_csv])
def test_a_large_file_takes_no_more_memory_than_a_small_one(
    writer: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "statement"
    path.write_text(writer([entry(100, on=DAY, title=f"FV {n}") for n in range(20_000)]))

    tracemalloc.start()
    examine(path)
    assert sum(1 for _ in entries(path)) == 20_000
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4_000_000  # bytes; the file has 3 to 8 million
