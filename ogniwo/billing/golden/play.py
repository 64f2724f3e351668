"""Play the events of a case through the product's real verbs, each at its own time."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from ogniwo.billing import changes, paying
from ogniwo.billing.accounts import terminate_with_refund
from ogniwo.billing.agreeing import add_detail
from ogniwo.billing.bill_now import bill_now
from ogniwo.billing.booking import receive
from ogniwo.billing.correcting import correct
from ogniwo.billing.differing import Request, Wanted
from ogniwo.billing.golden.answer import Answer, held_rows
from ogniwo.billing.golden.case import (
    EVENTS,
    USUAL_SHOW,
    NotBuilt,
    Unreadable,
    checked,
    day_of,
    first_instant,
    instant_of,
    last_day,
    noon,
)
from ogniwo.billing.golden.database import fresh_database
from ogniwo.billing.golden.people import (
    DESK,
    Cast,
    agreement_of,
    buyer_values,
    change_client,
    make_client,
    make_rates,
    make_vendor,
)
from ogniwo.billing.models import Invoice, Payment
from ogniwo.billing.preview import preview
from ogniwo.billing.reminding import dispute, remind, undispute
from ogniwo.billing.run import bill_due
from ogniwo.journal.moves import Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.money import PLN

Event = Mapping[str, Any]


def play(given: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a case's input, in the shape of `expected`."""
    given = checked(given)
    with fresh_database():
        player = Player(given)
        player.play()
        return player.answer()


