"""More of everything, months old: what a page of the matrix has to show when there is much."""

from datetime import date, datetime, timedelta
from typing import Any

from ogniwo.billing import changes, correcting, paying, reminding
from ogniwo.billing.accounts import convert
from ogniwo.billing.agreeing import Agreement, add_detail
from ogniwo.billing.booking import receive
from ogniwo.billing.differing import Request
from ogniwo.billing.models import BillingDetail, Invoice, Payment
from ogniwo.billing.run import bill_due
from ogniwo.integrations.mailin.intake import take_in
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.kernel import roles
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.periods import anchor_date
from ogniwo.outbox.models import Message
from ogniwo.outbox.seal import open_sealed
from ogniwo.people.models import User
from ogniwo.programme import letters
from ogniwo.programme.cases import open_case, reply_to
from ogniwo.programme.materials import add_material
from ogniwo.programme.models import Client, Reseller
from ogniwo.programme.noting import note
from tests import cast
from tests.security.world import FIRMS, LETTER, PDF, World

ONE_DAY = timedelta(days=1)
EACH = 4


def begin(*, now: datetime) -> dict[str, dict[str, Any]]:
    """Two firms with clients billed for two months; by firm the names of what has most."""
    then, krysia = now - timedelta(days=70), cast.person("Krysia", at=now - timedelta(days=70))
    busy = {name: _busy(name, 60_000 + 5_000 * n, then) for n, name in enumerate(FIRMS)}
    for days in (65, 35):
        at = now - days * ONE_DAY
        bill_due(on=warsaw_day(at), by=krysia, at=at)
    names = {name: _documents(*busy[name], now=now) for name in FIRMS}
    for days in range(33, 0, -1):
        reminding.tick_reminders((now - days * ONE_DAY).replace(hour=10))
    return names


def go_on(world: World, names: dict[str, dict[str, Any]]) -> None:
    """What comes last; the addresses of the matrix lead to what has most."""
    _at_the_desk(world)
    for name in FIRMS:
        busy = Client.objects.get(number=names[name]["account"])
        _talk(world, world.rows[name]["reseller"], busy)
        world.names[name] |= names[name] | {"terms_token": _new_terms_link(world, name)}
        world.names[name]["case"] = busy.cases.order_by("pk")[0].number


def _new_terms_link(world: World, name: str) -> str:
    """The one of the first letter has died."""
    firm = world.rows[name]["reseller"]
    letters.terms_to_accept(firm, at=world.now)
    letter = Message.objects.about(firm).filter(template__endswith="/terms_to_accept").latest("pk")
    link: str = open_sealed(letter.sealed)["link"]
    return link.rstrip("/").rpartition("/")[2]


def _busy(name: str, nip: int, then: datetime) -> tuple[Client, BillingDetail]:
    """The client of a firm with more agreements than the others, and the first of them."""
    firm = cast.reseller(name, at=then)
    clients = [_account(firm, number, nip + 50 * number, then) for number in range(EACH)]
    return clients[0], _agree(clients[0], then)[0]


def _documents(busy: Client, detail: BillingDetail, *, now: datetime) -> dict[str, Any]:
    krysia, at = cast.person("Krysia"), now - 34 * ONE_DAY
    first, second, third, *_rest = Invoice.objects.sales().filter(client=busy).order_by("pk")
    correcting.correct(first, Request(reason="Rezygnacja", to_zero=True), by=krysia, at=at)
    reminding.dispute(second, reason="Reklamacja", by=krysia, at=at)
    _pay(busy, now)
    return {
        "account": busy.number,
        "detail": detail.pk,
        "invoice": third.number.replace("/", "-"),
        "payment": Payment.objects.filter(client=busy).order_by("pk")[0].pk,
    }


def _account(firm: Reseller, number: int, nip: int, then: datetime) -> Client:
    host = f"sklep-{nip}.example"
    client = cast.lead(
        firm, f"Sklep {nip}", at=then, nip=cast.nip(nip), email=f"biuro@{host}",
        shop_url=f"https://{host}",
    )  # fmt: skip
    agreement = Agreement(
        service=cast.service("hosting"), price_grosze=9_900 + number, months=1,
        start_on=warsaw_day(then),
    )  # fmt: skip
    convert(
        client, reseller=firm, unverified_because="telefon", details=[agreement],
        by=cast.person("Ola"), at=then,
    )  # fmt: skip
    return client


