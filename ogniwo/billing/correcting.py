"""Correct an issued document: always by another one, always against the original."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import letters
from ogniwo.billing.differing import Difference, Request, difference_of
from ogniwo.billing.freeze import notes_of
from ogniwo.billing.issue import Occasion, make_due_again, take_back
from ogniwo.billing.models import (
    BillingDetail,
    Invoice,
    InvoiceLine,
    InvoiceVat,
    LineChange,
    Payment,
    Series,
)
from ogniwo.billing.paying import lock, release_above, settle
from ogniwo.billing.run import numbered, occasion_of
from ogniwo.billing.snapshot import Corrected, Fx, Line, Snapshot, digest
from ogniwo.billing.snapshot import VatRow as FrozenVatRow
from ogniwo.billing.timetable import rewrite
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel.amounts import VatRow, in_pln, totals
from ogniwo.kernel.roles import MONEY, SYSTEM
from ogniwo.kernel.words import amount_in_words

CORRECTORS = MONEY | {SYSTEM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a correction would change: the document, the debt, and the money that paid it."""

    difference: Difference
    vat: Sequence[VatRow]
    due_on: date | None
    owed_before: int
    owed_after: int
    paid_before: int
    paid_after: int
    credit: int  # more credit of the client than before; below zero when the correction takes it

    @property
    def released(self) -> int:
        """Given back to the payments by a correction below what is paid."""
        return max(self.paid_before - self.paid_after, 0)

    @property
    def pays_others(self) -> int:
        """What was released and pays other open invoices at once."""
        return max(self.released - max(self.credit, 0), 0)


def preview(invoice: Invoice, request: Request, *, by: Actor, at: datetime) -> Effect:
    """The effect of exactly this correction: it is made, looked at and taken back."""
    with transaction.atomic():
        before = Invoice.objects.get(pk=invoice.pk)
        difference, credit = difference_of(before, request), _credit(before)
        correction = correct(invoice, request, by=by, at=at)
        after = Invoice.objects.get(pk=invoice.pk)
        effect = Effect(
            difference=difference,
            vat=difference.vat(),
            due_on=correction.due_on,
            owed_before=before.owed_grosze,
            owed_after=after.owed_grosze,
            paid_before=before.paid_grosze,
            paid_after=after.paid_grosze,
            credit=_credit(before) - credit,
        )
        transaction.set_rollback(True)
    return effect


def _credit(invoice: Invoice) -> int:
    mine = Payment.objects.credits().filter(client=invoice.client_id, currency=invoice.currency)
    return sum(mine.values_list("unallocated_grosze", flat=True))


def correct(invoice: Invoice, request: Request, *, by: Actor, at: datetime) -> Invoice:
    """Issue a correction; the debt, allocations and periods follow in the same transaction."""
    if by.role not in CORRECTORS:
        raise NotAllowed
    occasion = occasion_of(None, by=by, at=at)
    return numbered(lambda: _correct(invoice, request, occasion))


@transaction.atomic
def _correct(stale: Invoice, request: Request, occasion: Occasion) -> Invoice:
    client = lock(stale.client_id)
    difference = difference_of(Invoice.objects.get(pk=stale.pk), request)
    Series.refuse_backdating(Invoice.Kind.KOR, on=occasion.issued_on)
    vat = difference.vat()
    correction = _document(difference, vat, occasion, due_on=occasion.due_on(client))
    correction.snapshot = _snapshot(correction, difference, vat, occasion)
    correction.hash = digest(correction.snapshot)
    _write(correction, difference, vat, occasion)
    _follow(correction, difference, at=occasion.at)
    if request.rebill:
        _rebill(difference.lines)
    letters.correction_issued(correction, at=occasion.at)
    return correction


def _document(
    difference: Difference, vat: Sequence[VatRow], occasion: Occasion, *, due_on: date
) -> Invoice:
    """The correction without its frozen copy, not saved."""
    original, sums = difference.original, totals(vat)
    series = Series.at_work(Invoice.Kind.KOR, on=occasion.issued_on, by_year=occasion.by_year)
    return Invoice(
        kind=Invoice.Kind.KOR,
        number=series.number(series.last + 1),
        series=series,
        serial=series.last + 1,
        client_id=original.client_id,
        reseller_id=original.reseller_id,
        corrects=original,
        issued_on=occasion.issued_on,
        issued_at=occasion.at,
        sale_from=original.sale_from,
        sale_to=original.sale_to,
        due_on=due_on if sums.gross > 0 else None,
        currency=original.currency,
        basis=original.basis,
        net_grosze=sums.net,
        vat_grosze=sums.vat,
        gross_grosze=sums.gross,
        mpp=original.mpp,
    )


def _snapshot(
    correction: Invoice, difference: Difference, vat: Sequence[VatRow], occasion: Occasion
) -> Snapshot:
    original: Snapshot = difference.original.snapshot
    return Snapshot(
        kind=correction.kind,
        number=correction.number,
        issued_on=correction.issued_on.isoformat(),
        sale_from=original["sale_from"],
        sale_to=original["sale_to"],
        due_on=correction.due_on.isoformat() if correction.due_on else None,
        currency=original["currency"],
        basis=original["basis"],
        seller={**occasion.seller, "account": original["seller"]["account"]},
        buyer=difference.buyer,
        lines=_changed_lines(difference),
        vat=[
            FrozenVatRow(rate=r.rate, net_grosze=r.net, vat_grosze=r.vat, gross_grosze=r.gross)
            for r in vat
        ],
        net_grosze=correction.net_grosze,
        vat_grosze=correction.vat_grosze,
        gross_grosze=correction.gross_grosze,
        in_words=amount_in_words(correction.gross_grosze, original["currency"]),
        mpp=original["mpp"],
        fx=_fx(difference, vat),
        notes=notes_of({state.rate for state in difference.after.values()}),
        corrects=Corrected(
            number=original["number"],
            issued_on=original["issued_on"],
            reason=difference.request.reason.strip(),
            cause=difference.request.cause,
        ),
    )


