"""What the sheet says: the frozen copy of an invoice turned into words, ready to be set."""

import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import segno

from ogniwo.billing.paper.labels import LABELS, day_range, long_day
from ogniwo.billing.snapshot import Buyer, Fx, Line, Seller, Snapshot, Values, VatRow
from ogniwo.kernel.amounts import PERCENT
from ogniwo.kernel.money import NBSP, PLN, format_money
from ogniwo.kernel.nip import format_nip

Words = Mapping[str, str]

# A longer unbroken run of letters would leave its column; the mark lets it turn the line.
UNBROKEN: Final = 24
TURN: Final = "\u200b"
REVERSE_CHARGE: Final = {"np_eu", "oo"}
# The label beside the sum says which way it goes.
MINUS_IN_WORDS: Final = "minus "
QUIET_ZONE: Final = 0


def sheet_of(snapshot: Snapshot, *, code: str | None, language: str) -> dict[str, Any]:
    """Everything printed, as plain strings: the template sets them and decides nothing."""
    words = LABELS[language]
    gross = snapshot["gross_grosze"]
    gross_prices = snapshot["basis"] == "gross"
    return {
        "language": language,
        "kind": words.get(snapshot["kind"], snapshot["kind"]),
        "number": snapshot["number"],
        "initial": snapshot["seller"]["name"].strip()[:1].upper(),
        "brand": turnable(snapshot["seller"]["name"]),
        "facts": _facts(snapshot, words, language),
        "about": list(_about(snapshot, words, language)),
        "seller": party_of(snapshot["seller"], words["seller"], words),
        "buyer": party_of(snapshot["buyer"], words["buyer"], words),
        "head": [
            words["no"],
            words["name"],
            words["quantity"],
            words["price_gross" if gross_prices else "price_net"],
            words["vat"],
            words["value_gross" if gross_prices else "value_net"],
        ],
        "lines": list(_lines(snapshot, words, language)),
        "vat_head": _vat_head(snapshot, words),
        "vat": [_vat_row(row, words) for row in snapshot["vat"]],
        "vat_total": [words["total"], *_three_sums(snapshot)],
        "due_label": words[_due_word(snapshot)],
        "due": format_money(abs(gross), snapshot["currency"]),
        "in_words": snapshot["in_words"].removeprefix(MINUS_IN_WORDS),
        "pay": _pay(snapshot, words),
        "code": _square(code),
        "code_words": [words["pay_by_phone"], words["bank_code"], words["code_alt"]],
        "notes": list(_notes(snapshot, words, language)),
        "fine": _fine(snapshot, words),
        "page": words["page"],
    }


def _facts(snapshot: Snapshot, words: Words, language: str) -> list[list[str]]:
    first, last = _day(snapshot["sale_from"]), _day(snapshot["sale_to"])
    sold = words["sold"] if first == last else words["period"]
    facts = [[words["issued"], long_day(_day(snapshot["issued_on"]), language)]]
    facts.append([sold, day_range(first, last, language)])
    if snapshot["due_on"]:
        facts.append([words["due"], long_day(_day(snapshot["due_on"]), language)])
    facts.append([words["payment"], words["transfer"]])
    return facts


def _about(snapshot: Snapshot, words: Words, language: str) -> Iterator[str]:
    """What the document is about, above its lines: the corrected one and the reason."""
    corrected = snapshot.get("corrects")
    if corrected:
        day = long_day(_day(corrected["issued_on"]), language)
        yield words["corrects"].format(number=corrected["number"], day=day)
        yield f"{words['reason']}: {turnable(corrected['reason'])}"
        if not snapshot["lines"]:
            yield words["buyer_after"]
    if snapshot["kind"] == "PRO":
        yield words["no_document"]


def _due_word(snapshot: Snapshot) -> str:
    """A correction downwards lessens the debt; money goes back only where it had been paid."""
    if snapshot["gross_grosze"] < 0:
        return "less"
    return "more" if snapshot["kind"] == "KOR" and snapshot["gross_grosze"] else "to_pay"


def _vat_head(snapshot: Snapshot, words: Words) -> list[str]:
    first = "difference" if snapshot["kind"] == "KOR" else "rate"
    return [words[first], words["net"], words["vat"], words["gross"]]


def party_of(party: Seller | Buyer, label: str, words: Words) -> dict[str, Any]:
    town = " ".join(filter(None, [party["postcode"], party["city"]]))
    vat_ue = party.get("vat_ue", "")
    lines = [
        ", ".join(filter(None, [party["street"], town])),
        "" if party["country"] == "PL" else party["country"],
        f"{words['nip']} {format_nip(party['nip'])}" if party["nip"] else "",
        f"{words['vat_ue']} {vat_ue}" if vat_ue else "",
    ]
    return {
        "label": label,
        "name": turnable(party["name"]),
        "lines": [turnable(line) for line in lines if line],
    }


