"""Letters act only when their writer is proven; everything else waits for a person."""

from email.message import EmailMessage
from typing import Any, Final

import pytest

from ogniwo.integrations.mailin import intake
from ogniwo.integrations.mailin.intake import Outcome, take_in
from ogniwo.integrations.mailin.read import Unreadable
from ogniwo.integrations.mailin.tests.eml import AUTHSERV, bounce, eml, names, raw, signed
from ogniwo.journal.models import Event
from ogniwo.journal.moves import Refused
from ogniwo.kernel import roles
from ogniwo.outbox import seal
from ogniwo.outbox.deliver import tagged
from ogniwo.outbox.models import Message
from ogniwo.programme import cases
from ogniwo.programme.models import Acceptance, Case, InboundLetter, Reseller
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

RADEK: Final = "radek@doradztwo.example"
ZENON: Final = "zenon@doradztwo.example"
CONTACT: Final = "partnerzy@meridian.example"
PASSED: Final = {"Authentication_Results": f"{AUTHSERV}; dmarc=pass header.from=doradztwo.example"}
FAILED: Final = {"Authentication_Results": f"{AUTHSERV}; dmarc=fail header.from=doradztwo.example"}
NOON: Final = cast.later(10)


@pytest.fixture(autouse=True)
def _own_server(settings: Any) -> None:
    settings.OGNIWO_MAIL_AUTHSERV = AUTHSERV


def letter(text: str = "Akceptuję", *, sender: str = RADEK, **more: Any) -> EmailMessage:
    return eml(text, sender=sender, to=more.pop("to", CONTACT), **more)


def arrives(message: EmailMessage | bytes, **more: Any) -> Outcome:
    sent = message if isinstance(message, bytes) else message.as_bytes()
    return take_in(sent, at=more.pop("at", NOON), resolver=more.pop("resolver", lambda _name: None))


def secret(template: str, to: str = RADEK) -> str:
    """The reply address in the last such letter to that person."""
    sent = Message.objects.filter(template=f"programme/letters/{template}", to=to).latest("pk")
    return tagged(CONTACT, seal.open_sealed(sent.sealed)["reply"])


def invited() -> Reseller:
    return cast.reseller("Radek", terms=False)


def case_of(name: str = "Radek") -> Case:
    firm = cast.reseller(name)
    return cases.open_case(
        firm, kind=Case.Kind.OTHER, subject="Drugi sklep", text="Klient otwiera drugi sklep",
        by=cast.owner_of(firm), at=cast.later(5),
    )  # fmt: skip


# -- I.5: the terms by e-mail ---------------------------------------------------------------------


@pytest.mark.parametrize("template", ["terms_to_accept", "welcome"])
def test_the_word_sent_back_to_either_letter_accepts_the_terms(template: str) -> None:
    firm = invited()
    outcome = arrives(letter(to=secret(template)))
    firm.refresh_from_db()
    assert outcome.kind == "terms_acceptance"
    assert firm.state == Reseller.State.ACTIVE
    proof = Acceptance.objects.get()
    assert proof.channel == "email"
    assert proof.person == cast.owner_of(firm)
    assert proof.address == RADEK
    assert proof.message_id == "<abc@radkowe-sklepy.example>"
    assert proof.proof["how"] == "token"
    assert proof.letter is not None
    assert b"Akceptuj" in bytes(proof.letter.raw)
    told = Message.objects.filter(template__startswith="programme/letters/terms_accepted")
    assert set(told.values_list("to", flat=True)) == {RADEK, CONTACT}


def test_the_word_of_a_sender_our_server_believes_accepts_the_terms() -> None:
    firm = invited()
    ours = Message.objects.get(template="programme/letters/terms_to_accept")
    outcome = arrives(letter(In_Reply_To=ours.message_id, subject="Re: coś", **PASSED))
    firm.refresh_from_db()
    assert outcome.kind == "terms_acceptance"
    assert firm.state == Reseller.State.ACTIVE
    assert Acceptance.objects.get().proof["how"] == "dmarc"


def test_the_word_under_the_senders_own_signature_accepts_the_terms() -> None:
    firm = invited()
    sent = signed(letter().as_bytes(), "doradztwo.example")
    outcome = arrives(sent, resolver=dict(names("doradztwo.example")).get)
    firm.refresh_from_db()
    assert outcome.kind == "terms_acceptance"
    assert firm.state == Reseller.State.ACTIVE


