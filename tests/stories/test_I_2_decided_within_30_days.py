"""I.2: the vendor decides within 30 days, usually 7; two clocks tell, nothing decides by itself."""

from datetime import date

from tests.stories.driver import World
from tests.stories.post import Letter
from tests.stories.walks import apply, email_of

OLA, ADAM, KRYSIA = "ola@meridian.example", "adam@meridian.example", "krysia@meridian.example"
RADEK = email_of("Radek")


def status_page(world: World) -> str:
    return world.letter(RADEK, "/wniosek/").link("/wniosek/")


def about(letters: list[Letter], number: str = "W-0001") -> int:
    return sum(number in letter.subject + letter.text for letter in letters)


def test_I_2_both_clocks_are_seen_by_staff_and_applicant(world: World) -> None:
    apply(world)
    page = world.visitor().get(status_page(world))
    assert page.says("12 stycznia 2026") or page.says("12.01.2026")
    assert page.says("4 lutego 2026") or page.says("04.02.2026") or page.says("4.02.2026")
    desk = world.staff("Ola").get("/konsola/wnioski/W-0001/")
    assert desk.status == 200
    assert desk.says("30")
    assert world.show("application", "W-0001")["target_by"] == "2026-01-12"
    assert world.show("application", "W-0001")["decide_by"] == "2026-02-04"


def test_I_2_letters_come_on_day_5_7_25_and_30_and_nothing_is_decided(world: World) -> None:
    apply(world)
    world.staff("Ola").get("/konsola/wnioski/W-0001/").do("take")
    told: dict[int, tuple[int, int]] = {}
    before = about(world.mailbox(OLA)), about(world.mailbox(ADAM))
    for day in range(1, 36):
        world.travel(days=1)
        after = about(world.mailbox(OLA)), about(world.mailbox(ADAM))
        if after != before:
            told[day] = (after[0] - before[0], after[1] - before[1])
        before = after
    assert told == {5: (1, 0), 7: (1, 1), 25: (1, 1), 30: (0, 1)}
    assert about(world.mailbox(KRYSIA)) == 0
    shown = world.show("application", "W-0001")
    assert shown["state"] == "in_review"
    assert shown["breached_at"].startswith("2026-02-04")
    assert world.staff("Ola").get("/konsola/wnioski/W-0001/").offers("accept")


def test_I_2_on_day_5_all_staff_is_reminded_of_an_application_nobody_took(world: World) -> None:
    apply(world)
    before = about(world.mailbox(OLA)), about(world.mailbox(ADAM))
    world.travel(days=5)
    world.travel(hours=3)
    assert (about(world.mailbox(OLA)), about(world.mailbox(ADAM))) == (before[0] + 1, before[1] + 1)


def test_I_2_needs_completion_opens_only_the_named_fields_and_stops_the_clock(
    world: World,
) -> None:
    apply(world)
    ola = world.staff("Ola")
    ola.get("/konsola/wnioski/W-0001/").do("take")
    world.travel(days=3)
    page = ola.get("/konsola/wnioski/W-0001/").do(
        "ask", question="Jaki jest pełny numer telefonu?", fields_to_open=["phone"]
    )
    assert page.shows_state("application", "needs_completion")
    letters_before = about(world.mailbox(OLA))
    letter = world.letter(RADEK, "Jaki jest pełny numer telefonu?")
    world.travel(days=10)
    assert about(world.mailbox(OLA)) == letters_before
    asked = world.visitor().get(letter.link("/wniosek/"))
    assert asked.says("Jaki jest pełny numer telefonu?")
    assert asked.fields() & {"phone", "email", "nip", "company_name"} == {"phone"}
    # A field that was not opened does not get in, whatever is posted.
    answered = asked.submit("complete", phone="+48 600 999 888")
    assert answered.status == 200
    shown = world.show("application", "W-0001")
    assert shown["state"] == "in_review"
    assert date.fromisoformat(shown["target_by"]) == date(2026, 1, 22)
    desk = ola.get("/konsola/wnioski/W-0001/")
    assert desk.says("600 999 888")
    # Day 3 + 2 = day 5 of the clock: the reminder comes now.
    letters_before = about(world.mailbox(OLA))
    world.travel(days=2)
    assert about(world.mailbox(OLA)) == letters_before + 1


def test_I_2_silence_of_thirty_days_lapses_after_a_warning(world: World) -> None:
    apply(world)
    ola = world.staff("Ola")
    ola.get("/konsola/wnioski/W-0001/").do("take")
    ola.get("/konsola/wnioski/W-0001/").do("ask", question="Czym się Pan zajmuje?")
    before = len(world.mailbox(RADEK))
    world.travel(days=22)
    assert len(world.mailbox(RADEK)) == before
    world.travel(days=2)
    assert len(world.mailbox(RADEK)) == before + 1
    world.travel(days=7)
    assert len(world.mailbox(RADEK)) == before + 2
    assert world.show("application", "W-0001")["state"] == "lapsed"
    # And he may apply again.
    assert apply(world) == "W-0002"


def test_I_2_the_applicant_may_withdraw(world: World) -> None:
    apply(world)
    page = world.visitor().get(status_page(world)).do("withdraw")
    assert page.status == 200
    assert world.show("application", "W-0001")["state"] == "withdrawn"
    desk = world.staff("Ola").get("/konsola/wnioski/W-0001/")
    assert not desk.offers("accept")
    assert not desk.offers("take")


def test_I_2_the_queue_is_sorted_by_days_left_and_is_not_for_everybody(world: World) -> None:
    apply(world, "Radek")
    world.travel(days=3)
    apply(world, "Zenon")
    text = world.staff("Ola").get("/konsola/wnioski/").text
    assert text.index("W-0001") < text.index("W-0002")
    assert world.staff("Krysia").get("/konsola/wnioski/").status == 404
    reader = world.staff("Rita").get("/konsola/wnioski/W-0001/")
    assert reader.status == 200
    assert not reader.offers("take")
