"""What tests of the public pages share: secrets out of letters, forms as a browser sends them."""

from typing import Any
from urllib.parse import urlsplit

from django.test import Client as Browser

from ogniwo.outbox.models import Message
from ogniwo.outbox.seal import open_sealed
from ogniwo.people.models import User
from tests import cast


def secret_of(template: str, *, to: str = "", key: str = "link") -> str:
    """The link (its path) or the code in the last letter of a kind."""
    letters = Message.objects.filter(template__endswith=f"/{template}").order_by("-pk")
    letter = (letters.filter(to=to) if to else letters)[0]
    found = open_sealed(letter.sealed)[key]
    return urlsplit(found).path if key == "link" else found


def sent(template: str) -> int:
    return Message.objects.filter(template__endswith=f"/{template}").count()


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def application_post(name: str = "Radek", **changes: Any) -> dict[str, Any]:
    """What a browser sends: figures as people write them, and both consents."""
    fields = cast.application_fields(name) | {
        "phone": "600 214 118",
        "consent_information": "on",
        "consent_terms": "on",
    }
    return fields | changes


def frk_post(name: str = "Kwiaty", **changes: Any) -> dict[str, Any]:
    fields = cast.client_fields(name) | {"phone": "602-118-447"}
    fields["statement_on"] = fields["statement_on"].isoformat()
    return fields | changes
