"""A small company to try the kit on: staff, an accountant, two resellers and one Lead."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client as Browser
from pytest_django import Settings

from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.kernel import roles
from ogniwo.people.models import User
from ogniwo.programme.models import Client, Reseller, Vendor

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def vendor(db: None) -> Vendor:
    return Vendor.objects.create(
        pk=1,
        company_name="Meridian Integracje sp. z o.o.",
        brand_name="Meridian",
        nip="9990554333",
        contact_address="partnerzy@meridian.example",
        brand_colour="#3b3aa6",
        set_up_at=AT,
    )


def person(role: str, name: str, *, reseller: Reseller | None = None) -> User:
    address = f"{name.split(maxsplit=1)[0].lower()}@firma.example"
    return User.objects.add(
        address,
        role=role,
        name=name,
        reseller_id=reseller.pk if reseller else None,
        by=SYSTEM_ACTOR,
        at=AT,
    )


def firm(number: str, nip: str, name: str) -> Reseller:
    return Reseller.objects.create(
        number=number,
        state=Reseller.State.ACTIVE,
        company_name=name,
        nip=nip,
        first_name="Anna",
        last_name="Kowalska",
        email="biuro@firma.example",
        phone="+48600214118",
        joined_at=AT,
    )


def lead_of(reseller: Reseller, *, no: int = 311, name: str = "Zielony Stragan Ola Bąk") -> Client:
    client = Client(
        lead_number=f"L-{no:04}",
        reseller=reseller,
        contact_person="Ola Bąk",
        platform="shoper",
        receipt="0" * 64,
        registered_at=AT,
    )
    client.set_fields(
        {"company_name": name, "nip": "", "phone": "+48601330912", "city": "Łódź"},
        allowed=Client.COMPANY_FIELDS,
    )
    client.save(force_insert=True)
    return client


@pytest.fixture
def ola(vendor: Vendor) -> User:
    return person(roles.STAFF, "Ola Lis")


@pytest.fixture
def piotr(vendor: Vendor) -> User:
    return person(roles.ADMINISTRATOR, "Piotr Zieliński")


@pytest.fixture
def magda(vendor: Vendor) -> User:
    return person(roles.ACCOUNTANT, "Magda Wrona")


@pytest.fixture
def kowalska(vendor: Vendor) -> Reseller:
    return firm("R-014", "9991184077", "Kowalska Doradztwo")


@pytest.fixture
def anna(kowalska: Reseller) -> User:
    return person(roles.RESELLER_OWNER, "Anna Kowalska", reseller=kowalska)


@pytest.fixture
def stragan(kowalska: Reseller) -> Client:
    return lead_of(kowalska)


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def pages(settings: Settings) -> None:
    """The addresses and templates of `pages.py`."""
    settings.ROOT_URLCONF = "ogniwo.web.tests.pages"
    folder = Path(__file__).parent / "templates"
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [folder]}]
