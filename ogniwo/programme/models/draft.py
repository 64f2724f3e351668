"""What a stranger typed into an FRK, kept until the reseller's code confirms it."""

from datetime import datetime, timedelta

from django.db import models

FORGET_AFTER = timedelta(hours=24)


class FrkDraft(models.Model):
    """Nothing is created or looked up before the code; unconfirmed drafts are erased."""

    reseller = models.ForeignKey("programme.Reseller", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=43, unique=True)
    values = models.JSONField()
    services = models.JSONField(default=list)
    made_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True)
    client = models.ForeignKey("programme.Client", null=True, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return self.key


def forget_drafts(at: datetime, limit: int) -> int:
    """Erase drafts older than a day; how many."""
    old = FrkDraft.objects.filter(made_at__lt=at - FORGET_AFTER)
    keys = list(old.values_list("pk", flat=True)[:limit])
    return FrkDraft.objects.filter(pk__in=keys).delete()[0]
