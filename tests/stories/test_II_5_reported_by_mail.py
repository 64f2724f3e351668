"""II.5: further services and shops are reported by e-mail to the contact address."""

from typing import Any

from tests.stories.driver import CONTACT, MAIL_SERVER, World
from tests.stories.post import answer, vouched, written
from tests.stories.walks import Firm, account, register

GENUINE = "dkim=pass header.d=doradztwo.example"
FORGED = "spf=fail smtp.mailfrom=doradztwo.example; dkim=fail header.d=doradztwo.example"


def report(world: World, firm: Firm, subject: str, text: str, result: str = GENUINE) -> Any:
    mail = written(firm.email, CONTACT, subject, at=world.now, text=text)
    return world.take_in(vouched(mail, server=MAIL_SERVER, result=result))


def test_II_5_a_mail_of_a_known_reseller_becomes_a_case_of_his_client(
    world: World, radek: Firm, zenon: Firm
) -> None:
    number = account(world, radek, "Kwiaty")
    taken = report(world, radek, f"{number}: drugi sklep", "Kwiaty otwierają sklep hurt.example.")
    assert (taken["kind"], taken["handled_as"]) == ("new_case", "Z-0001")
    case = world.show("case", "Z-0001")
    assert (case["reseller"], case["client"], case["channel"]) == (radek.number, number, "email")
    assert radek.get("/panel/zgloszenia/Z-0001/").says("hurt.example")
    assert world.staff("Ola").get("/konsola/zgloszenia/").says("Z-0001")
    assert world.letter(radek.email).says("Z-0001") or "Z-0001" in world.letter(radek.email).subject
    assert zenon.get("/panel/zgloszenia/Z-0001/").status == 404
    assert not zenon.get("/panel/zgloszenia/").says("Z-0001")


def test_II_5_the_thread_goes_on_by_mail_in_both_directions(world: World, radek: Firm) -> None:
    account(world, radek, "Kwiaty")
    report(world, radek, "Drugi sklep Kwiatów", "Proszę o integrację.")
    ola = world.staff("Ola")
    ola.get("/konsola/zgloszenia/Z-0001/").do("answer", text="Jaki jest adres sklepu?")
    assert world.show("case", "Z-0001")["state"] == "waiting"
    letter = world.letter(radek.email, "Jaki jest adres sklepu?")
    assert "+z0001." in letter.reply_to
    taken = world.reply(letter, "hurt.kwiaty.example")
    assert (taken["kind"], taken["handled_as"]) == ("reply_to_case", "Z-0001")
    assert world.show("case", "Z-0001")["state"] == "in_progress"
    thread = ola.get("/konsola/zgloszenia/Z-0001/")
    assert thread.says("hurt.kwiaty.example")
    assert thread.text.count("Jaki jest adres sklepu?") == 1  # the quoted part is left out
    # A letter passed on to somebody else does not let him write in the thread.
    passed_on = world.reply(letter, "Proszę o zmianę konta.", sender="ktos@nikt.example")
    assert passed_on["kind"] == "unknown"
    assert not ola.get("/konsola/zgloszenia/Z-0001/").says("Proszę o zmianę konta.")


def test_II_5_the_panel_offers_the_same_as_a_form(world: World, radek: Firm, zenon: Firm) -> None:
    world.price("integrator", "Integrator", months=1, grosze=32_900)
    number = account(world, radek, "Kwiaty")
    address = f"/panel/zgloszenia/nowe/?klient={number}&rodzaj="
    page = radek.get(f"{address}further_service").submit(service="integrator", text="Od lutego.")
    assert page.url == "/panel/zgloszenia/Z-0001/"
    shop = radek.get(f"{address}further_shop").submit(
        shop_url="https://hurt.kwiaty.example", platform="woocommerce", text=""
    )
    assert shop.url == "/panel/zgloszenia/Z-0002/"
    assert shop.says("hurt.kwiaty.example")
    assert [world.show("case", f"Z-000{n}")["kind"] for n in (1, 2)] == [
        "further_service",
        "further_shop",
    ]
    assert world.show("case", "Z-0001")["channel"] == "panel"
    assert zenon.get(f"{address}further_service").status == 404
    assert zenon.get("/panel/zgloszenia/Z-0002/").status == 404


