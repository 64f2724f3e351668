"""Add a billing detail: what a client agreed to pay for, checked in the order people fill it in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import CYCLES, BillingDetail, BillingPeriod, BillingSpan, DetailTerms
from ogniwo.billing.timetable import make_ahead
from ogniwo.journal.actors import Actor
from ogniwo.journal.bulk import insert
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel.amounts import FULL_BP, RATES
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.periods import anchor_date
from ogniwo.kernel.roles import DESK_AND_MONEY, SYSTEM
from ogniwo.programme.models import Client, Reseller, Service

AGREERS = DESK_AND_MONEY | {SYSTEM}
HIGHEST_PRICE = 10_000_000_000
MOST_LEAD_DAYS = 60
OLDEST_START_MONTHS = 36
PLACES = 6
LONGEST_CYCLE = 36
LAST_DAY = 31
BAD_ANCHOR_DAY = ("bad_anchor_day", _("The billing day is a number from 1 to 31."))
HIGHEST_QUANTITY = Decimal(10**9)

Rule = tuple[bool, str, str | Promise]


@dataclass(frozen=True, slots=True)
class Discount:
    """Percent off, in basis points, for periods that start in `[start, end)`."""

    bp: int
    start: date
    end: date | None = None

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "Discount":
        end = row.get("to")
        start = date.fromisoformat(row["from"])
        return cls(int(row["bp"]), start, date.fromisoformat(end) if end else None)

    def as_row(self) -> dict[str, Any]:
        end = None if self.end is None else self.end.isoformat()
        return {"bp": self.bp, "from": self.start.isoformat(), "to": end}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What staff agreed with a client; empty name, unit, rate and basis come from the service."""

    service: Service
    price_grosze: int
    start_on: date
    kind: str = BillingDetail.Kind.RECURRING
    months: int | None = None
    timing: str = BillingDetail.Timing.ADVANCE
    name: str = ""
    anchor_day: int | None = None
    end_on: date | None = None
    periods: int | None = None
    basis: str = BillingDetail.Basis.NET
    quantity: Decimal | str = Decimal(1)
    rate: str = ""
    exemption: str = ""
    currency: str = BillingDetail.Currency.PLN
    free_periods: int = 0
    discounts: Sequence[Discount] = field(default_factory=tuple)
    lead_days: int = 0
    separate: bool = False
    annex15: bool = False
    commissionable: bool | None = None
    reseller: Reseller | None = None

    @property
    def rate_or_usual(self) -> str:
        return self.rate or self.service.vat_rate

    @property
    def exemption_or_usual(self) -> str:
        return self.exemption or (self.service.exemption if self.rate_or_usual == "zw" else "")


@transaction.atomic
def add_detail(
    client: Client,
    agreement: Agreement,
    *,
    successor_of: BillingDetail | None = None,
    by: Actor,
    at: datetime,
) -> BillingDetail:
    """A detail of a Lead or an Account, with its first span, terms and waiting period."""
    if by.role not in AGREERS:
        raise NotAllowed
    if client.state not in {*Client.LEADS, Client.State.ACCOUNT}:
        raise Refused("wrong_state", _("This is no longer possible in its present state."))
    refuse_wrong(agreement, on=warsaw_day(at))
    detail = detail_of(client, agreement, successor_of=successor_of, by=by, at=at)
    detail.save(force_insert=True)
    spans = []
    if detail.months is not None:
        spans = [first_span(detail)]
        spans[0].save(force_insert=True)
    DetailTerms.objects.create(
        detail=detail,
        from_on=detail.start_on,
        price_grosze=agreement.price_grosze,
        quantity=Decimal(agreement.quantity),
        rate=agreement.rate_or_usual,
    )
    insert(BillingPeriod, make_ahead(detail, spans))
    detail.save(update_fields=["made_no", "made_on"])
    record(
        "billing.billingdetail.add", detail, by=by, at=at, client=client.pk,
        price_grosze=agreement.price_grosze, months=detail.months,
        start_on=detail.start_on.isoformat(),
    )  # fmt: skip
    return detail


def detail_of(
    client: Client,
    agreement: Agreement,
    *,
    successor_of: BillingDetail | None,
    by: Actor,
    at: datetime,
) -> BillingDetail:
    """The row, not saved."""
    service, usual = agreement.service, agreement.commissionable
    return BillingDetail(
        client=client,
        service=service,
        reseller=agreement.reseller or client.reseller,
        name=agreement.name or service.name,
        unit=service.unit,
        kind=agreement.kind,
        timing=agreement.timing,
        months=agreement.months,
        start_on=agreement.start_on,
        anchor_day=agreement.anchor_day or agreement.start_on.day,
        end_on=agreement.end_on,
        periods_limit=agreement.periods,
        basis=agreement.basis,
        currency=agreement.currency,
        exemption=agreement.exemption_or_usual,
        lead_days=agreement.lead_days,
        free_periods=agreement.free_periods,
        discounts=[discount.as_row() for discount in agreement.discounts],
        separate=agreement.separate,
        annex15=agreement.annex15,
        commissionable=service.commissionable if usual is None else usual,
        successor_of=successor_of,
        created_at=at,
        created_by_id=by.pk,
    )


