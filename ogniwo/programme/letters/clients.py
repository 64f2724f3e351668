"""Letters about a client: to his reseller, and to the client himself."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ogniwo.outbox.post import post
from ogniwo.people.models import Link
from ogniwo.programme.letters.desk import address, reply_tag, to_contact

if TYPE_CHECKING:
    from ogniwo.programme.models.client import Client
    from ogniwo.programme.models.reseller import Reseller

OBJECTION_LIFETIME = timedelta(days=30)
SHOWN_NAME = 80


def frk_code(reseller: "Reseller", code: str, *, at: datetime) -> None:
    """The code that confirms a draft sent by somebody who is not signed in; no word of his."""
    post(
        "programme/letters/frk_code",
        to=reseller.email,
        to_name=reseller.full_name,
        at=at,
        about=reseller,
        language=reseller.language,
        links={"code": code},
    )


def lead_registered(client: "Client", *, at: datetime) -> None:
    """The receipt: number, time to the second, hash."""
    facts = {
        "registered_at": client.registered_at.isoformat(),
        "receipt": client.receipt,
        "protected_until": str(client.protected_until or ""),
    }
    _to_reseller("lead_registered", client, facts, at=at)


def client_information(client: "Client", *, at: datetime) -> None:
    """Who entered his data, why, his rights (RODO art. 14), and the link "it wasn't me"."""
    if not client.email or client.reseller is None:
        return
    token = Link.objects.make(
        "objection", client, at=at, lifetime=OBJECTION_LIFETIME, single_use=True
    )
    facts = {
        "company_name": _safe(client.company_name),
        "reseller": _safe(str(client.reseller)),
        "registered_at": client.registered_at.isoformat(),
        "privacy": address("/prywatnosc/"),
    }
    post(
        "programme/letters/client_information",
        to=client.email,
        at=at,
        about=client,
        language=client.language,
        context=facts,
        links={"link": address(f"/to-nie-ja/{token}/")},
    )


def client_objected(client: "Client", *, at: datetime) -> None:
    """To the desk: the client says that he did not ask."""
    facts = _facts(client) | {"link": address(f"/konsola/leady/{client.lead_number}/")}
    to_contact("programme/letters/client_objected", client, facts, at=at)


def lead_question(client: "Client", *, at: datetime) -> None:
    _to_reseller("lead_question", client, {"question": client.question}, at=at)


def lead_rejected(client: "Client", *, reason: str, at: datetime) -> None:
    _to_reseller("lead_rejected", client, {"reason": reason, "note": client.reason}, at=at)


def lead_expires_soon(client: "Client", *, days: int, at: datetime) -> None:
    """14, 7 and 1 day before the protection ends."""
    facts = {"days": days, "protected_until": str(client.protected_until)}
    _to_reseller("lead_expires_soon", client, facts, at=at)


def lead_expired(client: "Client", *, at: datetime) -> None:
    _to_reseller("lead_expired", client, {}, at=at)


def lead_converted(client: "Client", *, at: datetime) -> None:
    facts = {"account": client.number, "link": address(f"/panel/klienci/{client.number}/")}
    _to_reseller("lead_converted", client, facts, at=at)


def account_opened(client: "Client", *, at: datetime) -> None:
    """To the client, when the desk wants it."""
    facts = {
        "company_name": client.company_name,
        "account": client.number,
        "reseller": str(client.reseller or ""),
    }
    post(
        "programme/letters/account_opened",
        to=client.email,
        to_name=client.contact_person,
        at=at,
        about=client,
        language=client.language,
        context=facts,
    )


def conversion_undone(client: "Client", *, at: datetime) -> None:
    """To the reseller; `billing.accounts` tells the client too when he had a letter."""
    _to_reseller("conversion_undone", client, {}, at=at)


def _to_reseller(name: str, client: "Client", facts: dict[str, object], *, at: datetime) -> None:
    reseller = client.reseller
    if reseller is None:
        return
    path = f"/panel/klienci/{client.shown_number}/"
    post(
        f"programme/letters/{name}",
        to=reseller.email,
        to_name=reseller.full_name,
        at=at,
        about=client,
        language=reseller.language,
        context=_facts(client) | {"link": address(path)} | facts,
        reply=reply_tag(reseller, reseller.number, at=at),
    )


def _facts(client: "Client") -> dict[str, object]:
    return {"company_name": client.company_name, "lead": client.lead_number}


def _safe(name: str) -> str:
    """A name in a letter to somebody who did not ask: short, one line, no address (T3)."""
    words = (w for w in name.split() if "://" not in w and not w.lower().startswith("www."))
    return " ".join(words)[:SHOWN_NAME]
