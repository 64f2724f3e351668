"""The clocks of the programme: idempotent sweeps that remind, escalate, lapse and expire."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.journal.moves import Refused
from ogniwo.kernel.days import warsaw_day, warsaw_midnight
from ogniwo.outbox.models import Message
from ogniwo.people.models import User
from ogniwo.programme import letters
from ogniwo.programme.models.application import LAPSE_AFTER, Application
from ogniwo.programme.models.client import Client
from ogniwo.programme.models.reseller import Reseller
from ogniwo.programme.models.terms import TermsVersion
from ogniwo.programme.models.vendor import Vendor

WARN_BEFORE_LAPSE = timedelta(days=7)
STEPS_BEFORE = (14, 7, 1)
# Shares of the two clocks (target 7, limit 30) at which the letters go: days 5, 7, 25, 30.
REMIND_BEFORE_TARGET = 2
RED_BEFORE_LIMIT = 5


def application_steps(vendor: Vendor) -> tuple[int, int, int, int]:
    """The days of the letters: reminder, amber, red, breach."""
    return (
        max(1, vendor.target_days - REMIND_BEFORE_TARGET),
        vendor.target_days,
        max(vendor.target_days, vendor.limit_days - RED_BEFORE_LIMIT),
        vendor.limit_days,
    )


def tick_applications(at: datetime, limit: int = 500) -> int:
    """Remind and escalate applications that wait for a decision; nothing is ever decided here."""
    vendor, today, done = Vendor.objects.first(), warsaw_day(at), 0
    if vendor is None:  # the installation waits for its set-up
        return 0
    steps = application_steps(vendor)
    waiting = Application.objects.to_decide().filter(clock_step__lt=steps[-1])
    for application in waiting.select_related("owner").order_by("pk")[:limit]:
        reached = max((s for s in steps if s <= application.day(on=today)), default=0)
        if reached > application.clock_step:
            done += _escalate(application, steps.index(reached), steps, vendor=vendor, at=at)
    return done


def _escalate(
    application: Application, step: int, steps: tuple[int, ...], *, vendor: Vendor, at: datetime
) -> int:
    """One letter per step and person; claimed by the row, so two sweeps write one letter."""
    breach = {"breached_at": at} if step == len(steps) - 1 else {}
    with transaction.atomic():
        mine = Application.objects.to_decide().filter(
            pk=application.pk, clock_step=application.clock_step
        )
        if not mine.update(clock_step=steps[step], **breach):
            return 0
        days_left = vendor.limit_days - application.day(on=warsaw_day(at))
        for person in _told_of(application, first_step=step == 0, breach=bool(breach)):
            letters.application_clock(
                application, person, step=steps[step], days_left=days_left, at=at
            )
    return 1


def _told_of(application: Application, *, first_step: bool, breach: bool) -> list[User]:
    """Day 5: the owner (nobody: all staff). Later: owner and administrators. Breach: these."""
    owner = application.owner if application.owner and application.owner.is_active else None
    administrators = list(User.objects.administrators().order_by("pk"))
    if breach:
        return administrators
    if first_step:
        return [owner] if owner else list(User.objects.desk().order_by("pk"))
    others = [person for person in administrators if person != owner]
    return [owner, *others] if owner else others


def tick_silent_applications(at: datetime, limit: int = 500) -> int:
    """Warn a week before, and lapse, applications whose applicant is silent for 30 days."""
    done = 0
    silent = Application.objects.filter(state=Application.State.NEEDS_COMPLETION)
    for application in silent.filter(asked_at__lte=at - LAPSE_AFTER).order_by("pk")[:limit]:
        done += _try(application.lapse, at)
    soon = silent.filter(
        asked_at__lte=at - LAPSE_AFTER + WARN_BEFORE_LAPSE, lapse_warned_at__isnull=True
    )
    for application in soon.order_by("pk")[:limit]:
        with transaction.atomic():
            mine = silent.filter(pk=application.pk, lapse_warned_at__isnull=True)
            if application.asked_at and mine.update(lapse_warned_at=at):
                on = application.asked_at + LAPSE_AFTER
                letters.application_lapse_soon(application, at=at, on=on)
                done += 1
    return done


def tick_leads(at: datetime, limit: int = 500) -> int:
    """Remind 14, 7 and 1 day before the protection ends, and expire Leads after it."""
    today, done = warsaw_day(at), 0
    ending = Client.objects.leads().filter(protected_until__isnull=False)
    for client in ending.filter(protected_until__lt=today).order_by("pk")[:limit]:
        done += _try(client.expire, at)
    soon = ending.filter(
        protected_until__gte=today, protected_until__lte=today + timedelta(days=STEPS_BEFORE[0])
    ).exclude(expiry_step=STEPS_BEFORE[-1])
    for client in soon.select_related("reseller").order_by("pk")[:limit]:
        done += _remind_of_lead(client, at=at)
    return done


def _remind_of_lead(client: Client, *, at: datetime) -> int:
    if client.protected_until is None:
        return 0
    left = (client.protected_until - warsaw_day(at)).days
    step = min(s for s in STEPS_BEFORE if left <= s)
    if client.expiry_step and client.expiry_step <= step:
        return 0
    with transaction.atomic():
        mine = Client.objects.leads().filter(pk=client.pk, expiry_step=client.expiry_step)
        if not mine.update(expiry_step=step):
            return 0
        letters.lead_expires_soon(client, days=left, at=at)
    return 1


def tick_terms(at: datetime, limit: int = 500) -> int:
    """Remind of a coming version; on its day those who have not accepted await the terms."""
    today, done = warsaw_day(at), 0
    version = TermsVersion.objects.to_accept(on=today)
    if version is None:
        return 0
    behind = Reseller.objects.active().exclude(terms=version).order_by("pk")[:limit]
    if version.valid_from <= today:
        for reseller in behind:
            done += _try(reseller.miss_terms, at)
        return done
    left = (version.valid_from - today).days
    if left not in STEPS_BEFORE:
        return 0
    for reseller in behind:
        done += _remind_of_terms(reseller, version, days=left, at=at)
    return done


def _remind_of_terms(reseller: Reseller, version: TermsVersion, *, days: int, at: datetime) -> int:
    """Under the reseller's lock, so two sweeps write one letter."""
    with transaction.atomic():
        Reseller.objects.select_for_update().get(pk=reseller.pk)
        if _reminded_today(reseller, at=at):
            return 0
        letters.terms_reminder(reseller, version, days=days, at=at)
    return 1


def _reminded_today(reseller: Reseller, *, at: datetime) -> bool:
    day = warsaw_midnight(warsaw_day(at))
    sent = Message.objects.about(reseller).filter(template="programme/letters/terms_reminder")
    return sent.filter(queued_at__gte=day).exists()


def _try(deed: Callable[..., None], at: datetime) -> int:
    """Do it; somebody who was quicker is no error."""
    try:
        deed(by=SYSTEM_ACTOR, at=at)
    except Refused:
        return 0
    return 1
