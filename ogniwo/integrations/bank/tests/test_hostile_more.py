"""Files made to cost more than they weigh, and rows that no bank would book."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ogniwo.integrations.bank import camt
from ogniwo.integrations.bank.details import details_of
from ogniwo.integrations.bank.source import unpacked_bytes
from ogniwo.integrations.bank.statement import BadStatement, entries, examine
from ogniwo.integrations.bank.subfields import MOST_TEXT, told
from ogniwo.integrations.bank.tests.writing import OURS, camt053, entry, mt940, pekao_csv

DAY = date(2026, 11, 2)
UNTIL = date(2026, 12, 3)
NODES = 5_000


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "statement"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal_of(path: Path) -> BadStatement:
    with pytest.raises(BadStatement) as refused:
        examine(path, until=UNTIL)
    return refused.value


def zipped(content: str, packing: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as archive:
        archive.writestr("a.sta", content)
    return packed.getvalue()


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_unpacks_in_whole_blocks_is_refused(packing: int, tmp_path: Path) -> None:
    path = written(tmp_path, zipped(mt940([entry(100, on=DAY)]), packing))
    assert refusal_of(path).code == "zip_packing"


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_usual_zip_weighs_what_is_in_it(packing: int, tmp_path: Path) -> None:
    text = mt940([entry(100, on=DAY)] * 200)
    path = written(tmp_path, zipped(text, packing))
    assert examine(path, until=UNTIL)[0].entries == 200
    assert unpacked_bytes(path) == len(text.encode())


def test_a_statement_without_an_account_ends_at_its_first_entry(tmp_path: Path) -> None:
    text = camt053([entry(100, on=DAY)] * 9).replace(f"<IBAN>PL{OURS}</IBAN>", "")
    refused = refusal_of(written(tmp_path, text.replace(">1.00<", ">x<")))
    assert [line for line, _sentence in refused.mistakes if line > 2] == []
    assert refused.mistakes[-1][0] == 2


@pytest.mark.parametrize("behind", ["</Ntry>", "</Stmt>"])
def test_rubbish_between_entries_does_not_stay_in_memory(
    behind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = camt053([entry(100, on=DAY)] * 9)
    head, start, rest = text.partition("<Stmt>")
    statement, end, tail = rest.partition("</Stmt>")
    text = head + (start + statement + end) * 9 + tail
    path = written(tmp_path, text.replace(behind, behind + "<a/>" * NODES))
    held = []

    def counting(element: "etree._Element", **options: Any) -> Any:
        held.append(sum(1 for _node in element.getroottree().iter()))
        return details_of(element, **options)

    monkeypatch.setattr(camt, "details_of", counting)
    assert sum(part.entries for part in examine(path, until=UNTIL)) == 81
    assert max(held) < 3.5 * NODES  # one gap, and as much as a piece of the file may run ahead


def test_long_gaps_between_entries_are_read_over(tmp_path: Path) -> None:
    text = camt053([entry(100 + n, on=DAY) for n in range(20)])
    path = written(tmp_path, text.replace("</Ntry>\n", "</Ntry>" + " \n" * 30_000))
    examine(path, until=UNTIL)
    assert [row.amount_grosze for _part, row in entries(path)] == [100 + n for n in range(20)]


@pytest.mark.parametrize(
    "lines", [["020~20" + "a" * 99_999], ["020~00X"] + ["~20" + "b" * 9_999] * 9]
)
def test_a_field_86_is_cut_where_no_bank_would_go_on(lines: list[str]) -> None:
    assert MOST_TEXT - 40 < len(told(lines).title) <= MOST_TEXT


def test_free_text_is_cut_and_a_sign_in_a_title_is_kept() -> None:
    assert len(told(["słowo " * 9_999] * 9).title) <= MOST_TEXT
    assert told(["020~20FV 1~a~21/2026~32FIRMA"])[:2] == ("FV 1~a/2026", "FIRMA")


def csv_on(day: str) -> str:
    return pekao_csv([entry(100, on=DAY)]).replace("02.11.2026", day)


def xml_on(day: str) -> str:
    return camt053([entry(100, on=DAY)]).replace("<BookgDt><Dt>2026-11-02", f"<BookgDt><Dt>{day}")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (csv_on("31.12.1999"), 2),
        (csv_on("04.12.2026"), 2),
        (xml_on("0001-01-01"), 3),
        (xml_on("9999-12-31"), 3),
        (mt940([entry(100, on=date(2026, 12, 4))]), 5),
    ],
)
def test_a_day_far_from_today_is_a_mistake_of_its_line(
    content: str, line: int, tmp_path: Path
) -> None:
    refused = refusal_of(written(tmp_path, content))
    assert (refused.code, refused.mistakes[0][0]) == ("date", line)


@pytest.mark.parametrize("day", [date(2000, 1, 1), UNTIL])
def test_the_first_and_the_last_day_are_believed(day: date, tmp_path: Path) -> None:
    (part,) = examine(written(tmp_path, mt940([entry(100, on=day)])), until=UNTIL)
    assert (part.from_on, part.to_on) == (day, day)


@pytest.mark.parametrize("currency", ["ZŁ", "PLNX", "P1N"])
def test_a_currency_is_three_capital_letters(currency: str, tmp_path: Path) -> None:
    table = pekao_csv([entry(100, on=DAY, currency=currency)])
    assert refusal_of(written(tmp_path, table)).code == "currency"
    document = camt053([entry(100, on=DAY, currency=currency)], currency=currency)
    assert refusal_of(written(tmp_path, document)).code == "currency"


@pytest.mark.parametrize("writer", [mt940, camt053, pekao_csv])
def test_sums_that_no_file_keeps_exact_are_refused(writer: Any, tmp_path: Path) -> None:
    half = 2**52
    good = writer([entry(half, on=DAY), entry(half, on=DAY)])
    assert examine(written(tmp_path, good), until=UNTIL)[0].sum_grosze == 2**53
    bad = writer([entry(half, on=DAY), entry(half, on=DAY), entry(1, on=DAY)])
    assert refusal_of(written(tmp_path, bad)).code == "amount"


def test_a_table_of_more_columns_than_a_person_can_choose_from_is_no_statement(
    tmp_path: Path,
) -> None:
    row = ";".join(f"k{n}" for n in range(201))
    assert refusal_of(written(tmp_path, f"{row}\n{row}\n")).code == "not_statement"
