"""Ten thousand transfers whose true payer is known, with every trap of the rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from ogniwo.billing.booking import receive
from ogniwo.billing.correcting import correct
from ogniwo.billing.differing import Request
from ogniwo.billing.models import Invoice, NbpRate
from ogniwo.billing.paying import Transfer
from ogniwo.billing.proforma import FreeLine, offer
from ogniwo.billing.run import bill_due
from ogniwo.billing.tests import scene
from ogniwo.integrations.bank.entry import Entry
from ogniwo.integrations.bank.tests.writing import entry
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.programme.models import Client
from tests import cast
from tests.many import accounts, monthly

NOBODY = 0
START = date(2026, 1, 1)
DAY = date(2027, 3, 1)
EURO_ACCOUNT = "12999900000000000000000077"
VIRTUAL = "12999900000000000000000078"
SHARED = "31999900000000000000000555"  # an accountant's office pays for two clients from it


@dataclass
class World:
    """Clients with documents; the first half pays from an account we know."""

    clients: list[Client]
    monthly: dict[int, list[Invoice]] = field(default_factory=dict)
    yearly: dict[int, Invoice] = field(default_factory=dict)
    corrections: dict[int, Invoice] = field(default_factory=dict)
    proformas: dict[int, Invoice] = field(default_factory=dict)

    @property
    def known(self) -> Sequence[Client]:
        """Clients whose account we learnt before."""
        return self.clients[: len(self.clients) // 2]

    @property
    def silent(self) -> Sequence[Client]:
        """Clients who never paid from any account."""
        return self.clients[len(self.clients) // 2 : -4]


@dataclass(frozen=True)
class Row:
    """A line of the statement, whose the money truly is, and whether it must come twice."""

    entry: Entry
    client_id: int
    trap: str


def account_of(client: Client) -> str:
    """What he pays from."""
    return f"3199990000000000{client.pk:010}"


def build(count: int = 120) -> World:
    """Two months of a monthly series, one year of a yearly one, corrections and proformas."""
    at = scene.noon(START)
    clients = accounts(count, at=at)
    monthly(clients, each=1, start_on=START, at=at)
    for day in (START, date(2026, 2, 2)):
        bill_due(on=day, at=scene.noon(day))
    world = World(clients)
    for client in clients:
        world.monthly[client.pk] = list(client.invoices.order_by("pk"))
    for client in clients[:20]:
        request = Request(reason="rabat", to_zero=True)
        world.corrections[client.pk] = correct(
            world.monthly[client.pk][1], request, by=SYSTEM_ACTOR, at=scene.noon(date(2026, 2, 3))
        )
        world.proformas[client.pk] = offer(
            client, lines=[FreeLine(name="Wdrożenie", unit_grosze=10_000)],
            by=cast.person("Ola"), at=scene.noon(date(2026, 2, 3)),
        )  # fmt: skip
    _yearly(world)
    _euros(world)
    for client in world.known:
        _learn(client, account_of(client))
    for client in clients[-4:-2]:
        _learn(client, SHARED)
    Client.objects.filter(pk=clients[-1].pk).update(virtual_account=VIRTUAL)
    return world


def _yearly(world: World) -> None:
    day = date(2027, 1, 4)
    cast.vendor(series_span="year")
    bill_due(on=day, at=scene.noon(day))
    for invoice in Invoice.objects.filter(issued_on=day).order_by("-pk"):
        world.yearly[invoice.client_id] = invoice


def _euros(world: World) -> None:
    day = date(2027, 1, 5)
    NbpRate.objects.create(currency="EUR", on=day - timedelta(days=1), table="x", mid=Decimal(4))
    for client in world.clients[:5]:
        scene.one_off(client, currency="EUR", start_on=day)
    bill_due(on=day, at=scene.noon(day))
    cast.vendor(more_accounts=EURO_ACCOUNT)


def _learn(client: Client, account: str) -> None:
    """A grosz paid with a number, long ago."""
    number = client.invoices.order_by("pk")[0].number
    sent = Transfer(amount_grosze=1, booked_on=START, title=number, payer_account=account)
    assert receive(sent, by=SYSTEM_ACTOR, at=scene.noon(DAY)).client_id == client.pk


class Maker:
    """Makes rows of each kind; what the rules must say of it is written beside it."""

    def __init__(self, world: World, *, seed: int) -> None:
        self.world, self.any = world, Random(seed)  # noqa: S311 - nothing secret
        self.fresh = 0
        self.count = 0

    def rows(self, count: int) -> list[Row]:
        """So many rows, their kinds mixed."""
        kinds: list[Callable[[], Row]] = [
            self.plain, self.spelt, self.serial_is_whole, self.correction, self.proforma,
            self.yearly, self.two_clients, self.foreign, self.foreign_of_known, self.nip,
            self.vat_split, self.known_account, self.shared_account, self.learnt,
            self.amount_only, self.like_name, self.several, self.too_much, self.too_little,
            self.nobodys_number, self.long_digits, self.debit,
        ]  # fmt: skip
        return [self.any.choice(kinds)() for _turn in range(count)]

    def row(
        self, title: str, client_id: int, trap: str, *, grosze: int | None = None,
        account: str = "", name: str = "Nadawca",
    ) -> Row:  # fmt: skip
        self.count += 1
        grosze = self.any.randint(1, 90) if grosze is None else grosze
        day = DAY + timedelta(days=self.count // 400)
        reference = "" if self.any.random() < 0.3 else f"B{self.count:09}"
        made = entry(
            grosze, on=day, title=title, account=account or self.unseen(), name=name,
            reference=reference,
        )  # fmt: skip
        return Row(made, client_id, trap)

    def unseen(self) -> str:
        """An account nobody has paid from."""
        self.fresh += 1
        return f"3199990000000001{self.fresh:010}"

    def client(self) -> Client:
        return self.any.choice(self.world.clients[:-4])

    def invoice(self, client: Client) -> Invoice:
        return self.any.choice(self.world.monthly[client.pk])

    def plain(self) -> Row:
        client = self.client()
        return self.row(f"Zapłata za {self.invoice(client).number}", client.pk, "plain")

    def spelt(self) -> Row:
        """Odd signs between, lower case, zeros left out."""
        client = self.client()
        kind, year, month, serial = self.invoice(client).number.split("/")
        serial = self.any.choice([serial, str(int(serial)), f"0{serial}"])
        signs = ["", "-", ".", " ", "_", "\\", " / ", "//", ":"]
        between = [self.any.choice(signs) for _place in range(3)]
        number = f"{kind}{between[0]}{year}{between[1]}{month}{between[2]}{serial}"
        number = self.any.choice([number, number.lower(), f"nr {number},"])
        return self.row(number, client.pk, "spelt")

    def serial_is_whole(self) -> Row:
        """1 is not 11: the number ends where digits end."""
        client = self.any.choice([self.world.clients[0], self.world.clients[10]])
        serial = "0001" if client is self.world.clients[0] else "00011"
        return self.row(f"FV/2026/01/{serial} dziekuje", client.pk, "serial_is_whole")

    def correction(self) -> Row:
        client = self.any.choice(self.world.clients[:20])
        return self.row(self.world.corrections[client.pk].number, client.pk, "correction")

    def proforma(self) -> Row:
        client = self.any.choice(self.world.clients[:20])
        return self.row(self.world.proformas[client.pk].number, client.pk, "proforma")

    def yearly(self) -> Row:
        client = self.client()
        serial = int(self.world.yearly[client.pk].number.rpartition("/")[2])
        written = self.any.choice(
            ["FV/2027/{:04}", "fv 2027 {}", "FV-2027-{}.", "FV/2027/{:04}, 12"]
        )
        return self.row(written.format(serial), client.pk, "yearly")

    def two_clients(self) -> Row:
        """Numbers of two: a person decides, also where one of them pays from a known account."""
        first, second = self.any.sample(self.world.clients[:-4], 2)
        title = f"{self.invoice(first).number}, {self.invoice(second).number}"
        account = self.any.choice([account_of(self.world.known[0]), ""])
        return self.row(title, NOBODY, "two_clients", account=account)

    def _foreign(self) -> str:
        """Numbers of somebody else that look like ours, though ours has that very serial."""
        month, serial = self.any.choice(["01", "02"]), f"{self.any.randint(1, 120):04}"
        written = ["KFV/2026/{}/{}", "FVS/2026/{}/{}", "PROF/2026/{}/{}", "FV/26/{}/{}",
                   "2026/{}/{}", "FV/2027/{}/{}", "SFV 2026 {} {}", "FV/2026/13/{}{}"]  # fmt: skip
        return self.any.choice(written).format(month, serial)

    def foreign(self) -> Row:
        return self.row(self._foreign(), NOBODY, "foreign")

    def foreign_of_known(self) -> Row:
        client = self.any.choice(self.world.known)
        return self.row(self._foreign(), client.pk, "foreign_of_known", account=account_of(client))

    def nip(self) -> Row:
        client = self.any.choice(self.world.silent)
        number = client.nip
        dashed = f"{number[:3]}-{number[3:6]}-{number[6:8]}-{number[8:]}"
        written = self.any.choice([number, dashed, f"PL{number}", f"NIP:{number} abonament"])
        return self.row(written, client.pk, "nip")

    def vat_split(self) -> Row:
        """A split payment; the invoice it names decides before the NIP."""
        client, other = self.any.sample(self.world.clients[:-4], 2)
        number = self.invoice(client).number
        title = f"/VAT/23,00/IDC/{other.nip}/INV/{number}/TXT/oplata"
        if self.any.random() < 0.5:
            title = f"/VAT/23,00/IDC/{client.nip}/INV/12345/TXT/oplata"
        return self.row(title, client.pk, "vat_split")

    def known_account(self) -> Row:
        client = self.any.choice(self.world.known)
        return self.row("abonament", client.pk, "known_account", account=account_of(client))

    def shared_account(self) -> Row:
        """Two pay from it: only what the title says decides."""
        client = self.any.choice(self.world.clients[-4:-2])
        if self.any.random() < 0.5:
            return self.row("abonament", NOBODY, "shared_account", account=SHARED)
        return self.row(client.nip, client.pk, "shared_account", account=SHARED)

    def learnt(self) -> Row:
        """From the second payment on, his account speaks for him."""
        client = self.world.clients[-2]
        known = getattr(self, "taught", False)
        self.taught = True
        title = "kolejna wplata" if known else self.invoice(client).number
        return self.row(title, client.pk, "learnt", account=account_of(client))

    def amount_only(self) -> Row:
        """Just what a hundred clients owe."""
        return self.row("faktura za styczen", NOBODY, "amount_only", grosze=18_327)

    def like_name(self) -> Row:
        name = self.client().company_name
        return self.row("abonament", NOBODY, "like_name", name=name, grosze=18_327)

    def several(self) -> Row:
        client = self.client()
        both = " ".join(one.number for one in self.world.monthly[client.pk])
        return self.row(both, client.pk, "several", grosze=self.any.randint(1, 2_000))

    def too_much(self) -> Row:
        client = self.client()
        return self.row(self.invoice(client).number, client.pk, "too_much", grosze=40_000)

    def too_little(self) -> Row:
        client = self.client()
        return self.row(self.invoice(client).number, client.pk, "too_little", grosze=3)

    def nobodys_number(self) -> Row:
        serial = self.any.choice(["0999", "1201", "0000"])
        return self.row(f"FV/2026/01/{serial}", NOBODY, "nobodys_number")

    def long_digits(self) -> Row:
        """A NIP inside a longer number, or with a wrong last digit, is none."""
        number = self.any.choice(self.world.silent).nip
        wrong = f"{number[:9]}{(int(number[9]) + 1) % 10}"
        return self.row(self.any.choice([f"1{number}", f"{number}0", wrong]), NOBODY, "long_digits")

    def debit(self) -> Row:
        return self.row("prowizja", NOBODY, "debit", grosze=-self.any.randint(1, 900))
