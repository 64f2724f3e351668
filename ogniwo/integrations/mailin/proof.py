"""Who really wrote: proven, unproven, or forged. Nothing but a proven letter acts."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import dkim

from ogniwo.integrations.mailin.domains import Resolver, aligned, domain_of
from ogniwo.integrations.mailin.read import Letter
from ogniwo.integrations.mailin.results import Result, trusted_results

MOST_SIGNATURES: Final = 3
TAGS: Final = re.compile(rb"(?:^|;)\s*([a-z]{1,3})\s*=\s*([^;]{0,2000})")
SPACE: Final = re.compile(rb"\s+")
WRONG_BODY: Final = "body hash mismatch"


class Verdict(StrEnum):
    PROVEN = "proven"
    UNPROVEN = "unproven"
    FORGED = "forged"


@dataclass(frozen=True)
class Proof:
    """The verdict, the rule that decided, and what it saw (kept with an acceptance)."""

    verdict: Verdict
    how: str  # token, dmarc, dkim, spf, own_dkim, two_senders, nothing
    details: str = ""

    @property
    def is_proven(self) -> bool:
        return self.verdict == Verdict.PROVEN


def prove(
    letter: Letter, raw: bytes, *, authserv: str, resolver: Resolver, own_token_valid: bool
) -> Proof:
    """The sender's proof: a failed check beats the token, the token beats having no check."""
    if letter.from_count > 1:
        return Proof(Verdict.FORGED, "two_senders", f"{letter.from_count} senders")
    domain = domain_of(letter.from_address)
    results = trusted_results(raw, authserv=authserv)
    proof = _by_server(results, domain) or _by_signature(raw, domain, resolver)
    if proof and not proof.is_proven:
        return proof
    if own_token_valid:
        seen = f"{proof.how}: {proof.details}" if proof else ""
        return Proof(Verdict.PROVEN, "token", seen)
    return proof or Proof(Verdict.UNPROVEN, "nothing")


def _by_server(results: list[Result], domain: str) -> Proof | None:
    for result in results:
        if result.method == "dmarc" and result.result == "fail":
            return Proof(Verdict.FORGED, "dmarc", _seen(result))
    passes = [result for result in results if _passes(result, domain)]
    if passes:
        return Proof(Verdict.PROVEN, passes[0].method, _seen(passes[0]))
    fails = [result for result in results if _fails(result, domain)]
    return Proof(Verdict.FORGED, fails[0].method, _seen(fails[0])) if fails else None


def _passes(result: Result, domain: str) -> bool:
    return result.result == "pass" and any(aligned(name, domain) for name in _about(result, domain))


def _fails(result: Result, domain: str) -> bool:
    if result.method not in {"dkim", "spf"} or result.result != "fail":
        return False
    names = _about(result, domain)
    return not names or any(aligned(name, domain) for name in names)


def _about(result: Result, domain: str) -> list[str]:
    """The domains a result speaks of; DMARC speaks of the sender's own unless it says another."""
    found = result.properties
    if result.method == "dmarc":
        return [found.get("header.from", domain)]
    named = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}.get(result.method, ())
    return [domain_of(found[name]) for name in named if found.get(name)]


def _by_signature(raw: bytes, domain: str, resolver: Resolver) -> Proof | None:
    """Our own look at the signatures of the sender's domain; no answer from DNS proves nothing."""
    try:
        signer = dkim.DKIM(raw)
        signatures = [value for name, value in signer.headers if name.lower() == b"dkim-signature"]
    except Exception:  # noqa: BLE001  # the library fails in many ways on hostile headers
        return None
    broken = None
    for index, signature in enumerate(signatures[:MOST_SIGNATURES]):
        tags = {name: SPACE.sub(b"", value) for name, value in TAGS.findall(signature)}
        signed_by = tags.get(b"d", b"").decode("ascii", "replace")
        # A signature of only the beginning (l=) lets anybody add to the end.
        if not aligned(signed_by, domain) or b"l" in tags:
            continue
        holds = _holds(raw, index, tags, resolver)
        if holds:
            return Proof(Verdict.PROVEN, "own_dkim", f"d={signed_by}")
        if holds is False:
            broken = Proof(Verdict.FORGED, "own_dkim", f"d={signed_by} does not match")
    return broken


def _holds(raw: bytes, index: int, tags: dict[bytes, bytes], resolver: Resolver) -> bool | None:
    selector = tags.get(b"s", b"").decode("ascii", "replace")
    signed_by = tags.get(b"d", b"").decode("ascii", "replace")
    key = resolver(f"{selector}._domainkey.{signed_by}") if selector else None
    if not key:
        return None
    try:
        return bool(dkim.DKIM(raw).verify(idx=index, dnsfunc=lambda _name, timeout=0: key))
    except dkim.ValidationError as trouble:
        # An expired or unknown kind of signature is no proof either way.
        return False if str(trouble).startswith(WRONG_BODY) else None
    except Exception:  # noqa: BLE001  # the library fails in many ways on hostile headers
        return None


def _seen(result: Result) -> str:
    told = " ".join(f"{name}={value}" for name, value in sorted(result.properties.items()))
    return f"{result.method}={result.result} {told}".strip()[:300]
