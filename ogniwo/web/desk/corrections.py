"""Korekta: what an invoice should say, what that changes, and only then the document."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.correcting import Effect, correct, preview
from ogniwo.billing.differing import Request, State, Wanted, refuse_wrong, states_of
from ogniwo.billing.models import Invoice, InvoiceLine
from ogniwo.billing.snapshot import Buyer
from ogniwo.journal.models import canonical
from ogniwo.journal.moves import Conflict, NotAllowed, Refused
from ogniwo.kernel.amounts import RATES, VatRow
from ogniwo.kernel.roles import MONEY
from ogniwo.web import forms
from ogniwo.web.components.formats import vat_rate
from ogniwo.web.desk.agreements import QuantityField
from ogniwo.web.desk.invoice_rows import address_of, found_invoice
from ogniwo.web.desk.saving import posted
from ogniwo.web.http import SignedInRequest, desk_page, now

LINES, ZERO, REBILL = "lines", "zero", "rebill"
CONFLICT, UNPROCESSABLE = 409, 422
# Of a line: which field a refusal stands at.
OF_LINE: Final = {"bad_price": "unit", "bad_quantity": "quantity", "bad_rate": "rate"}
OF_FORM: Final = {"no_reason": "reason", "nip_needs_zero": "nip", "rebill_needs_zero": "what"}
BUYER: Final = ("name", "street", "postcode", "city", "nip")


class LineForm(forms.Form):
    """One line as it should be; at first as it is."""

    quantity = QuantityField(label=_("Quantity"))
    unit = forms.MoneyField(label=_("Unit price"), minimum=None)
    rate = forms.PickField(label=_("VAT rate"), choices=[(rate, vat_rate(rate)) for rate in RATES])

    def __init__(self, data: Any, *, line: InvoiceLine, state: State) -> None:
        initial = {"quantity": state.quantity, "unit": state.unit_grosze, "rate": state.rate}
        super().__init__(data, prefix=f"l{line.no}", initial=initial)
        self.line, self.state = line, state

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                refuse_wrong(self.wanted)
            except Refused as refusal:
                self.refuse(str(refusal), field=OF_LINE[refusal.code], code=refusal.code)
        return cleaned

    @property
    def wanted(self) -> Wanted:
        given: dict[str, Any] = self.cleaned_data
        return Wanted(
            line=self.line.no,
            quantity=given["quantity"],
            unit_grosze=given["unit"],
            rate=given["rate"],
        )


class CorrectionForm(forms.Once):
    """The whole correction; its lines are forms of their own."""

    what = forms.PickField(
        label=_("What shall become of the invoice"), cards=True, initial=LINES,
        choices=[
            (LINES, _("Other lines or buyer’s data")),
            (ZERO, _("Correct to zero")),
            (REBILL, _("To zero, and invoice again")),
        ],
        hints={
            LINES: _("Write below what the invoice should say."),
            ZERO: _("The sale did not happen. The period stays without an invoice."),
            REBILL: _("For a wrong NIP: the next billing run issues a new one, to present data."),
        },
    )  # fmt: skip
    reason = forms.TextField(
        label=_("Reason of the correction"), max_length=256,
        error_messages={"required": _("Give the reason of the correction.")},
    )  # fmt: skip
    cause = forms.PickField(
        label=_("Where the cause lies"), cards=True, initial="later",
        choices=[("later", _("It came later")), ("error", _("It was there from the start"))],
        hints={
            "later": _("For example a discount or an ended service. Tax: the month of issue."),
            "error": _("A mistake in the invoice. More tax belongs to the original month."),
        },
    )  # fmt: skip
    name = forms.TextField(label=_("Buyer"), max_length=512)
    street = forms.TextField(label=_("Street and number"), max_length=200)
    postcode = forms.TextField(label=_("Postcode"), max_length=20)
    city = forms.TextField(label=_("City"), max_length=100)
    nip = forms.TextField(label="NIP", max_length=20)

    def __init__(self, data: Any, *, original: Invoice, lines: Sequence[InvoiceLine]) -> None:
        last = original.corrections.order_by("-pk").first() or original
        self.buyer: Buyer = last.snapshot["buyer"]
        super().__init__(data, initial={name: self.buyer[name] for name in BUYER})
        for name in BUYER:  # what the invoice does not say need not be said now
            self.fields[name].required = bool(self.buyer[name])
        states = states_of(original, lines)
        self.rows = [LineForm(data, line=line, state=states[line.pk]) for line in lines]

    @property
    def parts(self) -> list[LineForm]:
        return self.rows if self["what"].value() == LINES else []

    def is_valid(self) -> bool:
        """Lines count only where they are asked for."""
        valid = [super().is_valid(), *(row.is_valid() for row in self.parts)]
        return all(valid)

    @property
    def status(self) -> int:
        return UNPROCESSABLE if self.is_bound and not self.is_valid() else 200

    def request(self) -> Request:
        given = self.cleaned_data
        to_zero = given["what"] != LINES
        return Request(
            reason=given["reason"],
            cause=given["cause"],
            lines=() if to_zero else [row.wanted for row in self.rows if row.has_changed()],
            to_zero=to_zero,
            rebill=given["what"] == REBILL,
            buyer=self._changed_buyer(given),
        )

    def _changed_buyer(self, given: Mapping[str, Any]) -> dict[str, str] | None:
        wanted = {name: given[name] for name in BUYER}
        was = {name: self.buyer[name] for name in BUYER}
        changed = {name: text for name, text in wanted.items() if text != was[name]}
        return changed or None

    def take(self, refusal: Refused) -> None:
        """Show a refusal of the engine at its field."""
        self.refuse(str(refusal), field=OF_FORM.get(refusal.code), code=refusal.code)


@desk_page(roles=MONEY)
def correction(request: SignedInRequest, number: str) -> HttpResponse:
    """GET: the form. POST with `preview`: the effect. POST: the document, if it was seen."""
    found = found_invoice(request, number)
    if found.kind == Invoice.Kind.PRO:
        raise Http404
    if found.corrects is not None:
        said = gettext("A correction is issued to the original invoice %(number)s.")
        messages.warning(request, said % {"number": found.corrects.number})
        return HttpResponseRedirect(f"{address_of(found.corrects)}korekta/")
    form = CorrectionForm(posted(request), original=found, lines=list(found.lines.order_by("no")))
    if request.method != "POST" or not form.is_valid():
        return _page(request, found, form)
    return _corrected(request, found, form)


def _corrected(request: SignedInRequest, found: Invoice, form: CorrectionForm) -> HttpResponse:
    at = now()

    def deed() -> str:
        effect = preview(found, form.request(), by=request.user, at=at)
        if "preview" in request.POST or request.POST.get("shown") != digest_of(effect):
            raise _Unseen(effect)
        made = correct(found, form.request(), by=request.user, at=at)
        messages.success(
            request, gettext("Correction %(number)s is issued") % {"number": made.number}
        )
        return address_of(made)

    try:
        return forms.once(request, form, deed, at=at)
    except _Unseen as unseen:
        return _page(request, found, form, effect=unseen.effect)
    except (Conflict, NotAllowed):
        raise
    except Refused as refusal:
        form.take(refusal)
        return _page(request, found, form, status=CONFLICT)


class _Unseen(Exception):
    """This effect was not on the screen when the button was pressed."""

    def __init__(self, effect: Effect) -> None:
        super().__init__()
        self.effect = effect


def digest_of(effect: Effect) -> str:
    """What was on the screen, so that nothing else is issued."""
    asked, vat = effect.difference.request, [list(row) for row in effect.vat]
    after = {pk: state.as_values() for pk, state in effect.difference.after.items()}
    whole = {
        "after": {str(pk): values for pk, values in after.items()},
        "buyer": effect.difference.buyer,
        "vat": vat,
        "money": [effect.owed_after, effect.paid_after, effect.credit],
        "asked": [asked.reason, asked.cause, asked.rebill],
    }
    return sha256(canonical(whole)).hexdigest()[:32]


def _page(
    request: SignedInRequest,
    found: Invoice,
    form: CorrectionForm,
    *,
    effect: Effect | None = None,
    status: int = 0,
) -> HttpResponse:
    context = {
        "invoice": found,
        "form": form,
        "back": address_of(found),
        "effect": effect,
        "shown": digest_of(effect) if effect else "",
        "lines": changed_lines(effect) if effect else [],
        "rates": changed_rates(effect) if effect else [],
        "buyer": changed_buyer(effect) if effect else [],
        "gross": sum(row.gross for row in effect.vat) if effect else 0,
        "stale": request.method == "POST" and effect and "preview" not in request.POST,
    }
    return render(request, "desk/correct.html", context, status=status or form.status)


def changed_lines(effect: Effect) -> list[tuple[InvoiceLine, State, State]]:
    found = effect.difference
    return [(line, found.before[line.pk], found.after[line.pk]) for line in found.changed]


def changed_rates(effect: Effect) -> list[tuple[str, VatRow, VatRow, VatRow]]:
    """Per rate before, after and the difference, each rounded on its own."""
    before = {row.rate: row for row in effect.difference.rows_before()}
    after = {row.rate: row for row in effect.difference.rows_after()}
    return [
        (
            row.rate,
            before.get(row.rate, VatRow(row.rate, 0, 0, 0)),
            after.get(row.rate, VatRow(row.rate, 0, 0, 0)),
            row,
        )
        for row in effect.vat
    ]


def changed_buyer(effect: Effect) -> list[tuple[Any, str, str]]:
    was, will = effect.difference.buyer_before, effect.difference.buyer
    labels = CorrectionForm.base_fields
    return [
        (labels[name].label, was[name], will[name]) for name in BUYER if was[name] != will[name]
    ]


urlpatterns: list[URLPattern] = [path("faktury/<str:number>/korekta/", correction)]
