"""Lead → Account: is it a new client, whose is he, what will he be invoiced for."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import accounts
from ogniwo.kernel.days import warsaw_day
from ogniwo.people.models import User
from ogniwo.programme.likeness import DIFFERENT, SAME, SIMILAR, like_client
from ogniwo.programme.models import Client, Reseller
from ogniwo.programme.waiting import lead_clock
from ogniwo.web import forms
from ogniwo.web.desk.agreements import Catalogue, RowForm
from ogniwo.web.desk.meters import meter
from ogniwo.web.http import SignedInRequest, now
from ogniwo.web.moves import MoveForm

NOBODY = "-"
UNPROCESSABLE = 422
MOST_ROWS = 20
VERDICTS = {
    SAME: (_("same"), "good", "check"),
    SIMILAR: (_("similar"), "wait", "circle-dot"),
    DIFFERENT: (_("different"), "mute", "x"),
}


class ConvertForm(forms.Form):
    """The decision, with a row for each service; a button adds an empty row."""

    unverified_because = forms.TextField(
        label=_("Why is the NIP right?"), max_length=300,
        help_text=_("No register is connected. Write how you checked the company and its NIP."),
    )  # fmt: skip
    reseller = forms.PickField(label=_("Reseller"))
    reason = forms.TextField(
        label=_("Reason for another reseller"), required=False, max_length=300,
        help_text=_("Needed only when it is not the one who registered the client."),
    )  # fmt: skip
    tell_client = forms.TickField(label=_("Write to the client too"))

    def __init__(self, *args: Any, user: User, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        found = Reseller.objects.visible_to(user).exclude(state=Reseller.State.ENDED)
        self.resellers = {row.number: row for row in found.order_by("company_name", "pk")}
        if self.obj.reseller is not None:
            self.resellers.setdefault(self.obj.reseller.number, self.obj.reseller)
        names = [(number, f"{row} ({number})") for number, row in self.resellers.items()]
        asked = self.fields["reseller"]
        asked.choices = [*names, (NOBODY, _("nobody"))]  # type: ignore[attr-defined]  # a field of choices
        asked.initial = self.obj.reseller.number if self.obj.reseller else NOBODY
        self.rows = self._rows(on)

    @property
    def parts(self) -> list[RowForm]:
        return self.rows

    @property
    def is_adding(self) -> bool:
        """Another row was asked for: nothing is checked and nothing is done."""
        return self.is_bound and "add" in self.data

    def full_clean(self) -> None:
        if self.is_adding:
            self._errors, self.cleaned_data = ErrorDict(), {}
            for row in self.rows:
                row.leave_unchecked()
            return
        super().full_clean()

    def is_valid(self) -> bool:
        rows = [row.is_valid() or not row.is_used for row in self.rows]
        return super().is_valid() and all(rows) and not self.is_adding

    @property
    def status(self) -> int:
        wrong = self.is_bound and not self.is_adding and not self.is_valid()
        return UNPROCESSABLE if wrong else 200

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason and self._chosen() != self.obj.reseller:
            raise ValidationError(_("Give a reason for another reseller."), code="no_reason")
        return reason

    def _chosen(self) -> Reseller | None:
        return self.resellers.get(self.cleaned_data.get("reseller", ""))

    @property
    def values(self) -> dict[str, Any]:
        return {
            "reseller": self._chosen(),
            "reason": self.cleaned_data["reason"],
            "unverified_because": self.cleaned_data["unverified_because"],
            "tell_client": self.cleaned_data["tell_client"],
            "details": [row.agreement() for row in self.rows if row.is_used],
        }

    def _rows(self, on: date) -> list[RowForm]:
        """The services the client asked about, then one more; or as many as were posted."""
        catalogue, wished = Catalogue(), list(self.obj.services.all())
        number = len(wished) + 1
        if self.is_bound:
            posted = str(self.data.get("rows", ""))
            number = int(posted) if posted.isascii() and posted.isdigit() else number
            number = min(number + ("add" in self.data), MOST_ROWS)
        tomorrow = on + timedelta(days=1)
        rows = []
        for place in range(number):
            initial: dict[str, Any] = {"start_on": tomorrow}
            if place < len(wished) and wished[place].code in catalogue.services:
                service = catalogue.services[wished[place].code]
                months = catalogue.usual_months(service, on=tomorrow)
                price = catalogue.price(service, months=months, on=tomorrow)
                initial |= {"service": service.code, "months": months, "price": price}
            data = self.data if self.is_bound else None
            rows.append(
                RowForm(
                    data, prefix=f"d{place}", place=place + 1, initial=initial, catalogue=catalogue
                )
            )
        return rows


def around(request: SignedInRequest, client: Client) -> dict[str, Any]:
    """What the page shows beside the form."""
    alike = like_client(client, viewer=request.user)
    taken = any(row.client.nip == client.nip for row in alike if client.nip)
    return {
        "client": client,
        "alike": [
            (likeness.client, [(row, *VERDICTS[row.verdict]) for row in likeness.rows])
            for likeness in alike
        ],
        "nip_taken": taken,
        "left": meter(lead_clock(client, on=warsaw_day(now()))),
        "vendor": request.vendor,
    }


def options(request: SignedInRequest, client: Client) -> dict[str, Any]:
    return {"user": request.user, "on": warsaw_day(now())}


CONVERT = MoveForm(
    _("Convert into an Account"),
    _("The Lead is converted into Account %(number)s"),
    look="primary",
    icon="badge-check",
    form=ConvertForm,
    template="desk/convert.html",
    deed=accounts.convert,
    options=options,
    context=around,
    after=lambda _request, client: f"/konsola/klienci/{client.number}/",
    undo="undo_convert",
)
