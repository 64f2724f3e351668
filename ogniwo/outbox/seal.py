"""Encrypt what must come back in clear once: links with secrets in letters that wait."""

import base64
import hashlib
import json
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def close(values: dict[str, str]) -> str:
    """Encrypt with a key derived from the secret key of the installation."""
    if not values:
        return ""
    return _cipher(settings.SECRET_KEY).encrypt(json.dumps(values).encode()).decode()


def open_sealed(sealed: str) -> dict[str, str]:
    """Decrypt; with another secret key the links are lost, and the letter must be made anew."""
    if not sealed:
        return {}
    try:
        values: dict[str, str] = json.loads(_cipher(settings.SECRET_KEY).decrypt(sealed.encode()))
    except InvalidToken as error:
        raise SealBroken from error
    return values


class SealBroken(Exception):
    """The letter was sealed with another secret key."""


@cache
def _cipher(secret: str) -> Fernet:
    key = hashlib.sha256(b"ogniwo.outbox|" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
