"""The vendor Meridian, its people, its price list; and who may sign in with which password."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from django.conf import settings

from ogniwo.demo.names import Names
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.kernel import roles
from ogniwo.kernel.days import warsaw_day
from ogniwo.people.models import User
from ogniwo.programme.models import Reseller, Service, Vendor
from ogniwo.programme.onboarding import set_up

CATALOGUE: Sequence[tuple[str, str, dict[int, int]]] = (
    ("integrator", "Integrator Plus", {1: 32_900, 12: 329_000}),
    ("integrator-start", "Integrator Start", {1: 14_900, 12: 149_000}),
    ("opieka", "Opieka serwisowa", {6: 59_400}),
    ("kopie", "Kopie zapasowe", {12: 58_800}),
    ("domena", "Domena i certyfikat", {36: 44_700}),
    ("wdrozenie", "Wdrożenie sklepu", {0: 149_000}),
    ("programowanie", "Programowanie", {0: 96_000}),
)
PEOPLE = (
    ("adam", "Adam Sadownik", roles.ADMINISTRATOR),
    ("ola", "Ola Piekarz", roles.STAFF),
    ("piotr", "Piotr Zielarz", roles.STAFF),
    ("krysia", "Krysia Rachmistrz", roles.ACCOUNTANT),
    ("rita", "Rita Czytelna", roles.READER),
)
SHOWN_RESELLERS = 4
VENDOR_NIP = "9990554333"
VENDOR_ACCOUNT = "12999900040000307198128740"


@dataclass(frozen=True)
class Login:
    """One row of the printed table."""

    role: str
    email: str
    password: str
    url: str


@dataclass
class Cast:
    """Everybody who acts, and what they share."""

    rng: Random
    names: Names
    password: str
    hashed: str
    people: dict[str, User] = field(default_factory=dict)
    resellers: list[Reseller] = field(default_factory=list)

    @property
    def staff(self) -> User:
        return self.rng.choice([self.people["ola"], self.people["piotr"]])

    def owner_of(self, reseller: Reseller) -> User:
        owner: User = User.objects.get(reseller=reseller, role=roles.RESELLER_OWNER)
        return owner

    def give_password(self, user: User) -> None:
        """The same for all: hashing it forty times would only make the demo slow."""
        user.password = self.hashed
        user.save(update_fields=["password"])

    def logins(self) -> list[Login]:
        """The vendor's people and a few resellers, those with the most clients first."""
        rows = [self._login(user) for user in self.people.values()]
        busiest = sorted(self.resellers, key=lambda firm: -firm.clients.count())
        rows += [self._login(self.owner_of(firm)) for firm in busiest[:SHOWN_RESELLERS]]
        staff = User.objects.filter(role__in=[roles.RESELLER_MEMBER, roles.RESELLER_READER])
        return rows + [self._login(user) for user in staff.order_by("pk")]

    def _login(self, user: User) -> Login:
        path = "/konsola/" if user.is_vendor else "/panel/"
        return Login(user.role, user.email, self.password, f"{settings.URL.rstrip('/')}{path}")


def open_shop(rng: Random, *, password: str, at: datetime) -> Cast:
    """Set up the vendor, marked as a demo for ever, with people and price list."""
    set_up(
        company="Meridian Integracje sp. z o.o.",
        nip=VENDOR_NIP,
        email="partnerzy@meridian.example",
        admin_email="adam@meridian.example",
        admin_name="Adam Sadownik",
        street="ul. Prosta 1",
        postcode="00-001",
        city="Warszawa",
        account=VENDOR_ACCOUNT,
        is_demo=True,
        at=at,
    )
    cast = Cast(rng, Names(rng), password, "")
    for key, name, role in PEOPLE:
        email = f"{key}@meridian.example"
        user = User.objects.filter(email=email).first() or User.objects.add(
            email, role=role, name=name, by=SYSTEM_ACTOR, at=at
        )
        cast.people[key] = user
    first = cast.people["adam"]
    Vendor.load().change(brand_name="Meridian", phone="+48756123408", by=first, at=at)
    first.change_password(password, by=first, at=at)
    cast.hashed = first.password
    for user in cast.people.values():
        cast.give_password(user)
    _price_list(cast, from_on=warsaw_day(at), at=at)
    return cast


def _price_list(cast: Cast, *, from_on: date, at: datetime) -> None:
    for position, (code, name, prices) in enumerate(CATALOGUE):
        service = Service.objects.create(code=code, name=name, position=position)
        for months, grosze in prices.items():
            service.set_price(
                months=months, grosze=grosze, from_on=from_on, by=cast.people["adam"], at=at
            )
