"""How each reseller of the demo came in, and where he stands today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from ogniwo.demo.cast import Cast
from ogniwo.journal.actors import Holder
from ogniwo.kernel import roles
from ogniwo.kernel.days import warsaw_day
from ogniwo.people.models import User
from ogniwo.programme import accepting, apply
from ogniwo.programme.models import Application, ChecklistItem, Reseller, TermsVersion
from ogniwo.programme.onboarding import sample_terms

APPLICANT = Holder(role=roles.APPLICANT)
Deed = Callable[[datetime], None]
Put = Callable[[date, Deed], None]
OnActive = Callable[[Reseller, date], None]

ACTIVE_ONES = 18
SECOND_TERMS_AFTER, SECOND_TERMS_NOTICE = 200, 20
# Days before today, and what has become of it by now.
OPEN_ENDS = (
    (27, "taken"),
    (6, "submitted"),
    (1, "submitted"),
    (4, "taken"),
    (12, "asked"),
    (0, "unverified"),
    (40, "rejected"),
    (150, "rejected"),
    (90, "withdrawn"),
    (70, "lapsed"),
    (5, "invited"),
    (9, "awaiting_terms"),
    (120, "suspended"),
    (300, "ended"),
    (210, "suspended"),
    (16, "awaiting_terms"),
    (33, "active"),
)


@dataclass
class Story:
    """One application: the day it came, and what has become of it by now."""

    cast: Cast
    put: Put
    day: date
    end: str
    on_active: OnActive
    fields: dict[str, Any]

    def submit(self, at: datetime) -> None:
        apply.submit(self.fields, at=at)
        if self.end != "unverified":
            self.put(self.day, self._confirm)

    @property
    def application(self) -> Application:
        return Application.objects.get(email=self.fields["email"])

    @property
    def reseller(self) -> Reseller:
        return Reseller.objects.get(email=self.fields["email"])

    def _days(self, low: int, high: int) -> timedelta:
        return timedelta(days=self.cast.rng.randrange(low, high))

    def _confirm(self, at: datetime) -> None:
        apply.confirm(self.application, at=at)
        if self.end != "submitted":
            self.put(self.day + self._days(1, 4), self._take)

    def _take(self, at: datetime) -> None:
        self.application.take(by=self.cast.staff, at=at)
        ends: dict[str, Deed] = {
            "asked": self._ask,
            "lapsed": self._ask,
            "rejected": self._reject,
            "withdrawn": self._withdraw,
        }
        if self.end != "taken":
            self.put(self.day + self._days(3, 9), ends.get(self.end, self._accept))

    def _ask(self, at: datetime) -> None:
        question = "Podaj adres strony i krótko opisz, komu prowadzisz sklepy."
        fields = ["website", "message"]
        self.application.ask(fields=fields, question=question, by=self.cast.staff, at=at)

    def _reject(self, at: datetime) -> None:
        note = "Szukamy firm, które prowadzą sklepy klientów na co dzień."
        self.application.reject(
            reason="does_not_fit", note=note, reapply="later", by=self.cast.staff, at=at
        )

    def _withdraw(self, at: datetime) -> None:
        self.application.withdraw(by=APPLICANT, at=at)

    def _accept(self, at: datetime) -> None:
        self.application.accept(by=self.cast.staff, at=at)
        reseller, day = self.reseller, warsaw_day(at)
        self.cast.resellers.append(reseller)
        if self.end == "invited":
            return
        self.put(day + timedelta(days=1), self._set_password)
        if self.end == "awaiting_terms":
            return
        start = day + self._days(2, 5)
        self.put(start, partial(_accept_terms, self.cast, reseller))
        self.on_active(reseller, start)
        if self.end == "suspended":
            self.put(start + timedelta(days=60), self._suspend)
        if self.end == "ended":
            self.put(start + timedelta(days=200), self._end)
        if len(self.cast.resellers) in {2, 3}:
            self.put(start + timedelta(days=20), self._hire)

    def _set_password(self, at: datetime) -> None:
        reseller, owner = self.reseller, self.cast.owner_of(self.reseller)
        self.cast.give_password(owner)
        ChecklistItem.tick(reseller, ChecklistItem.Key.ACCOUNT, at=at)
        if reseller.state == Reseller.State.INVITED:
            reseller.set_password(by=owner, at=at)

    def _suspend(self, at: datetime) -> None:
        reason = "Prośba resellera: przerwa w działalności."
        self.reseller.suspend(reason=reason, by=self.cast.staff, at=at)

    def _end(self, at: datetime) -> None:
        self.reseller.end(reason="Wypowiedzenie umowy.", by=self.cast.staff, at=at)

    def _hire(self, at: datetime) -> None:
        """A colleague and a reader in the firm."""
        reseller, owner = self.reseller, self.cast.owner_of(self.reseller)
        domain = owner.email.partition("@")[2]
        for key, role in (("biuro", roles.RESELLER_MEMBER), ("podglad", roles.RESELLER_READER)):
            if not User.objects.filter(role=role).exists():
                user = User.objects.add(
                    f"{key}@{domain}",
                    role=role,
                    name=key.capitalize(),
                    reseller_id=reseller.pk,
                    by=owner,
                    at=at,
                )
                self.cast.give_password(user)


def plan_applications(
    cast: Cast, put: Put, *, begin: date, today: date, on_active: OnActive
) -> None:
    """Put every application on its day; what follows plans itself."""
    ends = [(begin + timedelta(days=2 + turn * 11), "active") for turn in range(ACTIVE_ONES)]
    ends += [(today - timedelta(days=ago), end) for ago, end in OPEN_ENDS]
    for number, (day, end) in enumerate(ends):
        story = Story(cast, put, day, end, on_active, cast.names.applicant(number))
        put(day, story.submit)
    announce = begin + timedelta(days=SECOND_TERMS_AFTER)
    put(announce, partial(_second_terms, cast, put))


def _accept_terms(cast: Cast, reseller: Reseller, at: datetime) -> None:
    reseller.refresh_from_db()
    version = TermsVersion.objects.announced()[0]
    proof = accepting.Proof(channel="link", network="192.0.2.17", user_agent="Firefox")
    if not reseller.acceptances.filter(version=version).exists():
        accepting.accept(reseller, version, proof, by=cast.owner_of(reseller), at=at)


def _second_terms(cast: Cast, put: Put, at: datetime) -> None:
    """A new version in summer: all but two accept it before its day, one of these late."""
    text = sample_terms() + "\n## 8. Prowizja\n1. Zasady prowizji określa cennik programu.\n"
    day = warsaw_day(at)
    valid_from = day + timedelta(days=SECOND_TERMS_NOTICE)
    accepting.publish(text, valid_from=valid_from, by=cast.people["adam"], at=at)
    active = list(Reseller.objects.active().order_by("pk"))
    for reseller in active[:-2]:
        accepted = day + timedelta(days=cast.rng.randrange(1, SECOND_TERMS_NOTICE))
        put(accepted, partial(_accept_terms, cast, reseller))
    for reseller in active[-2:-1]:
        put(valid_from + timedelta(days=9), partial(_accept_terms, cast, reseller))
