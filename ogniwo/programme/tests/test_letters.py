"""Every letter is read in both languages, tells one person one thing, and obeys nobody's text."""

import re
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from ogniwo.kernel import formats, roles
from ogniwo.outbox.deliver import envelope
from ogniwo.outbox.models import Message
from ogniwo.outbox.post import MASK, render
from ogniwo.people import letters as to_people
from ogniwo.people.models import User
from ogniwo.programme import letters
from ogniwo.programme.letters.clients import shown_to_strangers
from ogniwo.programme.models import Acceptance, Application, Case, CasePost, Client, Reseller
from ogniwo.programme.models import TermsVersion as Version
from tests import cast

pytestmark = pytest.mark.django_db
ROOT = Path(settings.ROOT) / "ogniwo"
NOW = datetime(2026, 11, 23, 9, 16, 5, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> {{ settings.SECRET_KEY }} {% load x %} %(n)s & O'Hara"
BREAKING = f"{HOSTILE}\r\nBcc: ofiara@ofiara.example"
TO_STRANGERS = {"application_link", "application_impossible", "client_information", "frk_code"}
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Reply-To",
           "MIME-Version", "Content-Type"}  # fmt: skip


@dataclass
class World:
    """Everybody letters are about, with whatever an attacker would call himself."""

    application: Application
    reseller: Reseller
    client: Client
    case: Case
    said: CasePost
    version: Version
    acceptance: Acceptance
    ola: User
    owner: User


@pytest.fixture
def world() -> World:
    """Made through the real verbs with decent names, which then turn hostile."""
    firm = cast.reseller("Radek")
    client, application = cast.lead(firm), cast.application("Nowak")
    owner = cast.owner_of(firm)
    case = Case.objects.create(
        number="Z-0217",
        kind=Case.Kind.DATA,
        channel=Case.Channel.PANEL,
        subject=HOSTILE,
        reseller=firm,
        client=client,
        opened_at=NOW,
        last_post_at=NOW,
        changes=[{"field": "company_name", "old": "Kwiaty", "new": BREAKING},
                 {"field": "platform", "old": "shoper", "new": "woocommerce"},
                 {"field": "phone", "old": "+48602118447", "new": "+48603333444"},
                 {"field": "regon", "old": "", "new": "123456785"}],
    )  # fmt: skip
    said = case.say(f"Pierwsza linia\n\n\n{BREAKING}", by=owner, at=NOW)
    acceptance = Acceptance.objects.get(reseller=firm)
    for person in (application, firm):
        person.first_name, person.company_name = BREAKING[:200], BREAKING
    application.question = application.answer = application.reject_note = BREAKING
    application.reject_reason, application.reapply = "does_not_fit", "later"
    application.decided_at = NOW
    client.company_name = client.contact_person = client.question = client.reason = BREAKING
    client.number, firm.reason, case.outcome, case.reason = "K-0142", BREAKING, "refused", HOSTILE
    client.reseller, case.reseller, case.client, acceptance.reseller = firm, firm, client, firm
    ola = cast.person("Ola")
    ola.name = owner.name = BREAKING[:120]
    return World(application, firm, client, case, said, acceptance.version, acceptance, ola, owner)


