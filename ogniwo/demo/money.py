"""The accountant of the demo: a run four times a month, and how the clients pay."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from ogniwo.billing import paying
from ogniwo.billing.models import BillingPeriod, Invoice
from ogniwo.billing.run import bill_due
from ogniwo.demo.cast import VENDOR_ACCOUNT, Cast
from ogniwo.programme.models import Client

Put = Callable[[date, Callable[[datetime], None]], None]

RUN_DAYS = frozenset({1, 8, 15, 22})
# How a client pays, by habit: (share of the invoice, days after the due day).
HABITS = (
    *((1.0, -4),) * 14,
    *((1.0, 0),) * 5,
    *((1.0, 6),) * 3,
    *((1.0, 21),) * 2,
    (0.5, 1),
    (0.5, -11),
    (1.2, -1),
)
FORGETS = 0.06
SOME_ACCOUNTS = 20
STOPPED_LATELY = 25
# Invoices of these days ago are paid in part, and not late yet.
PART_PAID_DAYS = range(2, 7)
LONG_DUE = 50


class Cashier:
    """Bills on the days of the run and puts each payment on its day."""

    def __init__(self, cast: Cast, put: Put, *, today: date) -> None:
        self.cast, self.put, self.today = cast, put, today
        self.habits: dict[int, tuple[float, int]] = {}

    def bill(self, day: date, *, at: datetime) -> None:
        """What is due, and a plan of how it will be paid."""
        if day.day not in RUN_DAYS or not BillingPeriod.objects.waiting().exists():
            return
        before = Invoice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        bill_due(on=day, by=self.cast.people["krysia"], at=at)
        for invoice in Invoice.objects.filter(pk__gt=before).order_by("pk"):
            self._plan_payment(invoice)
        if (self.today - day).days < STOPPED_LATELY:
            self._stop_some(at)

    def _plan_payment(self, invoice: Invoice) -> None:
        """By the client's habit; what is long due has been paid in the end, all but a little."""
        rng = self.cast.rng
        share, late = self.habits.setdefault(invoice.client_id, rng.choice(HABITS))
        forgotten = rng.random() < FORGETS
        if invoice.due_on is None:
            return
        if (self.today - invoice.due_on).days > LONG_DUE:
            share, late = max(share, 1.0), 30 if forgotten else late
        elif forgotten:
            return
        day = invoice.due_on + timedelta(days=late + rng.randrange(0, 3))
        if (self.today - invoice.issued_on).days in PART_PAID_DAYS:
            share, day = 0.5, invoice.issued_on + timedelta(days=1)
        amount = round(invoice.gross_grosze * share)
        self.put(day, lambda at: self._pay(invoice, amount, day, at))

    def _pay(self, invoice: Invoice, amount: int, day: date, at: datetime) -> None:
        transfer = paying.Transfer(
            amount_grosze=amount,
            booked_on=day,
            title=f"Faktura {invoice.number}",
            account=VENDOR_ACCOUNT,
            payer_name=invoice.snapshot["buyer"]["name"],
        )
        client = Client.objects.get(pk=invoice.client_id)
        paying.enter(
            transfer, client=client, invoices=[invoice], by=self.cast.people["krysia"], at=at
        )

    def _stop_some(self, at: datetime) -> None:
        """Three clients are held, so that the queue of held invoices is not empty."""
        accounts = Client.objects.filter(state="account", billing_details__months=1).order_by("pk")
        if accounts.count() < SOME_ACCOUNTS or accounts.exclude(billing_held="").exists():
            return
        for client, values in zip(
            accounts[2:5],
            (
                {"billing_held": "Spór o zakres wdrożenia"},
                {"email": "", "invoice_email": ""},
                {"billing_held": "Klient prosi o wstrzymanie do końca kwartału"},
            ),
            strict=True,
        ):
            client.change_account(values=values, by=self.cast.people["krysia"], at=at)
