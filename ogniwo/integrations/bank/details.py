"""The details of an entry of CAMT.053: one transfer, or a batch of them booked as one sum."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from ogniwo.integrations.bank.rows import account_of, grosze_of, joined, line_of

if TYPE_CHECKING:
    from lxml import etree

NO_REFERENCE: Final = frozenset({"NONREF", "NOREF", "NOTPROVIDED"})


class Details(NamedTuple):
    """One transfer. Money in grosze: in > 0, out < 0."""

    amount_grosze: int
    title: str
    name: str
    account: str
    reference: str
    is_return: bool
    credited: str = ""


def texts(element: "etree._Element") -> Callable[[str], str]:
    """A reader of texts by their path below the element, in whatever version's namespace.

    One walk instead of a search for each path: it makes the reading three times as fast.
    """
    found: dict[str, str] = {}
    _walk(element, found=found, prefix="")

    def text(path: str) -> str:
        return found.get(path, "").strip()

    return text


def _walk(element: "etree._Element", *, found: dict[str, str], prefix: str) -> None:
    for child in element:
        tag = child.tag
        if not isinstance(tag, str):  # an entity that nobody has declared
            continue
        path = prefix + tag[tag.rfind("}") + 1 :]
        if len(child):
            _walk(child, found=found, prefix=path + "/")
        elif path not in found:
            found[path] = child.text or ""


def details_of(
    element: "etree._Element", *, entry: Callable[[str], str], amount: int, currency: str
) -> Iterator[Details]:
    """The transfers of an entry of `amount` grosze.

    A batch is taken apart only if its transfers say their own amounts and make the sum: a guess
    would book money that nobody sent.
    """
    transfers = element.findall("{*}NtryDtls/{*}TxDtls")
    single, *more = transfers or [element]
    if not more:
        yield _details(single, amount=amount, entry=entry, single=True)
        return
    amounts = [_amount(transfer, out=amount < 0, currency=currency) for transfer in transfers]
    known = [part for part in amounts if part is not None]
    if len(known) == len(transfers) and sum(known) == amount:
        for transfer, part in zip(transfers, known, strict=True):
            yield _details(transfer, amount=part, entry=entry, single=False)
    else:
        titles = [_title(texts(transfer), transfer) for transfer in transfers]
        title = entry("AddtlNtryInf") or "; ".join(titles)[:1000]
        back = any(transfer.find("{*}RtrInf") is not None for transfer in transfers)
        yield Details(amount, line_of(title), "", "", _reference(entry("AcctSvcrRef")), back)


def _details(
    transfer: "etree._Element", *, amount: int, entry: Callable[[str], str], single: bool
) -> Details:
    text = texts(transfer)
    side = "Dbtr" if amount >= 0 else "Cdtr"
    party = "RltdPties/"
    name = (
        text(f"{party}{side}/Nm")
        or text(f"{party}{side}/Pty/Nm")
        or text(f"{party}Ultmt{side}/Nm")
        or text(f"{party}Ultmt{side}/Pty/Nm")
    )
    account = _account(text, f"{party}{side}Acct")
    reference = text("Refs/AcctSvcrRef") or (entry("AcctSvcrRef") if single else "")
    return Details(
        amount,
        _title(text, transfer) or line_of(entry("AddtlNtryInf")),
        line_of(name),
        account,
        _reference(reference),
        transfer.find("{*}RtrInf") is not None,
        _account(text, f"{party}CdtrAcct") if amount > 0 else "",
    )


def _account(text: Callable[[str], str], path: str) -> str:
    return account_of(text(f"{path}/Id/IBAN") or text(f"{path}/Id/Othr/Id"))


def _title(text: Callable[[str], str], transfer: "etree._Element") -> str:
    lines = [found.text or "" for found in transfer.iterfind("{*}RmtInf/{*}Ustrd")]
    if len(lines) == 1:
        return line_of(lines[0])
    return (
        joined(lines)
        or line_of(text("RmtInf/Strd/CdtrRefInf/Ref") or text("RmtInf/Strd/AddtlRmtInf"))
        or line_of(text("AddtlTxInf"))
    )


def _amount(transfer: "etree._Element", *, out: bool, currency: str) -> int | None:
    """The transfer's own amount in the currency of the account, or None."""
    for path in ("{*}Amt", "{*}AmtDtls/{*}TxAmt/{*}Amt"):
        found = transfer.find(path)
        if found is not None and found.get("Ccy") == currency:
            try:
                amount = grosze_of((found.text or "").strip(), decimal=".")
            except ValueError:
                return None
            direction = texts(transfer)("CdtDbtInd")
            return -amount if (direction == "DBIT" if direction else out) else amount
    return None


def _reference(text: str) -> str:
    return "" if text.upper() in NO_REFERENCE else line_of(text)
