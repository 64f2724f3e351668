"""A Lead in the Panel: the vendor's question, the form to correct it, its withdrawal."""

from datetime import datetime
from typing import Any

from django.forms import Select
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ogniwo.billing.models import BillingDetail
from ogniwo.billing.portfolio import running_details
from ogniwo.journal.moves import Conflict, Refused
from ogniwo.kernel.days import warsaw_time
from ogniwo.people.models import User
from ogniwo.programme import registering
from ogniwo.programme.models import Client, Service
from ogniwo.web.client_form import ClientForm, offered, today
from ogniwo.web.components.statuses import label_of
from ogniwo.web.conflict import conflict
from ogniwo.web.forms import Form
from ogniwo.web.http import SignedInRequest
from ogniwo.web.moves import CONFLICT, MoveForm
from ogniwo.web.panel.access import company_of, may_write
from ogniwo.web.panel.case_forms import ChangeForm
from ogniwo.web.panel.details import rows_of
from ogniwo.web.panel.history import history_of

SOON_DAYS = 14


class LeadForm(ClientForm):
    """The form of correction; `asked` names the fields the vendor asks about."""

    def __init__(self, *args: Any, asked: list[str] = [], **options: Any) -> None:  # noqa: B006 - never changed
        super().__init__(*args, **options)
        for name in ("platform", "statement_how"):
            field: Any = self.fields[name]
            field.widget = Select(choices=field.choices)
        for name in set(asked) & set(self.fields):
            self.fields[name].help_text = _("We ask about this.")

    @staticmethod
    def summary(number: int) -> str:
        return ngettext("Correct %(number)d field", "Correct %(number)d fields", number) % {
            "number": number
        }

    @property
    def values(self) -> dict[str, Any]:
        services = self.picked if "services" in self.fields else None
        return {"values": super().values, "services": services}


def correct(
    client: Client,
    *,
    values: dict[str, Any],
    services: list[Service] | None,
    by: User,
    at: datetime,
) -> None:
    """As `registering.correct`; a taken NIP is told in the words of the Panel."""
    try:
        registering.correct(client, values, services, by=by, at=at)
    except registering.NipTaken as taken:
        if taken.holder is None:
            sentence = _("We cannot give the Lead this NIP now. You can report it to clear it up.")
        else:
            sentence = _("Your client %(client)s (%(number)s) has this NIP.") % {
                "client": taken.holder,
                "number": taken.holder.shown_number,
            }
        raise Refused("nip_taken", sentence) from taken


def options_of(_request: SignedInRequest, client: Client) -> dict[str, Any]:
    """What the form of correction starts from."""
    chosen = list(client.services.prefetch_related("prices"))
    before = {name: getattr(client, name) for name in Client.COMPANY_FIELDS}
    return {
        "services": list(dict.fromkeys([*offered(), *chosen])),
        "asked": client.open_fields,
        "initial": before | {"services": [service.code for service in chosen]},
    }


def lead_context(request: SignedInRequest, client: Client) -> dict[str, Any]:
    """What stands around the form."""
    details = running_details(BillingDetail.objects.visible_to(request.user).of(client))
    left = None if client.protected_until is None else (client.protected_until - today()).days
    return {
        "client": client,
        "address": f"/panel/klienci/{client.lead_number}/",
        "brand": company_of(request).brand,
        "buttons": BUTTONS,
        "registered": f"{warsaw_time(client.registered_at):%d.%m.%Y, %H:%M:%S}",
        "may_write": may_write(request),
        "may_edit": may_write(request) and client.is_lead,
        "steps": steps_of(client),
        "details": rows_of(details, viewer=request.user, on=today()),
        "history": history_of(request, client),
        "days_left": left,
        "ends_soon": client.is_lead and left is not None and left <= SOON_DAYS,
    }


def steps_of(client: Client) -> list[tuple[str, str]]:
    """Registered → needs details → in review → Account; a dropped Lead ends where it ended."""
    first = (_("Registered"), "done")
    if not client.is_lead:
        return [first, (label_of("client", client.state), "bad")]
    if client.state == Client.State.NEEDS_COMPLETION:
        return [first, (_("Needs details"), "now"), (_("In review"), ""), (_("Account"), "")]
    return [first, (_("In review"), "now"), (_("Account"), "")]


def lead_page(request: SignedInRequest, client: Client) -> HttpResponse:
    form = LeadForm(obj=client, **options_of(request, client))
    context = lead_context(request, client) | {"form": form}
    return render(request, "panel/lead.html", context)


def became_account(request: SignedInRequest, client: Client, form: Form | None) -> HttpResponse:
    """409: he had the form open when the Lead was converted; what he typed becomes a request."""
    if not client.is_account or not isinstance(form, LeadForm):
        sentence = _("This is no longer possible in its present state.")
        code = "stale" if client.is_lead else "wrong_state"
        return conflict(request, client, form=form, refusal=Conflict(code, sentence, obj=client))
    context = {
        "client": client,
        "changes": changes_of(client, form),
        "form": ChangeForm(client=client),
    }
    return render(request, "panel/lead_became_account.html", context, status=CONFLICT)


def changes_of(client: Client, form: ClientForm) -> list[dict[str, str]]:
    """Fields he typed something new into: what stands there now, and his words."""
    found = []
    for name in Client.COMPANY_FIELDS:
        bound = form[name]
        typed = form.cleaned_data.get(name, bound.data)
        if typed != getattr(client, name) and (typed or bound.data):
            words = {"name": name, "label": str(bound.label), "typed": str(bound.data or "")}
            shown = dict(getattr(bound.field, "choices", []))
            now = bound.field.prepare_value(getattr(client, name))
            words["now"] = str(shown.get(now, now) or "")
            words["mine"] = str(shown.get(bound.data, bound.data) or "")
            found.append(words)
    return found


MOVES = {
    "edit": MoveForm(
        gettext_lazy("Save"),
        gettext_lazy("The Lead %(obj)s is saved"),
        form=LeadForm,
        template="panel/lead.html",
        deed=correct,
        options=options_of,
        context=lead_context,
        on_conflict=became_account,
    ),
    "withdraw": MoveForm(
        gettext_lazy("Withdraw the Lead"),
        gettext_lazy("The Lead %(obj)s is withdrawn"),
        look="danger",
        form=Form,
        consequences=(
            gettext_lazy("We stop the check and write to nobody."),
            gettext_lazy("The company is no longer reserved for you; anybody can register it."),
            gettext_lazy("You can register it again as long as nobody else has."),
        ),
    ),
}
BUTTONS = {"withdraw": MOVES["withdraw"]}