def _lines(snapshot: Snapshot, words: Words, language: str) -> Iterator[dict[str, str]]:
    whole = (snapshot["sale_from"], snapshot["sale_to"])
    for line in snapshot["lines"]:
        # A period common to the document stands at the top; only another one is repeated here.
        apart = (line["from"], line["to"]) != whole
        span = day_range(_day(line["from"]), _day(line["to"]), language) if apart else ""
        if "before" in line and "after" in line:
            yield _line(line, line["before"], words["before"], words)
            yield _line(line, line["after"], words["after"], words)
        else:
            yield _line(line, line, span, words)


def _line(line: Line, values: Values | Line, below: str, words: Words) -> dict[str, str]:
    return {
        "no": str(line["no"]),
        "name": turnable(line["name"]),
        "below": below,
        "quantity": _quantity(values["quantity"], line.get("unit", "")),
        "price": format_money(values["unit_grosze"]),
        "rate": _rate(values["rate"], words),
        "value": format_money(values["amount_grosze"]),
    }


def _vat_row(row: VatRow, words: Words) -> list[str]:
    return [_rate(row["rate"], words), *_three_sums(row)]


def _three_sums(row: VatRow | Snapshot) -> list[str]:
    return [
        format_money(row["net_grosze"]),
        format_money(row["vat_grosze"]),
        format_money(row["gross_grosze"]),
    ]


def _pay(snapshot: Snapshot, words: Words) -> list[list[str]]:
    if snapshot["gross_grosze"] <= 0:
        return []
    account, bank = snapshot["seller"]["account"], snapshot["seller"]["bank"]
    rows = [
        [words["account"], in_fours(account, foreign=snapshot["currency"] != PLN)],
        [words["bank"], turnable(bank)],
        [words["title"], snapshot["number"]],
    ]
    return [row for row in rows if row[1]]


def _notes(snapshot: Snapshot, words: Words, language: str) -> Iterator[str]:
    if snapshot["mpp"]:
        yield words["mpp"]
    rates = {row["rate"] for row in snapshot["vat"]}
    if rates & REVERSE_CHARGE:
        yield words["reverse"]
    for basis in dict.fromkeys(line.get("exemption", "") for line in snapshot["lines"]):
        if basis:
            yield f"{words['exempt']}: {turnable(basis)}"
    if snapshot["fx"]:
        yield from _exchange(snapshot["fx"], words, language)


def _exchange(fx: Fx, words: Words, language: str) -> Iterator[str]:
    day = long_day(_day(fx["on"]), language)
    yield words["fx"].format(mid=fx["mid"].replace(".", ","), table=fx["table"], day=day)
    for rate, vat_grosze in fx["vat_pln_grosze"].items():
        if not PERCENT[rate]:
            continue
        amount = format_money(vat_grosze, PLN)
        yield f"{words['vat_in_pln']} ({_rate(rate, words)}): {amount}"


def _fine(snapshot: Snapshot, words: Words) -> str:
    email = snapshot["seller"]["email"]
    return f"{words['questions']}: {email}." if email else ""


def _rate(code: str, words: Words) -> str:
    return f"{code}%" if code.isdigit() else words.get(code, code)


def _quantity(number: str, unit: str) -> str:
    whole, dot, part = number.partition(".")
    part = part.rstrip("0")
    shown = f"{whole},{part}" if dot and part else whole
    return f"{shown}{NBSP}{unit}" if unit else shown


def in_fours(account: str, *, foreign: bool) -> str:
    groups = [account[:2], *(account[at : at + 4] for at in range(2, len(account), 4))]
    country = "PL" if foreign and account else ""
    return country + NBSP.join(group for group in groups if group)


def turnable(text: str) -> str:
    words = text.split(" ")
    return " ".join(_cut(word) if len(word) > UNBROKEN else word for word in words)


def _cut(word: str) -> str:
    pieces = (word[at : at + UNBROKEN] for at in range(0, len(word), UNBROKEN))
    return TURN.join(pieces)


def _square(code: str | None) -> str:
    if not code:
        return ""
    drawn = io.BytesIO()
    square = segno.make(code, error="m", micro=False)
    square.save(drawn, kind="svg", border=QUIET_ZONE, xmldecl=False, omitsize=True)
    return drawn.getvalue().decode()


def _day(iso: str) -> date:
    return date.fromisoformat(iso)
