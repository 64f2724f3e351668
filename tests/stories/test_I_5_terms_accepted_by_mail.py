"""I.5: the reseller accepts the terms and confirms it by e-mail; by a link, or by a real reply."""

from datetime import timedelta

import pytest

from tests.stories.driver import CONTACT, MAIL_SERVER, World
from tests.stories.post import Letter, answer, vouched, written
from tests.stories.walks import Firm, accept, apply, email_of, firm_of, set_password

RADEK = email_of("Radek")
GENUINE = "dmarc=pass header.from=doradztwo.example"
FORGED = "dmarc=fail header.from=doradztwo.example"


@pytest.fixture
def awaiting(world: World) -> Firm:
    """Accepted, with a password, not yet with the terms."""
    accept(world, apply(world))
    set_password(world, RADEK)
    return firm_of(world, "Radek", RADEK)


def state(world: World) -> str:
    return str(world.show("reseller", "R-001")["state"])


def terms_letter(world: World) -> Letter:
    return world.letter(RADEK, "/regulamin/akceptacja/")


def test_I_5_until_then_he_awaits_terms_and_his_form_is_closed(
    world: World, awaiting: Firm
) -> None:
    assert state(world) == "awaiting_terms"
    assert world.visitor().get(awaiting.frk).status == 410
    assert awaiting.get(awaiting.frk).status == 410
    assert awaiting.get("/panel/").status == 200


def test_I_5_by_link_the_click_is_recorded_and_both_sides_get_a_letter(
    world: World, awaiting: Firm
) -> None:
    link = terms_letter(world).link("/regulamin/akceptacja/")
    page = world.visitor().get(link)
    # The page shows the text itself and its fingerprint; opening it accepts nothing.
    sha256 = page.value("sha256")
    assert page.says(sha256[:8]) or sha256 in page.response.content.decode()
    assert state(world) == "awaiting_terms"
    mine, theirs = len(world.mailbox(RADEK)), len(world.mailbox(CONTACT))
    done = page.submit()
    assert done.status == 200
    assert state(world) == "active"
    assert len(world.mailbox(RADEK)) == mine + 1
    assert len(world.mailbox(CONTACT)) == theirs + 1
    assert sha256 in world.mailbox(RADEK)[-1].text
    assert world.visitor().get(awaiting.frk).status == 200
    # The button again does nothing more.
    assert world.visitor().get(link).status == 200
    page.submit()
    assert len(world.mailbox(RADEK)) == mine + 1
    proof = world.staff("Ola").get("/konsola/resellerzy/R-001/")
    assert proof.shows_state("reseller", "active")
    assert proof.says(sha256) or sha256 in proof.response.content.decode()


def test_I_5_by_mail_a_reply_to_the_letter_accepts(world: World, awaiting: Firm) -> None:
    mine, theirs = len(world.mailbox(RADEK)), len(world.mailbox(CONTACT))
    mail = answer(terms_letter(world), "Akceptuję regulamin.\n\nRadek Kowalski", at=world.now)
    taken = world.take_in(mail)
    assert (taken["kind"], taken["verdict"]) == ("terms_acceptance", "proven")
    assert state(world) == "active"
    assert len(world.mailbox(RADEK)) == mine + 1
    assert len(world.mailbox(CONTACT)) == theirs + 1
    assert world.visitor().get(awaiting.frk).status == 200
    # The same letter taken in once more changes nothing.
    assert not world.take_in(mail)["new"]
    assert len(world.mailbox(RADEK)) == mine + 1


def test_I_5_an_answer_to_the_package_counts_as_well(world: World, awaiting: Firm) -> None:
    assert world.reply(world.letter(RADEK, "/zaproszenie/"), "akceptuję")["verdict"] == "proven"
    assert state(world) == "active"


def test_I_5_a_new_letter_proven_by_the_mail_server_accepts(world: World, awaiting: Firm) -> None:
    mail = written(RADEK, CONTACT, "Regulamin", at=world.now, text="Akceptuję regulamin programu.")
    world.take_in(vouched(mail, server=MAIL_SERVER, result=GENUINE))
    assert state(world) == "active"


