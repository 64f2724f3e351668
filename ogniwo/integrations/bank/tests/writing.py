"""Statements as banks write them, made of entries: what is written here must be read back."""

from collections.abc import Iterable, Sequence
from datetime import date
from xml.sax.saxutils import escape

from ogniwo.integrations.bank.entry import Entry

OURS = "83999900000000000000000001"
WIDTH = 27
FREE_WIDTH = 65


def amount(grosze: int) -> str:
    """12345 → 123,45."""
    return f"{abs(grosze) // 100},{abs(grosze) % 100:02d}"


def entry(
    grosze: int,
    *,
    on: date,
    title: str = "FV/2026/11/0042",
    name: str = "Firma Przykład Sp. z o.o.",
    account: str = "31999900000000000000000002",
    reference: str = "",
    currency: str = "PLN",
    line: int = 0,
) -> Entry:
    """A transfer, with what most tests do not care about."""
    return Entry(
        booked_on=on,
        amount_grosze=grosze,
        currency=currency,
        title=title,
        name=name,
        account=account,
        reference=reference,
        is_return=False,
        line=line,
    )


def mt940(
    entries: Sequence[Entry],
    *,
    account: str = OURS,
    currency: str = "PLN",
    opening: int = 0,
    number: str = "1/1",
    style: str = "~",
) -> str:
    """One statement. `style` is the sign of the sub-fields, or "" for free text."""
    on = entries[0].booked_on if entries else date(2026, 11, 2)
    closing = opening + sum(row.amount_grosze for row in entries)
    lines = [
        ":20:MT940",
        f":25:/PL{account}",
        f":28C:{number}",
        f":60F:{balance(opening, on=on, currency=currency)}",
    ]
    for row in entries:
        lines.append(f":61:{row_61(row)}")
        lines.extend(told_86(row, style=style))
    last = entries[-1].booked_on if entries else on
    lines += [f":62F:{balance(closing, on=last, currency=currency)}", "-"]
    return "\r\n".join(lines) + "\r\n"


def balance(grosze: int, *, on: date, currency: str) -> str:
    """C261102PLN123,45."""
    return f"{'D' if grosze < 0 else 'C'}{on:%y%m%d}{currency}{amount(grosze)}"


def row_61(row: Entry) -> str:
    """The row without its tag."""
    mark = "D" if row.amount_grosze < 0 else "C"
    reference = f"//{row.reference}" if row.reference else ""
    return f"{row.booked_on:%y%m%d%m%d}{mark}{amount(row.amount_grosze)}NTRFNONREF{reference}"


def told_86(row: Entry, *, style: str) -> list[str]:
    """The lines of :86: in one of the styles of Polish banks."""
    if not style:
        first, *more = wrapped(row.title, width=FREE_WIDTH)
        return [f":86:{first}", *more]
    fields = [f":86:020{style}00PRZELEW"]
    fields += [f"{style}{20 + n}{text}" for n, text in enumerate(wrapped(row.title, width=WIDTH))]
    fields += [f"{style}{32 + n}{text}" for n, text in enumerate(wrapped(row.name, width=WIDTH))]
    return [*fields, f"{style}38{row.account}"]


def wrapped(text: str, *, width: int) -> list[str]:
    """The text in pieces of a width, as banks cut it: in the middle of words."""
    return [text[start : start + width] for start in range(0, len(text), width)] or [""]


def camt053(
    entries: Sequence[Entry],
    *,
    account: str = OURS,
    currency: str = "PLN",
    opening: int = 0,
    version: str = "02",
    encoding: str = "UTF-8",
) -> str:
    """One document of one statement."""
    closing = opening + sum(row.amount_grosze for row in entries)
    body = "".join(map(entry_xml, entries))
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">'
        f"<BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>11/2026</Id>"
        f"<Acct><Id><IBAN>PL{account}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{balance_xml('OPBD', opening, currency=currency)}"
        f"{balance_xml('CLBD', closing, currency=currency)}\n{body}"
        "</Stmt></BkToCstmrStmt></Document>\n"
    )


def balance_xml(code: str, grosze: int, *, currency: str) -> str:
    """A balance of CAMT."""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{sum_xml(grosze, currency=currency)}"
        "<Dt><Dt>2026-11-02</Dt></Dt></Bal>"
    )


def sum_xml(grosze: int, *, currency: str) -> str:
    """An amount and its direction."""
    direction = "DBIT" if grosze < 0 else "CRDT"
    point = amount(grosze).replace(",", ".")
    return f'<Amt Ccy="{currency}">{point}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'


def entry_xml(row: Entry) -> str:
    """An entry of CAMT with the details of one transfer."""
    side = "Cdtr" if row.amount_grosze < 0 else "Dbtr"
    credited = ""
    if row.credited:
        credited = f"<CdtrAcct><Id><IBAN>PL{row.credited}</IBAN></Id></CdtrAcct>"
    reference = f"<AcctSvcrRef>{escape(row.reference)}</AcctSvcrRef>" if row.reference else ""
    return (
        f"<Ntry>{sum_xml(row.amount_grosze, currency=row.currency)}<Sts>BOOK</Sts>"
        f"<BookgDt><Dt>{row.booked_on.isoformat()}</Dt></BookgDt>{reference}"
        f"<NtryDtls><TxDtls><RltdPties><{side}><Nm>{escape(row.name)}</Nm></{side}>"
        f"<{side}Acct><Id><IBAN>PL{row.account}</IBAN></Id></{side}Acct>{credited}</RltdPties>"
        f"<RmtInf><Ustrd>{escape(row.title)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def pekao_csv(entries: Iterable[Entry], *, account: str = OURS) -> str:
    """The history of Pekao: both accounts in columns of their own."""
    lines = [
        "Data księgowania;Data waluty;Nadawca / Odbiorca;Adres nadawcy / odbiorcy;"
        "Rachunek źródłowy;Rachunek docelowy;Tytułem;Kwota operacji;Waluta;"
        "Numer referencyjny;Typ operacji;Kategoria"
    ]
    for row in entries:
        theirs, ours = f"'{row.account}", f"'{account}"
        source, target = (ours, theirs) if row.amount_grosze < 0 else (theirs, ours)
        sign = "-" if row.amount_grosze < 0 else ""
        cells = [
            f"{row.booked_on:%d.%m.%Y}",
            f"{row.booked_on:%d.%m.%Y}",
            row.name,
            "",
            source,
            target,
            row.title,
            f"{sign}{amount(row.amount_grosze)}",
            row.currency,
            f"'{row.reference}" if row.reference else "",
            "PRZELEW KRAJOWY",
            "Bez kategorii",
        ]
        lines.append(";".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells))
    return "\n".join(lines) + "\n"