def test_an_unclear_answer_to_the_terms_is_a_case_and_no_acceptance() -> None:
    firm = invited()
    outcome = arrives(letter("Akceptuję, ale bez punktu 4.", to=secret("terms_to_accept")))
    firm.refresh_from_db()
    assert outcome.kind == "new_case"
    assert firm.state == Reseller.State.AWAITING_TERMS
    assert "bez punktu 4" in Case.objects.get().posts.get().text


def test_the_word_only_in_the_quoted_letter_accepts_nothing() -> None:
    invited()
    text = "W dniu 3.11.2026 Meridian napisał(a):\n> Odpowiedz słowem Akceptuję\n> Akceptuję\n"
    assert arrives(letter(text, to=secret("terms_to_accept"))).kind == "new_case"
    assert not Acceptance.objects.exists()


def test_a_member_of_the_firm_does_not_accept_for_its_owner() -> None:
    firm = invited()
    member = cast.colleague(firm, roles.RESELLER_MEMBER)
    outcome = arrives(letter(sender=member.email, to=secret("terms_to_accept")))
    assert outcome.kind != "terms_acceptance"
    assert not Acceptance.objects.exists()


def test_the_second_word_finds_nothing_to_accept() -> None:
    invited()
    arrives(letter(to=secret("terms_to_accept")))
    again = letter(to=secret("terms_to_accept"), subject="Jeszcze raz")
    assert arrives(again).kind == "new_case"
    assert Acceptance.objects.count() == 1


# -- forged and foreign (T10): nothing acts --------------------------------


def hostile() -> dict[str, EmailMessage | bytes]:
    """Letters that want to accept Radek's terms, none of which may."""
    address = secret("terms_to_accept")
    token = address.partition("+")[2].partition("@")[0].partition(".")[2]
    foreign = {"Authentication_Results": "mx.oszust.example; dmarc=pass"}
    return {
        "spoofed": letter(),
        "failed": letter(to=address, **FAILED),
        "failed spf": letter(
            to=address, Authentication_Results=f"{AUTHSERV}; spf=fail smtp.mailfrom={RADEK}"
        ),
        "foreign header": letter(**foreign),
        "another domain": letter(
            Authentication_Results=f"{AUTHSERV}; dkim=pass header.d=oszust.example"
        ),
        "two senders": raw(
            f"Authentication-Results: {AUTHSERV}; dmarc=pass", f"From: {RADEK}",
            "From: zly@oszust.example", f"To: {address}", "Subject: Regulamin",
        ),
        "two addresses": raw(f"From: {RADEK}, zly@oszust.example", f"To: {address}"),
        "display name": letter(sender=f'"{RADEK}" <zly@oszust.example>', to=address),
        "encoded word": raw(
            "From: =?utf-8?q?radek=40doradztwo=2Eexample?= <zly@oszust.example>", f"To: {address}",
            f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=oszust.example",
        ),
        "comment": raw(f"From: zly@oszust.example ({RADEK})", f"To: {address}"),
        "reply-to": letter(sender="zly@oszust.example", Reply_To=RADEK, **PASSED),
        "sender line": letter(sender="zly@oszust.example", Sender=RADEK, **PASSED),
        "forwarded secret": letter(sender="obcy@obcy.example", to=address),
        "forwarded to another reseller": letter(sender=ZENON, to=address),
        "secret of another": letter(to=secret("terms_to_accept", ZENON)),
        "secret under another number": letter(to=f"partnerzy+r0099.{token}@meridian.example"),
        "secret of another kind": letter(to=f"partnerzy+z0001.{token}@meridian.example"),
        "guessed secret": letter(to=f"partnerzy+r001.{'a' * 16}@meridian.example"),
        "automatic": letter(to=address, Auto_Submitted="auto-replied"),
        "bulk": letter(to=address, Precedence="bulk"),
        "changed on the way": signed(letter("Nic", to=address).as_bytes(), "doradztwo.example")
        .replace(b"Nic", b"Akceptuje"),
    }  # fmt: skip


