"""A NIP is taken in any usual spelling and refused when a digit is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogniwo.kernel import nip

WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)


def with_check_digit(nine: int) -> str | None:
    digits = f"{nine:09d}"
    check = sum(w * int(d) for w, d in zip(WEIGHTS, digits, strict=True)) % 11
    return None if check == 10 or digits[1:3] == "00" else f"{digits}{check}"


GOOD = st.integers(100_000_000, 999_999_999).map(with_check_digit).filter(bool)


@pytest.mark.parametrize(
    "typed",
    [
        "9990554333",
        "999-055-43-33",
        "PL9990554333",
        "pl 999-05-54-333",
        " 999 055 43 33 ",
        "999\u00a0055\u201343\u201133",
        "PL-999.055.43.33",
    ],
)
def test_any_usual_spelling_is_the_same_nip(typed: str) -> None:
    assert nip.normalise(typed) == "9990554333"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "nip_empty"),
        (" - ", "nip_empty"),
        ("PL", "nip_empty"),
        ("99905543ab", "nip_characters"),
        ("DE9990554333", "nip_characters"),
        ("९९९0554333", "nip_characters"),
        ("999055433", "nip_length"),
        ("99905543330", "nip_length"),
        ("0000000000", "nip_zero"),
        ("0990554333", "nip_zero"),
        ("9000554333", "nip_zero"),
        ("9990554334", "nip_checksum"),
    ],
)
def test_a_refused_nip_says_why(typed: str, code: str) -> None:
    with pytest.raises(nip.BadNip) as refused:
        nip.normalise(typed)
    assert refused.value.code == code


@given(GOOD)
def test_what_is_printed_can_be_typed_in_again(good: str) -> None:
    assert nip.is_valid(good)
    assert nip.normalise(nip.format_nip(good)) == good


@given(GOOD, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(good: str, place: int, by: int) -> None:
    wrong = good[:place] + str((int(good[place]) + by) % 10) + good[place + 1 :]
    assert not nip.is_valid(wrong)


def test_what_is_no_nip_is_printed_as_it_is() -> None:
    assert nip.format_nip("9990554333") == "999-055-43-33"
    assert nip.format_nip("DE123") == "DE123"
