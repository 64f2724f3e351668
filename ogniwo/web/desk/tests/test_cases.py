"""Cases at the desk: answered, applied, asked again when the data changed; and the mailbox."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from ogniwo.billing import accounts
from ogniwo.programme import cases
from ogniwo.programme.models import Case, Client, InboundLetter
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast

pytestmark = pytest.mark.django_db
LIST = "/konsola/zgloszenia/"
BOX = "/konsola/zgloszenia/skrzynka/"


def an_account(name: str = "Kwiaty", **changes: Any) -> Client:
    client = cast.lead(name=name, at=now() - timedelta(days=9), **changes)
    accounts.convert(
        client,
        reseller=client.reseller,
        unverified_because="telefon",
        by=cast.person("Ola"),
        at=now() - timedelta(days=8),
    )
    return client


def a_case(client: Client | None = None, *, days_ago: int = 1, **facts: Any) -> Case:
    reseller = cast.reseller("Radek")
    said = {"kind": "further_shop", "subject": "Drugi sklep", "text": "Otwieramy drugi sklep."}
    return cases.open_case(
        reseller,
        client=client,
        by=cast.owner_of(reseller),
        at=now() - timedelta(days=days_ago),
        **said | facts,
    )


def change_of_address(client: Client) -> Case:
    return a_case(client, kind="change_of_data", changes={"street": "ul. Nowa 5"})


def address(case: Case, verb: str = "") -> str:
    return f"{LIST}{case.number}/{verb}/" if verb else f"{LIST}{case.number}/"


def test_the_oldest_case_is_on_top_and_the_search_finds_the_client() -> None:
    client = an_account()
    a_case(subject="Nowsza", days_ago=1)
    a_case(client, subject="Starsza", days_ago=5)
    krysia = browser_of("Krysia")
    page = krysia.get(LIST).content.decode()
    assert page.index("Starsza") < page.index("Nowsza")
    assert "Nowsza" not in krysia.get(LIST, {"q": "kwiaty"}).content.decode()


def test_an_answer_waits_for_the_reseller_and_stops_the_first_clock() -> None:
    case = a_case()
    browser_of("Ola").post(address(case, "answer"), {"text": "Zaczynamy 8 grudnia."})
    case.refresh_from_db()
    assert case.state == "waiting"
    assert case.answered_at is not None
    assert "Zaczynamy 8 grudnia." in browser_of("Rita").get(address(case)).content.decode()


def test_an_empty_answer_is_not_sent() -> None:
    case = a_case()
    assert browser_of("Ola").post(address(case, "answer"), {"text": " "}).status_code == 422
    case.refresh_from_db()
    assert case.state == "open"


def test_the_change_is_applied_to_the_account() -> None:
    client = an_account()
    case = change_of_address(client)
    ola = browser_of("Ola")
    page = ola.get(address(case)).content.decode()
    assert "ul. Różana 11" in page
    assert "ul. Nowa 5" in page
    assert ola.post(address(case, "apply"), {"text": "Gotowe."}).status_code == 302
    client.refresh_from_db()
    case.refresh_from_db()
    assert client.street == "ul. Nowa 5"
    assert (case.state, case.outcome) == ("done", "applied")


def test_the_change_stands_in_words() -> None:
    changes = {"phone": "+48600214118", "platform": "none"}
    page = browser_of("Ola").get(
        address(a_case(an_account(), kind="change_of_data", changes=changes))
    )
    told = page.content.decode().replace("\u00a0", " ")
    assert "600 214 118" in told
    assert "Bez sklepu" in told


def test_a_change_of_what_has_changed_since_asks_again() -> None:
    client = an_account()
    case = change_of_address(client)
    client.change_account(values={"street": "ul. Inna 1"}, by=cast.person("Adam"), at=now())
    ola = browser_of("Ola")
    answer = ola.post(address(case, "apply"), {"text": "Gotowe."})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert all(words in page for words in ("ul. Różana 11", "ul. Inna 1", "ul. Nowa 5", "Gotowe."))
    client.refresh_from_db()
    assert client.street == "ul. Inna 1"
    typed = {"text": "Gotowe.", "confirmed": "on"}
    assert ola.post(address(case, "apply"), typed).status_code == 302
    client.refresh_from_db()
    assert client.street == "ul. Nowa 5"


def test_a_nip_that_is_taken_is_refused_and_nothing_changes() -> None:
    client, other = an_account(), an_account("Inny")
    case = a_case(client, kind="change_of_data", changes={"nip": other.nip})
    assert browser_of("Ola").post(address(case, "apply"), {"text": ""}).status_code == 409
    case.refresh_from_db()
    assert case.state == "open"


def test_a_declined_case_says_why() -> None:
    case = a_case()
    ola = browser_of("Ola")
    assert ola.post(address(case, "refuse"), {"reason": ""}).status_code == 422
    ola.post(address(case, "refuse"), {"reason": "Poza programem"})
    case.refresh_from_db()
    assert (case.state, case.outcome, case.reason) == ("done", "refused", "Poza programem")
    assert ola.post(address(case, "answer"), {"text": "Jeszcze"}).status_code == 409


@pytest.mark.parametrize("verb", ["take", "answer", "note", "apply", "refuse"])
def test_a_reader_reads_and_answers_nothing(verb: str) -> None:
    case = a_case()
    rita = browser_of("Rita")
    page = rita.get(address(case))
    assert page.status_code == 200
    assert f"/{verb}/" not in page.content.decode()
    assert rita.post(address(case, verb), {"text": "x", "reason": "x"}).status_code == 403


def test_an_internal_note_stays_inside() -> None:
    case = a_case()
    browser_of("Krysia").post(address(case, "note"), {"text": "Zalega z fakturą."})
    assert case.posts.get(internal=True).text == "Zalega z fakturą."


def test_the_list_asks_as_much_for_many_as_for_two() -> None:
    ola = browser_of("Ola")
    for _number in range(2):
        a_case(an_account(f"Klient {_number}", nip=cast.nip(4000 + _number * 30)))
    few = queries_of(ola, LIST)
    for _number in range(2, 8):
        a_case(an_account(f"Klient {_number}", nip=cast.nip(4000 + _number * 30)))
    assert queries_of(ola, LIST) <= few


# -- the mailbox ---------------------------------------------------------------------------------


def a_letter(what: str = "unknown", **facts: Any) -> InboundLetter:
    number = InboundLetter.objects.count()
    return InboundLetter.objects.create(
        received_at=now() - timedelta(hours=3),
        message_id=f"<{number}@poczta.example>",
        sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        raw=b"Subject: Drugi sklep\r\n\r\nDzien dobry",
        **{
            "from_address": "ktos@nieznany.example",
            "subject": "Drugi sklep",
            "text": "Dzień dobry, <script>alert(1)</script>",
            "what": what,
            "verdict": "failed" if what == "forged" else "unproven",
        }
        | facts,
    )


def test_a_letter_becomes_a_case_of_the_reseller() -> None:
    letter, reseller = a_letter(), cast.reseller("Radek")
    typed = {"reseller": reseller.number, "kind": "further_shop", "subject": "Drugi sklep"}
    answer = browser_of("Ola").post(f"{BOX}{letter.pk}/make_case/", typed)
    case = Case.objects.get()
    assert answer.headers["Location"] == address(case)
    letter.refresh_from_db()
    assert (letter.case, letter.handled_as) == (case, case.number)
    assert case.posts.get().letter == letter


def test_a_letter_is_dealt_with_once() -> None:
    letter, reseller = a_letter(), cast.reseller("Radek")
    ola = browser_of("Ola")
    typed = {"reseller": reseller.number, "kind": "other", "subject": "Drugi sklep"}
    for _click in range(2):
        ola.post(f"{BOX}{letter.pk}/make_case/", typed)
    assert ola.post(f"{BOX}{letter.pk}/ignore/", {"reason": "reklama"}).status_code == 409
    assert Case.objects.count() == 1


def test_a_letter_without_use_is_put_aside_with_a_reason() -> None:
    letter = a_letter()
    ola = browser_of("Ola")
    assert ola.post(f"{BOX}{letter.pk}/ignore/", {"reason": ""}).status_code == 422
    ola.post(f"{BOX}{letter.pk}/ignore/", {"reason": "reklama"})
    letter.refresh_from_db()
    assert letter.handled_as == "reklama"
    assert "Drugi sklep" not in ola.get(BOX).content.decode()


def test_a_forged_letter_has_a_red_mark_and_is_shown_as_text() -> None:
    letter = a_letter("forged")
    ola = browser_of("Ola")
    assert 'data-tone="bad"' in ola.get(BOX).content.decode()
    page = ola.get(f"{BOX}{letter.pk}/").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_how_sure_the_sender_is_stands_in_words() -> None:
    seen = {"how": "own_dkim", "details": "d=inny.example does not match", "message_id": "<1@a>"}
    letter = a_letter("forged", verdict="forged", proof=seen)
    page = browser_of("Ola").get(f"{BOX}{letter.pk}/").content.decode()
    assert "podrobiony" in page
    assert "DKIM, sprawdzony u nas" in page
    assert "own_dkim" not in page


@pytest.mark.parametrize("name", ["Krysia", "Rita"])
def test_the_mailbox_is_for_the_desk_alone(name: str) -> None:
    letter = a_letter()
    browser = browser_of(name)
    for path in (BOX, f"{BOX}{letter.pk}/", f"{BOX}{letter.pk}/ignore/"):
        assert browser.get(path).status_code == 403
