"""The price list changes only by these verbs, each with its row in the journal."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.journal.record import record
from ogniwo.kernel.amounts import RATES
from ogniwo.kernel.roles import DESK_AND_MONEY, SYSTEM
from ogniwo.programme.models import Cycle, Service

KEEPERS = DESK_AND_MONEY | {SYSTEM}
HIGHEST_PRICE = 10_000_000_000


def add_service(values: dict[str, Any], *, by: Actor, at: datetime) -> Service:
    """A new item, after the others; its prices are set one by one."""
    _allowed(by)
    _refuse_wrong(values)
    if Service.objects.filter(code=values["code"]).exists():
        raise Refused("code_taken", _("There is a service with this code already."))
    with transaction.atomic():
        service = Service.objects.create(**_known(values), position=Service.objects.count() + 1)
        record("programme.service.add", service, by=by, at=at, code=service.code)
    return service


def change_service(service: Service, values: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """Change an item; what is agreed with clients keeps its own copy."""
    _allowed(by)
    values = _known(values)
    _refuse_wrong({name: getattr(service, name) for name in Service.FIELDS} | values)
    others = Service.objects.exclude(pk=service.pk)
    if others.filter(code=values.get("code", "")).exists():
        raise Refused("code_taken", _("There is a service with this code already."))
    changed = {k: (getattr(service, k), v) for k, v in values.items() if getattr(service, k) != v}
    if not changed:
        return
    with transaction.atomic():
        for name, (_old, new) in changed.items():
            setattr(service, name, new)
        service.save(update_fields=list(changed))
        record("programme.service.change", service, by=by, at=at, details=changed)


def set_price(
    service: Service, *, months: int, grosze: int, from_on: date, by: Actor, at: datetime
) -> None:
    """The net price of a cycle from a day on; earlier days keep theirs."""
    _allowed(by)
    if months not in Cycle.values:
        raise Refused("bad_months", _("The cycle is 1, 6, 12 or 36 months."))
    if not 0 < grosze <= HIGHEST_PRICE:
        raise Refused(
            "bad_price", _("The price must be above zero and at most PLN 100,000,000.00.")
        )
    with transaction.atomic():
        service.set_price(months=months, grosze=grosze, from_on=from_on, by=by, at=at)


def _refuse_wrong(values: dict[str, Any]) -> None:
    if values.get("vat_rate", "23") not in RATES:
        raise Refused("bad_rate", _("Unknown VAT rate."))
    if values.get("vat_rate") == "zw" and not values.get("exemption"):
        raise Refused("exempt_without_basis", _("Give the legal basis of the VAT exemption."))


def _known(values: dict[str, Any]) -> dict[str, Any]:
    unknown = set(values) - set(Service.FIELDS)
    if unknown:
        raise TypeError(f"not of a service: {sorted(unknown)}")
    return values


def _allowed(by: Actor) -> None:
    if by.role not in KEEPERS:
        raise NotAllowed
