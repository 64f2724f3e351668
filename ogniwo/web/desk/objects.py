"""What an object named in the journal or on a letter is called, and its page in the Console."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from ogniwo.billing.models import BillingDetail, BillingRun, Payment
from ogniwo.journal.models import Event
from ogniwo.kernel.roles import ADMINISTRATOR, DESK, MONEY, READER
from ogniwo.people.models import User
from ogniwo.programme.models import Service
from ogniwo.web.components.formats import day, money

# The kind of an object → the address before its number, which is its label in the journal.
BY_NUMBER: Final = {
    "programme.application": "/konsola/wnioski/",
    "programme.reseller": "/konsola/resellerzy/",
    "programme.case": "/konsola/zgloszenia/",
    "billing.invoice": "/konsola/faktury/",
}
BY_KEY: Final = {
    "billing.billingrun": "/konsola/fakturowanie/przebieg/",
    "billing.payment": "/konsola/platnosci/",
    "outbox.message": "/konsola/ustawienia/listy/",
    "programme.inboundletter": "/konsola/zgloszenia/skrzynka/",
}
FIXED: Final = {
    "programme.vendor": "/konsola/ustawienia/firma/",
    "programme.termsversion": "/konsola/ustawienia/regulamin/",
    "programme.material": "/konsola/ustawienia/materialy/",
}


class Named(NamedTuple):
    """What it is called, and where it is; either may be empty."""

    name: str
    url: str


# Pages that not all of the vendor's people may open.
ONLY: Final = {
    "programme.application": DESK | {READER},
    "programme.inboundletter": DESK,
    "billing.payment": MONEY,
    **{kind: {ADMINISTRATOR} for kind in FIXED},
}


def address_of(kind: str, key: int | None, label: str, *, role: str) -> str:
    """The page of the object; empty for what has none, or none for this role."""
    if kind in ONLY and role not in ONLY[kind]:
        return ""
    if kind == "programme.client" and label:
        folder = "leady" if label.startswith("L-") else "klienci"
        return f"/konsola/{folder}/{label}/"
    if kind in BY_NUMBER and label:
        return f"{BY_NUMBER[kind]}{label.replace('/', '-')}/"
    if kind in BY_KEY and key is not None:
        return f"{BY_KEY[kind]}{key}/"
    return FIXED.get(kind, "")


def named(events: Iterable[Event], *, viewer: User) -> dict[tuple[str, int], Named]:
    """Objects that have no number in the journal, by kind and key: a query for each kind."""
    keys: dict[str, set[int]] = {}
    for event in events:
        keys.setdefault(event.kind, set()).add(event.key)
    rows: dict[str, Any] = {
        "people.user": User.objects.visible_to(viewer).select_related("reseller"),
        "billing.payment": Payment.objects.visible_to(viewer),
        "billing.billingrun": BillingRun.objects.visible_to(viewer).defer("plan"),
        "billing.billingdetail": BillingDetail.objects.visible_to(viewer).select_related("client"),
        "programme.service": Service.objects.all(),
    }
    return {
        (kind, key): _named(found, viewer=viewer)
        for kind, wanted in keys.items()
        if kind in rows
        for key, found in rows[kind].in_bulk(wanted).items()
    }


def _named(found: Any, *, viewer: User) -> Named:
    """In a few words, as the page of its list shows it."""
    match found:
        case User():
            return Named(str(found), _of_person(found, viewer=viewer))
        case Payment():
            return Named(
                money(found.amount_grosze, found.currency), f"/konsola/platnosci/{found.pk}/"
            )
        case BillingRun():
            return Named(day(found.on), f"/konsola/fakturowanie/przebieg/{found.pk}/")
        case BillingDetail():
            number = found.client.shown_number
            folder = "klienci" if found.client.is_account else "leady"
            return Named(f"{found.name} ({number})", f"/konsola/{folder}/{number}/")
        case _:
            return Named(str(found), f"/konsola/uslugi/{found.code}/")


def _of_person(found: User, *, viewer: User) -> str:
    if found.reseller is not None:
        return f"/konsola/resellerzy/{found.reseller.number}/"
    return f"/konsola/ustawienia/ludzie/{found.pk}/" if viewer.role == ADMINISTRATOR else ""
