"""A password is long and not guessable from the company or the person; how it looks is free."""

import re
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ogniwo.kernel.text import fold

LONGEST = 128
SHORTEST_WORD = 4


class Argon2id(Argon2PasswordHasher):
    """19 MiB and two rounds: Django's stock 100 MiB a login would let a flood starve us."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class MaximumLength:
    """Longer than 128 characters is refused: hashing it would cost us, guessing it nobody."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(
                _("The password may have at most %(most)d characters.") % {"most": LONGEST},
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        return ""


class NotOfContext:
    """Words of the context must not make up most of a password."""

    def validate(self, password: str, user: Any = None) -> None:
        rest = folded = fold(password)
        for word in sorted(_words(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < len(folded) / 2:
            raise ValidationError(
                _("The password is made mostly of your name, e-mail address or company."),
                code="password_of_context",
            )

    def get_help_text(self) -> str:
        return ""


def _words(user: Any) -> set[str]:
    reseller = getattr(user, "reseller", None)
    texts = [
        "ogniwo",
        *(getattr(user, name, "") or "" for name in ("name", "email")),
        *(getattr(reseller, name, "") or "" for name in ("company_name", "city")),
    ]
    return {
        word
        for text in texts
        for word in re.split(r"[^a-z0-9]+", fold(text))
        if len(word) >= SHORTEST_WORD
    }
