"""What the database knows around a letter: sender, thread, and whether its secret is true."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import models

from ogniwo.integrations.mailin.classify import Facts
from ogniwo.integrations.mailin.read import Letter, ReplyTag
from ogniwo.journal.actors import Actor, Holder
from ogniwo.kernel import roles
from ogniwo.kernel.days import warsaw_day
from ogniwo.outbox.models import Message
from ogniwo.people.models import Link, LinkGone, User
from ogniwo.programme.models import Application, Case, Client, Reseller, TermsVersion

TAGGED: Final[dict[str, type[models.Model]]] = {"z": Case, "r": Reseller, "w": Application}
CASE_NUMBER: Final = re.compile(r"\[(Z-\d{4,9})\]", re.IGNORECASE)
CLIENT_NUMBER: Final = re.compile(r"\b[LK]-\d{4,9}\b", re.IGNORECASE)
TERMS_LETTERS: Final = ("programme/letters/terms_", "programme/letters/welcome")
BEFORE_TERMS: Final = {Reseller.State.INVITED, Reseller.State.AWAITING_TERMS}
TERMS_STATES: Final = BEFORE_TERMS | {Reseller.State.ACTIVE}


@dataclass(frozen=True)
class Around:
    """Who the sender would be if he is the one he says, and what he writes about."""

    user: User | None = None
    reseller: Reseller | None = None
    case: Case | None = None
    application: Application | None = None
    terms: TermsVersion | None = None  # what this sender's firm has still to accept
    answers_terms: bool = False
    token_is_valid: bool = False

    @property
    def writer(self) -> Actor:
        """In whose name a proven letter acts."""
        return self.user or Holder(role=roles.RESELLER_OWNER)

    @property
    def facts(self) -> Facts:
        reseller, case = self.reseller, self.case
        writes = reseller is not None and reseller.may_write
        asks = reseller is not None and reseller.state in BEFORE_TERMS and self.answers_terms
        return Facts(
            may_accept_terms=self.terms is not None and self.writer.role == roles.RESELLER_OWNER,
            answers_terms=self.answers_terms,
            may_answer_case=writes and case is not None,
            may_open_case=writes or asks,
            answers_application=self.application is not None,
        )


def around(letter: Letter, *, at: datetime) -> Around:
    """Look the sender and the thread up. Believes nothing: that is for the proof."""
    user, reseller = _sender(letter)
    tagged = _tagged(letter.reply_tag, at=at)
    answered = _answered(letter)
    case = _case(letter, tagged, answered, reseller)
    application = _application(letter, tagged, answered)
    return Around(
        user=user,
        reseller=reseller,
        case=case,
        application=application,
        terms=_terms(reseller, at=at),
        answers_terms=_answers_terms(tagged, answered, reseller),
        token_is_valid=tagged is not None and tagged in (case, application, reseller),
    )


def client_named(letter: Letter, reseller: Reseller) -> Client | None:
    """The one client of this reseller whose number the letter gives."""
    said = f"{letter.subject}\n{letter.own_words}"
    numbers = {number.upper() for number in CLIENT_NUMBER.findall(said)}
    named = models.Q(number__in=numbers) | models.Q(lead_number__in=numbers)
    found = list(reseller.clients.filter(named).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def _sender(letter: Letter) -> tuple[User | None, Reseller | None]:
    if letter.from_count != 1:
        return None, None
    address = letter.from_address
    writers = User.objects.active().filter(role__in=roles.RESELLER_WRITERS)
    user = writers.filter(email=address).select_related("reseller").first()
    if user is not None:
        return user, user.reseller
    if User.objects.filter(email=address).exists():
        # A reader, a person who left, or one of the vendor's own: none writes for a reseller.
        return None, None
    living = Reseller.objects.exclude(state=Reseller.State.ENDED)
    firms = list(living.filter(email__iexact=address).order_by("pk")[:2])
    return None, firms[0] if len(firms) == 1 else None


def _tagged(tag: ReplyTag | None, *, at: datetime) -> models.Model | None:
    """The object of a true secret; one of another object, or under another number, is none."""
    if tag is None or tag.kind not in TAGGED:
        return None
    try:
        link = Link.objects.find("reply", tag.token, at=at)
    except LinkGone:
        return None
    table = TAGGED[tag.kind]
    if link.kind != table._meta.label_lower:
        return None
    found = table._default_manager.filter(pk=link.key).first()
    number = str(getattr(found, "number", "") or "")
    return found if number.partition("-")[2].lstrip("0") == str(tag.number) else None


def _answered(letter: Letter) -> Message | None:
    """The letter of ours that he answers, by its identifier; finds, proves nothing."""
    named = [*letter.in_reply_to, *reversed(letter.references)]
    found = {
        message.message_id: message for message in Message.objects.filter(message_id__in=named)
    }
    return next((found[name] for name in named if name in found), None)


def _case(
    letter: Letter, tagged: object, answered: Message | None, reseller: Reseller | None
) -> Case | None:
    """The case of the thread, if the sender's firm takes part in it."""
    if reseller is None:
        return None
    own = Case.objects.filter(reseller=reseller)
    if isinstance(tagged, Case):
        return own.filter(pk=tagged.pk).first()
    if answered is not None and answered.kind == Case._meta.label_lower:
        return own.filter(pk=answered.key or 0).first()
    number = CASE_NUMBER.search(letter.subject)
    return own.filter(number=number[1].upper()).first() if number else None


def _application(letter: Letter, tagged: object, answered: Message | None) -> Application | None:
    own = Application.objects.filter(email__iexact=letter.from_address, number__isnull=False)
    if isinstance(tagged, Application):
        return own.filter(pk=tagged.pk).first()
    if answered is not None and answered.kind == Application._meta.label_lower:
        return own.filter(pk=answered.key or 0).first()
    return None


def _answers_terms(tagged: object, answered: Message | None, reseller: Reseller | None) -> bool:
    if reseller is None:
        return False
    if answered is not None:
        mine = answered.kind == Reseller._meta.label_lower and answered.key == reseller.pk
        return mine and answered.template.startswith(TERMS_LETTERS)
    return tagged == reseller


def _terms(reseller: Reseller | None, *, at: datetime) -> TermsVersion | None:
    if reseller is None or reseller.state not in TERMS_STATES:
        return None
    version = TermsVersion.objects.to_accept(on=warsaw_day(at))
    if version is None or reseller.acceptances.filter(version=version).exists():
        return None
    return version