def _changed_lines(difference: Difference) -> list[Line]:
    """The frozen lines with the values after, and both states beside them."""
    original: Snapshot = difference.original.snapshot
    frozen = {line["no"]: line for line in original["lines"]}
    lines: list[Line] = []
    for changed in difference.changed:
        before = difference.before[changed.pk].as_values()
        after = difference.after[changed.pk].as_values()
        line: Line = {**frozen[changed.no], "before": before, "after": after}
        line["quantity"], line["unit_grosze"] = after["quantity"], after["unit_grosze"]
        line["rate"], line["amount_grosze"] = after["rate"], after["amount_grosze"]
        line.pop("exemption", None)
        if after["rate"] == "zw":
            line["exemption"] = changed.exemption
        lines.append(line)
    return lines


def _fx(difference: Difference, vat: Sequence[VatRow]) -> Fx | None:
    """The original's rate; tax in PLN is the difference of two rounded states."""
    fx: Fx | None = difference.original.snapshot["fx"]
    if fx is None:
        return None
    mid = Decimal(fx["mid"])
    old = {row.rate: in_pln(row.vat, mid) for row in difference.rows_before()}
    new = {row.rate: in_pln(row.vat, mid) for row in difference.rows_after()}
    differences = {row.rate: new.get(row.rate, 0) - old.get(row.rate, 0) for row in vat}
    return Fx(table=fx["table"], on=fx["on"], mid=fx["mid"], vat_pln_grosze=differences)


def _write(
    correction: Invoice, difference: Difference, vat: Sequence[VatRow], occasion: Occasion
) -> None:
    """Insert the document, its changes and tax rows, the journal row; take the number last."""
    correction.save(force_insert=True)
    LineChange.objects.bulk_create(_changes(correction, difference))
    fx = (correction.snapshot["fx"] or {}).get("vat_pln_grosze", {})
    InvoiceVat.objects.bulk_create(
        InvoiceVat(
            invoice=correction,
            rate=row.rate,
            net_grosze=row.net,
            vat_grosze=row.vat,
            gross_grosze=row.gross,
            vat_pln_grosze=fx.get(row.rate),
        )
        for row in vat
    )
    record(
        "billing.invoice.correct", correction, by=occasion.by, at=occasion.at,
        corrects=correction.corrects_id, hash=correction.hash,
    )  # fmt: skip
    begin = correction.serial - 1
    correction.series.advance(begin=begin, end=correction.serial, on=correction.issued_on)


def _changes(correction: Invoice, difference: Difference) -> list[LineChange]:
    changes = []
    for line in difference.changed:
        before, after = difference.before[line.pk], difference.after[line.pk]
        changes.append(
            LineChange(
                correction=correction,
                line=line,
                quantity_before=before.quantity,
                unit_before=before.unit_grosze,
                rate_before=before.rate,
                amount_before=before.amount_grosze,
                quantity_after=after.quantity,
                unit_after=after.unit_grosze,
                rate_after=after.rate,
                amount_after=after.amount_grosze,
            )
        )
    return changes


def _follow(correction: Invoice, difference: Difference, *, at: datetime) -> None:
    """The debt follows: money above it is released, latest first, and pays what is open."""
    original = difference.original
    release_above(original, owed=original.owed_grosze + correction.gross_grosze)
    raised = max(correction.gross_grosze, 0)
    raises = original.raises
    if correction.due_on is not None:
        raises = [*raises, [correction.due_on.isoformat(), raised]]
    Invoice.objects.filter(pk=original.pk).update(
        corrected_grosze=F("corrected_grosze") + correction.gross_grosze,
        raised_grosze=F("raised_grosze") + raised,
        raises=raises,
    )
    _mark_zeroed(difference)
    settle(original.client_id, original.currency, at=at)


def _mark_zeroed(difference: Difference) -> None:
    """A line at zero lets its period be invoiced again; one that lives again must be alone."""
    zero = [line.pk for line in difference.lines if not difference.after[line.pk].amount_grosze]
    InvoiceLine.objects.filter(pk__in=zero, zeroed=False).update(zeroed=True)
    alive = [line for line in difference.lines if line.pk not in zero and line.zeroed]
    try:
        with transaction.atomic():
            InvoiceLine.objects.filter(pk__in=[line.pk for line in alive]).update(zeroed=False)
    except IntegrityError as twice:
        raise Refused(
            "already_invoiced", _("A period of this invoice is on another invoice already.")
        ) from twice
    for line in alive:
        _revive(line)


def _revive(line: InvoiceLine) -> None:
    """The period of a line that lives again waits no longer, or the next run would invoice it too.

    Refused: period_changed, when an end, a pause or a resumption has made another one of it.
    """
    if not take_back(line):
        raise Refused(
            "period_changed",
            _("A period of this invoice has changed since. Leave the line at zero."),
        )
    rewrite(line.detail)


def _rebill(lines: Sequence[InvoiceLine]) -> None:
    """The periods are due again; the next run issues them to the client's present data."""
    make_due_again([line.pk for line in lines])
    for detail in BillingDetail.objects.filter(pk__in={line.detail_id for line in lines}):
        rewrite(detail)
