"""Register a client (II): by the reseller through his form, by staff, or with a mailed code."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.actors import Actor
from ogniwo.journal.models import canonical
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel import roles
from ogniwo.kernel.days import warsaw_day
from ogniwo.programme import letters
from ogniwo.programme.models.client import WRITERS, Client
from ogniwo.programme.models.counter import Counter
from ogniwo.programme.models.reseller import Reseller
from ogniwo.programme.models.service import Service
from ogniwo.programme.models.vendor import Vendor

NEUTRAL = _("We cannot register this company from this form.")


class NipTaken(Refused):
    """The NIP belongs to a living client; `holder` is for those who may know it."""

    def __init__(self, holder: Client | None) -> None:
        super().__init__("nip_taken", NEUTRAL)
        self.holder = holder


def register(  # a registration is these facts
    reseller: Reseller | None,
    values: dict[str, Any],
    services: list[Service],
    *,
    by: Actor,
    at: datetime,
) -> Client:
    """A new Lead with its number, receipt and letters; the database decides who was first."""
    if by.role not in WRITERS:
        raise NotAllowed
    vendor = Vendor.load()
    _may_register(reseller, vendor, by=by)
    taken = Client.objects.holding(values["nip"]).first()
    if taken is not None:
        raise refused_taken(taken, reseller, by=by, at=at)
    try:
        with transaction.atomic():
            return _add(reseller, values, services, vendor=vendor, by=by, at=at)
    except IntegrityError as race:
        taken = Client.objects.holding(values["nip"]).first()
        if taken is None:
            raise
        raise refused_taken(taken, reseller, by=by, at=at) from race


def receipt_of(number: str, at: datetime, snapshot: dict[str, Any]) -> str:
    """SHA-256 over number, time to the second and all that was registered."""
    facts = [number, at.astimezone(UTC).isoformat(), snapshot]
    return hashlib.sha256(canonical(facts)).hexdigest()


def correct(  # a correction is these facts
    client: Client,
    values: dict[str, Any],
    services: list[Service] | None = None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Edit a Lead; a taken NIP is refused as on registration (II.6)."""
    nip = values.get("nip", client.nip)
    taken = Client.objects.holding(nip).exclude(pk=client.pk).first() if nip else None
    if taken is not None:
        raise refused_taken(taken, client.reseller, by=by, at=at)
    try:
        with transaction.atomic():
            client.edit(values=values, by=by, at=at)
            if services is not None:
                _choose(client, services, by=by, at=at)
    except IntegrityError as race:
        taken = Client.objects.holding(nip).exclude(pk=client.pk).first()
        if taken is None:
            raise
        raise refused_taken(taken, client.reseller, by=by, at=at) from race


def _choose(client: Client, services: list[Service], *, by: Actor, at: datetime) -> None:
    """Other services of interest."""
    chosen = sorted(service.code for service in services)
    if chosen == sorted(client.services.values_list("code", flat=True)):
        return
    client.services.set(services)
    record("programme.client.choose_services", client, by=by, at=at, services=chosen)


def refused_taken(taken: Client, reseller: Reseller | None, *, by: Actor, at: datetime) -> NipTaken:
    """Journal the probe; the holder is named only to himself and to the vendor's people."""
    if reseller is not None:
        record("programme.reseller.nip_refused", reseller, by=by, at=at, holder=taken.pk)
    own = reseller is not None and taken.reseller_id == reseller.pk
    return NipTaken(taken if own or by.role in roles.VENDOR else None)


def _may_register(reseller: Reseller | None, vendor: Vendor, *, by: Actor) -> None:
    if reseller is None:
        return
    if not reseller.may_write:
        raise Refused("form_closed", _("This form is closed at present."))
    open_leads = Client.objects.leads().filter(reseller=reseller).count()
    if vendor.open_leads_cap and open_leads >= vendor.open_leads_cap:
        raise Refused(
            "too_many_leads",
            _("You have %(n)d open Leads of %(cap)d. Wait until some are decided.")
            % {"n": open_leads, "cap": vendor.open_leads_cap},
        )


def _add(  # a registration is these facts
    reseller: Reseller | None,
    values: dict[str, Any],
    services: list[Service],
    *,
    vendor: Vendor,
    by: Actor,
    at: datetime,
) -> Client:
    client = Client(
        lead_number=Counter.take("L"),
        reseller=reseller,
        registered_by_id=by.pk,
        registered_at=at.replace(microsecond=0),
        protected_until=_protected_until(vendor, at=at),
    )
    client.set_fields(values, allowed=Client.COMPANY_FIELDS)
    client.receipt = receipt_of(client.lead_number, client.registered_at, client.snapshot())
    client.save(force_insert=True)
    client.services.set(services)
    record(
        "programme.client.register",
        client,
        by=by,
        at=at,
        receipt=client.receipt,
        reseller=reseller.number if reseller else "",
    )
    if reseller is not None:
        letters.lead_registered(client, at=at)
        letters.client_information(client, at=at)
        Client.objects.filter(pk=client.pk).update(information_sent_at=at)
        client.information_sent_at = at
    return client


def _protected_until(vendor: Vendor, *, at: datetime) -> Any:
    if not vendor.protection_days:
        return None
    return warsaw_day(at) + timedelta(days=vendor.protection_days)
