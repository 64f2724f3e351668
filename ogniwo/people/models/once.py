"""One-time keys of creating forms: a second post of a page answers with the first's result."""

from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction

LIFETIME = timedelta(hours=24)


class OnceKeyManager(models.Manager["OnceKey"]):
    def claim(self, key: str, owner: str, *, at: datetime) -> bool:
        """Claim the key in the deed's transaction; False: this page was posted already."""
        try:
            with transaction.atomic():
                self.create(key=key, owner=owner, at=at)
        except IntegrityError:
            return False
        return True

    def settle(self, key: str, owner: str, *, address: str) -> None:
        """Remember where the first post led."""
        self.filter(key=key, owner=owner).update(address=address)

    def release(self, key: str, owner: str) -> None:
        """The first post was refused: the page may be posted again."""
        self.filter(key=key, owner=owner).delete()

    def result(self, key: str, owner: str) -> str:
        """Where the first post led; empty when it is somebody else's key or not done."""
        row = self.filter(key=key, owner=owner).first()
        return row.address if row else ""


class OnceKey(models.Model):
    """A key of a form page, its owner (session or person) and the address of the result."""

    key = models.CharField(max_length=43, primary_key=True)
    owner = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    address = models.CharField(max_length=300, blank=True)

    objects = OnceKeyManager()

    def __str__(self) -> str:
        return self.key
