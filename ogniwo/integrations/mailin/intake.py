"""Takes a letter in: stored raw once, then acted upon when its writer is proven, else queued."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.integrations.mailin.around import Around, around, client_named
from ogniwo.integrations.mailin.classify import Kind, classify
from ogniwo.integrations.mailin.domains import NameServer, Resolver
from ogniwo.integrations.mailin.proof import Proof, Verdict, prove
from ogniwo.integrations.mailin.read import LARGEST, Letter, Unreadable, read
from ogniwo.journal.actors import SYSTEM_ACTOR, Actor, Holder
from ogniwo.journal.moves import Refused
from ogniwo.journal.record import record
from ogniwo.kernel import roles
from ogniwo.outbox.models import Message
from ogniwo.people.limits import TooMany, take
from ogniwo.programme import accepting, cases
from ogniwo.programme.models import Application, Case, InboundLetter, Reseller

MOST_AN_HOUR: Final = 5
HOUR: Final = timedelta(hours=1)
ANSWER_MARK: Final = re.compile(r"^\s*((re|odp|fw|fwd|pd)\s*:\s*|\[Z-\d+\]\s*)+", re.IGNORECASE)
SENTENCES: Final[dict[str, Any]] = {
    Kind.TERMS_ACCEPTANCE: _("The terms are accepted by %(sender)s."),
    Kind.REPLY_TO_CASE: _("A reply to request %(what)s from %(sender)s."),
    Kind.NEW_CASE: _("A new request %(what)s from %(sender)s."),
    Kind.APPLICATION_REPLY: _("An answer about application %(what)s from %(sender)s."),
    Kind.BOUNCE: _("A returned letter: it did not reach %(what)s."),
    Kind.AUTO_REPLY: _("An automatic reply from %(sender)s: kept, nothing done."),
    Kind.UNKNOWN: _("In the mailbox queue: %(sender)s is not proven or not known."),
    Kind.FORGED: _("In the mailbox queue, marked red: the sender %(sender)s is forged."),
    InboundLetter.What.UNREADABLE: _("This is not a message that can be read."),
}


@dataclass(frozen=True)
class Outcome:
    """What came of one message."""

    kind: str
    letter: InboundLetter
    is_new: bool = True

    @property
    def sentence(self) -> str:
        """For people, in the language of the moment."""
        if not self.is_new:
            return str(_("This letter has been taken in already."))
        row = self.letter
        words = {"sender": row.from_address or "?", "what": row.handled_as or row.subject}
        return str(SENTENCES[self.kind] % words)


@dataclass(frozen=True)
class Arrival:
    """One letter on its way in, with all that is known of it."""

    letter: Letter
    proof: Proof
    around: Around
    row: InboundLetter
    at: datetime


def take_in(raw: bytes, *, at: datetime, resolver: Resolver | None = None) -> Outcome:
    """Store the message once and act on it; Unreadable when there is nothing to store."""
    earlier = InboundLetter.objects.filter(sha256=hashlib.sha256(raw).hexdigest()).first()
    if earlier:
        return _again(earlier)
    try:
        letter = read(raw)
    except Unreadable as refused:
        return _keep_unreadable(raw, refused, at=at)
    twin = _twin(letter)
    if twin:
        return _again(twin)
    known = around(letter, at=at)
    # The question to DNS comes before the transaction: nothing waits inside one.
    proof = prove(
        letter,
        raw,
        authserv=settings.OGNIWO_MAIL_AUTHSERV,
        resolver=resolver or NameServer(),
        own_token_valid=known.token_is_valid,
    )
    kind = classify(letter, proof, facts=known.facts)
    try:
        with transaction.atomic():
            return _settle(
                Arrival(letter, proof, known, _row(raw, letter, proof, known, at), at), kind
            )
    except IntegrityError:
        return _again(InboundLetter.objects.get(sha256=letter.sha256))


def make_case(
    row: InboundLetter, reseller: Reseller, *, text: str = "", by: Actor, at: datetime
) -> Case:
    """Staff makes a case of a queued letter: the one click of the mailbox queue."""
    with transaction.atomic():
        _claim(row, at=at)
        letter = read(bytes(row.raw))
        case = cases.open_case(
            reseller, kind=Case.Kind.OTHER, subject=_subject(letter), text=text or _said(letter),
            channel=Case.Channel.EMAIL, client=client_named(letter, reseller),
            author=_author(letter), letter=row, by=by, at=at,
        )  # fmt: skip
        row.reseller, row.case, row.handled_as = reseller, case, case.number
        row.save(update_fields=["reseller", "case", "handled_as"])
        record("programme.inboundletter.make_case", row, by=by, at=at, case=case.number)
    return case


def set_aside(row: InboundLetter, *, reason: str, by: Actor, at: datetime) -> None:
    """Staff has looked at a queued letter and nothing is to be done."""
    with transaction.atomic():
        _claim(row, at=at)
        row.handled_as = reason.strip()[:200]
        row.save(update_fields=["handled_as"])
        record("programme.inboundletter.set_aside", row, by=by, at=at)


def attachment(row: InboundLetter, index: int) -> tuple[str, str, bytes] | None:
    """Name, type and content of a kept file of a letter; the raw message holds it."""
    if not 0 <= index < len(row.attachments) or not row.attachments[index]["kept"]:
        return None
    file = read(bytes(row.raw)).attachments[index]
    return file.name, file.type, file.content


def _settle(arrival: Arrival, kind: Kind) -> Outcome:
    row = arrival.row
    deed = DEEDS.get(kind)
    try:
        if kind in LIMITED:
            take(f"mail:{arrival.letter.from_address}", limit=MOST_AN_HOUR, per=HOUR, at=arrival.at)
        with transaction.atomic():
            row.handled_as = deed(arrival) if deed else ""
    except (Refused, TooMany, IntegrityError) as why:
        # Somebody was quicker, or it may not be done now: a person looks at it.
        kind = Kind.UNKNOWN
        row.proof["refused"] = getattr(why, "code", type(why).__name__)
    row.what = kind.value
    row.handled_at = None if kind in QUEUED or not (deed is None or row.handled_as) else arrival.at
    row.save()
    record("programme.inboundletter.take_in", row, by=SYSTEM_ACTOR, at=arrival.at,
           what=row.what, verdict=row.verdict, handled_as=row.handled_as)  # fmt: skip
    return Outcome(row.what, row)


def _accept_terms(arrival: Arrival) -> str:
    reseller, version = arrival.around.reseller, arrival.around.terms
    if reseller is None or version is None:
        raise LookupError("an acceptance needs a reseller and terms")
    proof = accepting.Proof(
        channel="email",
        address=arrival.letter.from_address,
        letter=arrival.row,
        message_id=arrival.letter.message_id,
        verdict=arrival.row.proof,
    )
    accepting.accept(reseller, version, proof, by=arrival.around.writer, at=arrival.at)
    return reseller.number


def _reply(arrival: Arrival) -> str:
    if arrival.around.case is None:
        raise LookupError("a reply needs a case")
    case = cases.reply_to(
        arrival.around.case, _said(arrival.letter), author=_author(arrival.letter),
        letter=arrival.row, by=arrival.around.writer, at=arrival.at,
    )  # fmt: skip
    arrival.row.case = case
    return case.number


def _open_case(arrival: Arrival) -> str:
    reseller, letter = arrival.around.reseller, arrival.letter
    if reseller is None:
        raise LookupError("a case needs a reseller")
    case = cases.open_case(
        reseller, kind=Case.Kind.OTHER, subject=_subject(letter), text=_said(letter),
        channel=Case.Channel.EMAIL, client=client_named(letter, reseller), author=_author(letter),
        letter=arrival.row, by=arrival.around.writer, at=arrival.at,
    )  # fmt: skip
    arrival.row.case = case
    return case.number


def _answer_question(arrival: Arrival) -> str:
    """An answer in words completes an application only where words were all that was asked for."""
    application = arrival.around.application
    if application is None or application.state != Application.State.NEEDS_COMPLETION:
        return ""
    if application.open_fields:
        return ""
    application.complete(values={}, answer=_said(arrival.letter),
                         by=Holder(role=roles.APPLICANT), at=arrival.at)  # fmt: skip
    return str(application.number)


def _mark_bounced(arrival: Arrival) -> str:
    bounce = arrival.letter.bounce
    if bounce is None:
        raise LookupError("no delivery report")
    ours = Message.objects.filter(message_id=bounce.original_id, bounced_at__isnull=True).first()
    if ours is not None and ours.to.lower() in bounce.recipients:
        Message.objects.filter(pk=ours.pk).update(bounced_at=arrival.at)
        record("outbox.message.bounce", ours, by=SYSTEM_ACTOR, at=arrival.at, status=bounce.status)
    return ", ".join(bounce.recipients)[:200]


DEEDS: Final[dict[Kind, Callable[[Arrival], str]]] = {
    Kind.TERMS_ACCEPTANCE: _accept_terms,
    Kind.REPLY_TO_CASE: _reply,
    Kind.NEW_CASE: _open_case,
    Kind.APPLICATION_REPLY: _answer_question,
    Kind.BOUNCE: _mark_bounced,
}
LIMITED: Final = {Kind.REPLY_TO_CASE, Kind.NEW_CASE, Kind.APPLICATION_REPLY}
QUEUED: Final = {Kind.UNKNOWN, Kind.FORGED}


def _row(raw: bytes, letter: Letter, proof: Proof, known: Around, at: datetime) -> InboundLetter:
    return InboundLetter.objects.create(
        received_at=at,
        message_id=letter.message_id[:300],
        sha256=letter.sha256,
        raw=raw,
        from_address=letter.from_address[:254],
        from_name=letter.from_name[:200],
        subject=letter.subject,
        text=letter.text,
        what=Kind.UNKNOWN.value,
        verdict=proof.verdict.value,
        proof=_evidence(letter, proof),
        attachments=[_file(file) for file in letter.attachments],
        reseller=known.reseller,
        case=known.case if proof.is_proven else None,
    )


def _evidence(letter: Letter, proof: Proof) -> dict[str, Any]:
    return {
        "verdict": proof.verdict.value,
        "how": proof.how,
        "details": proof.details,
        "from": letter.from_address,
        "message_id": letter.message_id,
        "sha256": letter.sha256,
        "sent_at": letter.sent_at.isoformat() if letter.sent_at else "",
    }


def _file(file: Any) -> dict[str, Any]:
    return {
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "sha256": file.sha256,
        "kept": file.is_kept,
    }


def _keep_unreadable(raw: bytes, refused: Unreadable, *, at: datetime) -> Outcome:
    if not raw.strip() or len(raw) > LARGEST:
        raise refused
    facts = {
        "received_at": at,
        "message_id": "",
        "raw": raw,
        "what": InboundLetter.What.UNREADABLE,
        "verdict": Verdict.UNPROVEN.value,
        "proof": {"how": refused.code},
    }
    with transaction.atomic():
        digest = hashlib.sha256(raw).hexdigest()
        row, is_new = InboundLetter.objects.get_or_create(sha256=digest, defaults=facts)
        if is_new:
            record("programme.inboundletter.take_in", row, by=SYSTEM_ACTOR, at=at, what=row.what)
    return Outcome(row.what, row, is_new=is_new)


def _twin(letter: Letter) -> InboundLetter | None:
    """The same letter by another way: other bytes on top, the same sender, name and words."""
    if not letter.message_id:
        return None
    same = InboundLetter.objects.filter(
        message_id=letter.message_id, from_address=letter.from_address, subject=letter.subject
    )
    return next((row for row in same.order_by("pk")[:10] if row.text == letter.text), None)


def _again(row: InboundLetter) -> Outcome:
    return Outcome(row.what, row, is_new=False)


def _claim(row: InboundLetter, *, at: datetime) -> None:
    mine = InboundLetter.objects.filter(pk=row.pk, handled_at__isnull=True)
    if not mine.update(handled_at=at):
        raise Refused("handled_already", _("Somebody has dealt with this letter already."))
    row.handled_at = at


def _said(letter: Letter) -> str:
    return letter.own_words or letter.text or letter.subject or "–"


def _subject(letter: Letter) -> str:
    return ANSWER_MARK.sub("", letter.subject)[:200] or str(_("E-mail without a subject"))


def _author(letter: Letter) -> str:
    name = f"{letter.from_name} <{letter.from_address}>" if letter.from_name else ""
    return (name or letter.from_address)[:254]