Post = Callable[[World], object]
POSTS: dict[str, Post] = {
    "application_link": lambda w: letters.application_link(unnumbered(w.application), at=NOW),
    "application_received": lambda w: letters.application_received(w.application, at=NOW),
    "application_state": lambda w: letters.application_state(w.application, at=NOW),
    "already_reseller": lambda w: letters.application_state(w.reseller, at=NOW),
    "application_impossible": lambda w: letters.application_impossible(
        "obcy@obcy.example", language=w.reseller.language, at=NOW
    ),
    "application_question": lambda w: letters.application_question(w.application, at=NOW),
    "application_completed": lambda w: letters.application_completed(w.application, at=NOW),
    "application_rejected": lambda w: letters.application_rejected(w.application, at=NOW),
    "application_withdrawn": lambda w: letters.application_withdrawn(w.application, at=NOW),
    "application_lapse_soon": lambda w: letters.application_lapse_soon(
        w.application, at=NOW, on=NOW
    ),
    "application_lapsed": lambda w: letters.application_lapsed(w.application, at=NOW),
    "application_clock": lambda w: letters.application_clock(
        w.application, w.ola, step=5, days_left=25, at=NOW
    ),
    "case_opened": lambda w: letters.case_opened(w.case, at=NOW),
    "case_reported": lambda w: letters.case_reported(w.case, w.said, at=NOW),
    "case_answered": lambda w: letters.case_answered(w.case, w.said, at=NOW),
    "case_done": lambda w: letters.case_done(w.case, None, at=NOW),
    "frk_code": lambda w: letters.frk_code(w.reseller, "048213", at=NOW),
    "lead_registered": lambda w: letters.lead_registered(w.client, at=NOW),
    "client_information": lambda w: letters.client_information(w.client, at=NOW),
    "client_objected": lambda w: letters.client_objected(w.client, at=NOW),
    "lead_question": lambda w: letters.lead_question(w.client, at=NOW),
    "lead_rejected": lambda w: letters.lead_rejected(w.client, reason="unreachable", at=NOW),
    "lead_expires_soon": lambda w: letters.lead_expires_soon(w.client, days=7, at=NOW),
    "lead_expired": lambda w: letters.lead_expired(w.client, at=NOW),
    "lead_converted": lambda w: letters.lead_converted(w.client, at=NOW),
    "account_opened": lambda w: letters.account_opened(w.client, at=NOW),
    "account_withdrawn": lambda w: letters.account_withdrawn(w.client, at=NOW),
    "conversion_undone": lambda w: letters.conversion_undone(w.client, at=NOW),
    "welcome": lambda w: letters.welcome(w.reseller, w.owner, at=NOW),
    "terms_to_accept": lambda w: letters.terms_to_accept(w.reseller, at=NOW),
    "terms_announced": lambda w: letters.terms_announced(w.reseller, w.version, at=NOW),
    "terms_reminder": lambda w: letters.terms_reminder(w.reseller, w.version, days=7, at=NOW),
    "terms_accepted": lambda w: letters.terms_accepted(w.acceptance, at=NOW),
    "reseller_suspended": lambda w: letters.reseller_suspended(w.reseller, at=NOW),
    "reseller_resumed": lambda w: letters.reseller_resumed(w.reseller, at=NOW),
    "reseller_ended": lambda w: letters.reseller_ended(w.reseller, at=NOW),
    "invitation": lambda w: to_people.invitation(w.owner, by=w.ola, at=NOW),
    "password_reset": lambda w: to_people.password_reset(w.owner, at=NOW),
    "password_changed": lambda w: to_people.password_changed(w.owner, at=NOW),
    "email_changed": lambda w: to_people.email_changed(w.owner, was="stary@stary.example", at=NOW),
}
# Posted together with another one.
COMPANIONS = {"application_to_desk", "terms_accepted_desk"}


def unnumbered(application: Application) -> Application:
    """As it is before its address is confirmed."""
    found = copy(application)
    found.number = None
    return found


def posted(name: str, world: World, language: str = "pl") -> list[Message]:
    """The letters a deed posts, their reader speaking a language."""
    for reader in (world.application, world.reseller, world.client, world.ola, world.owner):
        reader.language = language
    before = set(Message.objects.values_list("pk", flat=True))
    POSTS[name](world)
    return list(Message.objects.exclude(pk__in=before).order_by("pk"))


def all_posted(world: World, language: str = "pl") -> Iterator[tuple[str, Message]]:
    for name in POSTS:
        for message in posted(name, world, language):
            yield name, message


def written() -> set[str]:
    apps = ("programme", "people")
    folders = [ROOT / app / "templates" / app / "letters" for app in apps]
    return {path.stem for folder in folders for path in folder.glob("*.html")}


