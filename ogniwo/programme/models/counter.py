"""Human numbers without gaps: W-0081, R-014, L-0311, K-0142, Z-0217."""

from django.db import models
from django.db.models import F

DIGITS = {"R": 3}


class Counter(models.Model):
    """The last number given in a series; a rollback gives the number back."""

    kind = models.CharField(max_length=1, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.last}"

    @classmethod
    def take(cls, kind: str) -> str:
        """The next number; call it inside the transaction of the deed."""
        cls.objects.get_or_create(kind=kind)
        cls.objects.filter(kind=kind).update(last=F("last") + 1)
        last = cls.objects.values_list("last", flat=True).get(kind=kind)
        return f"{kind}-{last:0{DIGITS.get(kind, 4)}}"
