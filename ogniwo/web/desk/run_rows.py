"""A planned billing run as a page shows it: what is held, what differs from last time, sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final

from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ogniwo.billing.bill_now import SENTENCES
from ogniwo.billing.models import BillingDetail, BillingPeriod, InvoiceLine
from ogniwo.billing.plan import Plan, PlannedInvoice
from ogniwo.journal.models import canonical
from ogniwo.kernel.roles import DESK, DESK_AND_MONEY, MONEY, VENDOR
from ogniwo.people.models import User
from ogniwo.programme.models import Client
from ogniwo.web.components.formats import days

TOO_LONG_HELD: Final = 10  # days; the 15th of the next month is the end the law sets
AT_FIRST: Final = 100
NEW, CHANGED, SAME = "new", "changed", "same"

TITLES: Final[dict[str, str | Promise]] = {
    CHANGED: pgettext_lazy("group of invoices", "Other amount"),
    NEW: pgettext_lazy("group of invoices", "New"),
    SAME: pgettext_lazy("group of invoices", "Unchanged"),
}
EXCHANGE_RATES: Final = "/konsola/ustawienia/kursy/"
# What puts a reason of holding right, who may, and where: on from the page of the client or apart.
REPAIRS: Final[dict[str, tuple[str | Promise, frozenset[str], str]]] = {
    "not_account": (gettext_lazy("Open the Lead"), VENDOR, ""),
    "client_held": (gettext_lazy("Release billing"), DESK_AND_MONEY, "release/"),
    "no_address": (gettext_lazy("Complete the address"), DESK, "change_account/#f-street"),
    "bad_nip": (gettext_lazy("Correct the NIP"), DESK, "change_account/#f-nip"),
    "no_email": (gettext_lazy("Add an e-mail"), DESK, "change_account/#f-email"),
    "no_vat_ue": (gettext_lazy("Add the VAT-UE number"), DESK, "change_account/#f-vat_ue"),
    "no_fx_rate": (pgettext_lazy("exchange", "Add the rate"), MONEY, EXCHANGE_RATES),
}
NO_REPAIR: Final = ("", frozenset[str](), "")


@dataclass(frozen=True)
class HeldRow:
    """A due period that is not invoiced: why, for how long, and where to put it right."""

    client: Client
    url: str
    name: str
    start: date
    last_day: date
    reason: str
    days: int
    repair: str | Promise
    repair_url: str

    @property
    def tone(self) -> str:
        return "bad" if self.days > TOO_LONG_HELD else "wait"

    @property
    def waits(self) -> str:
        return days(self.days) if self.days > 0 else _("since today")


@dataclass(frozen=True)
class PlannedRow:
    """One invoice to be."""

    client: Client
    url: str
    names: list[str]
    kind: str
    before: int | None  # net; not told where the price is gross and another one
    net: int
    gross: int
    currency: str
    bill_on: date


@dataclass(frozen=True)
class Section:
    """Invoices of one kind, the first of them shown."""

    key: str
    title: str | Promise
    number: int
    sums: list[tuple[str, int]]
    rows: Sequence[PlannedRow]

    @property
    def more(self) -> int:
        return self.number - len(self.rows)


@dataclass(frozen=True)
class Sheet:
    """The whole preview."""

    held: Sequence[HeldRow]
    rows: Sequence[PlannedRow]
    free: int
    sections: list[Section] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.rows)

    @property
    def net(self) -> list[tuple[str, int]]:
        return sums_of(self.rows, "net")

    @property
    def gross(self) -> list[tuple[str, int]]:
        return sums_of(self.rows, "gross")

    @property
    def changed(self) -> int:
        return sum(row.kind == CHANGED for row in self.rows)

    @property
    def difference(self) -> int | None:
        """Net against the invoices before, in złoty; None when nothing can be compared."""
        compared = [row for row in self.rows if row.before is not None and row.currency == "PLN"]
        return sum(row.net - (row.before or 0) for row in compared) if compared else None

    @property
    def is_empty(self) -> bool:
        return not (self.rows or self.held or self.free)


def sheet_of(plan: Plan, *, viewer: User, on: date, whole: bool = False) -> Sheet:
    """The plan in the words of the page; queries do not grow with it."""
    ids = {one.client_id for one in plan.invoices} | {h.due.client_id for h in plan.held}
    clients = Client.objects.visible_to(viewer).in_bulk(ids)
    before = amounts_before(plan)
    rows = [_planned(one, clients, before) for one in plan.invoices]
    held = [
        held_row(
            clients[one.due.client_id], one.due.name, (one.due.start, one.due.last_day),
            one.reason, waits=(on - one.due.bill_on).days, role=viewer.role,
        )
        for one in plan.held
    ]  # fmt: skip
    held.sort(key=lambda row: -row.days)
    return Sheet(held, rows, len(plan.free), sections_of(rows, whole=whole))


def held_row(
    client: Client, name: str, span: tuple[date, date], reason: str, *, waits: int, role: str
) -> HeldRow:
    """A button only for who may press it."""
    url, (label, roles, onward) = address_of(client), REPAIRS.get(reason, NO_REPAIR)
    return HeldRow(
        client, url, name, *span, sentence_of(reason, client), max(waits, 0),
        label if role in roles else "",
        onward if onward.startswith("/") else f"{url}{onward}",
    )  # fmt: skip


def held_of(one: BillingPeriod, *, on: date, role: str = "") -> HeldRow:
    return held_row(
        one.client, one.detail.name, (one.start, one.last_day), one.held_reason,
        waits=(on - one.bill_on).days, role=role,
    )  # fmt: skip


def sentence_of(reason: str, client: Client) -> str:
    """Why it is held; the desk's own reason is named."""
    if reason == "client_held" and client.billing_held:
        return _("Billing of this client is stopped: %(why)s") % {"why": client.billing_held}
    return str(SENTENCES.get(reason, reason))


