"""Two firms that must not see each other, one person of each role, one object of each kind."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models
from django.test import Client as Browser

from ogniwo.billing import links, paying
from ogniwo.billing.accounts import convert
from ogniwo.billing.agreeing import Agreement
from ogniwo.billing.interest import missing_rate, rates_by_day, set_rate
from ogniwo.billing.models import BankStatement, BillingDetail, BillingRun, InterestNote, Invoice
from ogniwo.billing.noting import issue_note
from ogniwo.billing.run import bill_due
from ogniwo.integrations.mailin.intake import take_in
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.kernel import roles
from ogniwo.kernel.days import warsaw_day
from ogniwo.outbox.models import Message
from ogniwo.outbox.seal import open_sealed
from ogniwo.people import letters as letters_to_people
from ogniwo.people.models import User
from ogniwo.programme.cases import open_case
from ogniwo.programme.materials import add_material
from ogniwo.programme.models import Client, Reseller, Service
from tests import cast

FIRMS = ("Radek", "Zenon")
# Columns of the matrix; the first is a stranger.
COLUMNS = ("anon", "owner", "member", "podglad", "reader", "staff", "accountant", "admin")
AT_VENDOR = {"reader": "Rita", "staff": "Ola", "accountant": "Krysia", "admin": "Adam"}
IN_FIRM = {
    "owner": roles.RESELLER_OWNER,
    "member": roles.RESELLER_MEMBER,
    "podglad": roles.RESELLER_READER,
}
LETTER = (
    "From: ktos@obcy.example\r\nTo: partnerzy@meridian.example\r\nSubject: Pytanie\r\n"
    "Message-ID: <1@obcy.example>\r\n\r\nCzy mogę?\r\n"
)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass
class World:
    """Names that stand in addresses, for each firm; and a browser of each person."""

    now: datetime
    names: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[tuple[str, str], User] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def browser(self, column: str, *, firm: str = "Radek") -> Browser:
        """Signed in afresh (a stranger: not at all); pages come in English."""
        browser = Browser()
        if column == "anon":
            session = browser.session
            session["language"] = "en"
            session.save()
            return browser
        person = self.people[firm, column]
        # Another test may have changed him in memory; in the database that was taken back.
        person.refresh_from_db()
        browser.force_login(person)
        return browser

    def address(self, pattern: str, *, firm: str = "Radek") -> str:
        return pattern.format(**self.names[firm])


def build(*, now: datetime) -> World:
    """All of it through the real verbs, in the last days."""
    world = World(now=now)
    start = now - timedelta(days=6)
    cast.vendor(at=start)
    for column, name in AT_VENDOR.items():
        user = cast.person(name, at=start)
        world.people |= {(firm, column): user for firm in FIRMS}
    shared = _shared(world, start)
    for firm in FIRMS:
        _firm(world, firm, shared, start)
    run = BillingRun.objects.order_by("pk")[0].pk
    for names in world.names.values():
        names["run"] = run
    User.objects.update(language="en")
    return world


def _shared(world: World, start: datetime) -> dict[str, Any]:
    """What the vendor has only once."""
    ola, adam = world.people["Radek", "staff"], world.people["Radek", "admin"]
    service = Service.objects.create(code="integrator", name="Integrator")
    service.set_price(months=1, grosze=32_900, from_on=date(2026, 1, 1), by=SYSTEM_ACTOR, at=start)
    asked = cast.application("Wanda", at=start)
    asked.take(by=ola, at=start)
    new = cast.person("Rita", at=start)
    letters_to_people.password_reset(new, at=world.now)
    invited = User.objects.add(
        "nowa@meridian.example", role=roles.READER, name="Nowa", by=adam, at=start
    )
    letters_to_people.invitation(invited, at=start, by=adam)
    material = add_material("Ulotka", PDF, by=adam, at=start)
    note = _note(world, service, start)
    inbound = take_in(LETTER.encode(), at=start).letter
    statement = BankStatement.objects.create(
        account="1" * 26, currency="PLN", format="mt940", file_name="w.sta", digest="0" * 64,
        entered_at=start, state=BankStatement.State.IMPORTED, matched_at=start,
    )  # fmt: skip
    return {
        "application": asked.number,
        "service": service.code,
        "material": material.pk,
        "inbound": inbound.pk,
        "statement": statement.pk,
        "note": note.number.replace("/", "-"),
        "day": warsaw_day(world.now).isoformat(),
        "vendor_person": invited.pk,
        "message": Message.objects.order_by("pk")[0].pk,
        "alias": "reseller-verosoft",
        "application_token": token_of("application_received", asked),
        "invitation_token": token_of("invitation", invited),
        "reset_token": token_of("password_reset", new),
    }


def _note(world: World, service: Service, start: datetime) -> InterestNote:
    """The note of a client who had no days to pay and has not paid."""
    ola, krysia = world.people["Radek", "staff"], world.people["Radek", "accountant"]
    on, today = warsaw_day(start), warsaw_day(world.now)
    client = _lead(cast.reseller("Zenon", at=start), "Zwleka", 43_000, start)
    agreement = Agreement(service=service, price_grosze=500_000, start_on=on, months=1)
    convert(
        client, reseller=client.reseller, unverified_because="telefon", details=[agreement],
        by=ola, at=start,
    )  # fmt: skip
    client.change_account(values={"due_days": 0}, by=ola, at=start)
    bill_due(on=on, by=krysia, at=start, client=client)
    if missing := missing_rate(rates_by_day(), on=today):
        set_rate(missing, basis_points=1_375, source="", by=krysia, at=world.now)
    return issue_note(client, "PLN", until=today, by=krysia, at=world.now)


def _firm(world: World, name: str, shared: dict[str, Any], start: datetime) -> None:
    firm = cast.reseller(name, at=start)
    for column, role in IN_FIRM.items():
        owner = column == "owner"
        user = cast.owner_of(firm) if owner else cast.colleague(firm, role, at=start)
        world.people[name, column] = user
    lead = _lead(firm, f"Lead {name}", 41_000 + 50 * FIRMS.index(name), start)
    account, detail = _account(world, firm, name, start)
    for client in (lead, account):
        client.services.set(Service.objects.all())
    invoice = Invoice.objects.get(client=account)
    payment = paying.enter(
        paying.Transfer(amount_grosze=100, booked_on=warsaw_day(world.now)),
        client=account,
        by=world.people[name, "accountant"],
        at=world.now,
    )
    case = open_case(
        firm, kind="other", subject="Pytanie", text="Jak?", by=cast.owner_of(firm), at=start
    )
    world.rows[name] = {
        "lead": lead, "account": account, "detail": detail, "invoice": invoice, "case": case,
        "payment": payment, "reseller": firm,
    }  # fmt: skip
    world.names[name] = shared | {
        "lead": lead.lead_number,
        "account": account.number,
        "detail": detail.pk,
        "invoice": invoice.number.replace("/", "-"),
        "payment": payment.pk,
        "case": case.number,
        "reseller": firm.number,
        "person": world.people[name, "member"].pk,
        "acceptance": firm.acceptances.get().pk,
        "frk": f"{name}Kowalski",
        "terms_token": token_of("terms_to_accept", firm),
        "objection_token": token_of("client_information", lead),
        "invoice_token": links.make_link(invoice, by=world.people[name, "staff"], at=world.now),
    }


def _lead(firm: Reseller, name: str, number: int, start: datetime) -> Client:
    host = f"{name.lower().replace(' ', '-')}.example"
    return cast.lead(
        firm, name, at=start, nip=cast.nip(number), email=f"biuro@{host}",
        shop_url=f"https://{host}",
    )  # fmt: skip


def _account(
    world: World, firm: Reseller, name: str, start: datetime
) -> tuple[Client, BillingDetail]:
    account = _lead(firm, f"Konto {name}", 42_000 + 50 * FIRMS.index(name), start)
    agreement = Agreement(
        service=Service.objects.get(code="integrator"),
        price_grosze=32_900,
        start_on=warsaw_day(start),
        months=1,
    )
    details = convert(
        account,
        reseller=firm,
        unverified_because="telefon",
        details=[agreement],
        by=world.people[name, "staff"],
        at=world.now - timedelta(hours=5),
    )
    bill_due(on=warsaw_day(world.now), by=world.people[name, "accountant"], at=world.now)
    account.refresh_from_db()
    return account, details[0]


def token_of(template: str, about: models.Model) -> str:
    """The secret of the link in the letter about this object."""
    letters = Message.objects.about(about).filter(template__endswith=f"/{template}")
    link: str = open_sealed(letters[0].sealed)["link"]
    return link.rstrip("/").rpartition("/")[2]


def midday() -> datetime:
    """The present moment, without the seconds that would differ between two looks."""
    return datetime.now(tz=UTC).replace(microsecond=0)