@pytest.mark.parametrize("trick", range(21))
def test_no_forged_letter_acts(trick: int) -> None:
    firm = invited()
    zenon = cast.reseller("Zenon", terms=False)
    name, message = list(hostile().items())[trick]
    before = Message.objects.count()
    outcome = arrives(message, resolver=dict(names("doradztwo.example")).get)
    firm.refresh_from_db()
    zenon.refresh_from_db()
    assert firm.state == zenon.state == Reseller.State.AWAITING_TERMS, name
    assert not Acceptance.objects.exists()
    assert not Case.objects.exists()
    assert Message.objects.count() == before
    assert outcome.kind in {"unknown", "forged", "auto_reply"}
    assert outcome.sentence


def test_the_list_of_tricks_is_whole() -> None:
    invited()
    cast.reseller("Zenon", terms=False)
    assert len(hostile()) == 21


def test_a_failed_check_gets_the_red_mark_and_waits() -> None:
    invited()
    row = arrives(letter(**FAILED)).letter
    assert row.verdict == "forged"
    assert row.what == InboundLetter.What.FORGED
    assert list(InboundLetter.objects.queued()) == [row]


# -- II.5, III.4: cases by e-mail --------------------------------


def test_a_letter_of_a_known_reseller_opens_a_case() -> None:
    firm = cast.reseller("Radek")
    kwiaty = cast.lead(firm)
    text = f"Klient {kwiaty.lead_number} zmienia adres na ul. Nową 2."
    outcome = arrives(letter(text, subject="Re: Nowy adres", **PASSED))
    case = Case.objects.get()
    assert outcome.kind == "new_case"
    assert outcome.letter.case == case
    assert (case.subject, case.channel, case.client) == ("Nowy adres", "email", kwiaty)
    assert case.posts.get().text == text
    assert case.posts.get().by == cast.owner_of(firm)
    told = Message.objects.filter(template="programme/letters/case_reported")
    assert told.get().to == CONTACT


def test_a_client_of_another_reseller_is_not_named_in_a_case() -> None:
    cast.reseller("Radek")
    foreign = cast.lead(cast.reseller("Zenon"), "Opony")
    arrives(letter(f"Sprawa {foreign.lead_number}", **PASSED))
    assert Case.objects.get().client is None


def test_an_answer_to_the_secret_address_goes_to_its_case() -> None:
    case = case_of()
    outcome = arrives(letter("Dodaję adres sklepu", to=secret("case_opened")))
    case.refresh_from_db()
    assert outcome.kind == "reply_to_case"
    assert case.state == Case.State.IN_PROGRESS
    assert case.posts.latest("pk").text == "Dodaję adres sklepu"
    assert Case.objects.count() == 1


@pytest.mark.parametrize("way", ["identifier", "subject"])
def test_the_thread_is_found_without_the_secret_when_the_sender_is_proven(way: str) -> None:
    case = case_of()
    ours = Message.objects.get(template="programme/letters/case_opened")
    headers = {"References": f"<x@y.example> {ours.message_id}"} if way == "identifier" else {}
    subject = f"Odp: [{case.number}] Drugi sklep" if way == "subject" else "Odp:"
    assert arrives(letter("Tak", subject=subject, **headers, **PASSED)).kind == "reply_to_case"


def test_the_thread_alone_proves_nothing() -> None:
    case = case_of()
    ours = Message.objects.get(template="programme/letters/case_opened")
    outcome = arrives(letter("Zmieńcie rachunek", In_Reply_To=ours.message_id))
    assert outcome.kind == "unknown"
    assert case.posts.count() == 1


def test_a_proven_reseller_does_not_write_into_anothers_case() -> None:
    case = case_of("Zenon")
    cast.reseller("Radek")
    outcome = arrives(letter("Cudza sprawa", subject=f"[{case.number}] Drugi sklep", **PASSED))
    assert outcome.kind == "new_case"
    assert case.posts.count() == 1


def test_a_suspended_reseller_and_a_reader_write_to_the_queue() -> None:
    firm = cast.reseller("Radek")
    reader = cast.colleague(firm, roles.RESELLER_READER)
    assert arrives(letter("Prośba", sender=reader.email, **PASSED)).kind == "unknown"
    firm.suspend(reason="zaległości", by=cast.person("Ola"), at=cast.later(6))
    assert arrives(letter("Inna prośba", **PASSED)).kind == "unknown"
    assert not Case.objects.exists()


def test_a_stranger_waits_in_the_queue() -> None:
    cast.vendor()
    row = arrives(letter("Oferta", sender="ktos@obcy.example")).letter
    assert (row.what, row.verdict, row.reseller) == ("unknown", "unproven", None)
    assert row.handled_at is None


