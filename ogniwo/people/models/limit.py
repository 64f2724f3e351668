"""How often something may be tried: one row per key, so a flood does not grow the table."""

from datetime import datetime, timedelta

from django.db import models


class Bucket(models.Model):
    """The generic cell rate algorithm: `full_at` is when the bucket would be empty again."""

    key = models.CharField(max_length=160, primary_key=True)
    full_at = models.DateTimeField(db_index=True)
    turn = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.key

    def wait(self, *, limit: int, per: timedelta, at: datetime) -> timedelta:
        """How long until one more try fits; zero or less: now."""
        return max(self.full_at, at) - at + per / limit - per