def test_II_5_a_finished_case_reopens_within_two_weeks_and_is_followed_later(
    world: World, radek: Firm
) -> None:
    account(world, radek, "Kwiaty")
    report(world, radek, "Pytanie", "Kiedy integracja?")
    ola = world.staff("Ola")
    ola.get("/konsola/zgloszenia/Z-0001/").do("apply", text="Jutro.")
    letter = world.letter(radek.email, "Jutro.")
    assert world.show("case", "Z-0001")["state"] == "done"
    world.travel(days=10)
    world.reply(letter, "Jednak nie działa.")
    assert world.show("case", "Z-0001")["state"] == "in_progress"
    ola.get("/konsola/zgloszenia/Z-0001/").do("refuse", reason="Nie da się.")
    world.travel(days=20)
    world.reply(letter, "Wracam do sprawy.")
    assert world.show("case", "Z-0001")["state"] == "done"
    assert world.show("case", "Z-0002")["state"] == "open"


def test_II_5_internal_notes_stay_at_the_vendors(world: World, radek: Firm) -> None:
    register(world, radek)
    report(world, radek, "Pytanie", "Kiedy integracja?")
    ola = world.staff("Ola")
    before = len(world.mailbox(radek.email))
    ola.get("/konsola/zgloszenia/Z-0001/").do("note", text="Najpierw sprawdzić umowę.")
    assert ola.get("/konsola/zgloszenia/Z-0001/").says("Najpierw sprawdzić umowę.")
    assert not radek.get("/panel/zgloszenia/Z-0001/").says("sprawdzić umowę")
    assert len(world.mailbox(radek.email)) == before


def test_II_5_a_forged_or_strange_letter_waits_in_the_queue(world: World, radek: Firm) -> None:
    forged = report(world, radek, "Zmiana konta", "Proszę o zmianę.", result=FORGED)
    assert (forged["kind"], forged["verdict"]) == ("forged", "forged")
    stranger = written("ktos@nikt.example", CONTACT, "Oferta", at=world.now, text="Dzień dobry")
    assert world.take_in(stranger)["kind"] == "unknown"
    assert world.answer("show", "case")["items"] == []
    queue = world.staff("Ola").get("/konsola/zgloszenia/skrzynka/")
    assert queue.says("Zmiana konta", "Oferta")
    assert radek.get("/panel/zgloszenia/").status == 200


def test_II_5_one_click_makes_a_case_of_an_unproven_letter(world: World, radek: Firm) -> None:
    world.take_in(written(radek.email, CONTACT, "Nowy sklep", at=world.now, text="hurt.example"))
    ola = world.staff("Ola")
    letter = ola.get("/konsola/zgloszenia/skrzynka/").open("Nowy sklep")
    assert letter.says("hurt.example")
    made = letter.do("make_case", reseller=radek.number)
    assert made.url == "/konsola/zgloszenia/Z-0001/"
    assert radek.get("/panel/zgloszenia/Z-0001/").says("hurt.example")
    assert not ola.get("/konsola/zgloszenia/skrzynka/").says("Nowy sklep")


def test_II_5_automatic_answers_and_bounces_open_nothing(world: World, radek: Firm) -> None:
    letter = world.letter(radek.email)
    vacation = answer(letter, "Jestem na urlopie.", at=world.now)
    vacation["Auto-Submitted"] = "auto-replied"
    assert world.take_in(vacation)["kind"] == "auto_reply"
    before = len(world.mailbox(radek.email))
    assert world.answer("show", "case")["items"] == []
    assert len(world.mailbox(radek.email)) == before
    unreadable = world.data / "broken.eml"
    unreadable.write_bytes(b"\x00\x01\x02 not a letter")
    world.command("mail", str(unreadable), status=1)
    assert world.answer("show", "case")["items"] == []
