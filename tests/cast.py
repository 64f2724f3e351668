"""The cast: the same people and firms in tests, made through the real verbs.

Ola (staff), Adam (administrator), Krysia (accountant) and Rita (reader) work at the vendor; Radek
and Zenon are resellers who must not see each other; Kwiaty is Radek's client.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from ogniwo.journal.actors import SYSTEM_ACTOR, Holder
from ogniwo.kernel import roles
from ogniwo.kernel.text import fold
from ogniwo.people.models import User
from ogniwo.programme import accepting, apply, onboarding, registering
from ogniwo.programme.models import Application, Client, Reseller, Service, TermsVersion, Vendor

PASSWORD = "korzec-maku-pod-lampa"
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
APPLICANT = Holder(role=roles.APPLICANT)
OWNER = Holder(role=roles.RESELLER_OWNER)

VENDOR_PEOPLE = {
    "Ola": roles.STAFF,
    "Adam": roles.ADMINISTRATOR,
    "Krysia": roles.ACCOUNTANT,
    "Rita": roles.READER,
}


def nip(number: int) -> str:
    """A NIP that begins with 999 and has a true check digit, a different one for each number."""
    weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
    for turn in range(number * 2, number * 2 + 40):
        digits = f"999{100_000 + turn:06}"
        check = sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
        if check < 10:
            return f"{digits[:9]}{check}"
    raise AssertionError("no NIP near this number")


def vendor(*, at: datetime = START, **settings: Any) -> Vendor:
    """Meridian, set up; called again it is the same one."""
    if not Vendor.objects.exists():
        onboarding.set_up(
            company="Meridian Integracje sp. z o.o.",
            nip=nip(1),
            email="partnerzy@meridian.example",
            admin_email="adam@meridian.example",
            admin_name="Adam",
            street="ul. Prosta 1",
            postcode="00-001",
            city="Warszawa",
            account="12999900040000307198128740",
            at=at,
        )
    found = Vendor.load()
    if settings:
        found.change(by=SYSTEM_ACTOR, at=at, **settings)
    return found


def person(name: str, *, at: datetime = START) -> User:
    """One of the vendor's people, with the password of the cast."""
    vendor(at=at)
    email = f"{fold(name)}@meridian.example"
    user: User | None = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.add(email, role=VENDOR_PEOPLE[name], name=name, by=SYSTEM_ACTOR, at=at)
    return with_password(user)


def with_password(user: User) -> User:
    if not user.has_usable_password():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return user


def application_fields(name: str = "Radek", **changes: Any) -> dict[str, Any]:
    """What an applicant types."""
    return {
        "company_name": f"{name} Doradztwo",
        "nip": nip(sum(map(ord, name)) * 100),
        "street": "ul. Długa 14/3",
        "postcode": "58-500",
        "city": "Jelenia Góra",
        "first_name": name,
        "last_name": "Kowalski",
        "email": f"{fold(name)}@doradztwo.example",
        "phone": "+48600214118",
        "website": "",
        "activity": "freelancer",
        "expected_clients": "1-10",
        "message": "Prowadzę sklepy na Shoperze i WooCommerce.",
    } | changes


def application(name: str = "Radek", *, at: datetime = START, **changes: Any) -> Application:
    """A confirmed application, not yet taken."""
    vendor(at=at)
    fields = application_fields(name, **changes)
    apply.submit(fields, at=at)
    found = Application.objects.filter(nip=fields["nip"]).latest("pk")
    assert apply.confirm(found, at=at)
    found.refresh_from_db()
    return found


def reseller(name: str = "Radek", *, at: datetime = START, terms: bool = True) -> Reseller:
    """An accepted reseller with a password, active unless told; asked twice the same one."""
    found = Reseller.objects.filter(first_name=name).first()
    if found is None:
        ola, asked = person("Ola", at=at), application(name, at=at)
        asked.take(by=ola, at=at)
        asked.accept(by=ola, at=at)
        assert asked.reseller is not None
        found = asked.reseller
        owner = with_password(owner_of(found))
        found.set_password(by=owner, at=at)
        if terms:
            accept_terms(found, at=at)
    found.refresh_from_db()
    return found


def owner_of(firm: Reseller) -> User:
    owner: User = User.objects.get(reseller=firm, role=roles.RESELLER_OWNER)
    return owner


def colleague(firm: Reseller, role: str, *, at: datetime = START) -> User:
    """Another person of a reseller's firm."""
    email = f"{role}.{firm.number}@doradztwo.example".lower()
    user: User | None = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.add(
            email, role=role, name=role, reseller_id=firm.pk, by=SYSTEM_ACTOR, at=at
        )
    return with_password(user)


def accept_terms(firm: Reseller, *, at: datetime = START) -> None:
    version = TermsVersion.objects.announced()[0]
    accepting.accept(firm, version, accepting.Proof(channel="link"), by=owner_of(firm), at=at)


def client_fields(name: str = "Kwiaty", **changes: Any) -> dict[str, Any]:
    """What a reseller types into his FRK."""
    return {
        "company_name": f"{name} sp. z o.o.",
        "nip": nip(sum(map(ord, name)) * 100 + 7),
        "street": "ul. Różana 11",
        "postcode": "58-560",
        "city": "Jelenia Góra",
        "contact_person": "Marta Lipska",
        "phone": "+48602118447",
        "email": f"biuro@{fold(name)}.example",
        "platform": "shoper",
        "shop_url": f"https://{fold(name)}.example",
        "statement_on": date(2026, 1, 4),
        "statement_how": "phone",
        "notes": "",
    } | changes


def lead(
    firm: Reseller | None = None, name: str = "Kwiaty", *, at: datetime = START, **changes: Any
) -> Client:
    """A Lead of this reseller (Radek unless said)."""
    firm = firm or reseller("Radek", at=at)
    return registering.register(firm, client_fields(name, **changes), [], by=owner_of(firm), at=at)


def service(code: str = "integrator", *, months: int = 1, grosze: int = 32_900) -> Service:
    """An item of the price list with a net price from the first of January 2026."""
    found, made = Service.objects.get_or_create(code=code, defaults={"name": code.capitalize()})
    if made:
        found.set_price(
            months=months, grosze=grosze, from_on=date(2026, 1, 1), by=SYSTEM_ACTOR, at=START
        )
    return found


def later(days: float, *, at: datetime = START) -> datetime:
    return at + timedelta(days=days)
