"""The tables of billing."""

from ogniwo.billing.models.detail import (
    CYCLES,
    WAITING,
    BillingDetail,
    BillingPeriod,
    BillingSpan,
    DetailTerms,
    NextBill,
)
from ogniwo.billing.models.invoice import Invoice, InvoiceLine, InvoiceVat, LineChange, NbpRate
from ogniwo.billing.models.payment import Allocation, Payment, SenderAccount
from ogniwo.billing.models.reminder import InterestRate, Reminder
from ogniwo.billing.models.run import BillingRun
from ogniwo.billing.models.series import NumbersMoved, Series

__all__ = [
    "CYCLES",
    "WAITING",
    "Allocation",
    "BillingDetail",
    "BillingPeriod",
    "BillingRun",
    "BillingSpan",
    "DetailTerms",
    "InterestRate",
    "Invoice",
    "InvoiceLine",
    "InvoiceVat",
    "LineChange",
    "NbpRate",
    "NextBill",
    "NumbersMoved",
    "Payment",
    "Reminder",
    "SenderAccount",
    "Series",
]