def _agree(client: Client, then: datetime) -> list[BillingDetail]:
    ola, on = cast.person("Ola"), warsaw_day(then)
    facts: list[dict[str, Any]] = [
        {"months": 12, "start_on": on - timedelta(days=320)},
        {"months": 6, "discounts": []},
        {"months": None, "kind": BillingDetail.Kind.ONE_OFF, "separate": True},
        {"months": None, "kind": BillingDetail.Kind.ONE_OFF, "separate": True},
        {"months": 1, "timing": BillingDetail.Timing.ARREARS, "separate": True},
        {"months": 1, "periods": 2},
    ]
    details = [_added(client, on, ola, then, one) for one in facts]
    later = anchor_date(on, on.day, 4)
    changes.pause(details[4], from_on=later, by=ola, at=then)
    return details


def _added(
    client: Client, on: date, by: User, at: datetime, facts: dict[str, Any]
) -> BillingDetail:
    agreement: dict[str, Any] = {
        "service": cast.service("hosting"), "price_grosze": 19_900, "start_on": on
    } | facts  # fmt: skip
    return add_detail(client, Agreement(**agreement), by=by, at=at)


def _pay(client: Client, now: datetime) -> None:
    for days in (20, 15, 10):
        at = now - days * ONE_DAY
        transfer = paying.Transfer(amount_grosze=5_000, booked_on=warsaw_day(at))
        paying.enter(transfer, client=client, by=cast.person("Krysia"), at=at)


def _talk(world: World, firm: Reseller, client: Client) -> None:
    owner, ola = cast.owner_of(firm), world.people["Radek", "staff"]
    for number in range(EACH):
        case = open_case(
            firm, kind="other", subject=f"Pytanie {number}", text="Jak?", client=client, by=owner,
            at=world.now,
        )  # fmt: skip
        case.take(by=ola, at=world.now)
        case.answer(text="Tak.", by=ola, at=world.now)
        reply_to(case, "Dziękuję.", by=owner, at=world.now)
        for subject in (client, firm):
            note(subject, f"Notatka {number}", by=ola, at=world.now)
        _lead(firm, number, world)
        User.objects.add(
            f"osoba-{number}.{firm.number}@doradztwo.example".lower(),
            role=roles.RESELLER_MEMBER, name=f"Osoba {number}", reseller_id=firm.pk,
            by=SYSTEM_ACTOR, at=world.now,
        )  # fmt: skip


def _lead(firm: Reseller, number: int, world: World) -> None:
    nip = 80_000 + 1_000 * firm.pk + 50 * number
    host = f"lead-{nip}.example"
    lead = cast.lead(
        firm, f"Lead {nip}", at=world.now, nip=cast.nip(nip), email=f"biuro@{host}",
        shop_url=f"https://{host}",
    )  # fmt: skip
    if number % 2:
        ola = world.people["Radek", "staff"]
        lead.ask(fields=["street"], question="Gdzie?", by=ola, at=world.now)


def _at_the_desk(world: World) -> None:
    adam, at = world.people["Radek", "admin"], world.now
    for number in range(EACH):
        nip = cast.nip(95_000 + 50 * number)
        cast.application(f"Nowy{number}", at=at, nip=nip, email=f"nowy-{number}@nowy.example")
        add_material(f"Ulotka {number}", PDF + str(number).encode(), by=adam, at=at)
        take_in(LETTER.replace("<1@", f"<{number + 10}@").encode(), at=at)
        cast.service(f"usluga-{number}")
        transfer = paying.Transfer(
            amount_grosze=12_345 + number, booked_on=warsaw_day(at), title="przelew",
            payer_account=f"6110901014000007121981287{number}", payer_name="ANNA KOS",
        )  # fmt: skip
        receive(transfer, by=SYSTEM_ACTOR, at=at)
