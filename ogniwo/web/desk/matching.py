"""Wpłaty do dopasowania: what waits for a look or a decision, accepted with one key."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from ogniwo.billing import clarifying, paying
from ogniwo.billing.models import Allocation, BankStatement, Debit, Invoice, Payment
from ogniwo.billing.suggesting import Suggestion, suggestions_of
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.kernel.money import PLN
from ogniwo.kernel.roles import MONEY
from ogniwo.people.models import User
from ogniwo.programme.models import Client
from ogniwo.web import forms
from ogniwo.web.components.formats import day_and_month, money
from ogniwo.web.desk.invoice_rows import address_of as address_of_invoice
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.http import SignedInRequest, desk_page, now

LIST = "/konsola/platnosci/"
MOST_RETURNS = 20
MOST_AT_ONCE, LONGEST_KEY = 60, 19
PAYMENT, DEBIT = "p", "d"
Links = Sequence[tuple[str, str]]
TAKEN_BACK: Final[dict[str, Callable[..., None]]] = {
    "assigned": clarifying.unassign,
    "reversed": clarifying.unreverse,
    "ignored": clarifying.unignore,
}


class Row(NamedTuple):
    """One thing that waits: what came (or left), what it seems to be, and why."""

    key: str  # p12: a payment, d3: money that left and seems a return
    of: Payment | Debit
    url: str
    sender: str
    links: Links = ()
    whose: str = ""
    tone: str = "wait"
    certainty: str = ""
    why: str = ""
    to: str = ""  # what accepting it would do, kept in the page: "client:invoice,invoice"
    is_picked: bool = False
    is_known: bool = True  # there is something to accept
    find: str = ""  # where another invoice is found
    dismiss: str = ""  # where a return is said to be none
    tally: int = 0  # what a tick adds to the sum in złoty below


def returns_of(user: User) -> list[Row]:
    """Money that left and seems to give a payment back."""
    found = Debit.objects.visible_to(user).proposed().select_related("proposes__client")
    return [_tallied(_of_return(debit)) for debit in found.newest_first()[:MOST_RETURNS]]


def rows_of(payments: Sequence[Payment]) -> list[Row]:
    """Payments to look at or to clarify; a fixed number of statements for the page."""
    booked = [one for one in payments if one.client_id is not None]
    unknown = [one for one in payments if one.client_id is None]
    paid: dict[int, list[Allocation]] = {}
    parts = Allocation.objects.filter(payment__in=booked).select_related("invoice")
    for part in parts.defer("invoice__snapshot").order_by("pk"):
        paid.setdefault(part.payment_id, []).append(part)
    suggested = suggestions_of(unknown)
    rows = [
        _of_match(one, paid.get(one.pk, ()))
        if one.client_id is not None
        else _of_unknown(one, suggested.get(one.pk, ()))
        for one in payments
    ]
    return [_tallied(row) for row in rows]


def _tallied(row: Row) -> Row:
    """What cannot be accepted adds nothing, and currencies are never added up."""
    counts = row.is_known and row.of.currency == PLN
    return row._replace(tally=row.of.amount_grosze if counts else 0)


def _of_match(payment: Payment, parts: Sequence[Allocation]) -> Row:
    whose = str(payment.client)
    left = sum(part.invoice.left_grosze for part in parts)
    if left:
        whose = _("%(client)s, %(amount)s will be left") % {
            "client": whose, "amount": money(left, payment.currency),
        }  # fmt: skip
    elif payment.unallocated_grosze:
        whose = _("%(client)s, %(amount)s too much") % {
            "client": whose, "amount": money(payment.unallocated_grosze, payment.currency),
        }  # fmt: skip
    return Row(
        key=f"{PAYMENT}{payment.pk}",
        of=payment,
        url=f"{LIST}{payment.pk}/",
        find=f"{LIST}{payment.pk}/reassign/",
        sender=payment.payer_name or str(payment.client),
        links=[(part.invoice.number, address_of_invoice(part.invoice)) for part in parts],
        whose=whose,
        certainty=_("Probable"),
        why=payment.get_matched_by_display(),
        is_picked=True,
    )


def _of_unknown(payment: Payment, suggested: Sequence[Suggestion]) -> Row:
    row = Row(
        key=f"{PAYMENT}{payment.pk}",
        of=payment,
        url=f"{LIST}{payment.pk}/",
        find=f"{LIST}{payment.pk}/assign/",
        sender=payment.payer_name or _("Unknown sender"),
        why=payment.get_doubt_display() or _("no number, account or NIP that we know"),
        is_known=False,
    )
    if not suggested:
        return row
    best = suggested[0]
    return row._replace(
        links=[(one.number, address_of_invoice(one)) for one in best.invoices],
        whose=str(best.client),
        certainty=_("Perhaps (%(points)d of 100)") % {"points": best.points},
        why=", ".join(str(why.label) for why in best.why),
        to=choice_of(best),
        is_known=True,
    )


def choice_of(suggestion: Suggestion) -> str:
    """A suggestion as the page carries it."""
    invoices = ",".join(str(one.pk) for one in suggestion.invoices)
    return f"{suggestion.client.pk}:{invoices}"


def _of_return(debit: Debit) -> Row:
    payment = debit.proposes
    day = day_and_month(payment.booked_on) if payment else ""
    return Row(
        key=f"{DEBIT}{debit.pk}",
        of=debit,
        url=f"{LIST}{payment.pk}/" if payment else LIST,
        sender=debit.name or _("Money sent back"),
        links=[(_("Payment of %(day)s") % {"day": day}, f"{LIST}{payment.pk}/")] if payment else (),
        whose=str(payment.client) if payment and payment.client else "",
        certainty=_("Seems a return"),
        why=_("accepting it opens the invoices again"),
        dismiss=f"{LIST}returns/{debit.pk}/dismiss/",
    )


def last_statement(user: User) -> BankStatement | None:
    """The newest one, with how many of its payments a rule knew."""
    by_rule = Q(payments__client__isnull=False) & ~Q(payments__matched_by="manual")
    found = BankStatement.objects.visible_to(user).filter(state=BankStatement.State.IMPORTED)
    return found.annotate(matched=Count("payments", filter=by_rule)).newest_first().first()


# --- accepting ---------------------------------------------------------------------------------


@require_POST
@desk_page(roles=MONEY)
def match(request: SignedInRequest) -> HttpResponse:
    """Accept the ticked rows, or the one whose button was pressed."""
    one = request.POST.get("jeden", "")
    keys = [one] if one else request.POST.getlist("w")[:MOST_AT_ONCE]
    if "pomin" in request.POST:
        chosen = [("w", number) for number in numbers_of(keys, PAYMENT)]
        return HttpResponseRedirect(f"{LIST}ignore/?{urlencode(chosen)}")
    done, refused = _accept(request, keys, at=now())
    number = sum(map(len, done.values()))
    if number:
        said = ngettext("%(n)d payment accepted", "%(n)d payments accepted", number)
        messages.success(request, said % {"n": number}, extra_tags=undo_of(done))
    for sentence in dict.fromkeys(refused):
        messages.warning(request, sentence)
    return HttpResponseRedirect(f"{LIST}?dalej=1" if one else LIST)


def undo_of(done: Mapping[str, Sequence[Payment]]) -> str:
    """Where what was done is taken back: each payment with the version the deed left behind.

    A split transfer that came back stays so (unreverse).
    """
    words = {
        verb: ",".join(f"{one.pk}.{one.version}" for one in payments if one.split_at is None)
        for verb, payments in done.items()
    }
    query = urlencode({verb: text for verb, text in words.items() if text})
    return f"{LIST}undo/?{query}" if query else ""


def _accept(
    request: SignedInRequest, keys: Sequence[str], *, at: datetime
) -> tuple[dict[str, list[Payment]], list[str]]:
    """Each row by itself: one that is refused does not stop the others."""
    payments = Payment.objects.visible_to(request.user).in_bulk(numbers_of(keys, PAYMENT))
    debits = Debit.objects.visible_to(request.user).proposed().select_related("proposes")
    seen = [one for one in payments.values() if one.is_to_confirm]
    done: dict[str, list[Payment]] = {"confirmed": [], "assigned": [], "reversed": []}
    refused: list[str] = []
    with transaction.atomic():
        clarifying.confirm(seen, by=request.user, at=at)
        mine = Payment.objects.visible_to(request.user).filter(confirmed_at=at)
        done["confirmed"] = list(mine.filter(pk__in=[one.pk for one in seen]).order_by("pk"))
    for payment in payments.values():
        choice = request.POST.get(f"to-{PAYMENT}{payment.pk}", "")
        if choice and not payment.is_to_confirm:
            give = partial(_assign, payment, choice, by=request.user, at=at)
            done["assigned"] += _tried(give, payment, refused)
    for debit in debits.filter(pk__in=numbers_of(keys, DEBIT)):
        if debit.proposes is not None:
            reverse = partial(paying.reverse, debit.proposes, by=request.user, at=at)
            done["reversed"] += _tried(reverse, debit.proposes, refused)
    return done, refused


def _tried(deed: Callable[[], None], payment: Payment, refused: list[str]) -> list[Payment]:
    """The payment as the deed left it; if it was refused, the reason is added to `refused`."""
    try:
        with transaction.atomic():
            deed()
            payment.refresh_from_db(fields=["version"])
    except NotAllowed:
        raise
    except Refused as refusal:
        refused.append(str(refusal))
        return []
    return [payment]


def _assign(payment: Payment, choice: str, *, by: User, at: datetime) -> None:
    client, invoices = chosen_of(by, choice)
    paying.assign(payment, client, invoices=invoices, by=by, at=at)


def numbers_of(keys: Iterable[str], kind: str) -> list[int]:
    """The numbers of the keys of one kind: 12 of p12."""
    return keys_in(",".join(key.removeprefix(kind) for key in keys if key.startswith(kind)))


def keys_in(text: str) -> list[int]:
    """Keys of rows as an address carries them: 1,2,3; what is none is left out."""
    return [
        int(word)
        for word in text.split(",")[:MOST_AT_ONCE]
        if word.isascii() and word.isdigit() and len(word) < LONGEST_KEY
    ]


def versions_in(text: str) -> dict[int, int]:
    """Keys and versions as an address carries them: 1.4,2.1; what is none is left out."""
    words = (word.partition(".") for word in text.split(",")[:MOST_AT_ONCE])
    pairs = ((keys_in(key), keys_in(version)) for key, _dot, version in words)
    return {key: version for (key,), (version,) in (p for p in pairs if all(p))}


def chosen_of(user: User, choice: str) -> tuple[Client, list[Invoice]]:
    """The client and the invoices of a suggestion that was on the page."""
    client_key, _colon, rest = choice.partition(":")
    client = Client.objects.visible_to(user).filter(pk__in=keys_in(client_key)).first()
    if client is None:
        raise Refused("no_such_client", _("There is no such client."))
    wanted = keys_in(rest)
    found = Invoice.objects.visible_to(user).defer("snapshot").in_bulk(wanted)
    return client, [found[key] for key in wanted if key in found]


@require_POST
@desk_page(roles=MONEY)
def undo(request: SignedInRequest) -> HttpResponse:
    """Take back what was accepted last: all of it, and only as it was left then."""
    by, at = request.user, now()
    said = {verb: versions_in(request.GET.get(verb, "")) for verb in ("confirmed", *TAKEN_BACK)}
    versions = dict(chain.from_iterable(some.items() for some in said.values()))
    with transaction.atomic():
        found = clarifying.unchanged(Payment.objects.visible_to(by), versions)
        clarifying.unconfirm([found[pk] for pk in said["confirmed"]], by=by, at=at)
        for verb, take_back in TAKEN_BACK.items():
            for pk in said[verb]:
                take_back(found[pk], by=by, at=at)
    messages.success(request, _("Taken back"))
    return HttpResponseRedirect(LIST)


@require_POST
@desk_page(roles=MONEY)
def dismiss(request: SignedInRequest, pk: int) -> HttpResponse:
    """Money that left and gives no payment back."""
    debit = Debit.objects.visible_to(request.user).proposed().filter(pk=pk).first()
    if debit is not None:
        debit.dismiss(by=request.user, at=now())
    messages.success(request, _("Noted: it is no return"))
    return HttpResponseRedirect(LIST)


# --- leaving out -------------------------------------------------------------------------------


class IgnoreForm(forms.Form):
    reason = forms.TextField(
        label=gettext_lazy("Why is it no client’s money?"),
        help_text=gettext_lazy("E.g. our own transfer, interest of the bank, a tax returned."),
        max_length=clarifying.LONGEST_REASON,
    )


@desk_page(roles=MONEY)
def ignore(request: SignedInRequest) -> HttpResponse:
    """Payments of nobody, left out with a reason; what is somebody's stays where it is."""
    wanted = keys_in(",".join(request.GET.getlist("w")))
    unknown = Payment.objects.visible_to(request.user).to_clarify()
    chosen = list(unknown.filter(pk__in=wanted).order_by("pk"))
    if not chosen:
        messages.info(request, _("Only payments of nobody known can be left out."))
        return HttpResponseRedirect(LIST)
    form = IgnoreForm(posted(request))

    def deed(at: datetime) -> str:
        with transaction.atomic():
            for payment in chosen:
                clarifying.ignore(payment, reason=form.values["reason"], by=request.user, at=at)
                payment.refresh_from_db(fields=["version"])
        said = ngettext("%(n)d payment left out", "%(n)d payments left out", len(chosen))
        undo_at = undo_of({"ignored": chosen})
        messages.success(request, said % {"n": len(chosen)}, extra_tags=undo_at)
        return LIST

    def page(status: int) -> HttpResponse:
        context = {"form": form, "chosen": chosen, "back": LIST}
        return render(request, "desk/payments_ignore.html", context, status=status)

    return save(request, form, deed, page, fields={"no_reason": "reason"})


urlpatterns: list[URLPattern] = [
    path("platnosci/match/", match),
    path("platnosci/undo/", undo),
    path("platnosci/ignore/", ignore),
    path("platnosci/returns/<int:pk>/dismiss/", dismiss),
]
