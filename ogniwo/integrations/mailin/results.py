"""What our own mail server wrote about the sender: one header, read with patience."""

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Final

from ogniwo.integrations.mailin.headers import raw_values

RESULT: Final = re.compile(r"^([a-z0-9-]{1,40})(?:\s*/\s*\d+)?\s*=\s*([a-z]{1,20})")
PROPERTY: Final = re.compile(
    r'\b([a-z]{1,20})\.([a-z0-9_-]{1,40})\s*=\s*("[^"]{0,300}"|[^\s;"]{1,300})'
)
HEAD_END: Final = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Result:
    """One method, its result and the properties it was found for."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


def trusted_results(raw: bytes, *, authserv: str) -> list[Result]:
    """The topmost header written by the server of that name; others' headers say nothing."""
    if not authserv:
        return []
    head = HEAD_END.split(raw, maxsplit=1)[0]
    message = message_from_bytes(head + b"\n\n", policy=policy.compat32)
    for value in raw_values(message, "Authentication-Results"):
        server, _sep, rest = _plain(value).partition(";")
        if server.split(" ")[0].strip().strip('"') == authserv.strip().lower():
            return [found for part in rest.split(";") if (found := _result(part.strip()))]
    return []


def _result(part: str) -> Result | None:
    found = RESULT.match(part)
    if not found:
        return None
    properties = {
        f"{kind}.{name}": value.strip('"') for kind, name, value in PROPERTY.findall(part)
    }
    return Result(found[1], found[2], properties)


def _plain(value: str) -> str:
    """Lower case, without comments: a comment may say dmarc=pass and mean nothing."""
    depth, quoted, kept = 0, False, []
    for sign in value.lower():
        if sign == '"' and not depth:
            quoted = not quoted
        if sign == "(" and not quoted:
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(" " if sign == ";" and quoted else sign)
    return "".join(kept).strip()