def test_an_unproven_reseller_waits_with_a_guess_and_one_click_makes_a_case() -> None:
    firm = cast.reseller("Radek")
    ola = cast.person("Ola")
    row = arrives(letter("Proszę o telefon", subject="Telefon")).letter
    assert row.reseller == firm
    case = intake.make_case(row, firm, by=ola, at=NOON)
    assert case.subject == "Telefon"
    assert not InboundLetter.objects.queued().exists()
    with pytest.raises(Refused):
        intake.make_case(row, firm, by=ola, at=NOON)
    with pytest.raises(Refused):
        intake.set_aside(row, reason="spam", by=ola, at=NOON)


def test_staff_sets_a_letter_aside() -> None:
    cast.vendor()
    row = arrives(letter("Oferta", sender="ktos@obcy.example")).letter
    intake.set_aside(row, reason="reklama", by=cast.person("Ola"), at=NOON)
    assert not InboundLetter.objects.queued().exists()


# -- kept, and nothing done --------------------------------


def test_the_same_letter_twice_acts_once() -> None:
    cast.reseller("Radek")
    mail = letter("Sprawa", **PASSED)
    first, second = arrives(mail), arrives(mail)
    mail["Received"] = "from elsewhere"
    third = arrives(mail)
    assert (first.is_new, second.is_new, third.is_new) == (True, False, False)
    assert InboundLetter.objects.count() == Case.objects.count() == 1
    assert second.sentence != first.sentence


def test_a_returned_letter_marks_ours() -> None:
    cast.reseller("Radek")
    ours = Message.objects.filter(to=RADEK).latest("pk")
    report = bounce().replace(b"<listnr7@ogniwo>", ours.message_id.encode())
    outcome = arrives(report.replace(b"nikt@nigdzie.example", RADEK.encode()))
    ours.refresh_from_db()
    assert outcome.kind == "bounce"
    assert outcome.letter.handled_at == NOON
    assert (ours.state, ours.bounced_at) == ("bounced", NOON)


def test_a_returned_letter_that_was_not_ours_changes_nothing() -> None:
    cast.reseller("Radek")
    assert arrives(bounce()).kind == "bounce"
    assert not Message.objects.filter(bounced_at__isnull=False).exists()


def test_an_automatic_reply_is_kept_and_nothing_done() -> None:
    case = case_of()
    outcome = arrives(letter("Na urlopie", to=secret("case_opened"), Auto_Submitted="auto-replied"))
    assert outcome.kind == "auto_reply"
    assert outcome.letter.handled_at == NOON
    assert case.posts.count() == 1


def test_what_cannot_be_read_is_kept_for_a_person() -> None:
    cast.vendor()
    outcome = arrives(b"%PDF-1.7 no letter")
    assert outcome.kind == "unreadable"
    assert list(InboundLetter.objects.queued()) == [outcome.letter]
    assert not arrives(b"%PDF-1.7 no letter").is_new


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(Unreadable):
        arrives(b"")


def test_the_sixth_letter_in_an_hour_waits_in_the_queue(settings: Any) -> None:
    cast.reseller("Radek")
    settings.OGNIWO_LIMITS = True
    kinds = [arrives(letter(f"Sprawa {turn}", **PASSED)).kind for turn in range(6)]
    assert kinds == ["new_case"] * 5 + ["unknown"]


def test_files_of_a_letter_are_listed_and_given_out_by_number() -> None:
    cast.reseller("Radek")
    mail = letter("Umowa w załączniku", **PASSED)
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="umowa.pdf")
    mail.add_attachment(b"MZ\x00", maintype="application", subtype="pdf", filename="wirus.pdf")
    row = arrives(mail).letter
    assert [file["kept"] for file in row.attachments] == [True, False]
    assert intake.attachment(row, 0) == ("umowa.pdf", "application/pdf", b"%PDF-1.7")
    assert intake.attachment(row, 1) is None
    assert intake.attachment(row, 2) is None


def test_each_letter_leaves_a_row_in_the_journal() -> None:
    cast.vendor()
    row = arrives(letter(sender="ktos@obcy.example")).letter
    event = Event.objects.get(verb="programme.inboundletter.take_in")
    assert (event.key, event.facts["what"]) == (row.pk, "unknown")
