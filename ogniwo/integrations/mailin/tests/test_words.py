"""Only a plain acceptance is one; whatever is unclear goes to a person."""

import pytest

from ogniwo.integrations.mailin.words import accepts_terms


@pytest.mark.parametrize(
    "said",
    [
        "Akceptuję",
        "akceptuje",
        "AKCEPTUJĘ.",
        "Akceptuję!",
        "Dzień dobry,\nakceptuję regulamin.\n\nPozdrawiam\nRadek",
        "Tak, akceptuję regulamin programu.",
        "Zapoznałem się z regulaminem i akceptuję go w całości.",
        "Akceptujemy warunki.",
        "akceptuję\n\nPozdrawiam,\nRadek\nJeżeli nie jest Pan adresatem, proszę usunąć.",
        "Akceptuję\n\nWysłane z iPhone'a",
        "I accept",
        "I accept the terms.\nBest regards\nRadek",
    ],
)
def test_a_plain_acceptance(said: str) -> None:
    assert accepts_terms(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Nie akceptuję",
        "Nie akceptuje regulaminu.",
        "Czy mam napisać akceptuję?",
        "Akceptuję, ale bez punktu 4.",
        "Akceptuję pod warunkiem zmiany terminu.",
        "Akceptuję z zastrzeżeniem punktu 3",
        "Jeśli zmienicie prowizję, akceptuję.",
        "Zaakceptuję po rozmowie",
        "Akceptacja w toku",
        "OK",
        "Tak",
        "Nieakceptuję",
        "Mam napisać „Akceptuję”",
        "Odpowiedz słowem „Akceptuję” albo użyj przycisku",
        "Akceptuję?",
        "Akceptuję wszystko poza karami umownymi",
        "I do not accept",
        "I don't accept",
        "I accept if you change point 4",
        "Pozdrawiam\nakceptuję",
        "akceptuję " * 500,
        "Dopiero gdy przeczytam, akceptuję",
    ],
)
def test_what_is_unclear_is_no_acceptance(said: str) -> None:
    assert not accepts_terms(said)
