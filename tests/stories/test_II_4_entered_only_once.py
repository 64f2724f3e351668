"""II.4: a client is entered only once; the answer never tells a stranger who is a client."""

from tests.stories.driver import World
from tests.stories.pages import Page
from tests.stories.walks import Firm, account, register, typed_client

SECRETS = ("Radek", "L-0001", "R-001", "K-0001")


def with_code(world: World, firm: Firm, **changes: str) -> Page:
    """A stranger sends this firm's form and somebody gives him the code."""
    page = world.visitor().get(firm.frk).submit(**typed_client(world, **changes))
    text = world.mailbox(firm.email)[-1].text
    code = next(word for word in text.split() if word.isdigit() and len(word) == 6)
    return page.submit(code=code)


def numbers(world: World) -> list[str]:
    return [row["lead_number"] for row in world.answer("show", "client")["items"]]


def test_II_4_his_own_client_leads_to_the_client_and_to_a_further_service(
    world: World, radek: Firm
) -> None:
    register(world, radek)
    again = radek.get(radek.frk).submit(**typed_client(world))
    assert again.status == 409
    assert again.has_link("/panel/klienci/L-0001/")
    assert again.has_link("/panel/zgloszenia/nowe/?klient=L-0001")
    assert numbers(world) == ["L-0001"]
    assert len(world.mailbox("biuro@kwiaty.example")) == 1


def test_II_4_another_reseller_is_never_told_whose_client_it_is(
    world: World, radek: Firm, zenon: Firm
) -> None:
    register(world, radek)
    world.travel(days=1)
    refused = zenon.get(zenon.frk).submit(**typed_client(world))
    assert refused.status == 409
    assert not any(secret in refused.text for secret in SECRETS)
    # He may have it cleared up: a case with the times of both sides, for the desk only.
    case = refused.submit(text="Rozmawiam z nimi od grudnia.")
    assert case.url == "/panel/zgloszenia/Z-0001/"
    assert not any(secret in case.text for secret in SECRETS)
    desk = world.staff("Ola").get("/konsola/zgloszenia/Z-0001/")
    assert desk.says("Rozmawiam z nimi od grudnia.")
    assert desk.says("L-0001")
    assert radek.get("/panel/zgloszenia/Z-0001/").status == 404
    assert numbers(world) == ["L-0001"]


def test_II_4_a_stranger_gets_the_same_pages_and_one_neutral_sentence(
    world: World, radek: Firm, zenon: Firm
) -> None:
    register(world, radek)
    # Before the code nothing differs between a free and a taken NIP.
    taken = world.visitor().get(zenon.frk).submit(**typed_client(world))
    free = world.visitor().get(zenon.frk).submit(**typed_client(world, "Ogrody"))
    assert (taken.status, taken.text) == (free.status, free.text)
    mails = world.mailbox(zenon.email)[-2:]
    assert [len(mail.text) for mail in mails] == [len(mails[0].text)] * 2
    settled = with_code(world, zenon)
    assert settled.status == 409
    assert not any(secret in settled.text for secret in SECRETS)
    own = with_code(world, radek)
    assert (own.status, own.text) == (settled.status, settled.text)
    assert numbers(world) == ["L-0001"]


def test_II_4_an_account_and_a_closed_account_keep_their_nip(
    world: World, radek: Firm, zenon: Firm
) -> None:
    number = account(world, radek, "Kwiaty")
    assert zenon.get(zenon.frk).submit(**typed_client(world)).status == 409
    world.travel(days=2)
    ola = world.staff("Ola")
    ola.get(f"/konsola/klienci/{number}/").do("close", last_day=world.today, reason="Rezygnacja")
    assert world.show("client", number)["state"] == "closed"
    assert zenon.get(zenon.frk).submit(**typed_client(world)).status == 409


def test_II_4_a_rejected_withdrawn_or_expired_lead_frees_the_nip(
    world: World, radek: Firm, zenon: Firm
) -> None:
    register(world, radek)
    world.staff("Ola").get("/konsola/leady/L-0001/").do("reject", reason="unreachable")
    assert register(world, zenon) == "L-0002"
    zenon.get("/panel/klienci/L-0002/").do("withdraw")
    assert register(world, radek) == "L-0003"
    before = len(world.mailbox(radek.email))
    told = []
    for day in range(1, 93):
        world.travel(days=1)
        if len(world.mailbox(radek.email)) > before:
            told.append(day)
            before = len(world.mailbox(radek.email))
    assert told == [76, 83, 89, 91]
    assert world.show("client", "L-0003")["state"] == "expired"
    assert register(world, zenon) == "L-0004"