def amounts_before(plan: Plan) -> dict[tuple[int, int], int]:
    """What the line before cost, by detail and its period: of this very plan or the last issued."""
    lines = [line for invoice in plan.invoices for line in invoice.lines]
    found = {(line.due.detail_id, line.due.no): line.amount_grosze for line in lines}
    living = InvoiceLine.objects.filter(zeroed=False)
    newest = living.filter(detail=OuterRef("detail")).order_by("-period_no").values("period_no")
    last = living.filter(
        detail__in={line.due.detail_id for line in lines}, period_no=Subquery(newest[:1])
    )
    issued = last.values_list("detail_id", "period_no", "amount_grosze")
    return {(detail, no): grosze for detail, no, grosze in issued} | found


def _planned(
    one: PlannedInvoice, clients: Mapping[int, Client], before: Mapping[tuple[int, int], int]
) -> PlannedRow:
    client = clients[one.client_id]
    earlier = [before.get((line.due.detail_id, line.due.no - 1)) for line in one.lines]
    known = [grosze for grosze in earlier if grosze is not None]
    # Compared in what the prices are: net or gross lines.
    total = sum(line.amount_grosze for line in one.lines)
    was = sum(known) if known else None
    kind = NEW if was is None else SAME if was == total else CHANGED
    comparable = one.first.basis == BillingDetail.Basis.NET
    return PlannedRow(
        client=client,
        url=address_of(client),
        names=[line.name for line in one.lines],
        kind=kind,
        before=one.totals.net if kind == SAME else was if comparable else None,
        net=one.totals.net,
        gross=one.totals.gross,
        currency=one.first.currency,
        bill_on=one.first.bill_on,
    )


def sections_of(rows: Sequence[PlannedRow], *, whole: bool) -> list[Section]:
    found = []
    for key, title in TITLES.items():
        mine = [row for row in rows if row.kind == key]
        if mine:
            shown = mine if whole else mine[:AT_FIRST]
            found.append(Section(key, title, len(mine), sums_of(mine, "net"), shown))
    return found


def sums_of(rows: Iterable[PlannedRow], name: str) -> list[tuple[str, int]]:
    """One sum a currency, złoty first."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + getattr(row, name)
    return sorted(sums.items(), key=lambda pair: (pair[0] != "PLN", pair[0])) or [("PLN", 0)]


def address_of(client: Client) -> str:
    """The page of a client in the Console: of a Lead or of an Account."""
    kind = "klienci" if client.is_account else "leady"
    return f"/konsola/{kind}/{client.shown_number}/"


def digest_of(summary: dict[str, Any]) -> str:
    """What was on the screen, so that nothing else is approved."""
    return sha256(canonical(summary)).hexdigest()[:32]


def named(
    changes: Mapping[str, list[dict[str, Any]]], *, viewer: User
) -> dict[str, list[tuple[str, int, str]]]:
    """New, gone and changed groups with the names of their clients."""
    ids = {group["client"] for groups in changes.values() for group in groups}
    clients = Client.objects.visible_to(viewer).in_bulk(ids)
    return {
        key: [
            (str(clients[group["client"]]), group["gross_grosze"], group["currency"])
            for group in groups[:AT_FIRST]
        ]
        for key, groups in changes.items()
    }
