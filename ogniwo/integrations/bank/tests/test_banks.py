"""Files as the big Polish banks send them, with invented firms: every column finds its place."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ogniwo.integrations.bank.statement import Entry, NeedsMapping, Part, entries, examine
from ogniwo.integrations.bank.tests.writing import OURS, camt053, entry, mt940

THEIRS = "31999900000000000000000002"
DAY = date(2026, 11, 2)

Read = Callable[..., tuple[list[Part], list[Entry]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write the text in an encoding, examine it, read its rows."""

    def reading(
        text: str, *, encoding: str = "utf-8", mapping: dict[str, str] | None = None
    ) -> tuple[list[Part], list[Entry]]:
        path = tmp_path / "statement"
        path.write_bytes(text.encode(encoding))
        parts = examine(path, mapping=mapping)
        return parts, [row for _index, row in entries(path, mapping=mapping)]

    return reading


def block(rows: str, *, closing: str = "C261102PLN1123,45") -> str:
    """A statement of MT940 around its rows."""
    return (
        f":20:1\r\n:25:/PL{OURS}\r\n:28C:00041\r\n:60F:C261102PLN1000,00\r\n"
        f"{rows}\r\n:62F:{closing}\r\n:64:{closing}\r\n-\r\n"
    )


MT940 = {
    "PKO BP": (
        "cp1250",
        ":61:2611021102C123,45N152NONREF//6460500500000513\n152 0\n:86:020~00152\n"
        "~20Zapłata za FV/2026/~2111/0042˙\n~22˙\n~23˙\n~3099990000\n~310000000000000002\n"
        f"~32FIRMA PRZYKŁAD SP. Z O.O. U\n~33L. DŁUGA 2\n~38PL{THEIRS}",
        "Zapłata za FV/2026/11/0042",
        "FIRMA PRZYKŁAD SP. Z O.O. UL. DŁUGA 2",
        "6460500500000513",
    ),
    "Pekao": (
        "cp1250",
        ":61:2611021102CN000000000123,45N641NONREF\n:86:641^00PRZELEW                    ^34000\n"
        f"^3099990000^38PL{THEIRS}\n^20Zapłata za FV/2026/11/00^2142\n"
        "^32FIRMA PRZYKŁAD SP. Z O.O^33.\n^62DŁUGA 2^6300-001 WARSZAWA",
        "Zapłata za FV/2026/11/0042",
        "FIRMA PRZYKŁAD SP. Z O.O.",
        "",
    ),
    "mBank": (
        "iso8859-2",
        ":61:2611021102C123,45N062NONREF//BR26306001\n:86:020~00B062~20FAKTURA FV/2026/11/0042~21"
        f"~22~23~24~25\n~3099990000~310345~32FIRMA PRZYKŁAD~33~34000~38PL{THEIRS}",
        "FAKTURA FV/2026/11/0042",
        "FIRMA PRZYKŁAD",
        "BR26306001",
    ),
    "ING": (
        "utf-8",
        ":61:2611021102C123,45S034REF005\n:86:076/OCMT/PLN123,45\n:86:076~00COCGPRZELEW\n"
        f"~20FAKTURA \n~21FV/2026/11/0042\n~23~24\n~25\n~29{THEIRS}~3099990000\n"
        "~31000035~32 FIRMA PRZYKŁAD SP. Z O.O.\n~33\n~34076\n~60OPŁATA 5,00",
        "FAKTURA FV/2026/11/0042",
        "FIRMA PRZYKŁAD SP. Z O.O.",
        "",
    ),
    "Millennium": (
        "cp852",
        ":61:2611021102C123,45NTRFNONREF//M1\n:86:020<00Przelew<20Zapłata za FV/2026/11<21/0042"
        f"<27FIRMA PRZYKŁAD<28<29ul. DŁUGA 1A/15 00-001 WARSZAWA<3099990000<32<38{THEIRS}",
        "Zapłata za FV/2026/11/0042",
        "FIRMA PRZYKŁAD",
        "M1",
    ),
    "Santander": (
        "cp852",
        ":61:261102C123,45N010//S26/1\nPrzelew przychodzący\n:86:010<00PRZELEW PRZYCHODZĄCY\n"
        f"<20FV/2026/11/0042 wdrożenie<27FIRMA PRZYKŁAD<38{THEIRS}",
        "FV/2026/11/0042 wdrożenie",
        "FIRMA PRZYKŁAD",
        "S26/1",
    ),
    "Alior": (
        "cp1250",
        ":61:2611021102C123,45NTRFNONREF\n:86:0200<00Przelewy przychodzące<101625670045\n"
        f'<20"FV/2026/11/0042"<21<22<27FIRMA ŻÓŁW<28<29UL. KRÓTKA 1<32<38{THEIRS}\n'
        "<63REF25/02/07/243872/1",
        '"FV/2026/11/0042"',
        "FIRMA ŻÓŁW",
        "REF25/02/07/243872/1",
    ),
    "BNP Paribas": (
        "utf-8",
        ":61:2611021102C123,45NTRFNONREF//B1\n:86:166?00PRZELEW?20FV/2026/11/0042?21 za listopad"
        f"?3099990000?31{THEIRS}?32FIRMA PRZYKŁAD?33 SP. Z O.O.",
        "FV/2026/11/0042 za listopad",
        "FIRMA PRZYKŁAD SP. Z O.O.",
        "B1",
    ),
    "Nordea": (
        "utf-8",
        f":61:2611021102C123,45NTRF//N1\n:86:034+00X+20FV/2026/11/0042+32FIRMA+38PL{THEIRS}",
        "FV/2026/11/0042",
        "FIRMA",
        "N1",
    ),
    "codes of SWIFT": (
        "utf-8",
        f":61:2611021102C123,45NTRF//W1\n:86:/EREF/X-1/NAME/FIRMA PRZYKŁAD/IBAN/PL{THEIRS}\n"
        "/REMI/FV/2026/11/0042",
        "FV/2026/11/0042",
        "FIRMA PRZYKŁAD",
        "W1",
    ),
}


