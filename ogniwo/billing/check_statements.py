"""What must hold between the bank's statements and the payments read from them."""

from collections.abc import Iterator

from django.db.models import BigIntegerField, Count, F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from ogniwo.billing.models import BankStatement, Debit, Payment
from ogniwo.journal.seal import Breach


def breaches() -> Iterator[Breach]:
    """Nothing of a statement was lost or doubled on its way into the books."""
    yield from _sums()
    yield from _returns()


def _sums() -> Iterator[Breach]:
    """The credits of a statement are its payments, its debits likewise; a split one counts once."""
    number = BigIntegerField()

    def per_statement(rows: str, total: Count | Sum) -> Coalesce:
        found = {
            "payments": Payment.objects.of_the_bank(),
            "debits": Debit.objects.all(),
        }[rows].filter(statement=OuterRef("pk"))
        asked = found.order_by().values("statement").annotate(total=total).values("total")
        return Coalesce(Subquery(asked, output_field=number), Value(0))

    wrong = BankStatement.objects.annotate(
        came=per_statement("payments", Count("pk")),
        came_grosze=per_statement("payments", Sum("amount_grosze")),
        left=per_statement("debits", Count("pk")),
        left_grosze=per_statement("debits", Sum("amount_grosze")),
    ).exclude(
        came=F("credits"),
        came_grosze=F("credits_grosze"),
        left=F("debits"),
        left_grosze=F("debits_grosze"),
    )
    for statement in wrong:
        yield Breach("statement_sum", str(statement), "Its rows are not the payments it brought.")


def _returns() -> Iterator[Breach]:
    """A debit that is the return of a payment: the payment is reversed, of the same amount."""
    wrong = Debit.objects.filter(state=Debit.State.REVERSED).exclude(
        proposes__reversed_at__isnull=False,
        proposes__amount_grosze=F("amount_grosze"),
        proposes__currency=F("currency"),
    )
    for debit in wrong:
        yield Breach("return_astray", f"debit {debit.pk}", "The payment it returns still counts.")
