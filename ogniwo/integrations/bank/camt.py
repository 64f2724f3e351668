"""CAMT.053: a bank's statement in XML, of any version from .02 to .08 and later.

The document is never held: entries are read and dropped one by one. No document type, no entity,
no inclusion, no network.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import IO, Final

from django.utils.translation import gettext as _
from lxml import etree

from ogniwo.integrations.bank.details import Details, details_of, texts
from ogniwo.integrations.bank.entry import Entry, Part
from ogniwo.integrations.bank.faults import Faults
from ogniwo.integrations.bank.rows import account_of, grosze_of, line_of, says_return
from ogniwo.integrations.bank.source import Source
from ogniwo.integrations.bank.totals import close, open_part

PIECE: Final = 32 * 1024
# A node takes a hundred times the memory of the few bytes that make it (as in kernel/xml.py).
MOST_TAGS: Final = 800_000
MOST_ATTRIBUTES: Final = 200_000
FORBIDDEN: Final = (b"<!DOCTYPE", b"<!ENTITY", b"http://www.w3.org/2001/XInclude")
OVERLAP: Final = max(map(len, FORBIDDEN)) - 1
ENCODING_ERRORS: Final = frozenset(
    {
        etree.ErrorTypes.ERR_INVALID_ENCODING,
        etree.ErrorTypes.ERR_INVALID_CHAR,
        etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
        etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
    }
)
OPENING: Final = ("OPBD", "PRCD")


def read(source: Source, *, parts: list[Part], faults: Faults) -> Iterator[tuple[int, Entry]]:
    """The booked rows of all statements; each statement joins `parts` as it opens."""
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=("{*}Ntry", "{*}Stmt"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    reading = _Reading(parts=parts, faults=faults)
    try:
        with source.binary() as stream:
            for element_events in _fed(parser, stream, reading=reading):
                yield from element_events
    except etree.XMLSyntaxError as reason:
        _explain(reason, reading=reading)
    if not reading.statements:
        faults.fail(0, "not_statement", _("The XML holds no bank statement (CAMT.053)."))


def _fed(
    parser: "etree.XMLPullParser", stream: IO[bytes], *, reading: "_Reading"
) -> Iterator[Iterator[tuple[int, Entry]]]:
    tail = b""
    while piece := stream.read(PIECE):
        seen = tail + piece
        if any(word in seen for word in FORBIDDEN):
            reading.faults.fail(
                0,
                "doctype",
                _("The XML has a document type or inclusions; no statement needs them."),
            )
        tail = seen[-OVERLAP:]
        reading.tags += piece.count(b"<")
        reading.attributes += piece.count(b"=")
        if reading.tags > MOST_TAGS or reading.attributes > MOST_ATTRIBUTES:
            reading.faults.fail(0, "too_large", _("One entry of the XML is too large."))
        parser.feed(piece)
        yield reading.events(parser)
    reading.is_over = True
    parser.close()
    yield reading.events(parser)


def _explain(reason: "etree.XMLSyntaxError", *, reading: "_Reading") -> None:
    line = reason.lineno or 0
    if reason.code in ENCODING_ERRORS:
        reading.faults.fail(
            line, "encoding", _("The letters are not in the encoding the XML declares.")
        )
    if reading.is_over and reason.code != etree.ErrorTypes.ERR_INTERNAL_ERROR:
        reading.faults.fail(line, "cut", _("The XML ends in the middle: the file is cut off."))
    reading.faults.fail(line, "xml", _("The XML is damaged."))


class _Reading:
    """The statement that is being read and how much came since its last entry."""

    def __init__(self, *, parts: list[Part], faults: Faults) -> None:
        self.parts = parts
        self.faults = faults
        self.part: Part | None = None
        self.statements = 0
        self.is_over = False  # nothing more comes: what is still open was cut off
        self.tags = 0
        self.attributes = 0

    def events(self, parser: "etree.XMLPullParser") -> Iterator[tuple[int, Entry]]:
        """The rows that are complete by now."""
        for event, element in parser.read_events():
            name = etree.QName(element).localname
            if event == "start":
                if name == "Stmt":
                    self._open(element)
                continue
            if name == "Stmt":
                self._close(element)
            else:
                yield from self._entries(element)
            _forget_before(element)
            self.tags = self.attributes = 0

    def _open(self, element: "etree._Element") -> None:
        if element.getroottree().docinfo.internalDTD is not None:
            self.faults.fail(0, "doctype", _("The XML has a document type; no statement needs it."))
        self.statements += 1
        part = Part(format="camt053")
        line = element.sourceline or 0
        self.part = open_part(part, parts=self.parts, line=line, faults=self.faults)

    def _close(self, element: "etree._Element") -> None:
        if self.part is None:
            return
        self._fill(element)
        if not self.part.account:
            line = element.sourceline or 0
            self.faults.add(line, "account", _("The statement names no account."))
        close(self.part, line=element.sourceline or 0, faults=self.faults)
        self.part = None

    def _fill(self, element: "etree._Element") -> None:
        """What stands before the entries. Called with the first entry and at the end."""
        part = self.part
        if part is None or part.account:
            return
        text = texts(element)
        part.account = account_of(text("Acct/Id/IBAN") or text("Acct/Id/Othr/Id"))
        part.currency = text("Acct/Ccy")
        part.number = line_of(text("LglSeqNb") or text("ElctrncSeqNb") or text("Id"))
        part.from_on = _day(text("FrToDt/FrDtTm") or text("FrToDt/FrDt"))
        part.to_on = _day(text("FrToDt/ToDtTm") or text("FrToDt/ToDt"))
        balances: dict[str, int] = {}
        for balance in element.iterfind("{*}Bal"):
            code = texts(balance)("Tp/CdOrPrtry/Cd")
            balances.setdefault(code, self._signed(balance, text=texts(balance)))
            amount = balance.find("{*}Amt")
            if not part.currency and amount is not None:
                part.currency = amount.get("Ccy", "")
        part.opening_grosze = next((balances[c] for c in OPENING if c in balances), None)
        part.closing_grosze = balances.get("CLBD")

    def _fill_first(self, part: Part, element: "etree._Element") -> None:
        """Once: a head that names no account is not walked again for each of its entries."""
        if part.account:
            return
        head = element.getparent()
        if head is not None:
            self._fill(head)
        if not part.account:
            line = element.sourceline or 0 if head is None else head.sourceline or 0
            self.faults.fail(line, "account", _("The statement names no account."))

    def _entries(self, element: "etree._Element") -> Iterator[tuple[int, Entry]]:
        if self.part is None:
            return
        self._fill_first(self.part, element)
        text = texts(element)
        line = element.sourceline or 0
        if (text("Sts/Cd") or text("Sts") or "BOOK").strip() != "BOOK":
            return  # announced, not booked: no money yet
        amount = self._signed(element, text=text)
        currency = self._currency(self.part, element, line=line)
        booked_on = _day(
            text("BookgDt/Dt") or text("BookgDt/DtTm") or text("ValDt/Dt") or text("ValDt/DtTm")
        )
        if booked_on is None:
            self.faults.add(line, "date", _("The entry has no day or one that does not exist."))
            return
        self.part.add(amount)
        takes_back = text("RvslInd").lower() in ("true", "1")
        for told in details_of(element, entry=text, amount=amount, currency=currency):
            yield (
                len(self.parts) - 1,
                _entry(told, booked_on=booked_on, currency=currency, back=takes_back, line=line),
            )

    def _currency(self, part: Part, element: "etree._Element", *, line: int) -> str:
        amount = element.find("{*}Amt")
        currency = amount.get("Ccy", "") if amount is not None else ""
        part.currency = part.currency or currency
        if currency != part.currency:
            self.faults.add(
                line,
                "currency",
                _("An entry in %(one)s on an account in %(other)s.")
                % {"one": currency or "?", "other": part.currency},
            )
        return currency

    def _signed(self, element: "etree._Element", *, text: Callable[[str], str]) -> int:
        line = element.sourceline or 0
        direction = text("CdtDbtInd")
        try:
            amount = grosze_of(text("Amt"), decimal=".")
        except ValueError:
            self.faults.add(line, "amount", _("“%s” is no amount.") % text("Amt")[:40])
            return 0
        if direction not in ("CRDT", "DBIT") or amount < 0:
            self.faults.add(line, "amount", _("The entry does not say whether money came or went."))
        return amount if direction == "CRDT" else -amount


def _forget_before(element: "etree._Element") -> None:
    """Drop all that stands before an element that is over, on every level, and what is in it.

    The element itself stays until the next one: the parser may still be writing the text behind
    it, and must find it where it was.
    """
    element.clear(keep_tail=True)
    for node in (element, *element.iterancestors()):
        parent = node.getparent()
        while parent is not None and (before := node.getprevious()) is not None:
            parent.remove(before)


def _entry(told: Details, *, booked_on: date, currency: str, back: bool, line: int) -> Entry:
    return Entry(
        booked_on=booked_on,
        amount_grosze=told.amount_grosze,
        currency=currency,
        title=told.title,
        name=told.name,
        account=told.account,
        reference=told.reference,
        is_return=back or told.is_return or says_return(told.title, amount=told.amount_grosze),
        line=line,
        credited=told.credited,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
