"""How sure it is who wrote a letter, in words."""

from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ogniwo.programme.models import InboundLetter
from ogniwo.web.components.formats import stamp

VERDICTS: Final[dict[str, str | Promise]] = {
    "proven": pgettext_lazy("sender", "proven"),
    "unproven": pgettext_lazy("sender", "not proven"),
    "forged": pgettext_lazy("sender", "forged"),
}
WAYS: Final[dict[str, str | Promise]] = {
    "token": gettext_lazy("our secret reply address"),
    "dmarc": gettext_lazy("DMARC, checked by our mail server"),
    "dkim": gettext_lazy("DKIM, checked by our mail server"),
    "spf": gettext_lazy("SPF, checked by our mail server"),
    "own_dkim": gettext_lazy("DKIM, checked by us"),
    "two_senders": gettext_lazy("more than one sender"),
    "nothing": gettext_lazy("nothing to check it by"),
}


def proof_of(letter: InboundLetter) -> list[tuple[str, str]]:
    """Labels and values; an unknown way is shown by its code."""
    seen = letter.proof
    way = seen.get("how", "")
    rows = [
        (_("Sender"), str(VERDICTS.get(letter.verdict, letter.verdict))),
        (_("Proof"), str(WAYS.get(way, way))),
        (_("Technical details"), seen.get("details", "")),
        (_("Sent"), _day_of(seen.get("sent_at", ""))),
        ("Message-ID", seen.get("message_id", "")),
        ("SHA-256", letter.sha256),
    ]
    return [(label, value) for label, value in rows if value]


def _day_of(text: str) -> str:
    try:
        return stamp(datetime.fromisoformat(text))
    except ValueError:
        return text
