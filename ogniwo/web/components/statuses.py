"""Every state people see: its word, tone and icon, once, for badges, filters and exports."""

from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.utils.translation import pgettext_lazy as word

INFO, WAIT, GOOD, BAD, MUTE = "info", "wait", "good", "bad", "mute"


class Status(NamedTuple):
    label: str | Promise
    tone: str
    icon: str


APPLICATION: Final = "application status"
RESELLER: Final = "reseller status"
CLIENT: Final = "client status"
CASE: Final = "request status"
DETAIL: Final = "billing detail status"
INVOICE: Final = "invoice status"
PAYMENT: Final = "payment status"
STATEMENT: Final = "bank statement status"
DEBIT: Final = "debit status"
NOTE: Final = "interest note status"
RUN: Final = "billing run status"
LETTER: Final = "letter status"
PERSON: Final = "person status"
CHECK: Final = "connection status"

STATUSES: Final[dict[str, dict[str, Status]]] = {
    "application": {
        "unverified": Status(word(APPLICATION, "Address not confirmed"), MUTE, "clock"),
        "submitted": Status(word(APPLICATION, "Submitted"), INFO, "inbox"),
        "in_review": Status(word(APPLICATION, "In review"), WAIT, "eye"),
        "needs_completion": Status(word(APPLICATION, "Awaiting details"), WAIT, "message-square"),
        "accepted": Status(word(APPLICATION, "Accepted"), GOOD, "circle-check"),
        "rejected": Status(word(APPLICATION, "Rejected"), MUTE, "circle-x"),
        "withdrawn": Status(word(APPLICATION, "Withdrawn"), MUTE, "undo-2"),
        "lapsed": Status(word(APPLICATION, "Lapsed"), MUTE, "circle-slash"),
    },
    "reseller": {
        "invited": Status(word(RESELLER, "Onboarding"), WAIT, "hourglass"),
        "awaiting_terms": Status(word(RESELLER, "Terms pending"), WAIT, "file-pen-line"),
        "active": Status(word(RESELLER, "Active"), GOOD, "badge-check"),
        "suspended": Status(word(RESELLER, "Suspended"), MUTE, "circle-pause"),
        "ended": Status(word(RESELLER, "Ended"), MUTE, "circle-slash"),
    },
    "client": {
        "lead": Status(word(CLIENT, "Lead"), INFO, "circle-dot"),
        "needs_completion": Status(word(CLIENT, "Lead · needs details"), WAIT, "message-square"),
        "account": Status(word(CLIENT, "Account"), GOOD, "badge-check"),
        "overdue": Status(word(CLIENT, "Account · overdue"), BAD, "circle-alert"),
        "closed": Status(word(CLIENT, "Account closed"), MUTE, "circle-slash"),
        "rejected": Status(word(CLIENT, "Lead rejected"), MUTE, "circle-x"),
        "expired": Status(word(CLIENT, "Lead expired"), MUTE, "circle-slash"),
        "withdrawn": Status(word(CLIENT, "Lead withdrawn"), MUTE, "undo-2"),
    },
    "case": {
        "open": Status(word(CASE, "New"), INFO, "circle-dot"),
        "in_progress": Status(word(CASE, "In progress"), INFO, "loader"),
        "waiting": Status(word(CASE, "Awaiting reply"), WAIT, "message-square"),
        "done": Status(word(CASE, "Done"), GOOD, "circle-check"),
        "refused": Status(word(CASE, "Declined"), MUTE, "circle-x"),
        "withdrawn": Status(word(CASE, "Withdrawn"), MUTE, "undo-2"),
    },
    "detail": {
        "planned": Status(word(DETAIL, "Scheduled"), INFO, "calendar-clock"),
        "active": Status(word(DETAIL, "Active"), GOOD, "refresh-cw"),
        "paused": Status(word(DETAIL, "Paused"), WAIT, "circle-pause"),
        "ending": Status(word(DETAIL, "Ending"), WAIT, "hourglass"),
        "ended": Status(word(DETAIL, "Ended"), MUTE, "circle-slash"),
        "done": Status(word(DETAIL, "Invoiced"), MUTE, "check"),
        "cancelled": Status(word(DETAIL, "Cancelled"), MUTE, "circle-x"),
    },
    "invoice": {
        "unpaid": Status(word(INVOICE, "Due"), WAIT, "clock"),
        "part_paid": Status(word(INVOICE, "Partly paid"), WAIT, "circle-dot"),
        "part_overdue": Status(word(INVOICE, "Partly paid, overdue"), BAD, "circle-alert"),
        "overdue": Status(word(INVOICE, "Overdue"), BAD, "circle-alert"),
        "paid": Status(word(INVOICE, "Paid"), GOOD, "circle-check"),
        "zeroed": Status(word(INVOICE, "Corrected to zero"), MUTE, "file-pen-line"),
        "correction": Status(word(INVOICE, "Correction"), MUTE, "file-pen-line"),
        "proforma": Status(word(INVOICE, "Pro forma"), MUTE, "file-text"),
        # marks beside the status
        "corrected": Status(word(INVOICE, "Corrected"), MUTE, "file-pen-line"),
        "disputed": Status(word(INVOICE, "Disputed"), WAIT, "scale"),
    },
    "payment": {
        "to_clarify": Status(word(PAYMENT, "To match"), WAIT, "circle-help"),
        "credit": Status(word(PAYMENT, "Overpayment"), INFO, "scale"),
        "part_allocated": Status(word(PAYMENT, "Partly matched"), WAIT, "split"),
        "allocated": Status(word(PAYMENT, "Matched"), GOOD, "circle-check"),
        "refunded": Status(word(PAYMENT, "Refunded"), MUTE, "undo-2"),
        "reversed": Status(word(PAYMENT, "Reversed"), MUTE, "undo-2"),
        "split": Status(word(PAYMENT, "Split"), MUTE, "split"),
        "ignored": Status(word(PAYMENT, "Left out"), MUTE, "circle-slash"),
    },
    "statement": {
        "reading": Status(word(STATEMENT, "Being read"), INFO, "loader"),
        "imported": Status(word(STATEMENT, "Read in"), GOOD, "circle-check"),
    },
    "debit": {
        "skipped": Status(word(DEBIT, "Left out"), MUTE, "circle-slash"),
        "proposed": Status(word(DEBIT, "Seems a return"), WAIT, "undo-2"),
        "reversed": Status(word(DEBIT, "Return"), MUTE, "undo-2"),
    },
    "interestnote": {
        "issued": Status(word(NOTE, "To pay"), WAIT, "clock"),
        "unpaid": Status(word(NOTE, "To pay"), WAIT, "clock"),
        "overdue": Status(word(NOTE, "Overdue"), BAD, "circle-alert"),
        "paid": Status(word(NOTE, "Paid"), GOOD, "circle-check"),
        "cancelled": Status(word(NOTE, "Cancelled"), MUTE, "circle-slash"),
    },
    "run": {
        "preview": Status(word(RUN, "Preview"), INFO, "eye"),
        "approved": Status(word(RUN, "Approved"), INFO, "calendar-check-2"),
        "issuing": Status(word(RUN, "Issuing"), INFO, "loader"),
        "done": Status(word(RUN, "Done"), GOOD, "circle-check"),
        "errors": Status(word(RUN, "Done with errors"), BAD, "circle-alert"),
        "cancelled": Status(word(RUN, "Cancelled"), MUTE, "circle-slash"),
    },
    "letter": {
        "queued": Status(word(LETTER, "Queued"), INFO, "clock"),
        "sending": Status(word(LETTER, "Sending"), INFO, "loader"),
        "sent": Status(word(LETTER, "Sent"), GOOD, "circle-check"),
        "bounced": Status(word(LETTER, "Bounced"), BAD, "undo-2"),
        "failed": Status(word(LETTER, "Failed"), BAD, "circle-alert"),
    },
    "person": {
        "active": Status(word(PERSON, "Active"), GOOD, "circle-check"),
        "invited": Status(word(PERSON, "Invited"), WAIT, "mail"),
        "inactive": Status(word(PERSON, "Deactivated"), MUTE, "circle-slash"),
    },
    "connection": {
        "works": Status(word(CHECK, "Works"), GOOD, "circle-check"),
        "down": Status(word(CHECK, "Not answering"), BAD, "circle-alert"),
        "off": Status(word(CHECK, "Switched off"), MUTE, "circle-slash"),
    },
}  # fmt: skip

# The name of a model, where it is not the name of the table above.
KINDS: Final = {
    "billingdetail": "detail",
    "bankstatement": "statement",
    "billingrun": "run",
    "message": "letter",
}
UNKNOWN: Final = Status(_("Unknown"), MUTE, "circle-help")


def status_of(kind: str, key: str) -> Status:
    """The row of the table; a key that is not in it is shown as unknown, never as an error."""
    return STATUSES.get(kind, {}).get(key, UNKNOWN)


def kind_of(obj: Any) -> str:
    """Which part of the table an object's state belongs to."""
    name: str = obj._meta.model_name
    return KINDS.get(name, name)


def label_of(kind: str, key: str, *, days: int = 0) -> str:
    """The word of a state; for what is overdue with the days."""
    label = str(status_of(kind, key).label)
    if kind == "invoice" and key == "overdue" and days > 0:
        late = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
        return f"{label} · {late}"
    return label


def choices_of(kind: str, *keys: str) -> list[tuple[str, str | Promise]]:
    """Keys and words for a filter or a select, in the order of the table."""
    rows = STATUSES[kind]
    return [(key, rows[key].label) for key in (keys or tuple(rows))]