class Words(HTMLParser):
    """What a person reads of an HTML letter between its heading and its foot."""

    BLOCKS = frozenset({"p", "div", "tr", "br", "table", "h1"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.tags = "", list[str](), set[str]()
        self.feed(html.partition("</h1>")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += "\n" if tag in self.BLOCKS else " "
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def bare(text: str) -> str:
    """Without what only layout puts between words."""
    return re.sub(r"[\s:]|^-- $", "", text, flags=re.MULTILINE)


def test_every_letter_is_tried_here() -> None:
    assert written() == set(POSTS) | COMPANIONS


@pytest.mark.parametrize("language", ["pl", "en"])
def test_people_s_text_is_shown_as_typed_and_never_obeyed(language: str, world: World) -> None:
    for name, message in all_posted(world, language):
        read = render(message)
        assert settings.SECRET_KEY not in read.text + read.html, name
        assert "<script" not in read.html, name
        assert "&lt;script" not in read.text + read.subject, name
        assert "{%" not in read.text.replace("{% load x %}", ""), name
        assert Words(read.html).tags <= {"p", "div", "br", "table", "tr", "td", "a"}, name


def test_a_letter_has_one_recipient_and_no_header_of_somebody_else_s(world: World) -> None:
    for name, message in all_posted(world):
        mail = envelope(message, at=NOW)
        assert isinstance(mail, EmailMessage), name
        assert set(mail.keys()) <= HEADERS, name
        assert [address.addr_spec for address in mail["To"].addresses] == [message.to], name
        assert "\n" not in mail["Subject"], name


@pytest.mark.parametrize("language", ["pl", "en"])
def test_text_and_html_say_the_same(language: str, world: World) -> None:
    for name, message in all_posted(world, language):
        read = render(message)
        words = Words(read.html)
        text = bare(read.text).replace(language_of_greeting(language), "")
        html = bare(words.text)
        buttons = [link for link in words.links if link.startswith("http")]
        assert all(link in read.text for link in buttons), name
        for link in buttons:  # the text shows the address of a button, HTML hides it under words
            if bare(link) not in html:
                text = text.replace(bare(link), "", 1)
        assert text == html.replace(language_of_greeting(language), ""), name


def language_of_greeting(language: str) -> str:
    with translation.override(language):
        return bare(translation.gettext("Hello,"))


def test_whoever_only_looks_at_a_letter_sees_no_secret(world: World) -> None:
    for name, message in all_posted(world):
        seen = render(message, masked=True)
        clear = render(message)
        if clear == seen:
            continue
        secrets = {*re.findall(r"/([\w-]{22})/", clear.html), "048213"}
        assert MASK in seen.text, name
        assert not any(secret in seen.text + seen.html for secret in secrets), name


def test_a_letter_has_at_most_one_button(world: World) -> None:
    for name, message in all_posted(world):
        assert render(message).html.count("display:inline-block") <= 1, name


@pytest.mark.parametrize("name", sorted(TO_STRANGERS))
def test_nobody_s_words_or_links_go_to_people_who_did_not_ask(name: str, world: World) -> None:
    lure = "Wygrana https://zle.example/x www.zle.example zle.example zle@zle.example sp. z o.o."
    for person in (world.application, world.client, world.reseller):
        person.company_name = lure
    for message in posted(name, world):
        read = render(message)
        said = f"{message.to_name} {read.subject} {read.text} {read.html}"
        assert "zle.example" not in said
        assert "zle@" not in said
        assert message.to_name in {"", world.reseller.full_name}


def test_a_name_shown_to_strangers_is_short_one_line_and_no_address() -> None:
    assert shown_to_strangers("Bukiet Online sp. z o.o.") == "Bukiet Online sp. z o.o."
    assert shown_to_strangers("Kwiaty.pl\r\nS.A.") == "Kwiaty pl S.A."
    assert shown_to_strangers("A http://zle.example B") == "A B"
    assert len(shown_to_strangers("x" * 200)) == 80


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_name_that_ends_in_a_dot_does_not_end_a_sentence(language: str, world: World) -> None:
    firm = "Kwiaty sp. z o.o."
    world.application.company_name = world.client.company_name = world.reseller.company_name = firm
    world.application.last_name = world.reseller.last_name = world.ola.name = firm
    for name, message in all_posted(world, language):
        assert "o.o.." not in render(message).text, name


@pytest.mark.parametrize("name", [name for name in POSTS if name.startswith("case_")])
def test_letters_of_a_case_begin_with_its_number(name: str, world: World) -> None:
    for message in posted(name, world):
        assert message.subject.startswith("[Z-0217] ")


@pytest.mark.parametrize("state", Application.OPEN)
def test_the_state_of_a_first_application_is_told_in_words(state: str, world: World) -> None:
    vars(world.application)["state"] = state
    (message,) = posted("application_state", world, "en")
    text = render(message).text
    assert str(world.application.number) in text
    assert state not in text


@pytest.mark.parametrize("name", ["terms_to_accept", "terms_announced", "terms_reminder"])
def test_the_terms_name_both_ways_to_accept_them(name: str, world: World) -> None:
    (message,) = posted(name, world, "en")
    read, mail = render(message), envelope(message, at=NOW)
    assert "the button, or a reply to this letter with the words “I accept”" in read.text
    assert "/regulamin/akceptacja/" in read.text
    assert f"+{world.reseller.number.replace('-', '').lower()}." in str(mail["Reply-To"])


def test_a_client_learns_who_has_his_data_and_how_to_object(world: World) -> None:
    world.client.company_name, world.client.statement_on = "Kwiaty", date(2026, 11, 20)
    (message,) = posted("client_information", world, "en")
    text = render(message).text
    for part in ("Controller: Meridian", "Source of the data:", "What data:", "Purpose and basis:",
                 "Who receives them:", "How long we keep them:", "Your rights:",
                 "20\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026",
                 "/prywatnosc/", "/to-nie-ja/"):  # fmt: skip
        assert part in text


def test_a_receipt_gives_the_time_to_the_second_and_the_hash(world: World) -> None:
    world.client.registered_at = NOW
    (message,) = posted("lead_registered", world, "en")
    text = render(message).text
    assert "Registered: 23\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}2026, 10:16:05" in text
    assert world.client.receipt in text


def test_a_change_of_data_is_shown_as_people_call_it(world: World) -> None:
    (message,) = posted("case_opened", world, "en")
    text = render(message).text
    assert "Shop platform: Shoper → WooCommerce" in text
    assert f"Phone: {formats.phone('+48602118447')} → {formats.phone('+48603333444')}" in text
    assert "REGON: – → 123456785" in text


@pytest.mark.parametrize(
    ("left", "said"), [(25, "25 days left"), (1, "1 day left"), (0, "is over"), (-3, "is over")]
)
def test_the_clock_of_an_application_says_how_long_is_left(
    left: int, said: str, world: World
) -> None:
    world.ola.language = "en"
    letters.application_clock(world.application, world.ola, step=25, days_left=left, at=NOW)
    assert said in Message.objects.latest("pk").subject


def test_a_client_without_an_address_gets_no_letter(world: World) -> None:
    world.client.email = ""
    for name in ("client_information", "account_opened", "account_withdrawn"):
        assert posted(name, world) == []


def test_a_new_link_of_a_person_kills_the_one_before(world: World) -> None:
    first, second = (posted("password_reset", world)[0] for _time in range(2))
    links = [re.search(r"/haslo/([\w-]+)/", render(m).text) for m in (first, second)]
    assert [bool(link and living(link[1], world)) for link in links] == [False, True]


def living(token: str, world: World) -> bool:
    from ogniwo.people.models import Link, LinkGone  # noqa: PLC0415  # only here

    try:
        return Link.objects.find("reset", token, at=NOW).binding == world.owner.password_state()
    except LinkGone:
        return False


def test_the_demo_says_so_in_every_letter(world: World) -> None:
    vendor = cast.vendor()
    type(vendor).objects.update(is_demo=True)
    (message,) = posted("lead_question", world, "en")
    read = render(message)
    assert "Demonstration data" in read.text
    assert "Demonstration data" in read.html


def test_an_invitation_names_the_role_in_the_reader_s_language(world: World) -> None:
    assert world.owner.role == roles.RESELLER_OWNER
    (message,) = posted("invitation", world, "en")
    assert message.subject == "Invitation to the Panel"
    assert "Role: Owner" in render(message).text
