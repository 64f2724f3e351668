"""The code a banking app reads names the right account, amount and title."""

import pytest

from ogniwo.billing.paper.tests.samples import snapshot
from ogniwo.billing.paper.transfer import transfer_code


def test_the_code_of_an_invoice_in_zloty() -> None:
    assert transfer_code(snapshot()) == (
        "9990554333|PL|40999900040000003317395804|040467|Meridian Integracje|FV/2026/11/0142|||"
    )


def test_separators_and_polish_letters_in_a_name_do_no_harm() -> None:
    code = transfer_code(snapshot(seller={"name": "Żółć|1|\nŁódź 😀 sp. z o.o."}))
    assert code is not None
    assert code.split("|")[4] == "Zolc 1 Lodz sp. z o."
    assert len(code.split("|")) == 9


def test_a_large_amount_keeps_all_its_digits() -> None:
    code = transfer_code(snapshot(gross_grosze=123_456_789))
    assert code is not None
    assert code.split("|")[3] == "123456789"


def test_the_code_of_an_invoice_in_euro_is_the_european_one() -> None:
    code = transfer_code(snapshot(currency="EUR"))
    assert code is not None
    assert code.split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        "Meridian Integracje sp. z o.o.",
        "PL40999900040000003317395804",
        "EUR404.67",
        "",
        "",
        "FV/2026/11/0142",
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "KOR"},
        {"gross_grosze": 0},
        {"gross_grosze": -100},
        {"seller": {"account": ""}},
        {"currency": "USD"},
    ],
)
def test_without_anything_to_pay_there_is_no_code(changed: dict[str, object]) -> None:
    assert transfer_code(snapshot(**changed)) is None
