"""Accounts, phones and postcodes are taken in any usual spelling and kept in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogniwo.kernel import iban, phone, postcode


def nrb(body: int) -> str:
    """A Polish account of an invented bank 9999, with its check digits."""
    rest = f"9999{body:020d}"
    check = 98 - int(f"{rest}252100") % 97
    return f"{check:02d}{rest}"


ACCOUNTS = st.integers(0, 10**20 - 1).map(nrb)


@given(ACCOUNTS)
def test_a_printed_account_can_be_typed_in_again(account: str) -> None:
    shown = iban.format_account(account)
    assert iban.normalise(shown) == account
    assert iban.normalise(f"PL {shown}") == account
    assert iban.normalise_iban(f"PL{account}") == account
    assert [len(group) for group in shown.split()] == [2, 4, 4, 4, 4, 4, 4]


@given(ACCOUNTS, st.integers(0, 25), st.integers(1, 9))
def test_one_wrong_digit_of_an_account_is_noticed(account: str, place: int, by: int) -> None:
    wrong = account[:place] + str((int(account[place]) + by) % 10) + account[place + 1 :]
    assert not iban.is_valid(wrong)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" ", "account_empty"),
        ("12 abcd", "account_characters"),
        ("12 9999 0004", "account_length"),
        ("0" * 26, "account_checksum"),
        ("DE89370400440532013000", "account_characters"),
    ],
)
def test_a_refused_account_says_why(typed: str, code: str) -> None:
    with pytest.raises(iban.BadAccount) as refused:
        iban.normalise(typed)
    assert refused.value.code == code


def test_a_payer_may_have_a_foreign_account() -> None:
    # The example account of the IBAN standard.
    assert iban.normalise_iban("de89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert iban.format_account("DE89370400440532013000") == "DE89 3704 0044 0532 0130 00"
    with pytest.raises(iban.BadAccount) as refused:
        iban.normalise_iban("DE89370400440532013001")
    assert refused.value.code == "account_checksum"


@pytest.mark.parametrize(
    ("typed", "e164", "shown"),
    [
        ("600 214 118", "+48600214118", "600 214 118"),
        ("600-214-118", "+48600214118", "600 214 118"),
        ("+48 600214118", "+48600214118", "600 214 118"),
        ("0048 600 214 118", "+48600214118", "600 214 118"),
        ("tel. (75) 612-34-08", "+48756123408", "75 612 34 08"),
        ("0 75 612 34 08", "+48756123408", "75 612 34 08"),
        ("+49 30 901820", "+4930901820", "+49 30 901820"),
    ],
)
def test_a_phone_is_kept_as_e164_and_read_as_dialled(typed: str, e164: str, shown: str) -> None:
    assert phone.normalise(typed) == e164
    assert phone.format_phone(e164) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "600 214 11",
        "600 214 118 9",
        "600214118 wew. 3",
        "000000000",
        "zadzwoń",
        "+49 1",
        "++48",
    ],
)
def test_what_cannot_be_dialled_is_refused(typed: str) -> None:
    with pytest.raises(phone.BadPhone):
        phone.normalise(typed)


def test_what_is_no_phone_is_shown_as_it_is() -> None:
    assert phone.format_phone("brak") == "brak"


@pytest.mark.parametrize("typed", ["58-500", "58500", " 58 500 ", "58\u2013500"])
def test_a_polish_postcode_has_one_dash(typed: str) -> None:
    assert postcode.normalise(typed) == "58-500"


@pytest.mark.parametrize("typed", ["", "5-8500", "585000", "5850O", "58-50"])
def test_another_shape_is_no_polish_postcode(typed: str) -> None:
    with pytest.raises(postcode.BadPostcode):
        postcode.normalise(typed)


def test_a_foreign_postcode_stays_as_it_is() -> None:
    assert postcode.normalise(" sw1a 1aa", "GB") == "SW1A 1AA"
    with pytest.raises(postcode.BadPostcode):
        postcode.normalise("", "DE")