@pytest.mark.parametrize(
    "text",
    [
        "Nie akceptuję tego regulaminu.",
        "Czy jeśli akceptuję, to od kiedy obowiązuje umowa?",
        "Dziękuję, odezwę się jutro.",
    ],
)
def test_I_5_what_is_unclear_is_never_guessed_and_becomes_a_case(
    world: World, awaiting: Firm, text: str
) -> None:
    taken = world.reply(terms_letter(world), text)
    assert taken["kind"] != "terms_acceptance"
    assert state(world) == "awaiting_terms"
    assert world.staff("Ola").get("/konsola/zgloszenia/").says("Z-0001")


def test_I_5_words_only_in_the_quoted_letter_accept_nothing(world: World, awaiting: Firm) -> None:
    letter = terms_letter(world)
    assert "kceptuj" in letter.text or "accept" in letter.text
    assert world.reply(letter, "Zadzwonię w tej sprawie.")["kind"] != "terms_acceptance"
    assert state(world) == "awaiting_terms"


def test_I_5_a_forged_letter_never_acts(world: World, awaiting: Firm) -> None:
    mail = answer(terms_letter(world), "Akceptuję regulamin.", at=world.now)
    taken = world.take_in(vouched(mail, server=MAIL_SERVER, result=FORGED))
    assert (taken["kind"], taken["verdict"]) == ("forged", "forged")
    assert state(world) == "awaiting_terms"
    queue = world.staff("Ola").get("/konsola/zgloszenia/skrzynka/")
    assert queue.says(RADEK)
    assert queue.main.xpath(".//*[@data-tone='bad']")


def test_I_5_a_letter_that_proves_nothing_waits_for_a_person(world: World, awaiting: Firm) -> None:
    mail = written(RADEK, CONTACT, "Regulamin", at=world.now, text="Akceptuję regulamin.")
    taken = world.take_in(mail)
    assert taken["verdict"] == "unproven"
    # Nobody else's server is believed.
    other = written(RADEK, CONTACT, "Regulamin 2", at=world.now, text="Akceptuję regulamin.")
    world.take_in(vouched(other, server="mx.attacker.example", result=GENUINE))
    assert state(world) == "awaiting_terms"
    assert world.staff("Ola").get("/konsola/zgloszenia/skrzynka/").says("Regulamin")


def test_I_5_the_proof_of_a_mail_is_kept(world: World, awaiting: Firm) -> None:
    mail = answer(terms_letter(world), "Akceptuję", at=world.now)
    world.take_in(vouched(mail, server=MAIL_SERVER, result=GENUINE))
    page = world.staff("Ola").get("/konsola/resellerzy/R-001/")
    confirmation = world.mailbox(RADEK)[-1]
    (digest,) = {word for word in confirmation.text.split() if len(word) == 64}
    assert digest in page.row(RADEK, "SHA-256")
    raw = page.click("/acceptances/")
    assert str(mail["Message-ID"]).encode() in raw.content
    assert b"dmarc=pass" in raw.content
    assert b"Akcept" in raw.content
    assert world.staff("Krysia").get(page.link("/acceptances/")).status in {403, 404}


def test_I_5_every_version_is_public_and_a_newer_one_must_be_accepted_again(
    world: World, awaiting: Firm
) -> None:
    world.reply(terms_letter(world), "Akceptuję")
    world.travel(days=1)
    adam = world.staff("Adam")
    form = adam.get("/konsola/ustawienia/regulamin/").click("/nowa/")
    valid_from = world.today + timedelta(days=30)
    form.submit(text="# Regulamin\n\nNowa treść umowy.", valid_from=valid_from)
    announced = len(world.mailbox(RADEK))
    assert world.visitor().get("/regulamin/2/").says("Nowa treść umowy.")
    assert world.visitor().get("/regulamin/1/").status == 200
    assert world.visitor().get("/regulamin/2.pdf").content.startswith(b"%PDF")
    reminded = []
    for day in range(1, 32):
        world.travel(days=1)
        if len(world.mailbox(RADEK)) > announced:
            announced = len(world.mailbox(RADEK))
            reminded.append(30 - day)
    assert reminded == [14, 7, 1, 0]  # on its day: the form is closed until he accepts
    assert state(world) == "awaiting_terms"
    assert world.visitor().get(awaiting.frk).status == 410
    awaiting.get("/panel/regulamin/").submit()
    assert state(world) == "active"
    assert world.visitor().get(awaiting.frk).status == 200
