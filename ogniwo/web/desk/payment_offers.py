"""What a cashier may do with a payment now: the buttons of its page."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import Payment
from ogniwo.web.desk.matching import LIST, PAYMENT

State = Payment.State
OF_A_CLIENT: Final = (State.CREDIT, State.ALLOCATED)
# States that one button undoes.
BACK: Final[dict[str, tuple[str, str | Promise]]] = {
    State.SPLIT: ("unsplit", _("Undo the split")),
    State.IGNORED: ("unignore", _("Take it back in")),
    State.REVERSED: ("unreverse", _("Undo the reversal")),
}


class Offer(NamedTuple):
    """A button: a link to a form, or a POST that acts at once."""

    url: str
    label: str | Promise
    icon: str
    look: str = ""
    posts: dict[str, str] | None = None  # what the POST carries; None: a link


def offers_of(payment: Payment) -> list[Offer]:
    """The usual one first."""
    address, state = f"{LIST}{payment.pk}/", payment.state
    if state in BACK:
        offers = _undone(payment, address)
    elif state == State.TO_CLARIFY:
        offers = [
            Offer(f"{address}assign/", _("Assign to a client"), "search", "primary"),
            Offer(f"{LIST}ignore/?w={payment.pk}", _("Leave out"), "circle-slash"),
        ]
    else:
        offers = _of_a_client(payment, address)
    return offers + _of_a_whole(payment, address)


def _undone(payment: Payment, address: str) -> list[Offer]:
    """A part goes with its whole; a split transfer that came back stays so."""
    verb, label = BACK[payment.state]
    is_final = payment.state == State.REVERSED and payment.split_at is not None
    if payment.part_of_id is not None or is_final:
        return []
    return [Offer(f"{address}{verb}/", label, "undo-2", posts={})]


def _of_a_client(payment: Payment, address: str) -> list[Offer]:
    offers = []
    if payment.is_to_confirm:
        one = {"jeden": f"{PAYMENT}{payment.pk}"}
        offers.append(Offer(f"{LIST}match/", _("Accept the match"), "check", "primary", one))
    offers.append(Offer(f"{address}reallocate/", _("Choose invoices"), "list-checks"))
    if not payment.refunded_grosze:
        offers.append(Offer(f"{address}reassign/", _("Another client"), "users"))
        offers.append(Offer(f"{address}unassign/", _("Back to matching"), "undo-2", posts={}))
    return offers


def _of_a_whole(payment: Payment, address: str) -> list[Offer]:
    """A transfer is split and comes back whole, if nothing of it was refunded."""
    offers: list[Offer] = []
    if payment.part_of_id is not None or payment.refunded_grosze:
        return offers
    if payment.state not in BACK:
        offers.append(Offer(f"{address}split/", _("Split"), "split"))
    if payment.state not in {State.REVERSED, State.IGNORED}:
        label = _("Reverse the payment")
        offers.append(Offer(f"{address}reverse/", label, "undo-2", "danger"))
    return offers
