"""The answer of a case, read from the rows the product wrote."""

from collections.abc import Mapping
from datetime import date
from itertools import islice
from typing import Any

from ogniwo.billing.golden.case import NotBuilt
from ogniwo.billing.golden.people import Cast
from ogniwo.billing.interest import interest
from ogniwo.billing.models import BillingPeriod, Invoice, InvoiceLine, Payment, Reminder
from ogniwo.billing.models.invoice import plain_quantity
from ogniwo.billing.timetable import coming
from ogniwo.kernel.amounts import unit_price
from ogniwo.kernel.money import PLN
from ogniwo.programme.models import Reseller

Row = dict[str, Any]


def held_rows(cast: Cast, *, on: date) -> list[Row]:
    """What the run of that day held, by detail, then period."""
    names = {pk: name for name, pk in cast.details.items()}
    held = BillingPeriod.objects.held().filter(bill_on__lte=on).order_by("detail", "no")
    return [
        {"detail": names[row.detail_id], "period_no": row.no, "reason": row.held_reason}
        for row in held
    ]


class Answer:
    """One method per key of `expected`."""

    def __init__(self, given: Mapping[str, Any], cast: Cast, *, on: date) -> None:
        self.given, self.cast, self.on = given, cast, on
        self.client_names = {pk: name for name, pk in cast.clients.items()}
        self.details = {pk: name for name, pk in cast.details.items()}
        self.resellers = dict(Reseller.objects.values_list("pk", "company_name"))

    def part(self, key: str) -> Any:
        method = getattr(self, key, None)
        if method is None:
            raise NotBuilt(f"show {key}")
        return method()

    def documents(self) -> list[Invoice]:
        """All documents in the order of issue."""
        return list(Invoice.objects.order_by("pk").select_related("corrects"))

    def invoices(self) -> list[Row]:
        return [self._invoice(invoice) for invoice in self.documents()]

    def ledger(self) -> list[Row]:
        keys = ("number", "client", "issued_on", "due_on", "net_grosze", "vat_grosze",
                "gross_grosze", "status", "left_grosze")  # fmt: skip
        return [{key: row[key] for key in keys} for row in self.invoices()]

    def payments(self) -> list[Row]:
        found = Payment.objects.in_bulk(self.cast.payments.values())
        return [self._payment(name, found[pk]) for name, pk in self.cast.payments.items()]

    def clients(self) -> list[Row]:
        """Sums of each client in PLN, with what is late on the day of the answer."""
        return [self._client(name, pk) for name, pk in self.cast.clients.items()]

    def schedule(self) -> list[Row]:
        return [
            row for question in self.given.get("schedule", ()) for row in self._schedule(question)
        ]

    def reminders(self) -> list[Row]:
        """In the order in which they were sent."""
        return [
            {
                "invoice": row.invoice.number,
                "step": row.step,
                "on": row.on.isoformat(),
                "left_grosze": row.left_grosze,
            }
            for row in Reminder.objects.order_by("pk").select_related("invoice")
        ]

    def interest(self) -> list[Row]:
        """Of every invoice, zeros too."""
        return [
            {"invoice": invoice.number, "grosze": interest(invoice, until=self.on)}
            for invoice in Invoice.objects.sales().order_by("pk")
        ]

    def totals(self) -> Row:
        documents = self.documents()
        zloty = [invoice for invoice in documents if invoice.currency == PLN]
        return {
            "invoices": sum(invoice.kind == Invoice.Kind.FV for invoice in documents),
            "corrections": sum(invoice.kind == Invoice.Kind.KOR for invoice in documents),
            "gross_grosze": sum(invoice.gross_grosze for invoice in zloty),
            "vat_grosze": sum(invoice.vat_grosze for invoice in zloty),
            "allocated_grosze": sum(
                row.grosze
                for payment in Payment.objects.prefetch_related("allocations")
                for row in payment.allocations.all()
            ),
        }

    def _invoice(self, invoice: Invoice) -> Row:
        debt = invoice.kind == Invoice.Kind.FV
        day = invoice.due_on
        return {
            "number": invoice.number,
            "kind": invoice.kind,
            "client": self.client_names[invoice.client_id],
            "reseller": self.resellers.get(invoice.reseller_id or 0),
            "corrects": invoice.corrects.number if invoice.corrects else None,
            "issued_on": invoice.issued_on.isoformat(),
            "sale_from": invoice.sale_from.isoformat(),
            "sale_to": invoice.sale_to.isoformat(),
            "due_on": day.isoformat() if day else None,
            "currency": invoice.currency,
            "basis": invoice.basis,
            "lines": self._lines(invoice),
            "vat": [
                {key: row[key] for key in ("rate", "net_grosze", "vat_grosze", "gross_grosze")}
                for row in invoice.snapshot["vat"]
            ],
            "net_grosze": invoice.net_grosze,
            "vat_grosze": invoice.vat_grosze,
            "gross_grosze": invoice.gross_grosze,
            "in_words": invoice.snapshot["in_words"],
            "mpp": invoice.mpp,
            "fx": invoice.snapshot["fx"],
            "status": invoice.status(on=self.on),
            "owed_grosze": invoice.owed_grosze if debt else None,
            "paid_grosze": invoice.paid_grosze if debt else None,
            "left_grosze": invoice.left_grosze if debt else None,
        }

    def _lines(self, invoice: Invoice) -> list[Row]:
        if invoice.kind != Invoice.Kind.KOR:
            return [self._line(line) for line in invoice.lines.order_by("no")]
        return [
            {"line": line["no"], "before": line["before"], "after": line["after"]}
            for line in invoice.snapshot["lines"]
        ]

    def _line(self, line: InvoiceLine) -> Row:
        return {
            "detail": self.details[line.detail_id],
            "period_no": line.period_no,
            "from": line.from_on.isoformat(),
            "to": line.to_on.isoformat(),
            "part": line.part or None,
            "quantity": plain_quantity(line.quantity),
            "unit_grosze": line.unit_grosze,
            "rate": line.rate,
            "amount_grosze": line.amount_grosze,
            "tax_point_on": line.tax_point_on.isoformat(),
        }

    def _payment(self, name: str, payment: Payment) -> Row:
        sums: dict[str, int] = {}
        for row in payment.allocations.order_by("invoice").select_related("invoice"):
            number = row.invoice.number
            sums[number] = sums.get(number, 0) + row.grosze
        return {
            "id": name,
            "client": self.client_names.get(payment.client_id or 0),
            "matched_by": payment.matched_by or None,
            "state": payment.state,
            "allocations": [{"invoice": k, "grosze": v} for k, v in sums.items()],
            "refunded_grosze": payment.refunded_grosze,
            "unallocated_grosze": payment.unallocated_grosze,
        }

    def _client(self, name: str, pk: int) -> Row:
        zloty = Invoice.objects.sales().filter(client=pk, currency=PLN)
        payments = Payment.objects.credits().filter(client=pk, currency=PLN)
        return {
            "id": name,
            "open_grosze": sum(one.left_grosze for one in zloty),
            "overdue_grosze": sum(
                max(0, one.due_now(on=self.on) - one.paid_grosze) for one in zloty
            ),
            "credit_grosze": sum(one.unallocated_grosze for one in payments),
        }

    def _schedule(self, question: Mapping[str, Any]) -> list[Row]:
        detail = self.cast.detail(question["detail"])
        spans = list(detail.spans.order_by("first_no"))
        periods = coming(detail, spans, after=question.get("from_no", 1) - 1)
        rows = []
        for period in islice(periods, question["count"]):
            price = detail.terms_on(period.start).price_grosze
            discount = detail.discount_on(period.start)
            days = (period.end - period.start).days
            rows.append(
                {
                    "detail": question["detail"],
                    "period_no": period.no,
                    "from": period.start.isoformat(),
                    "to": period.last_day.isoformat(),
                    "bill_on": period.bill_on.isoformat(),
                    "unit_grosze": unit_price(price, discount, days, period.of_days),
                }
            )
        return rows
