"""A proforma: an offer to pay before the invoice; no tax document, no debt, in no sum.

It has a number, a frozen copy and a letter, and no other rows: what is summed, taxed, corrected or
paid by invoice lines and allocations cannot meet it. Money that names it names its client (§8.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import letters
from ogniwo.billing.agreeing import AGREERS, price_rules
from ogniwo.billing.changes import BILLED
from ogniwo.billing.freeze import buyer_of, snapshot_of
from ogniwo.billing.issue import Occasion, terms_of
from ogniwo.billing.models import BillingDetail, Invoice, Series
from ogniwo.billing.payer import Payer, payers
from ogniwo.billing.plan import Due, PlannedInvoice, PlannedLine, priced, summed
from ogniwo.billing.preview import due_of
from ogniwo.billing.run import numbered, occasion_of
from ogniwo.billing.snapshot import Snapshot, digest
from ogniwo.billing.timetable import coming
from ogniwo.billing.whose import sold_by
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel.amounts import NET, line_value
from ogniwo.kernel.money import PLN
from ogniwo.kernel.periods import ONE_DAY
from ogniwo.programme.models import Client

MOST_PERIODS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The next so many periods of a detail that are not invoiced yet."""

    detail: BillingDetail
    periods: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeLine:
    """What is offered besides; net, for one unit."""

    name: str
    unit_grosze: int
    quantity: Decimal = Decimal(1)
    rate: str = "23"
    exemption: str = ""


def offer(
    client: Client,
    *,
    ahead: Sequence[Ahead] = (),
    lines: Sequence[FreeLine] = (),
    by: Actor,
    at: datetime,
) -> Invoice:
    """Issue a proforma of coming periods and free lines, and write to the client."""
    if by.role not in AGREERS:
        raise NotAllowed
    occasion = occasion_of(None, by=by, at=at)
    Series.refuse_backdating(Invoice.Kind.PRO, on=occasion.issued_on)
    planned = _planned(client, ahead, lines, on=occasion.issued_on)
    return numbered(lambda: _issue(planned, client, occasion))


def _planned(
    client: Client, ahead: Sequence[Ahead], free: Sequence[FreeLine], *, on: date
) -> PlannedInvoice:
    """Lines with their sums; refused when they cannot stand on one document."""
    found = [line for one in ahead for line in _coming_lines(one)]
    if any(line.due.client_id != client.pk for line in found):
        raise Refused("other_client", _("The billing detail belongs to another client."))
    basis, currency = (found[0].due.basis, found[0].due.currency) if found else (NET, PLN)
    lines = found + [_free_line(one, client, currency, on=on) for one in free]
    if not lines:
        raise Refused("nothing_to_bill", _("There is no period to invoice."))
    lines = [line for line in lines if line.amount_grosze]
    if not lines:
        raise Refused("period_is_free", _("This period is free."))
    if any((line.due.basis, line.due.currency) != (basis, currency) for line in lines):
        raise Refused(
            "mixed_lines", _("Net and gross prices, and currencies, need a pro forma each.")
        )
    planned = summed(PlannedInvoice(client.pk, lines))
    planned.mpp = False
    return planned


def _coming_lines(one: Ahead) -> list[PlannedLine]:
    """Priced as the run will price them."""
    detail = one.detail
    if detail.cancelled_at is not None:
        return []
    billed = set(detail.periods.filter(state__in=BILLED).values_list("no", flat=True))
    spans = list(detail.spans.order_by("first_no"))
    left = (period for period in coming(detail, spans) if period.no not in billed)
    most = min(one.periods, MOST_PERIODS)
    dues = sold_by([due_of(detail, period) for period in islice(left, most)])
    terms = terms_of([detail.pk])[detail.pk]
    return [priced(due, terms) for due in dues]


def _free_line(one: FreeLine, client: Client, currency: str, *, on: date) -> PlannedLine:
    for broken, code, sentence in price_rules(
        price_grosze=one.unit_grosze,
        quantity=one.quantity,
        rate=one.rate,
        exemption=one.exemption,
    ):
        if broken:
            raise Refused(code, sentence)
    due = Due(
        period_id=0, no=0, start=on, end=on + ONE_DAY, of_days=1, bill_on=on, state="due",
        held_reason="", client_id=client.pk, detail_id=0, name=one.name, unit="szt.", months=None,
        basis=NET, currency=currency, separate=False, annex15=False, commissionable=False,
        exemption=one.exemption, reseller_id=client.reseller_id, free_periods=0, discounts=[],
    )  # fmt: skip
    return PlannedLine(
        due=due, name=one.name, part="", quantity=one.quantity, unit_grosze=one.unit_grosze,
        rate=one.rate, amount_grosze=line_value(one.quantity, one.unit_grosze), tax_point_on=on,
    )  # fmt: skip


@transaction.atomic
def _issue(planned: PlannedInvoice, client: Client, occasion: Occasion) -> Invoice:
    payer = payers(Client.objects.filter(pk=client.pk))[client.pk]
    series = Series.at_work(Invoice.Kind.PRO, on=occasion.issued_on, by_year=occasion.by_year)
    snapshot = _snapshot(planned, payer, occasion, number=series.number(series.last + 1))
    proforma = Invoice(
        kind=Invoice.Kind.PRO,
        number=snapshot["number"],
        series=series,
        serial=series.last + 1,
        client=client,
        reseller_id=planned.first.reseller_id,
        issued_on=occasion.issued_on,
        issued_at=occasion.at,
        sale_from=planned.sale_from,
        sale_to=planned.sale_to,
        due_on=occasion.due_on(payer),
        currency=planned.first.currency,
        basis=planned.first.basis,
        net_grosze=planned.totals.net,
        vat_grosze=planned.totals.vat,
        gross_grosze=planned.totals.gross,
        snapshot=snapshot,
        hash=digest(snapshot),
    )
    proforma.save(force_insert=True)
    record("billing.invoice.offer", proforma, by=occasion.by, at=occasion.at, hash=proforma.hash)
    letters.proforma_issued(proforma, at=occasion.at)
    series.advance(begin=series.last, end=proforma.serial, on=proforma.issued_on)
    return proforma


def _snapshot(
    planned: PlannedInvoice, payer: Payer, occasion: Occasion, *, number: str
) -> Snapshot:
    made = snapshot_of(
        planned,
        seller=occasion.seller_to(payer),
        buyer=buyer_of(payer),
        number=number,
        issued_on=occasion.issued_on,
        due_on=occasion.due_on(payer),
    )
    return {**made, "kind": "PRO"}
