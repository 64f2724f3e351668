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
from ogniwo.billing.models.forecast import ForecastPass, ForecastShare
from ogniwo.billing.models.invoice import Invoice, InvoiceLine, InvoiceVat, LineChange, NbpRate
from ogniwo.billing.models.note import NOTE, InterestNote, InterestNoteLine, NoteAllocation
from ogniwo.billing.models.payment import Allocation, Payment, SenderAccount
from ogniwo.billing.models.register import RegisterExport
from ogniwo.billing.models.reminder import InterestRate, Reminder
from ogniwo.billing.models.run import BillingRun
from ogniwo.billing.models.series import NumbersMoved, Series
from ogniwo.billing.models.statement import BankStatement, CsvMapping, Debit

__all__ = [
    "CYCLES",
    "NOTE",
    "WAITING",
    "Allocation",
    "BankStatement",
    "BillingDetail",
    "BillingPeriod",
    "BillingRun",
    "BillingSpan",
    "CsvMapping",
    "Debit",
    "DetailTerms",
    "ForecastPass",
    "ForecastShare",
    "InterestNote",
    "InterestNoteLine",
    "InterestRate",
    "Invoice",
    "InvoiceLine",
    "InvoiceVat",
    "LineChange",
    "NbpRate",
    "NextBill",
    "NoteAllocation",
    "NumbersMoved",
    "Payment",
    "RegisterExport",
    "Reminder",
    "SenderAccount",
    "Series",
]