class Player:
    """Builds the case, plays its events in order, notes what runs and refusals said."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given
        self.cast = Cast()
        self.refused: list[dict[str, Any]] = []
        self.runs: list[dict[str, Any]] = []
        self.previews: list[dict[str, Any]] = []
        self.held: list[dict[str, Any]] = []
        self.place = 0

    def play(self) -> None:
        self.begin()
        for place, event in enumerate(self.given.get("events", ())):
            self.step(place, event)

    def step(self, place: int, event: Event) -> None:
        """One event; a refused one leaves no trace but its code."""
        self.place = place
        name = event["do"]
        if name not in HANDLERS:
            raise NotBuilt(name)
        try:
            with nullcontext() if name == "run" else transaction.atomic():
                HANDLERS[name](self, event, instant_of(event))
        except Refused as refusal:
            self.refused.append({"event": place, "code": refusal.code})

    def answer(self) -> dict[str, Any]:
        answer = Answer(self.given, self.cast, on=last_day(self.given))
        noted = {
            "held": self.held,
            "refused": self.refused,
            "runs": self.runs,
            "previews": self.previews,
        }
        show = self.given.get("show", USUAL_SHOW)
        return {key: noted[key] if key in noted else answer.part(key) for key in show}

    def begin(self) -> None:
        begin = first_instant(self.given)
        make_vendor(self.given.get("vendor", {}), at=begin)
        make_rates(self.given.get("nbp", []))
        for client in self.given.get("clients", ()):
            make_client(client, self.cast, at=begin)
        events = self.given.get("events", ())
        for detail in self.given.get("details", ()):
            start = noon(day_of(detail["start_on"]))
            try:
                self._add(detail, at=min(start, instant_of(events[0])) if events else start)
            except Refused as refusal:
                raise Unreadable(f"detail {detail['id']}: {refusal.code}") from refusal

    def _add(self, given: Mapping[str, Any], *, at: datetime) -> None:
        agreement = agreement_of(given, at=at)
        detail = add_detail(self.cast.client(given["client"]), agreement, by=DESK, at=at)
        self.cast.details[given["id"]] = detail.pk

    def run(self, event: Event, at: datetime) -> None:
        day = warsaw_day(at)
        # The clock stands still: a run of a case is over on its own day, however slow the machine.
        run = bill_due(on=day, by=DESK, at=at, limit=event.get("limit"), now=lambda: at)
        self.held = held_rows(self.cast, on=day)
        self.runs.append({"event": self.place, "issued": run.issued, "held": run.held})

    def preview(self, event: Event, at: datetime) -> None:
        day = warsaw_day(at)
        plan = preview(on=day)
        names = {pk: name for name, pk in self.cast.details.items()}
        clients = {pk: name for name, pk in self.cast.clients.items()}
        invoices = [
            {
                "client": clients[one.client_id],
                "net_grosze": one.totals.net,
                "vat_grosze": one.totals.vat,
                "gross_grosze": one.totals.gross,
                "lines": [[names[line.due.detail_id], line.due.no] for line in one.lines],
            }
            for one in plan.invoices
        ]
        held = [
            {"detail": names[h.due.detail_id], "period_no": h.due.no, "reason": h.reason}
            for h in sorted(plan.held, key=lambda h: (h.due.detail_id, h.due.no))
        ]
        self.previews.append({"event": self.place, "invoices": invoices, "held": held})

    def add_detail(self, event: Event, at: datetime) -> None:
        self._add(event["detail"], at=at)

    def update_client(self, event: Event, at: datetime) -> None:
        change_client(event["client"], event["set"], self.cast, at=at)

    def change_terms(self, event: Event, at: datetime) -> None:
        changes.change_terms(
            self.cast.detail(event["detail"]),
            from_on=day_of(event["from"]),
            price_grosze=event.get("price_grosze"),
            quantity=event.get("quantity"),
            rate=event.get("rate"),
            by=DESK,
            at=at,
        )

    def index_prices(self, event: Event, at: datetime) -> None:
        day = day_of(event["from"])
        if "details" in event:
            chosen = [self.cast.detail(name) for name in event["details"]]
        else:
            chosen = list(changes.running(on=day))
        changes.index_prices(chosen, from_on=day, bp=event["bp"], by=DESK, at=at)

    def pause(self, event: Event, at: datetime) -> None:
        detail = self.cast.detail(event["detail"])
        changes.pause(detail, from_on=day_of(event["from"]), by=DESK, at=at)

    def resume(self, event: Event, at: datetime) -> None:
        changes.resume(
            self.cast.detail(event["detail"]),
            from_on=day_of(event["from"]),
            anchor_day=event.get("anchor_day"),
            by=DESK,
            at=at,
        )

    def terminate(self, event: Event, at: datetime) -> None:
        detail = self.cast.detail(event["detail"])
        end = changes.terminate if not event.get("refund") else terminate_with_refund
        end(detail, end_on=day_of(event["end_on"]), by=DESK, at=at)

    def correct(self, event: Event, at: datetime) -> None:
        request = Request(
            reason=event.get("reason", ""),
            lines=[Wanted(**line) for line in event.get("lines", ())],
            to_zero=event.get("to_zero", False),
            buyer=buyer_values(event.get("buyer", {})),
            rebill=event.get("rebill", False),
        )
        correct(_invoice(event["invoice"]), request, by=DESK, at=at)

    def change_cycle(self, event: Event, at: datetime) -> None:
        successor = changes.change_cycle(
            self.cast.detail(event["detail"]),
            from_on=day_of(event["from"]),
            months=event["months"],
            price_grosze=event["price_grosze"],
            timing=event.get("timing"),
            by=DESK,
            at=at,
        )
        self.cast.details[event["new"]] = successor.pk

    def pay(self, event: Event, at: datetime) -> None:
        transfer = paying.Transfer(
            amount_grosze=event["amount_grosze"],
            booked_on=warsaw_day(at),
            currency=event.get("currency", PLN),
            title=event.get("title", ""),
            account=event.get("account", ""),
            payer_account=event.get("iban", ""),
            bank_key=event.get("ref") or None,
        )
        self.cast.payments[event["id"]] = receive(transfer, by=DESK, at=at).pk

    def bill_now(self, event: Event, at: datetime) -> None:
        bill_now(self.cast.detail(event["detail"]), by=DESK, at=at)

    def remind(self, _event: Event, at: datetime) -> None:
        remind(at, by=DESK)

    def dispute(self, event: Event, at: datetime) -> None:
        dispute(_invoice(event["invoice"]), by=DESK, at=at)

    def undispute(self, event: Event, at: datetime) -> None:
        undispute(_invoice(event["invoice"]), by=DESK, at=at)

    def assign(self, event: Event, at: datetime) -> None:
        invoices = [_invoice(number) for number in event.get("invoices", ())]
        client = self.cast.client(event["client"])
        paying.assign(self._payment(event), client, invoices=invoices, by=DESK, at=at)

    def reverse(self, event: Event, at: datetime) -> None:
        paying.reverse(self._payment(event), by=DESK, at=at)

    def refund(self, event: Event, at: datetime) -> None:
        paying.refund(self._payment(event), grosze=event["grosze"], by=DESK, at=at)

    def _payment(self, event: Event) -> Payment:
        pk = self.cast.payments.get(event["payment"], 0)
        payment = Payment.objects.filter(pk=pk).first()
        if payment is None:
            raise Refused("no_such_payment", "")
        return payment


def _invoice(number: str) -> Invoice:
    invoice = Invoice.objects.filter(number=number).first()
    if invoice is None:
        raise Refused("no_such_invoice", "")
    return invoice


HANDLERS: Final[Mapping[str, Callable[[Player, Event, datetime], None]]] = {
    name: getattr(Player, name) for name in EVENTS if hasattr(Player, name)
}
