"""I.3: the answer goes by e-mail from the contact address, with the reason when refused."""

import pytest

from tests.stories.driver import CONTACT, World
from tests.stories.walks import APPLY, accept, apply, email_of, send_application

RADEK = email_of("Radek")
NOTE = "Szukamy firm, które prowadzą sklepy klientów przez cały rok."


def reject(world: World, **typed: str) -> None:
    ola = world.staff("Ola")
    ola.get("/konsola/wnioski/W-0001/").do("take")
    ola.get("/konsola/wnioski/W-0001/").do("reject", reason="does_not_fit", note=NOTE, **typed)


def test_I_3_every_letter_comes_from_the_contact_address(world: World) -> None:
    accept(world, apply(world))
    letters = world.mailbox(RADEK)
    assert len(letters) == 4  # confirm the address, received, package, terms
    assert {letter.sender for letter in letters} == {CONTACT}
    assert all(letter.reply_to.endswith("@meridian.example") for letter in letters)
    assert all(letter.subject and letter.text and letter.page for letter in letters)


def test_I_3_a_refusal_names_the_reason(world: World) -> None:
    apply(world)
    reject(world, reapply="never")
    letter = world.mailbox(RADEK)[-1]
    assert letter.sender == CONTACT
    assert letter.says(NOTE)
    status = world.visitor().get(world.letter(RADEK, "/wniosek/").link("/wniosek/"))
    assert status.status == 200
    assert status.says(NOTE)
    page = world.staff("Ola").get("/konsola/wnioski/W-0001/")
    assert page.shows_state("application", "rejected")
    assert not page.offers("accept")


def test_I_3_the_answer_is_read_before_it_is_sent(world: World) -> None:
    apply(world)
    ola = world.staff("Ola")
    ola.get("/konsola/wnioski/W-0001/").do("take")
    form = ola.get("/konsola/wnioski/W-0001/").click("/reject/")
    before = len(world.mailbox(RADEK))
    preview = form.submit("reject", button="preview", reason="does_not_fit", note=NOTE)
    assert preview.says(RADEK)
    assert len(world.mailbox(RADEK)) == before
    assert world.show("application", "W-0001")["state"] == "in_review"
    offered = ola.get("/konsola/wnioski/W-0001/accept/")
    assert offered.says(RADEK)
    assert len(world.mailbox(RADEK)) == before


@pytest.mark.parametrize(
    ("reapply", "days", "counts"),
    [("now", 1, True), ("later", 10, False), ("later", 31, True), ("never", 200, False)],
)
def test_I_3_when_he_may_apply_again_is_kept(
    world: World, reapply: str, days: int, *, counts: bool
) -> None:
    apply(world)
    reject(world, reapply=reapply)
    world.travel(days=days)
    before = len(world.mailbox(RADEK))
    assert send_application(world).url == f"{APPLY}wyslano/"
    letters = world.mailbox(RADEK)
    assert len(letters) == before + 1
    confirm_link = "/wniosek/" in letters[-1].text
    if confirm_link:
        world.visitor().get(letters[-1].link("/wniosek/"))
    listed = world.answer("show", "application")["items"]
    assert len(listed) == (2 if counts else 1)


def test_I_3_a_refusal_needs_a_reason_and_a_short_note(world: World) -> None:
    apply(world)
    ola = world.staff("Ola")
    ola.get("/konsola/wnioski/W-0001/").do("take")
    page = ola.get("/konsola/wnioski/W-0001/reject/").submit("reject", note="x" * 501)
    assert page.status == 422
    assert page.wrong_fields == {"reason", "note"}
    assert world.show("application", "W-0001")["state"] == "in_review"
