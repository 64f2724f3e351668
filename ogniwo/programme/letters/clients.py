"""Letters about a client: to his reseller, and to the client himself."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ogniwo.outbox.post import post
from ogniwo.people.models import Link
from ogniwo.programme.letters.desk import Facts, address, reply_tag, to_contact

if TYPE_CHECKING:
    from ogniwo.programme.models.client import Client
    from ogniwo.programme.models.reseller import Reseller

OBJECTION_LIFETIME = timedelta(days=30)
SHOWN_NAME = 80
ADDRESS = re.compile(r"[:/\\@]|^www\.", re.IGNORECASE)
DOT_OF_DOMAIN = re.compile(r"\.(?=[^\W\d_]{2,})")


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
        "client_told": bool(client.email),
    }
    _to_reseller("programme/letters/lead_registered", client, facts, at=at)


def client_information(client: "Client", *, at: datetime) -> None:
    """Who entered his data, why, his rights (RODO art. 14), and the link "it wasn't me"."""
    if not client.email or client.reseller is None:
        return
    token = Link.objects.make(
        "objection", client, at=at, lifetime=OBJECTION_LIFETIME, single_use=True
    )
    facts = {
        "company_name": shown_to_strangers(client.company_name),
        "reseller": shown_to_strangers(str(client.reseller)),
        "registered_at": client.registered_at.isoformat(),
        "statement_on": str(client.statement_on or ""),
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
    facts = _facts(client) | {
        "reseller": str(client.reseller or ""),
        "link": address(f"/konsola/leady/{client.lead_number}/"),
    }
    to_contact("programme/letters/client_objected", client, facts, at=at)


def lead_question(client: "Client", *, at: datetime) -> None:
    _to_reseller("programme/letters/lead_question", client, {"question": client.question}, at=at)


def lead_rejected(client: "Client", *, reason: str, at: datetime) -> None:
    facts = {"reason": reason, "note": client.reason}
    _to_reseller("programme/letters/lead_rejected", client, facts, at=at)


def lead_expires_soon(client: "Client", *, days: int, at: datetime) -> None:
    """14, 7 and 1 day before the protection ends."""
    facts = {"days": days, "protected_until": str(client.protected_until)}
    _to_reseller("programme/letters/lead_expires_soon", client, facts, at=at)


def lead_expired(client: "Client", *, at: datetime) -> None:
    _to_reseller("programme/letters/lead_expired", client, {}, at=at)


def lead_converted(client: "Client", *, at: datetime) -> None:
    facts = {"account": client.number, "link": address(f"/panel/klienci/{client.number}/")}
    _to_reseller("programme/letters/lead_converted", client, facts, at=at)


def account_opened(client: "Client", *, at: datetime) -> None:
    """To the client, when the desk wants it."""
    _to_client("programme/letters/account_opened", client, at=at)


def account_withdrawn(client: "Client", *, at: datetime) -> None:
    """To a client who was told of an account that is none after all."""
    _to_client("programme/letters/account_withdrawn", client, at=at)


def conversion_undone(client: "Client", *, at: datetime) -> None:
    """To the reseller; the client is told by `account_withdrawn` when he had a letter."""
    facts = {"link": address(f"/panel/klienci/{client.lead_number}/")}
    _to_reseller("programme/letters/conversion_undone", client, facts, at=at)


def _to_client(template: str, client: "Client", *, at: datetime) -> None:
    if not client.email:
        return
    facts = {
        "company_name": client.company_name,
        "account": client.number,
        "reseller": str(client.reseller or ""),
    }
    post(
        template,
        to=client.email,
        to_name=client.contact_person,
        at=at,
        about=client,
        language=client.language,
        context=facts,
    )


def _to_reseller(template: str, client: "Client", facts: Facts, *, at: datetime) -> None:
    reseller = client.reseller
    if reseller is None:
        return
    path = f"/panel/klienci/{client.shown_number}/"
    post(
        template,
        to=reseller.email,
        to_name=reseller.full_name,
        at=at,
        about=client,
        language=reseller.language,
        context=_facts(client) | {"link": address(path)} | facts,
        reply=reply_tag(reseller, reseller.number, at=at),
    )


def _facts(client: "Client") -> Facts:
    return {"company_name": client.company_name, "lead": client.lead_number}


def shown_to_strangers(name: str) -> str:
    """A name in a letter to somebody who did not ask: short, one line, no address (T3).

    A mail program makes a link of "shop.pl" too, so its dot goes; "sp. z o.o." stays.
    """
    words = [word for word in name.split() if not ADDRESS.search(word)]
    return DOT_OF_DOMAIN.sub(" ", " ".join(words))[:SHOWN_NAME].strip()
