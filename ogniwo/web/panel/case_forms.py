"""What is asked for each kind of request, and how it is told in one subject, text and diff."""

from copy import deepcopy
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.forms import Select
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ogniwo.programme.models import Case, Client, Service
from ogniwo.web.client_form import ClientForm, today
from ogniwo.web.forms import (
    AddressField,
    DayField,
    NipField,
    Once,
    ParagraphsField,
    PickField,
    TextField,
)

KINDS = {
    Case.Kind.SERVICE: (
        gettext_lazy("Another service"), gettext_lazy("Add a service to the client")
    ),
    Case.Kind.SHOP: (gettext_lazy("Another shop"), gettext_lazy("Integration of the next shop")),
    Case.Kind.DATA: (
        gettext_lazy("Change of data"), gettext_lazy("Address, contact, e-mail for invoices")
    ),
    Case.Kind.CANCELLATION: (
        gettext_lazy("Cancellation"), gettext_lazy("The end of a service or of the Account")
    ),
    Case.Kind.DISPUTE: (
        gettext_lazy("Dispute about a client"), gettext_lazy("We refuse a company you know")
    ),
    Case.Kind.OTHER: (gettext_lazy("Something else"), gettext_lazy("A question or a wish")),
}  # fmt: skip
# About a client there must be; the other kinds may do without one.
NEED_CLIENT = frozenset({Case.Kind.SERVICE, Case.Kind.SHOP, Case.Kind.DATA, Case.Kind.CANCELLATION})


class CaseForm(Once):
    """What every request has; the kinds add to it."""

    text = ParagraphsField(label=gettext_lazy("Message"), rows=5)

    def __init__(self, *args: Any, client: Client | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.client = client

    @property
    def title(self) -> str:
        return str(self.cleaned_data["subject"])

    @property
    def words(self) -> str:
        """The first post of the thread."""
        return str(self.cleaned_data["text"])

    @property
    def changes(self) -> dict[str, Any]:
        return {}

    @property
    def effective_on(self) -> date | None:
        found: date | None = self.cleaned_data.get("effective_on")
        return found


class DisputeForm(CaseForm):
    """Which company we refuse, and why the reseller thinks it is his."""

    company_name = TextField(label=gettext_lazy("Company name"))
    nip = NipField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = _("What do you know of this client?")
        self.fields["text"].help_text = _("Since when you talk, with whom, what was agreed.")
        self.order_fields(["company_name", "nip", "text"])


class OpenForm(CaseForm):
    """Something else: in his own words."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subject"] = TextField(label=_("Subject"), max_length=160)
        self.order_fields(["subject", "text"])


class ServiceForm(CaseForm):
    """Another service of the price list, or one that is not in it."""

    service = PickField(label=gettext_lazy("Service"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.names = dict(Service.objects.offered().values_list("code", "name"))
        other = ("", _("Another one, described below"))
        self.fields["service"].choices = [other, *self.names.items()]  # type: ignore[attr-defined]  # a field of choices
        self.fields["text"].required = not self.data.get("service")
        self.order_fields(["service", "text"])

    @property
    def title(self) -> str:
        name = self.names.get(self.cleaned_data["service"])
        return _("Another service: %(name)s") % {"name": name} if name else _("Another service")


class ShopForm(CaseForm):
    """The next shop: where it is and on what it runs."""

    shop_url = AddressField(label=gettext_lazy("Shop address"))
    platform = PickField(
        label=gettext_lazy("Shop platform"),
        choices=[choice for choice in Client.Platform.choices if choice[0] != Client.Platform.NONE],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].required = False
        self.order_fields(["shop_url", "platform", "text"])

    @property
    def title(self) -> str:
        host = urlsplit(self.cleaned_data["shop_url"]).hostname or ""
        return _("Another shop: %(address)s") % {"address": host}

    @property
    def words(self) -> str:
        platform = dict(Client.Platform.choices)[self.cleaned_data["platform"]]
        facts = [
            _("Shop address: %(address)s") % {"address": self.cleaned_data["shop_url"]},
            _("Platform: %(platform)s") % {"platform": platform},
        ]
        return "\n".join([*facts, "", self.cleaned_data["text"]]).strip()


class CancellationForm(CaseForm):
    """The end of a service or of the Account."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["effective_on"] = DayField(
            label=_("From which day"), required=False, earliest=today
        )
        self.fields["text"].label = _("What ends, and why?")
        self.order_fields(["effective_on", "text"])

    @property
    def title(self) -> str:
        return _("Cancellation")


class ChangeForm(CaseForm):
    """New values of a client's data: only what is filled in changes; below stands what we have."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in Client.COMPANY_FIELDS:
            self.fields[name] = self._field(name)
        self.fields["effective_on"] = DayField(
            label=_("From which day"), required=False, help_text=_("Empty: at once.")
        )
        self.fields["text"].required = False

    def _field(self, name: str) -> Any:
        field: Any = deepcopy(ClientForm.base_fields[name])
        field.required = False
        choices = [pair for pair in getattr(field, "choices", []) if pair[0]]
        if choices:
            field.widget = Select()
            field.choices = [("", _("no change")), *choices]
        now = field.prepare_value(getattr(self.client, name)) if self.client else ""
        shown = dict(choices).get(now, now)
        field.help_text = _("Now: %(value)s") % {"value": shown or "–"}
        return field

    @property
    def title(self) -> str:
        return _("Change of data")

    @property
    def changes(self) -> dict[str, Any]:
        typed = {name: self.cleaned_data.get(name) for name in Client.COMPANY_FIELDS}
        return {name: value for name, value in typed.items() if value}


FORMS: dict[str, type[CaseForm]] = {
    Case.Kind.SERVICE: ServiceForm,
    Case.Kind.SHOP: ShopForm,
    Case.Kind.DATA: ChangeForm,
    Case.Kind.CANCELLATION: CancellationForm,
    Case.Kind.DISPUTE: DisputeForm,
    Case.Kind.OTHER: OpenForm,
}


class ReplyForm(Once):
    """A reply in the thread."""

    text = ParagraphsField(label=gettext_lazy("Your reply"), rows=4)
