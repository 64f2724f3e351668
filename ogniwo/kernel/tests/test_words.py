"""An amount in words reads as a Pole writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogniwo.kernel import words
from ogniwo.kernel.words import amount_in_words, number_in_words


@pytest.mark.parametrize(
    ("grosze", "text"),
    [
        (0, "zero złotych 00/100"),
        (1, "zero złotych 01/100"),
        (100, "jeden złoty 00/100"),
        (200, "dwa złote 00/100"),
        (500, "pięć złotych 00/100"),
        (1200, "dwanaście złotych 00/100"),
        (1499, "czternaście złotych 99/100"),
        (2100, "dwadzieścia jeden złotych 00/100"),
        (2200, "dwadzieścia dwa złote 00/100"),
        (10000, "sto złotych 00/100"),
        (10100, "sto jeden złotych 00/100"),
        (11200, "sto dwanaście złotych 00/100"),
        (18327, "sto osiemdziesiąt trzy złote 27/100"),
        (100000, "tysiąc złotych 00/100"),
        (123456, "tysiąc dwieście trzydzieści cztery złote 56/100"),
        (200000, "dwa tysiące złotych 00/100"),
        (500000, "pięć tysięcy złotych 00/100"),
        (1200000, "dwanaście tysięcy złotych 00/100"),
        (2100000, "dwadzieścia jeden tysięcy złotych 00/100"),
        (2200000, "dwadzieścia dwa tysiące złotych 00/100"),
        (100_000_000, "milion złotych 00/100"),
        (100_100_300, "milion tysiąc trzy złote 00/100"),
        (500_000_000, "pięć milionów złotych 00/100"),
        (100_000_000_000, "miliard złotych 00/100"),
        (-25830, "minus dwieście pięćdziesiąt osiem złotych 30/100"),
    ],
)
def test_the_currency_is_declined(grosze: int, text: str) -> None:
    assert amount_in_words(grosze) == text


def test_euro_is_not_declined() -> None:
    assert amount_in_words(12300, "EUR") == "sto dwadzieścia trzy euro 00/100"
    assert amount_in_words(100, "EUR") == "jeden euro 00/100"


def read_back(text: str) -> int:
    """Adds the words up again, as a person would."""
    figures = {word: number for number, word in enumerate(words.UNITS)}
    figures |= {word: 10 * number for number, word in enumerate(words.TENS) if word}
    figures |= {word: 100 * number for number, word in enumerate(words.HUNDREDS) if word}
    powers = {
        form: 1000 ** (place + 1) for place, forms in enumerate(words.THOUSANDS) for form in forms
    }
    total = group = 0
    for word in text.split():
        if word in powers:
            total += (group or 1) * powers[word]
            group = 0
        else:
            group += figures[word]
    return total + group


@given(st.integers(0, 10**9) | st.integers(0, 10**15))
def test_the_words_add_up_to_the_number(number: int) -> None:
    assert read_back(number_in_words(number)) == number


def test_a_number_beyond_all_money_is_refused() -> None:
    with pytest.raises(ValueError, match="too big"):
        number_in_words(10**18)
