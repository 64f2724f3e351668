"""A history people can read: what each verb of the journal is called, and who did it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import BooleanField, DateField, DateTimeField, JSONField, Model
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.models import Event
from ogniwo.kernel.roles import APPLICANT, CLIENT, RESELLERS
from ogniwo.people.models import User
from ogniwo.web.components.formats import day, phone

INFO, WAIT, GOOD, BAD, MUTE = "info", "wait", "good", "bad", "mute"


# Who proved himself by a link: he is told of by the deed itself.
NOT_OURS: Final = RESELLERS | {APPLICANT, CLIENT}
# Fields whose own name is not a label of a form.
LABELS: Final[dict[str, str | Promise]] = {
    "question": _("Question"),
    "outcome": _("Result"),
    "reason": _("Reason"),
    "reject_reason": _("Reason"),
    "reject_note": _("A few words about it"),
    "reapply": _("May apply again"),
}


class Deed(NamedTuple):
    title: str | Promise
    tone: str
    icon: str
    vendor_only: bool = False


class Change(NamedTuple):
    label: str
    old: str
    new: str


class Entry(NamedTuple):
    """One line of a timeline."""

    title: str | Promise
    who: str
    at: datetime
    tone: str = MUTE
    icon: str = "circle-dot"
    note: str = ""
    changes: tuple[Change, ...] = ()


DEEDS: Final[dict[str, Deed]] = {
    "programme.application.submit": Deed(_("Application sent"), INFO, "send"),
    "programme.application.verify_email": Deed(_("E-mail address confirmed"), INFO, "mail"),
    "programme.application.take": Deed(_("Taken for review"), WAIT, "eye"),
    "programme.application.ask": Deed(_("Asked for details"), WAIT, "message-square"),
    "programme.application.complete": Deed(_("Details completed"), INFO, "reply"),
    "programme.application.accept": Deed(_("Application accepted"), GOOD, "circle-check"),
    "programme.application.reject": Deed(_("Application rejected"), MUTE, "circle-x"),
    "programme.application.withdraw": Deed(_("Application withdrawn"), MUTE, "undo-2"),
    "programme.application.lapse": Deed(_("Application lapsed"), MUTE, "circle-slash"),
    "programme.reseller.set_password": Deed(_("Password set"), INFO, "key-round"),
    "programme.reseller.accept_terms": Deed(_("Terms accepted"), GOOD, "file-check"),
    "programme.acceptance.accept": Deed(_("Acceptance recorded"), GOOD, "file-check"),
    "programme.reseller.accept_newer_terms": Deed(_("Newer terms accepted"), GOOD, "file-check"),
    "programme.reseller.miss_terms": Deed(_("Newer terms not accepted"), WAIT, "file-pen-line"),
    "programme.reseller.suspend": Deed(_("Reseller suspended"), MUTE, "circle-pause"),
    "programme.reseller.resume": Deed(_("Reseller active again"), GOOD, "badge-check"),
    "programme.reseller.end": Deed(_("Co-operation ended"), MUTE, "circle-slash"),
    "programme.reseller.change_data": Deed(_("Company data changed"), INFO, "pencil"),
    "programme.reseller.rename_form": Deed(_("New address of the client form"), INFO, "link-2"),
    "programme.application.note": Deed(_("Internal note"), MUTE, "pencil", vendor_only=True),
    "programme.reseller.note": Deed(_("Internal note"), MUTE, "pencil", vendor_only=True),
    "programme.client.note": Deed(_("Internal note"), MUTE, "pencil", vendor_only=True),
    "programme.client.register": Deed(_("Lead registered"), INFO, "circle-dot"),
    "programme.client.edit": Deed(_("Lead corrected"), INFO, "pencil"),
    "programme.client.ask": Deed(_("Asked for details"), WAIT, "message-square"),
    "programme.client.reject": Deed(_("Lead rejected"), MUTE, "circle-x"),
    "programme.client.expire": Deed(_("Protection of the Lead ended"), MUTE, "circle-slash"),
    "programme.client.extend": Deed(_("Protection of the Lead extended"), INFO, "clock"),
    "programme.client.object": Deed(_("The client says it wasn't them"), BAD, "scale"),
    "programme.client.withdraw": Deed(_("Lead withdrawn"), MUTE, "undo-2"),
    "programme.client.convert": Deed(_("Lead converted into an Account"), GOOD, "badge-check"),
    "programme.client.undo_convert": Deed(_("Conversion undone"), WAIT, "undo-2"),
    "programme.client.change_account": Deed(_("Account data changed"), INFO, "pencil"),
    "programme.client.reassign": Deed(_("Account given to another reseller"), INFO, "split"),
    "programme.client.close": Deed(_("Account closed"), MUTE, "circle-slash"),
    "programme.client.reopen": Deed(_("Account opened again"), GOOD, "badge-check"),
    "programme.case.open": Deed(_("Request opened"), INFO, "message-square"),
    "programme.case.take": Deed(_("Request in progress"), INFO, "loader"),
    "programme.case.answer": Deed(_("Answer sent"), WAIT, "reply"),
    "programme.case.note": Deed(_("Internal note"), MUTE, "pencil", vendor_only=True),
    "programme.case.reply": Deed(_("Reply received"), INFO, "message-square"),
    "programme.case.apply": Deed(_("Change applied"), GOOD, "circle-check"),
    "programme.case.refuse": Deed(_("Request declined"), MUTE, "circle-x"),
    "programme.case.withdraw": Deed(_("Request withdrawn"), MUTE, "undo-2"),
    "programme.case.reopen": Deed(_("Request opened again"), INFO, "rotate-cw"),
    "programme.vendor.change": Deed(_("Settings changed"), INFO, "settings"),
    "people.user.add": Deed(_("Person added"), INFO, "user-plus"),
    "people.user.password": Deed(_("Password changed"), INFO, "key-round"),
    "people.user.deactivate": Deed(_("Person deactivated"), MUTE, "circle-slash"),
    "people.user.reactivate": Deed(_("Person active again"), GOOD, "circle-check"),
    "people.user.change_role": Deed(_("Role changed"), INFO, "users"),
    "people.user.change_profile": Deed(_("Profile changed"), INFO, "pencil"),
    "people.user.export": Deed(_("List exported"), INFO, "download", vendor_only=True),
    "programme.client.choose_services": Deed(_("Services chosen"), INFO, "list-checks"),
    "programme.reseller.join": Deed(_("Joined the programme"), GOOD, "badge-check"),
    "programme.reseller.nip_refused": Deed(
        _("Registration of a taken NIP refused"), WAIT, "shield-alert", vendor_only=True
    ),
    "programme.inboundletter.take_in": Deed(_("Letter received"), INFO, "mail"),
    "programme.inboundletter.make_case": Deed(_("Request made from a letter"), INFO, "inbox"),
    "programme.inboundletter.set_aside": Deed(_("Letter set aside"), MUTE, "circle-slash"),
    "programme.terms.publish": Deed(_("Terms published"), INFO, "file-text"),
    "programme.vendor.set_up": Deed(_("Company set up"), GOOD, "circle-check"),
    "people.user.sign_in": Deed(_("Signed in"), MUTE, "log-in"),
    "people.user.sign_out": Deed(_("Signed out"), MUTE, "log-out"),
    "people.user.sign_in_failed": Deed(_("Sign-in failed"), WAIT, "lock"),
    "outbox.message.bounce": Deed(_("Letter came back"), BAD, "undo-2"),
    "billing.billingdetail.add": Deed(_("Billing detail added"), INFO, "plus"),
    "billing.billingdetail.change": Deed(_("Billing detail changed"), INFO, "pencil"),
    "billing.billingdetail.change_terms": Deed(_("Price changed"), INFO, "pencil"),
    "billing.billingdetail.index_prices": Deed(_("Price indexed"), INFO, "percent"),
    "billing.billingdetail.set_discounts": Deed(_("Discounts set"), INFO, "percent"),
    "billing.billingdetail.change_cycle": Deed(_("Cycle changed"), INFO, "refresh-cw"),
    "billing.billingdetail.revise": Deed(_("Agreement changed"), INFO, "file-pen-line"),
    "billing.billingdetail.terminate": Deed(_("End of the service set"), MUTE, "hourglass"),
    "billing.billingdetail.pause": Deed(_("Billing detail paused"), WAIT, "circle-pause"),
    "billing.billingdetail.resume": Deed(_("Billing detail runs again"), GOOD, "refresh-cw"),
    "billing.billingdetail.end": Deed(_("Billing detail ended"), MUTE, "hourglass"),
    "billing.billingdetail.cancel": Deed(_("Billing detail cancelled"), MUTE, "circle-x"),
    "programme.service.add": Deed(_("Service added"), INFO, "plus"),
    "programme.service.change": Deed(_("Service changed"), INFO, "pencil"),
    "programme.service.set_price": Deed(_("Price set"), INFO, "coins"),
    "programme.material.add": Deed(_("File added"), INFO, "upload"),
    "programme.material.withdraw": Deed(_("File withdrawn"), MUTE, "circle-slash"),
    "billing.billingrun.recount": Deed(_("Billing run computed again"), INFO, "refresh-cw"),
    "billing.invoice.make_link": Deed(_("Link to the invoice made"), INFO, "link-2"),
    "billing.invoice.withdraw_links": Deed(_("Links to the invoice withdrawn"), MUTE, "ban"),
    "billing.invoice.dispute": Deed(_("The client disputes it"), WAIT, "scale"),
    "billing.invoice.undispute": Deed(_("No longer disputed"), GOOD, "circle-check"),
    "billing.invoice.remind": Deed(_("Reminder sent"), WAIT, "mail"),
    "billing.invoice.remind_now": Deed(_("Reminder sent by hand"), WAIT, "mail"),
    "billing.invoice.hand_over": Deed(
        _("Handed over for collection"), BAD, "scale", vendor_only=True
    ),
    "billing.invoice.call_back": Deed(
        _("Taken back from collection"), MUTE, "undo-2", vendor_only=True
    ),
    "billing.interestnote.issue": Deed(_("Interest note issued"), INFO, "percent"),
    "billing.registerexport.keep": Deed(_("Sales register kept"), GOOD, "file-check"),
    "billing.interestnote.pay": Deed(_("Payment booked"), GOOD, "landmark"),
    "billing.interestnote.cancel": Deed(_("Interest note cancelled"), MUTE, "circle-slash"),
    "billing.interestrate.set": Deed(_("Interest rate saved"), INFO, "percent"),
    "billing.nbprate.set": Deed(_("Exchange rate saved"), INFO, "coins"),
    "outbox.message.resend": Deed(_("Letter sent again"), INFO, "send"),
    "billing.billingrun.propose": Deed(_("Billing run prepared"), INFO, "eye"),
    "billing.billingrun.approve": Deed(_("Billing run approved"), INFO, "calendar-check-2"),
    "billing.billingrun.cancel": Deed(_("Billing run cancelled"), MUTE, "circle-slash"),
    "billing.billingrun.start": Deed(_("Issuing began"), INFO, "loader"),
    "billing.billingrun.stop": Deed(_("Asked to stop the billing run"), WAIT, "circle-pause"),
    "billing.billingrun.break_off": Deed(_("Billing run stopped"), WAIT, "circle-slash"),
    "billing.billingrun.finish": Deed(_("Billing run done"), GOOD, "circle-check"),
    "billing.billingrun.finish_with_errors": Deed(
        _("Billing run done with errors"), BAD, "circle-alert"
    ),
    "billing.invoice.issue": Deed(_("Invoice issued"), INFO, "receipt-text"),
    "billing.invoice.correct": Deed(_("Correction issued"), INFO, "file-pen-line"),
    "billing.invoice.offer": Deed(_("Pro forma issued"), INFO, "file-text"),
    "billing.payment.book": Deed(_("Payment booked"), GOOD, "landmark"),
    "billing.payment.enter": Deed(_("Payment entered"), GOOD, "landmark"),
    "billing.payment.allocate": Deed(_("Payment matched"), GOOD, "circle-check"),
    "billing.payment.refund": Deed(_("Payment refunded"), MUTE, "undo-2"),
    "billing.payment.reverse": Deed(_("Payment reversed"), WAIT, "undo-2"),
    "billing.payment.wait": Deed(_("Payment waits for a person"), WAIT, "circle-help"),
    "billing.bankstatement.read": Deed(_("Bank statement being read"), INFO, "landmark"),
    "billing.bankstatement.finish": Deed(_("Bank statement read in"), GOOD, "landmark"),
    "billing.debit.propose": Deed(_("Seems a return"), WAIT, "undo-2"),
    "billing.debit.take_back": Deed(_("Return accepted"), GOOD, "undo-2"),
    "billing.debit.dismiss": Deed(_("Not a return"), MUTE, "circle-slash"),
    "billing.debit.propose_again": Deed(_("Seems a return again"), WAIT, "undo-2"),
    "billing.payment.confirm": Deed(_("Match looked at"), GOOD, "circle-check"),
    "billing.payment.unconfirm": Deed(_("Match to be looked at again"), WAIT, "eye"),
    "billing.payment.take_back": Deed(_("Taken back from the client"), WAIT, "undo-2"),
    "billing.payment.reallocate": Deed(_("Invoices chosen for the payment"), INFO, "list-checks"),
    "billing.payment.split": Deed(_("Payment split"), INFO, "split"),
    "billing.payment.unsplit": Deed(_("Split undone"), WAIT, "undo-2"),
    "billing.payment.ignore": Deed(_("Payment left out"), MUTE, "circle-slash"),
    "billing.payment.unignore": Deed(_("Payment taken back in"), INFO, "undo-2"),
    "billing.payment.unreverse": Deed(_("Reversal undone"), WAIT, "undo-2"),
}


def entries_of(
    events: Iterable[Event],
    *,
    viewer: User,
    brand: str = "",
    model: type[Model] | None = None,
    known: Collection[str] = (),
) -> list[Entry]:
    """Events as entries; a reseller does not see what is only the vendor's.

    Load events with `told()`. Values of fields are
    shown to the vendor's people, to others of the fields in `known`; in the words of `model`.
    """
    seen = []
    for event in events:
        deed = deed_of(event.verb)
        if deed.vendor_only and not viewer.is_vendor:
            continue
        changes = _changes(event, model, known=None if viewer.is_vendor else known)
        who = _who(event, viewer=viewer, brand=brand)
        seen.append(Entry(deed.title, who, event.at, deed.tone, deed.icon, changes=changes))
    return seen


def deed_of(verb: str) -> Deed:
    """The row of the table; a verb without one is shown by its own name."""
    name = verb.rpartition(".")[2].replace("_", " ")
    return DEEDS.get(verb) or Deed(name, MUTE, "circle-dot", vendor_only=True)


def _who(event: Event, *, viewer: User, brand: str) -> str:
    if event.by is None:
        return "" if event.role in NOT_OURS else brand or gettext("the system")
    if event.by.is_vendor and not viewer.is_vendor and brand:
        return f"{event.by}, {brand}"
    return str(event.by)


def _changes(
    event: Event, model: type[Model] | None, *, known: Collection[str] | None
) -> tuple[Change, ...]:
    """Fields people know: links to other rows and technical times are told by the title."""
    fields: dict[str, Any] = (
        {field.attname: field for field in model._meta.concrete_fields} if model else {}
    )
    return tuple(
        Change(
            _label(fields, d.field), _words(fields, d.field, d.old), _words(fields, d.field, d.new)
        )
        for d in event.details.all()
        if (known is None or d.field in known) and not _is_technical(fields.get(d.field))
    )


def _is_technical(field: Any) -> bool:
    if field is None:
        return False
    technical = isinstance(field, DateTimeField | JSONField)
    return field.is_relation or technical or field.attname == "number"


def _label(fields: dict[str, Any], name: str) -> str:
    if name in LABELS:
        return str(LABELS[name])
    return str(fields[name].verbose_name if name in fields else name)


def _words(fields: dict[str, Any], name: str, text: str) -> str:
    """A stored value as people read it: words of choices, days, yes and no."""
    field = fields.get(name)
    if field is None or not text:
        return text
    if name == "phone":
        return phone(text)
    if isinstance(field, DateField):
        return day(text)
    if isinstance(field, BooleanField):
        return gettext("yes") if text == "True" else gettext("no")
    return str(dict(field.flatchoices).get(text, text))
