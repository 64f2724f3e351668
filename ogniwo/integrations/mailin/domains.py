"""Whose domain is it: alignment of two domains, and the look-up of a signer's key."""

import time
from collections.abc import Callable
from typing import Final

import dns.exception
import dns.resolver
from publicsuffix2 import get_sld, get_tld

PATIENCE: Final = 3.0

# Answers the text record of a name, or None when there is none or no answer.
Resolver = Callable[[str], bytes | None]


class NameServer:
    """The machine's resolver; all questions about one letter together get three seconds."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.ends = time.monotonic() + patience

    def __call__(self, name: str) -> bytes | None:
        left = self.ends - time.monotonic()
        if left <= 0:
            return None
        try:
            answer = dns.resolver.resolve(name, "TXT", lifetime=left)
        except (dns.exception.DNSException, OSError, ValueError):
            return None
        return next((b"".join(record.strings) for record in answer), None)


def aligned(one: str, other: str) -> bool:
    """Whether two domains belong to one owner: equal, or under one registered domain."""
    first, second = _tidy(one), _tidy(other)
    if not first or not second:
        return False
    if first == second:
        return True
    owner = _registered(first)
    return owner is not None and owner == _registered(second)


def domain_of(address: str) -> str:
    """The part of an address after the @."""
    return _tidy(address.rpartition("@")[2])


def _registered(domain: str) -> str | None:
    if not get_tld(domain, strict=True):
        # A top level the list does not know: the last two labels.
        labels = domain.split(".")
        return ".".join(labels[-2:]) if len(labels) > 1 else None
    owner: str | None = get_sld(domain, strict=True)
    return None if owner == get_tld(domain, strict=True) else owner


def _tidy(domain: str) -> str:
    return domain.strip().strip("<>").rstrip(".").lower()
