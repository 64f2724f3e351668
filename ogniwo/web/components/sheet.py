"""An issued document on the screen: the same words as on the paper, from the frozen copy."""

from typing import Any

from ogniwo.billing.models import Invoice
from ogniwo.billing.paper.sheet import sheet_of
from ogniwo.billing.paper.transfer import transfer_code
from ogniwo.web.components.formats import language


def sheet_context(invoice: Invoice) -> dict[str, Any]:
    """What `components/invoice_sheet.html` shows."""
    sheet = sheet_of(invoice.snapshot, code=None, language=language())
    # A code to pay with beside what is paid already would invite a second payment.
    owes = invoice.kind != Invoice.Kind.FV or invoice.left_grosze > 0
    left = invoice.snapshot | {"gross_grosze": invoice.left_grosze}
    return {"sheet": sheet, "code": transfer_code(left) if owes else None}
