"""Walks that many stories begin with, each through the pages and letters of everybody in it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ogniwo.kernel.text import fold
from tests import cast
from tests.stories.driver import Visitor, World
from tests.stories.pages import Page

APPLY = "/zostan-resellerem/"


@dataclass(frozen=True)
class Firm:
    """A reseller as he stands in a story: his browser and the places that are his."""

    name: str
    email: str
    number: str
    frk: str
    visitor: Visitor

    def get(self, url: str) -> Page:
        return self.visitor.get(url)


def email_of(name: str) -> str:
    return f"{fold(name)}@doradztwo.example"


def typed_application(name: str = "Radek", **changes: Any) -> dict[str, Any]:
    """What this applicant types into the form."""
    consents = {"consent_information": True, "consent_terms": True}
    return consents | cast.application_fields(name, **changes)


def send_application(world: World, name: str = "Radek", **changes: Any) -> Page:
    page = world.visitor().get(APPLY)
    return page.submit(**typed_application(name, **changes))


def apply(world: World, name: str = "Radek", **changes: Any) -> str:
    """Apply and confirm the address; the number of the application."""
    before = set(_applications(world))
    sent = send_application(world, name, **changes)
    assert sent.url == "/zostan-resellerem/wyslano/", sent.text
    email = changes.get("email", email_of(name))
    confirm(world, email)
    (number,) = set(_applications(world)) - before
    return number


def confirm(world: World, email: str) -> Page:
    """The link of the letter, and the button behind it."""
    link = world.letter(email, "/wniosek/").link("/wniosek/")
    return world.visitor().get(link).do("verify_email")


def accept(world: World, number: str, *, by: str = "Ola") -> Page:
    """Take the application and accept it, in the console."""
    page = world.staff(by).get(f"/konsola/wnioski/{number}/")
    if page.offers("take"):
        page = page.do("take")
    return page.do("accept")


def set_password(world: World, email: str) -> Page:
    link = world.letter(email, "/zaproszenie/").link("/zaproszenie/")
    return world.person(email).get(link).submit(password=cast.PASSWORD)


def accept_terms(world: World, email: str) -> Page:
    """By the link of the letter, without being signed in."""
    link = world.letter(email, "/regulamin/akceptacja/").link("/regulamin/akceptacja/")
    return world.visitor().get(link).submit()


def reseller(world: World, name: str = "Radek", **changes: Any) -> Firm:
    """From the form to an active reseller, by the shortest way."""
    email = changes.get("email", email_of(name))
    accept(world, apply(world, name, **changes))
    set_password(world, email)
    accept_terms(world, email)
    firm = firm_of(world, name, email)
    assert world.show("reseller", firm.number)["state"] == "active"
    return firm


def firm_of(world: World, name: str, email: str) -> Firm:
    welcome = world.letter(email, "/reseller_klient_")
    listed = world.answer("show", "reseller")["items"]
    (number,) = [row["number"] for row in listed if row["owner_email"] == email]
    return Firm(name, email, number, welcome.link("/reseller_klient_"), world.person(email))


def typed_client(world: World, name: str = "Kwiaty", **changes: Any) -> dict[str, Any]:
    """What a reseller types into his FRK."""
    yesterday = world.today - timedelta(days=1)
    return cast.client_fields(name, statement_on=yesterday, **changes)


def register(world: World, firm: Firm, name: str = "Kwiaty", **changes: Any) -> str:
    """Signed in, through his own FRK; the number of the Lead."""
    assert firm.get("/panel/klienci/").status == 200  # signed in
    page = firm.get(firm.frk)
    typed = typed_client(world, name) | changes
    if "services" in page.fields():
        typed = {"services": ["integrator"]} | typed
    page = page.submit(**typed)
    assert page.url.startswith("/panel/klienci/L-"), f"{page.status} {page.url} {page.text}"
    return page.url.removeprefix("/panel/klienci/").rstrip("/")


def convert(world: World, lead: str, *services: dict[str, Any], by: str = "Ola") -> str:
    """Lead → Account with its first billing details; the number of the Account."""
    page = world.staff(by).get(f"/konsola/leady/{lead}/convert/")
    typed: dict[str, Any] = {"unverified_because": "Sprawdzone w wykazie podatników VAT."}
    for place, row in enumerate(services):
        if f"d{place}-service" not in page.fields():
            page = page.submit("convert", button="add", **typed)
        typed |= {f"d{place}-{name}": value for name, value in row.items()}
        typed[f"d{place}-use"] = True
    page = page.submit("convert", **typed)
    assert page.url.startswith("/konsola/klienci/K-"), f"{page.status} {page.text}"
    return page.url.removeprefix("/konsola/klienci/").rstrip("/")


def account(world: World, firm: Firm, name: str = "Kwiaty", *services: dict[str, Any]) -> str:
    """A client from his registration to the Account."""
    return convert(world, register(world, firm, name), *services)


def _applications(world: World) -> list[str]:
    listed = world.answer("show", "application")["items"]
    return [row["number"] for row in listed if row["number"]]
