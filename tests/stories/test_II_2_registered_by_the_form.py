"""II.2: the reseller registers a client with his form; the client appears in his panel."""

from tests.stories.driver import CONTACT, World
from tests.stories.walks import Firm, register, typed_client


def test_II_2_signed_in_one_click_registers(world: World, radek: Firm, zenon: Firm) -> None:
    page = radek.get(radek.frk).submit(**typed_client(world))
    assert page.url == "/panel/klienci/L-0001/"
    assert page.says("Kwiaty sp. z o.o.")
    assert radek.get("/panel/klienci/").says("L-0001", "Kwiaty")
    # The receipt: number, time to the second, fingerprint.
    receipt = world.mailbox(radek.email)[-1]
    assert receipt.says("L-0001")
    assert any(len(word) == 64 for word in receipt.text.split())
    assert not zenon.get("/panel/klienci/").says("Kwiaty")
    assert zenon.get("/panel/klienci/L-0001/").status == 404
    assert zenon.get("/panel/klienci/L-9999/").status == 404


def test_II_2_the_client_is_told_who_gave_his_data_and_may_object(
    world: World, radek: Firm
) -> None:
    register(world, radek)
    (letter,) = world.mailbox("biuro@kwiaty.example")
    assert letter.sender == CONTACT
    assert letter.says("Radek Doradztwo")
    link = letter.link("/to-nie-ja/")
    page = world.visitor().get(link)
    assert page.status == 200
    desk_before = len(world.mailbox(CONTACT))
    assert page.submit().status == 200
    assert len(world.mailbox(CONTACT)) == desk_before + 1
    assert world.visitor().get(link).status == 410
    # A person decides; the Lead stands until then.
    assert world.show("client", "L-0001")["state"] == "lead"


def test_II_2_a_stranger_at_the_form_needs_the_code_from_the_resellers_mailbox(
    world: World, radek: Firm
) -> None:
    browser = world.visitor()
    page = browser.get(radek.frk).submit(**typed_client(world))
    assert page.url.startswith("/rejestracja/")
    assert world.answer("show", "client")["items"] == []
    assert world.mailbox("biuro@kwiaty.example") == []
    letter = world.mailbox(radek.email)[-1]
    code = next(word for word in letter.text.split() if word.isdigit() and len(word) == 6)
    assert "Kwiaty" not in letter.text
    wrong = page.submit(code="000000" if code != "000000" else "111111")
    assert wrong.status == 422
    assert world.answer("show", "client")["items"] == []
    # Another browser with the address of the page does not get in.
    assert world.visitor().get(page.url).status == 410
    done = page.submit(code=code)
    assert done.status == 200
    assert done.says("L-0001")
    assert radek.get("/panel/klienci/").says("L-0001", "Kwiaty")
    # The same code again changes nothing.
    page.submit(code=code)
    assert len(world.answer("show", "client")["items"]) == 1


def test_II_2_a_new_code_replaces_the_old_one_and_old_codes_expire(
    world: World, radek: Firm
) -> None:
    page = world.visitor().get(radek.frk).submit(**typed_client(world))

    def newest() -> str:
        text = world.mailbox(radek.email)[-1].text
        return next(word for word in text.split() if word.isdigit() and len(word) == 6)

    first = newest()
    again = page.submit("code")
    second = newest()
    if first != second:
        assert again.submit(code=first).status == 422
    world.travel(hours=1)
    assert again.submit(code=second).status in {410, 422}
    assert world.answer("show", "client")["items"] == []


def test_II_2_staff_may_enter_a_client_for_a_reseller(world: World, radek: Firm) -> None:
    page = world.staff("Ola").get(radek.frk).submit(**typed_client(world))
    assert page.url == "/konsola/leady/L-0001/"
    assert radek.get("/panel/klienci/").says("L-0001")
    assert world.show("client", "L-0001")["reseller"] == radek.number


def test_II_2_another_reseller_is_a_stranger_at_the_form(
    world: World, radek: Firm, zenon: Firm
) -> None:
    page = zenon.get(radek.frk).submit(**typed_client(world))
    assert page.url.startswith("/rejestracja/")
    assert world.answer("show", "client")["items"] == []


def test_II_2_who_may_only_read_does_not_register(world: World, radek: Firm) -> None:
    rita = world.staff("Rita").get(radek.frk)
    assert rita.status in {200, 403}
    reader = "podglad@doradztwo.example"
    add = ("user", "add", reader, "--role", "reseller_reader", "--reseller", radek.number)
    world.command(*add, "--password-stdin", typed=f"{world.person(reader).password}\n")
    page = world.person(reader).get("/panel/klienci/")
    assert page.status == 200
    assert not page.has_link("reseller_klient_")


def test_II_2_a_double_click_registers_once(world: World, radek: Firm) -> None:
    page = radek.get(radek.frk)
    first, second = page.submit(**typed_client(world)), page.submit(**typed_client(world))
    assert first.url == second.url == "/panel/klienci/L-0001/"
    assert len(world.mailbox("biuro@kwiaty.example")) == 1
