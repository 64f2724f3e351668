"""Six-digit codes sent by e-mail."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import models

LIFETIME = timedelta(minutes=10)
TRIES = 5


class CodeWrong(Exception):
    """The code is wrong (`left` tries remain) or gone (`left` is 0: ask for a new one)."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class CodeManager(models.Manager["Code"]):
    def make(self, purpose: str, key: str, *, at: datetime) -> str:
        """A new code for this purpose and key (a draft in one browser); older ones die."""
        code = f"{secrets.randbelow(1_000_000):06}"
        self.filter(purpose=purpose, key=key).delete()
        self.create(purpose=purpose, key=key, digest=make_password(code), expires_at=at + LIFETIME)
        return code

    def use(self, purpose: str, key: str, code: str, *, at: datetime) -> None:
        """Accept the right code once; the try is counted before the code is looked at."""
        row = self.filter(purpose=purpose, key=key, expires_at__gt=at, tries__lt=TRIES).first()
        if row is None or not self.filter(pk=row.pk, tries=row.tries).update(tries=row.tries + 1):
            raise CodeWrong(0)
        if not check_password(code, row.digest):
            raise CodeWrong(TRIES - row.tries - 1)
        if not self.filter(pk=row.pk).delete()[0]:
            raise CodeWrong(0)


class Code(models.Model):
    """At most one living code for a purpose and key; hashed as a password is."""

    purpose = models.CharField(max_length=30)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=200)
    expires_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = CodeManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "key"], name="code_one")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"
