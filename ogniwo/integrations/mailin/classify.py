"""What a letter is: an acceptance, an answer, a new case, a bounce, or for a person to see."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ogniwo.integrations.mailin.proof import Proof, Verdict
from ogniwo.integrations.mailin.read import Letter
from ogniwo.integrations.mailin.text import mentions
from ogniwo.integrations.mailin.words import accepts_terms

TERMS_WORDS: Final = ("regulamin", "terms")


class Kind(StrEnum):
    TERMS_ACCEPTANCE = "terms_acceptance"
    REPLY_TO_CASE = "reply_to_case"
    NEW_CASE = "new_case"
    APPLICATION_REPLY = "application_reply"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    UNKNOWN = "unknown"
    FORGED = "forged"


@dataclass(frozen=True)
class Facts:
    """What the database knows of the sender and of the thread; nothing here proves him."""

    may_accept_terms: bool = False  # the address is an owner's whose firm has terms to accept
    answers_terms: bool = False  # by the secret tag, or in answer to our letter about them
    may_answer_case: bool = False  # there is a case in the thread and the address takes part
    may_open_case: bool = False  # the address is a known writer's of a reseller
    answers_application: bool = False  # the thread is an application of this address


def classify(letter: Letter, proof: Proof, *, facts: Facts) -> Kind:
    """Sort one letter; only a proven sender gets a kind that acts."""
    if letter.bounce:
        return Kind.BOUNCE
    if letter.is_automatic:
        return Kind.AUTO_REPLY
    if proof.verdict == Verdict.FORGED:
        return Kind.FORGED
    if not proof.is_proven:
        return Kind.UNKNOWN
    return _of_proven(letter, facts)


def _of_proven(letter: Letter, facts: Facts) -> Kind:
    about_terms = facts.answers_terms or mentions(
        f"{letter.subject}\n{letter.own_words}", *TERMS_WORDS
    )
    if facts.may_accept_terms and about_terms and accepts_terms(letter.own_words):
        return Kind.TERMS_ACCEPTANCE
    if facts.may_answer_case:
        return Kind.REPLY_TO_CASE
    if facts.answers_application:
        return Kind.APPLICATION_REPLY
    return Kind.NEW_CASE if facts.may_open_case else Kind.UNKNOWN
