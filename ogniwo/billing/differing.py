"""What lines say before and after a correction, and which corrections are refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from ogniwo.billing.agreeing import HIGHEST_PRICE, is_quantity
from ogniwo.billing.models import Invoice, InvoiceLine, LineChange
from ogniwo.billing.models.invoice import plain_quantity
from ogniwo.billing.snapshot import Buyer, Values
from ogniwo.journal.moves import Refused
from ogniwo.kernel.amounts import RATES, VatRow, line_value, vat_difference, vat_rows

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class State:
    """What a line says: as issued, or after corrections."""

    quantity: Decimal
    unit_grosze: int
    rate: str

    @property
    def amount_grosze(self) -> int:
        return line_value(self.quantity, self.unit_grosze)

    def as_values(self) -> Values:
        return Values(
            quantity=plain_quantity(self.quantity),
            unit_grosze=self.unit_grosze,
            rate=self.rate,
            amount_grosze=self.amount_grosze,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What should become of one line, by its number; what is None stays."""

    line: int
    quantity: Decimal | str | None = None
    unit_grosze: int | None = None
    rate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks to be corrected, and why."""

    reason: str
    cause: str = "later"
    lines: Sequence[Wanted] = ()
    to_zero: bool = False
    buyer: Mapping[str, Any] | None = None
    rebill: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One correction to be: the original, the states of its lines, the buyer before and after."""

    original: Invoice
    request: Request
    lines: list[InvoiceLine]
    before: dict[int, State]
    after: dict[int, State]
    buyer_before: Buyer
    buyer: Buyer

    @property
    def changed(self) -> list[InvoiceLine]:
        return [line for line in self.lines if self.before[line.pk] != self.after[line.pk]]

    def rows_before(self) -> list[VatRow]:
        return _rows(self.before, self.original.basis)

    def rows_after(self) -> list[VatRow]:
        return _rows(self.after, self.original.basis)

    def vat(self) -> list[VatRow]:
        """Per rate the difference of two states, each rounded on its own."""
        return vat_difference(self.rows_before(), self.rows_after())


def difference_of(original: Invoice, request: Request) -> Difference:
    """What the request changes; refused when it may not be."""
    _refuse_of_correction(original, request)
    lines = list(original.lines.order_by("no"))
    before = states_of(original, lines)
    after = wanted_states(lines, before, request)
    last = original.corrections.order_by("-pk").first() or original
    buyer: Buyer = last.snapshot["buyer"]
    wanted = Buyer(**{**buyer, **(request.buyer or {})})  # type: ignore[typeddict-item]  # same keys
    difference = Difference(original, request, lines, before, after, buyer, wanted)
    _refuse(difference)
    return difference


def states_of(original: Invoice, lines: Sequence[InvoiceLine]) -> dict[int, State]:
    """The lines after all corrections so far."""
    states = {line.pk: State(line.quantity, line.unit_grosze, line.rate) for line in lines}
    changes = LineChange.objects.filter(line__invoice=original).order_by("correction")
    for change in changes:
        states[change.line_id] = State(change.quantity_after, change.unit_after, change.rate_after)
    return states


def wanted_states(
    lines: Sequence[InvoiceLine], before: Mapping[int, State], request: Request
) -> dict[int, State]:
    """The states the request asks for."""
    if request.to_zero:
        return {pk: replace(state, quantity=ZERO) for pk, state in before.items()}
    after = dict(before)
    by_no = {line.no: line.pk for line in lines}
    if any(wanted.line not in by_no for wanted in request.lines):
        raise Refused("no_such_line", _("The invoice has no such line."))
    for wanted in request.lines:
        refuse_wrong(wanted)
        pk = by_no[wanted.line]
        old = after[pk]
        after[pk] = State(
            old.quantity if wanted.quantity is None else Decimal(wanted.quantity),
            old.unit_grosze if wanted.unit_grosze is None else wanted.unit_grosze,
            old.rate if wanted.rate is None else wanted.rate,
        )
    return after


def refuse_wrong(wanted: Wanted) -> None:
    """What one line may not become; a form asks it for each of its lines."""
    unit, quantity, rate = wanted.unit_grosze, wanted.quantity, wanted.rate
    if unit is not None and not 0 <= unit <= HIGHEST_PRICE:
        raise Refused(
            "bad_price", _("The price must be above zero and at most PLN 100,000,000.00.")
        )
    if quantity is not None and not _is_zero(quantity) and not is_quantity(quantity):
        raise Refused(
            "bad_quantity",
            _("The quantity must be above zero, with at most 6 decimal places."),
        )
    if rate is not None and rate not in RATES:
        raise Refused("bad_rate", _("Unknown VAT rate."))


def _is_zero(quantity: Decimal | str) -> bool:
    try:
        return not Decimal(quantity)
    except InvalidOperation:
        return False


def _refuse_of_correction(original: Invoice, request: Request) -> None:
    """Only an invoice is corrected: a correction has no state of its own, a proforma no tax."""
    if original.kind == Invoice.Kind.PRO:
        raise Refused("no_such_invoice", _("A pro forma is no invoice and is not corrected."))
    if original.corrects is None:
        return
    _refuse_unreasoned(request)
    raise Refused(
        "correct_the_original",
        _("A correction is issued to the original invoice %(number)s.")
        % {"number": original.corrects.number},
    )


def _refuse_unreasoned(request: Request) -> None:
    if not request.reason.strip():
        raise Refused("no_reason", _("Give the reason of the correction."))


def _refuse(difference: Difference) -> None:
    request = difference.request
    _refuse_unreasoned(request)
    if not difference.changed and difference.buyer == difference.buyer_before:
        raise Refused("nothing_changes", _("The correction changes nothing."))
    if difference.buyer["nip"] != difference.buyer_before["nip"]:
        raise Refused(
            "nip_needs_zero",
            _("A NIP cannot be corrected. Correct the invoice to zero and issue a new one."),
        )
    if request.rebill and any(state.amount_grosze for state in difference.after.values()):
        raise Refused(
            "rebill_needs_zero", _("Only an invoice corrected to zero can be invoiced again.")
        )


def _rows(states: Mapping[int, State], basis: str) -> list[VatRow]:
    return vat_rows([(state.rate, state.amount_grosze) for state in states.values()], basis)
