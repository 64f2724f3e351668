"""Returned letters: whom we could not reach, and which of our letters it was."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final

from ogniwo.integrations.mailin.headers import addresses, first_value, message_ids, raw_values

ORIGINAL_ID: Final = re.compile(rb"^Message-ID:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
ORIGINAL_TYPES: Final = {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}
MOST: Final = 50


@dataclass(frozen=True)
class Bounce:
    """A delivery that failed for good."""

    recipients: tuple[str, ...]
    status: str  # 5.1.1
    original_id: str


def bounce_of(message: Message, parts: Iterable[Message]) -> Bounce | None:
    """What a delivery report says failed; None for other letters, delays and receipts."""
    failed: list[str] = []
    status = original_id = ""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for address, code in _failures(part):
                failed.append(address)
                status = status or code
        elif kind in ORIGINAL_TYPES and not original_id:
            original_id = _original_id(part)
    failed += [] if failed else addresses(raw_values(message, "X-Failed-Recipients"))
    if not failed:
        return None
    return Bounce(tuple(dict.fromkeys(failed))[:MOST], status[:20], original_id)


def _failures(report: Message) -> Iterator[tuple[str, str]]:
    blocks = report.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message):
            continue
        status = first_value(block, "Status").strip()
        if first_value(block, "Action").strip().lower() != "failed" and not status.startswith("5"):
            continue
        named = raw_values(block, "Original-Recipient") + raw_values(block, "Final-Recipient")
        yield from ((address, status) for address in addresses(named[-1:]))


def _original_id(part: Message) -> str:
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return next(iter(message_ids(first_value(inner[0], "Message-ID"))), "")
    content = part.get_payload(decode=True)
    found = ORIGINAL_ID.search(content) if isinstance(content, bytes) else None
    return found[1].decode("ascii", "replace") if found else ""