@pytest.mark.parametrize("bank", MT940)
def test_each_banks_field_86_tells_who_paid_and_what_for(bank: str, read: Read) -> None:
    encoding, rows, title, name, reference = MT940[bank]
    parts, (row,) = read(block(rows.replace("\n", "\r\n")), encoding=encoding)

    assert (row.title, row.name, row.account, row.reference) == (title, name, THEIRS, reference)
    assert (row.amount_grosze, row.booked_on, row.currency) == (12345, DAY, "PLN")
    assert [(part.account, part.number) for part in parts] == [(OURS, "00041")]
    assert (parts[0].opening_grosze, parts[0].closing_grosze) == (100000, 112345)


CSV = {
    "mBank": (
        "cp1250",
        "mBank S.A. Bankowość Detaliczna;\n#Waluta;\nPLN;\n#Numer rachunku;\n"
        f"{OURS};\n#Saldo początkowe;1 000,00 PLN;\n\n"
        "#Data operacji;#Data księgowania;#Opis operacji;#Tytuł;#Nadawca/Odbiorca;"
        "#Numer konta;#Kwota;#Saldo po operacji;\n"
        '2026-11-01;2026-11-02;PRZELEW PRZYCHODZĄCY;"FV/2026/11/0042   ";"FIRMA PRZYKŁAD";'
        f"'{THEIRS}';123,45;1 123,45;\n;;;;;;#Saldo końcowe;1 123,45 PLN;\n",
    ),
    "PKO BP": (
        "cp1250",
        '"Data operacji","Data waluty","Typ transakcji","Kwota","Waluta","Saldo po transakcji",'
        '"Opis transakcji","","",""\n'
        '"","2026-11-02","Blokada","-90.34","PLN","W rozliczeniu","SKLEP"\n'
        '"2026-11-02","2026-11-02","Przelew na rachunek","+123.45","PLN","+1123.45",'
        '"Rachunek nadawcy: 31 9999 0000 0000 0000 0000 0002","Nazwa nadawcy: FIRMA PRZYKŁAD",'
        '"Adres nadawcy: DŁUGA 2","Tytuł: FV/2026/11/0042"\n',
    ),
    "ING": (
        "cp1250",
        '"Lista transakcji";;\n"Wybrane rachunki:";\n'
        f'"KONTO Direct (PLN)";;"{OURS}";\n'
        '"Data transakcji";"Data księgowania";"Dane kontrahenta";"Tytuł";"Nr rachunku";'
        '"Nazwa banku";"Szczegóły";"Nr transakcji";"Kwota transakcji (waluta rachunku)";'
        '"Waluta";"Kwota blokady/zwolnienie blokady";"Waluta";"Konto"\n'
        "2026-11-01;2026-11-02;FIRMA PRZYKŁAD;FV/2026/11/0042;"
        f"'{THEIRS}';BANK;;'2026';123,45;PLN;;;\"KONTO Direct (PLN)\"\n"
        "2026-11-02;;SKLEP;BLOKADA;;;;;;PLN;-50,00;PLN;KONTO\n"
        '"Dokument ma charakter informacyjny, art. 7 (Dz. U. Nr 140 z 1997 r.)"\n',
    ),
    "Pekao": (
        "cp1250",
        "Data księgowania;Data waluty;Nadawca / Odbiorca;Adres nadawcy / odbiorcy;"
        "Rachunek źródłowy;Rachunek docelowy;Tytułem;Kwota operacji;Waluta;"
        "Numer referencyjny;Typ operacji;Kategoria\n"
        f"02.11.2026;01.11.2026;FIRMA PRZYKŁAD;DŁUGA 2;'{THEIRS};'{OURS};FV/2026/11/0042;"
        "123,45;PLN;'C992232;PRZELEW KRAJOWY;Bez kategorii\n",
    ),
    "Millennium": (
        "utf-8-sig",
        '"Numer rachunku/karty","Data transakcji","Data rozliczenia","Rodzaj transakcji",'
        '"Na konto/Z konta","Odbiorca/Zleceniodawca","Opis","Obciążenia","Uznania","Saldo",'
        '"Waluta"\n'
        f'"PL{OURS}","2026-11-01","2026-11-02","PRZELEW","{THEIRS}","FIRMA PRZYKŁAD",'
        '"FV/2026/11/0042","","123.45","1123.45","PLN"\n',
    ),
    "Santander": (
        "utf-8",
        f'2026-11-29,02-11-2026,\'{OURS},VENDOR SP. Z O.O.,PLN,"1000,00","1123,45",1,\n'
        f'02-11-2026,02-11-2026,FV/2026/11/0042,FIRMA PRZYKŁAD,\'{THEIRS},"123,45",'
        '"1123,45",1,\n',
    ),
    "Alior": (
        "cp1250",
        f"Kryteria transakcji: Okres: 01-11-2026 - 30-11-2026;Produkty: {OURS}\n"
        "Data transakcji;Data księgowania;Nazwa nadawcy;Nazwa odbiorcy;Szczegóły transakcji;"
        "Kwota operacji;Waluta operacji;Kwota w walucie rachunku;Waluta rachunku;"
        "Numer rachunku nadawcy;Numer rachunku odbiorcy\n"
        "01-11-2026;02-11-2026;FIRMA PRZYKŁAD;VENDOR;FV/2026/11/0042;123,45;PLN;123,45;PLN;"
        f"{THEIRS};{OURS}\n",
    ),
    "BNP Paribas": (
        "utf-8-sig",
        "Data transakcji;Data zaksięgowania;Data odrzucenia;Kwota;Waluta;Nadawca;Odbiorca;"
        "Opis;Produkt;Typ transakcji;Kwota zlecenia;Waluta zlecenia;Status;Saldo\n"
        "01-11-2026;02-11-2026;;123,45;PLN;FIRMA PRZYKŁAD;VENDOR;FV/2026/11/0042;"
        "Konto;Przelew przychodzący;123,45;PLN;Zrealizowana;1123,45\n",
    ),
}


