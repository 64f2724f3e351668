"""Internal notes of the desk, and files an administrator offers to resellers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NoteQuerySet(models.QuerySet["Note"]):
    def about(self, obj: models.Model) -> "NoteQuerySet":
        return self.filter(kind=obj._meta.label_lower, key=obj.pk).order_by("-pk")


class Note(models.Model):
    """A remark among the vendor's people about an application, a reseller or a client."""

    kind = models.CharField(max_length=60)
    key = models.BigIntegerField()
    text = models.TextField(_("note"), max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kind", "key", "-id"], name="note_about")]

    def __str__(self) -> str:
        return self.text[:60]


class Material(models.Model):
    """A file for resellers; its bytes lie in the data folder under a random name."""

    name = models.CharField(_("name"), max_length=160)
    file = models.CharField(max_length=64, unique=True)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
