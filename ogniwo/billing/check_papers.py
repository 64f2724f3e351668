"""Issued documents are what was issued: rows, frozen copy, its hash and the journal agree."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ogniwo.billing.differing import states_of
from ogniwo.billing.models import Invoice, InvoiceLine, InvoiceVat
from ogniwo.billing.models.invoice import plain_quantity
from ogniwo.billing.snapshot import digest
from ogniwo.journal.models import Event
from ogniwo.journal.seal import Breach
from ogniwo.kernel.amounts import VatRow, totals, vat_rows

AT_ONCE = 1_000
NOTHING = (0, 0, 0)


def breaches() -> Iterator[Breach]:
    """6, 7 and 19, by key ranges."""
    last = 0
    while found := list(Invoice.objects.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        pks = [invoice.pk for invoice in found]
        lines, vat = _by_invoice(InvoiceLine, pks), _by_invoice(InvoiceVat, pks)
        hashes = _hashes(pks)
        for invoice in found:
            own = [row for row in lines[invoice.pk] if isinstance(row, InvoiceLine)]
            tax = [row for row in vat[invoice.pk] if isinstance(row, InvoiceVat)]
            yield from _copy(invoice, own, tax, journal=hashes.get(invoice.pk))
            if invoice.kind != Invoice.Kind.PRO:  # it has no rows
                yield from _sums(invoice, own, tax)
        last = pks[-1]
    yield from _corrected()


def _by_invoice(
    model: type[InvoiceLine] | type[InvoiceVat], pks: Sequence[int]
) -> Mapping[int, list[InvoiceLine | InvoiceVat]]:
    rows: dict[int, list[InvoiceLine | InvoiceVat]] = defaultdict(list)
    for row in model._default_manager.filter(invoice__in=pks).order_by("pk"):
        rows[row.invoice_id].append(row)
    return rows


def _hashes(pks: Sequence[int]) -> dict[int, str]:
    """What the journal says was issued."""
    verbs = ["billing.invoice.issue", "billing.invoice.correct", "billing.invoice.offer"]
    found = Event.objects.filter(kind="billing.invoice", key__in=pks, verb__in=verbs)
    return {key: str(facts.get("hash")) for key, facts in found.values_list("key", "facts")}


def _copy(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    vat: Sequence[InvoiceVat],
    *,
    journal: str | None,
) -> Iterator[Breach]:
    """19: the copy has its hash, the journal has the same, and the columns say what it says."""
    snapshot = invoice.snapshot
    if digest(snapshot) != invoice.hash:
        yield Breach("snapshot_hash", invoice.number, "Its frozen copy was changed.")
        return
    if journal != invoice.hash:
        yield Breach("snapshot_journal", invoice.number, "The journal knows another document.")
    for name in ("kind", "number", "currency", "basis", "net_grosze", "vat_grosze",
                 "gross_grosze", "mpp"):  # fmt: skip
        if getattr(invoice, name) != snapshot[name]:
            yield Breach("invoice_changed", invoice.number, f"{name} is not what was issued.")
    for name in ("issued_on", "sale_from", "sale_to", "due_on"):
        day = getattr(invoice, name)
        if (day.isoformat() if day else None) != snapshot[name]:
            yield Breach("invoice_changed", invoice.number, f"{name} is not what was issued.")
    if invoice.kind != Invoice.Kind.PRO:
        yield from _copied_rows(invoice, lines, vat)


def _copied_rows(
    invoice: Invoice, lines: Sequence[InvoiceLine], vat: Sequence[InvoiceVat]
) -> Iterator[Breach]:
    snapshot = invoice.snapshot
    rows = sorted((r.rate, r.net_grosze, r.vat_grosze, r.gross_grosze) for r in vat)
    frozen = sorted(
        (r["rate"], r["net_grosze"], r["vat_grosze"], r["gross_grosze"]) for r in snapshot["vat"]
    )
    if rows != frozen:
        yield Breach("vat_changed", invoice.number, "Its tax rows are not what was issued.")
    if invoice.kind == Invoice.Kind.KOR:
        return
    stored = sorted(
        (line.no, line.name, plain_quantity(line.quantity), line.unit_grosze, line.rate,
         line.amount_grosze, line.tax_point_on.isoformat())
        for line in lines
    )  # fmt: skip
    copied = sorted(
        (line["no"], line["name"], line["quantity"], line["unit_grosze"], line["rate"],
         line["amount_grosze"], line["tax_point_on"])
        for line in snapshot["lines"]
    )  # fmt: skip
    if stored != copied:
        yield Breach("lines_changed", invoice.number, "Its lines are not what was issued.")


def _sums(
    invoice: Invoice, lines: Sequence[InvoiceLine], vat: Sequence[InvoiceVat]
) -> Iterator[Breach]:
    """6: tax is counted once on the sum of each rate; the document is the sum of its rates."""
    rows = [VatRow(r.rate, r.net_grosze, r.vat_grosze, r.gross_grosze) for r in vat]
    if totals(rows) != (invoice.net_grosze, invoice.vat_grosze, invoice.gross_grosze):
        yield Breach("invoice_sums", invoice.number, "Its sums are not those of its rates.")
    if invoice.kind == Invoice.Kind.FV:
        counted = vat_rows([(line.rate, line.amount_grosze) for line in lines], invoice.basis)
        if _by_rate(counted) != _by_rate(rows):
            yield Breach("invoice_vat", invoice.number, "Its tax is not that of its lines.")


def _corrected() -> Iterator[Breach]:
    """7: an original with its corrections is, per rate, the rounding of the final state."""
    originals = Invoice.objects.filter(corrections__isnull=False).order_by("pk").distinct()
    for original in originals.iterator(chunk_size=AT_ONCE):
        lines = list(original.lines.all())
        states = states_of(original, lines)
        final = vat_rows([(s.rate, s.amount_grosze) for s in states.values()], original.basis)
        family = InvoiceVat.objects.filter(invoice=original) | InvoiceVat.objects.filter(
            invoice__corrects=original
        )
        if _by_rate(final) != _summed(family):
            yield Breach("corrections_sum", original.number, "Its corrections do not add up.")
        for line in lines:
            if line.zeroed != (states[line.pk].amount_grosze == 0):
                yield Breach("line_zeroed", original.number, f"Line {line.no}: a wrong mark.")


def _summed(rows: Iterable[InvoiceVat]) -> dict[str, tuple[int, int, int]]:
    sums: dict[str, tuple[int, int, int]] = {}
    for row in rows:
        net, vat, gross = sums.get(row.rate, NOTHING)
        sums[row.rate] = (net + row.net_grosze, vat + row.vat_grosze, gross + row.gross_grosze)
    return {rate: sum_ for rate, sum_ in sums.items() if sum_ != NOTHING}


def _by_rate(rows: Iterable[VatRow]) -> dict[str, tuple[int, int, int]]:
    found = {row.rate: (row.net, row.vat, row.gross) for row in rows}
    return {rate: sum_ for rate, sum_ in found.items() if sum_ != NOTHING}
