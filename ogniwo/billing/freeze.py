"""Make the frozen copy of a document from the plan, the vendor and the client of this moment."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models.invoice import plain_quantity
from ogniwo.billing.payer import Payer
from ogniwo.billing.plan import PlannedInvoice, PlannedLine
from ogniwo.billing.snapshot import Buyer, Fx, Line, Seller, Snapshot, VatRow
from ogniwo.journal.moves import Refused
from ogniwo.kernel.amounts import in_pln
from ogniwo.kernel.words import amount_in_words
from ogniwo.programme.models import Vendor

REVERSE_CHARGE = frozenset({"np_eu", "oo"})
ONE = Decimal(1)


def seller_of(vendor: Vendor) -> Seller:
    """The vendor as he stands on his invoices; refused while something is missing."""
    if not (vendor.street and vendor.city and vendor.account):
        raise Refused(
            "no_seller_data", _("Complete your company's address and bank account in Settings.")
        )
    return Seller(
        name=vendor.company_name,
        nip=vendor.nip,
        street=vendor.street,
        postcode=vendor.postcode,
        city=vendor.city,
        country="PL",
        email=vendor.contact_address,
        account=vendor.account,
        bank=vendor.bank,
    )


def buyer_of(client: Payer) -> Buyer:
    return Buyer(
        name=client.company_name,
        nip=client.nip,
        street=client.street,
        postcode=client.postcode,
        city=client.city,
        country=client.country,
        email=client.invoices_to,
        number=client.number or "",
        vat_ue=client.vat_ue,
    )


def snapshot_of(  # a document is these facts
    planned: PlannedInvoice,
    *,
    seller: Seller,
    buyer: Buyer,
    number: str,
    issued_on: date,
    due_on: date,
) -> Snapshot:
    """The whole document: printing, XML and exports need nothing else."""
    first, sums = planned.first, planned.totals
    return Snapshot(
        kind="FV",
        number=number,
        issued_on=issued_on.isoformat(),
        sale_from=planned.sale_from.isoformat(),
        sale_to=planned.sale_to.isoformat(),
        due_on=due_on.isoformat(),
        currency=first.currency,
        basis=first.basis,
        seller=seller,
        buyer=buyer,
        lines=[line_of(no, line) for no, line in enumerate(planned.lines, 1)],
        vat=[
            VatRow(rate=r.rate, net_grosze=r.net, vat_grosze=r.vat, gross_grosze=r.gross)
            for r in planned.vat
        ],
        net_grosze=sums.net,
        vat_grosze=sums.vat,
        gross_grosze=sums.gross,
        in_words=amount_in_words(sums.gross, first.currency),
        mpp=planned.mpp,
        fx=fx_of(planned),
        notes=notes_of({line.rate for line in planned.lines}),
        corrects=None,
    )


def line_of(no: int, planned: PlannedLine) -> Line:
    due = planned.due
    line: Line = {
        "no": no,
        "detail": due.detail_id,
        "name": planned.name,
        "unit": due.unit,
        "period_no": due.no,
        "from": due.start.isoformat(),
        "to": due.last_day.isoformat(),
        "part": planned.part or None,
        "quantity": "1" if planned.quantity == ONE else plain_quantity(planned.quantity),
        "unit_grosze": planned.unit_grosze,
        "rate": planned.rate,
        "amount_grosze": planned.amount_grosze,
        "tax_point_on": planned.tax_point_on.isoformat(),
    }
    if planned.rate == "zw":
        line["exemption"] = due.exemption
    return line


def fx_of(planned: PlannedInvoice) -> Fx | None:
    """The tax in PLN, each rate rounded."""
    fx = planned.fx
    if fx is None:
        return None
    return Fx(
        table=fx.table,
        on=fx.on.isoformat(),
        mid=plain_mid(fx.mid),
        vat_pln_grosze={row.rate: in_pln(row.vat, fx.mid) for row in planned.vat},
    )


def plain_mid(mid: Decimal) -> str:
    """At least four places, as the National Bank prints it."""
    text = plain_quantity(mid)
    whole, _dot, part = text.partition(".")
    return f"{whole}.{part:0<4}"


def notes_of(rates: Collection[str]) -> list[str]:
    """Codes of what must be said on the paper because of its rates; it has the sentences."""
    notes = []
    if REVERSE_CHARGE.intersection(rates):
        notes.append("reverse_charge")
    if "zw" in rates:
        notes.append("exempt")
    return notes
