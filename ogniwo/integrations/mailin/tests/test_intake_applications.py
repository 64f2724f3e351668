"""An applicant may answer the desk's question by e-mail."""

import pytest

from ogniwo.integrations.mailin.tests.test_intake import arrives, letter, secret
from ogniwo.programme.models import InboundLetter
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_an_answer_in_words_completes_an_application_that_asked_for_words() -> None:
    asked = cast.application("Radek")
    ola = cast.person("Ola")
    asked.take(by=ola, at=cast.later(1))
    asked.ask(fields=[], question="Ilu klientów prowadzisz dziś?", by=ola, at=cast.later(2))
    outcome = arrives(letter("Dwunastu", to=secret("application_question")))
    asked.refresh_from_db()
    assert outcome.kind == "application_reply"
    assert (asked.state, asked.answer) == ("in_review", "Dwunastu")


def test_an_answer_about_opened_fields_waits_for_a_person() -> None:
    asked = cast.application("Radek")
    ola = cast.person("Ola")
    asked.take(by=ola, at=cast.later(1))
    asked.ask(fields=["street"], question="Popraw adres.", by=ola, at=cast.later(2))
    outcome = arrives(letter("ul. Krótka 1", to=secret("application_question")))
    asked.refresh_from_db()
    assert outcome.kind == "application_reply"
    assert asked.state == "needs_completion"
    assert list(InboundLetter.objects.queued()) == [outcome.letter]