@pytest.mark.parametrize("bank", CSV)
def test_each_banks_csv_is_known_by_its_header(bank: str, read: Read) -> None:
    encoding, text = CSV[bank]
    parts, (row,) = read(text, encoding=encoding)

    assert (row.title, row.name) == ("FV/2026/11/0042", "FIRMA PRZYKŁAD")
    assert (row.amount_grosze, row.booked_on, row.currency) == (12345, DAY, "PLN")
    assert row.account == ("" if bank == "BNP Paribas" else THEIRS)
    (part,) = parts
    assert part.account == ("" if bank in ("BNP Paribas", "PKO BP") else OURS)
    assert (part.format, part.entries, part.sum_grosze) == ("csv", 1, 12345)


def test_money_out_names_the_one_it_went_to(read: Read) -> None:
    text = CSV["Alior"][1].replace("123,45", "-123,45")
    text = text.replace(f"{THEIRS};{OURS}", f"{OURS};{THEIRS}")
    parts, (row,) = read(text, encoding="cp1250")

    assert (row.amount_grosze, row.name, row.account) == (-12345, "VENDOR", THEIRS)
    assert parts[0].account == OURS


UNKNOWN = (
    "Kiedy;Wpłata;Wypłata;Za co;Kto;Skąd\n"
    f"02/11/2026;1.123,45;;FV/2026/11/0042;Firma;{THEIRS}\n"
    "03/11/2026;;20,00;Zwrot;Firma;\n"
)
MAPPING = {
    "day": "Kiedy",
    "credit": "Wpłata",
    "debit": "Wypłata",
    "title": "Za co",
    "name": "Kto",
    "account": "Skąd",
    "day_format": "%d/%m/%Y",
    "decimal": ",",
    "own_account": f"PL{OURS}",
}


def test_a_csv_that_nobody_knows_is_asked_about(read: Read) -> None:
    with pytest.raises(NeedsMapping) as asked:
        read(UNKNOWN)

    assert asked.value.header == ["Kiedy", "Wpłata", "Wypłata", "Za co", "Kto", "Skąd"]
    assert asked.value.rows[0][:2] == ["02/11/2026", "1.123,45"]


