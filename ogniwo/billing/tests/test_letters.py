"""The letters to a client about his money say how much, by when and where to."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ogniwo.outbox.post import Rendered, letter_of, render
from tests import cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 16, tzinfo=UTC)
LINK = "http://localhost:8000/f/tajny-link-do-faktury/"
HOSTILE = "<script>alert(1)</script> {{ settings.SECRET_KEY }} & O'Hara"
ACCOUNT = "12999900040000307198128740"
INVOICE = {"number": "FV/2026/11/0042", "gross_grosze": 123_456, "currency": "PLN",
           "due_on": "2026-12-07"}  # fmt: skip
LETTERS: dict[str, dict[str, Any]] = {
    "invoice_issued": INVOICE | {"account": ACCOUNT, "names": [HOSTILE], "mpp": True},
    "correction_issued": INVOICE | {"original": "FV/2026/10/0007", "reason": HOSTILE},
    "reminder": {
        "late": True,
        "account": ACCOUNT,
        "invoices": [INVOICE | {"left_grosze": 123_456}],
    },
}


def read(name: str, language: str = "en", **facts: Any) -> Rendered:
    cast.vendor()
    return render(
        letter_of(
            f"billing/letters/{name}",
            to="biuro@kwiaty.example",
            at=NOW,
            language=language,
            context=LETTERS[name] | facts,
            links={"link": LINK} if name != "reminder" else {},
        )
    )


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("name", LETTERS)
def test_the_sum_and_the_link_stand_in_text_and_html_and_nothing_is_obeyed(
    name: str, language: str
) -> None:
    letter = read(name, language)
    whole = "1,234.56" if language == "en" else "1\N{NO-BREAK SPACE}234,56"
    for part in (letter.text, letter.html):
        assert whole in part
        assert (LINK in part) is (name != "reminder")
    assert "<script" not in letter.html
    assert "&lt;" not in letter.text


def test_an_invoice_says_the_day_the_account_and_the_title() -> None:
    text = read("invoice_issued").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "is to be paid by 7 December 2026" in text
    assert "Bank account: 12 9999 0004 0000 3071 9812 8740" in text
    assert "Transfer title: FV/2026/11/0042" in text
    assert "split payment" in text


def test_an_invoice_with_nothing_to_pay_asks_for_no_transfer() -> None:
    text = read("invoice_issued", due_on="", mpp=False).text
    assert "Here is the invoice FV/2026/11/0042" in text
    assert "Bank account" not in text


@pytest.mark.parametrize(("late", "said"), [(True, "has passed"), (False, "is near")])
def test_a_reminder_says_whether_the_day_has_passed(late: bool, said: str) -> None:  # noqa: FBT001  # a case
    letter = read("reminder", late=late)
    assert said in letter.subject
    assert "FV/2026/11/0042" in letter.text