def first_span(detail: BillingDetail) -> BillingSpan:
    return BillingSpan(
        detail=detail,
        start=detail.start_on,
        end=detail.end_on,
        anchor_day=detail.anchor_day,
        first_no=1,
    )


def refuse_wrong(agreement: Agreement, *, on: date) -> None:
    """Refuse with the first rule that is broken."""
    for broken, code, sentence in _rules(agreement, on):
        if broken:
            raise Refused(code, sentence)


def mistakes(agreement: Agreement, *, on: date) -> list[Refused]:
    """All rules that are broken, for a form that shows them at once."""
    return [Refused(code, text) for broken, code, text in _rules(agreement, on) if broken]


def _rules(agreement: Agreement, on: date) -> Iterator[Rule]:
    yield from _cycle_rules(agreement)
    yield from price_rules(
        price_grosze=agreement.price_grosze,
        quantity=agreement.quantity,
        rate=agreement.rate_or_usual,
        exemption=agreement.exemption_or_usual,
    )
    yield from _day_rules(agreement, on)
    yield from discount_rules(agreement.discounts)


def _cycle_rules(agreement: Agreement) -> Iterator[Rule]:
    kinds, timings = BillingDetail.Kind, BillingDetail.Timing
    recurring = agreement.kind != kinds.ONE_OFF
    yield (
        agreement.months not in CYCLES and (recurring or agreement.months is not None),
        "bad_months",
        _("The cycle is 1, 6, 12 or 36 months."),
    )
    yield agreement.kind not in kinds.values, "bad_kind", _("Choose the kind of service.")
    yield (
        agreement.timing not in timings.values,
        "bad_timing",
        _("Choose invoicing in advance or in arrears."),
    )
    yield (
        not recurring and agreement.months is not None,
        "one_off_with_cycle",
        _("A one-off service has no cycle."),
    )
    yield (
        agreement.months == LONGEST_CYCLE and agreement.timing == timings.ARREARS,
        "arrears_36",
        _("A period of 36 months is invoiced in advance only."),
    )


def price_rules(
    *, price_grosze: int, quantity: Decimal | str, rate: str, exemption: str
) -> Iterator[Rule]:
    """What terms must be, when agreed and when changed."""
    yield (
        not 0 < price_grosze <= HIGHEST_PRICE,
        "bad_price",
        _("The price must be above zero and at most PLN 100,000,000.00."),
    )
    yield (
        not is_quantity(quantity),
        "bad_quantity",
        _("The quantity must be above zero, with at most 6 decimal places."),
    )
    yield rate not in RATES, "bad_rate", _("Unknown VAT rate.")
    yield (
        rate == "zw" and not exemption.strip(),
        "exempt_without_basis",
        _("Give the legal basis of the VAT exemption."),
    )


def is_quantity(quantity: Decimal | str) -> bool:
    try:
        number = Decimal(quantity)
    except InvalidOperation:
        return False
    if not number.is_finite() or not 0 < number < HIGHEST_QUANTITY:
        return False
    return number == round(number, PLACES)


def _day_rules(agreement: Agreement, on: date) -> Iterator[Rule]:
    anchor, lead = agreement.anchor_day, agreement.lead_days
    yield anchor is not None and not 1 <= anchor <= LAST_DAY, *BAD_ANCHOR_DAY
    yield (
        agreement.end_on is not None and agreement.end_on <= agreement.start_on,
        "end_before_start",
        _("The end must come after the start."),
    )
    yield (
        agreement.start_on < anchor_date(on, on.day, -OLDEST_START_MONTHS),
        "start_too_old",
        _("The service cannot have begun more than 36 months ago."),
    )
    yield (
        not 0 <= lead <= (MOST_LEAD_DAYS if agreement.timing == "advance" else 0),
        "bad_lead_days",
        _("An invoice can be issued at most 60 days before its period, and only in advance."),
    )


def discount_rules(discounts: Sequence[Discount]) -> Iterator[Rule]:
    """What discounts must be, when agreed and when changed."""
    ordered = sorted(discounts, key=lambda discount: discount.start)
    yield (
        any(
            not 0 < one.bp <= FULL_BP or (one.end is not None and one.end <= one.start)
            for one in ordered
        ),
        "bad_discount",
        _("A discount is from 0.01% to 100%, and its end comes after its start."),
    )
    yield (
        any(a.end is None or a.end > b.start for a, b in pairwise(ordered)),
        "discounts_overlap",
        _("Discounts may not overlap."),
    )
