"""The client says "it wasn't me": noted on the Lead, told to the desk, decided by people."""

from datetime import datetime

from django.db import transaction

from ogniwo.journal.actors import Holder
from ogniwo.journal.record import record
from ogniwo.kernel.roles import CLIENT
from ogniwo.people.models import Link
from ogniwo.programme import letters
from ogniwo.programme.models.client import Client


def object_to(client: Client, link: Link, *, at: datetime) -> None:
    """Use up the link of the information letter; the Lead itself waits for the desk."""
    with transaction.atomic():
        link.use(at=at)
        Client.objects.filter(pk=client.pk, objected_at__isnull=True).update(objected_at=at)
        record("programme.client.object", client, by=Holder(role=CLIENT), at=at)
        letters.client_objected(client, at=at)
