"""Only a proven sender's letter becomes something that acts."""

import pytest

from ogniwo.integrations.mailin.classify import Facts, Kind, classify
from ogniwo.integrations.mailin.proof import Proof, Verdict
from ogniwo.integrations.mailin.read import read
from ogniwo.integrations.mailin.tests.eml import bounce, eml

PROVEN = Proof(Verdict.PROVEN, "dmarc")
UNPROVEN = Proof(Verdict.UNPROVEN, "nothing")
FORGED = Proof(Verdict.FORGED, "dmarc")
EVERYTHING = Facts(
    may_accept_terms=True,
    answers_terms=True,
    may_answer_case=True,
    may_open_case=True,
    answers_application=True,
)


def kind(
    text: str = "Akceptuję", *, proof: Proof = PROVEN, subject: str = "Sklep", **facts: bool
) -> Kind:
    letter = read(eml(text, subject=subject).as_bytes())
    return classify(letter, proof, facts=Facts(**facts))


@pytest.mark.parametrize(("proof", "is_what"), [(UNPROVEN, Kind.UNKNOWN), (FORGED, Kind.FORGED)])
def test_who_is_not_proven_does_nothing(proof: Proof, is_what: Kind) -> None:
    assert classify(read(eml().as_bytes()), proof, facts=EVERYTHING) == is_what


def test_a_returned_letter_and_an_automatic_one_do_nothing_even_when_proven() -> None:
    assert classify(read(bounce()), PROVEN, facts=EVERYTHING) == Kind.BOUNCE
    away = read(eml(Auto_Submitted="auto-replied").as_bytes())
    assert classify(away, PROVEN, facts=EVERYTHING) == Kind.AUTO_REPLY


def test_the_word_in_answer_to_the_terms_accepts_them() -> None:
    assert kind(may_accept_terms=True, answers_terms=True) == Kind.TERMS_ACCEPTANCE


def test_a_new_letter_that_names_the_terms_accepts_them() -> None:
    assert kind("Akceptuję regulamin", may_accept_terms=True) == Kind.TERMS_ACCEPTANCE
    assert kind(subject="Regulamin", may_accept_terms=True) == Kind.TERMS_ACCEPTANCE


def test_the_word_about_nothing_in_particular_accepts_nothing() -> None:
    assert kind(may_accept_terms=True, may_open_case=True) == Kind.NEW_CASE


def test_an_unclear_answer_to_the_terms_is_a_case() -> None:
    answer = kind("Nie akceptuję", may_accept_terms=True, answers_terms=True, may_open_case=True)
    assert answer == Kind.NEW_CASE


def test_with_nothing_to_accept_the_word_is_an_ordinary_letter() -> None:
    assert kind(answers_terms=True, may_open_case=True) == Kind.NEW_CASE


def test_an_answer_in_a_thread_goes_to_its_case() -> None:
    assert kind("Dziękuję", may_answer_case=True, may_open_case=True) == Kind.REPLY_TO_CASE


def test_an_applicants_answer_goes_to_his_application() -> None:
    assert kind("Uzupełniam", answers_application=True) == Kind.APPLICATION_REPLY


def test_a_proven_stranger_is_still_a_stranger() -> None:
    assert kind("Dzień dobry") == Kind.UNKNOWN