def test_a_described_csv_is_read_as_a_person_said(read: Read) -> None:
    (part,), (came, went) = read(UNKNOWN, mapping=MAPPING)

    assert part.account == OURS
    assert (came.amount_grosze, came.booked_on, came.account) == (112345, DAY, THEIRS)
    assert (went.amount_grosze, went.title, went.is_return) == (-2000, "Zwrot", True)


@pytest.mark.parametrize("version", ["02", "04", "06", "08"])
def test_camt_of_any_version_is_read(version: str, read: Read) -> None:
    written = entry(12345, on=DAY, reference="A1")
    parts, (row,) = read(camt053([written], version=version, opening=100))

    assert (row.title, row.name, row.account) == (written.title, written.name, written.account)
    assert (row.amount_grosze, row.reference) == (12345, "A1")
    assert (parts[0].opening_grosze, parts[0].closing_grosze) == (100, 12445)


def batch(amounts: tuple[str, str]) -> str:
    """One booked sum of 123.45 made of two transfers."""
    transfers = "".join(
        f'<TxDtls><Refs><AcctSvcrRef>T{n}</AcctSvcrRef></Refs><Amt Ccy="PLN">{amount}</Amt>'
        f"<RltdPties><Dbtr><Pty><Nm>Firma {n}</Nm></Pty></Dbtr></RltdPties>"
        f"<RmtInf><Ustrd>FV {n}</Ustrd></RmtInf></TxDtls>"
        for n, amount in enumerate(amounts, start=1)
    )
    text = camt053([entry(12345, on=DAY, title="batch")], version="08")
    start, end = text.index("<NtryDtls>"), text.index("</NtryDtls>")
    text = f"{text[:start]}<NtryDtls>{transfers}{text[end:]}"
    return text.replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>")


def test_a_batch_is_taken_apart_when_its_transfers_make_its_sum(read: Read) -> None:
    parts, rows = read(batch(("100.00", "23.45")))

    assert [(row.amount_grosze, row.name, row.title, row.reference) for row in rows] == [
        (10000, "Firma 1", "FV 1", "T1"),
        (2345, "Firma 2", "FV 2", "T2"),
    ]
    assert (parts[0].entries, parts[0].sum_grosze) == (1, 12345)


def test_a_batch_whose_transfers_make_another_sum_stays_one_row(read: Read) -> None:
    _parts, (row,) = read(batch(("100.00", "20.00")))

    assert (row.amount_grosze, row.title, row.name) == (12345, "FV 1; FV 2", "")


@pytest.mark.parametrize("mark", ["<RvslInd>true</RvslInd><Sts>", "<Sts>"])
def test_camt_marks_what_takes_money_back(mark: str, read: Read) -> None:
    text = camt053([entry(-500, on=DAY)], opening=1000).replace("<Sts>", mark)
    if "Rvsl" not in mark:
        returned = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"
        text = text.replace("</TxDtls>", returned)
    _parts, (row,) = read(text)

    assert (row.amount_grosze, row.is_return) == (-500, True)


def test_what_is_announced_but_not_booked_is_no_money(read: Read) -> None:
    text = camt053([entry(500, on=DAY), entry(700, on=DAY)])
    text = text.replace("<Sts>BOOK", "<Sts>PDNG", 1).replace(">12.00<", ">7.00<")
    parts, rows = read(text)

    assert [row.amount_grosze for row in rows] == [700]
    assert parts[0].sum_grosze == 700


@pytest.mark.parametrize(
    ("mark", "grosze", "is_return"),
    [("C", 12345, 0), ("RD", 12345, 1), ("D", -12345, 0), ("RC", -12345, 1)],
)
def test_a_reversal_goes_the_other_way(mark: str, grosze: int, is_return: int, read: Read) -> None:
    closing = "C261102PLN1123,45" if grosze > 0 else "C261102PLN876,55"
    _parts, (row,) = read(
        block(f":61:2611021102{mark}123,45NTRFX\n:86:bez tytułu", closing=closing)
    )

    assert (row.amount_grosze, row.is_return) == (grosze, is_return)


def test_the_year_of_a_booking_turns_with_the_new_year(read: Read) -> None:
    rows = ":61:2612310104C100,00NTRFX\n:86:a\n:61:2701011231C23,45NTRFX\n:86:b"
    _parts, (after, before) = read(block(rows))

    assert (after.booked_on, before.booked_on) == (date(2027, 1, 4), date(2026, 12, 31))


def test_a_title_may_fill_all_ten_subfields(read: Read) -> None:
    title = "".join(f"{number:027d}" for number in range(10))
    _parts, (row,) = read(mt940([entry(12345, on=DAY, title=title)]))

    assert row.title == title
