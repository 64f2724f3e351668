"""III.2: a client registered by the form shows at once in the panel as [Lead]."""

from tests.stories.driver import World
from tests.stories.walks import Firm, register


def test_III_2_the_list_and_the_page_say_lead(world: World, radek: Firm) -> None:
    number = register(world, radek)
    assert number == "L-0001"
    listed = radek.get("/panel/klienci/")
    assert listed.says("Kwiaty sp. z o.o.", "L-0001")
    assert listed.shows_state("client", "lead")
    page = radek.get("/panel/klienci/L-0001/")
    assert page.shows_state("client", "lead")
    assert page.says("05.01.2026, 10:00:0") or page.says("05.01.2026, 10:0")
    assert radek.get("/panel/klienci/?stan=lead").says("Kwiaty")
    assert not radek.get("/panel/klienci/?stan=konto").says("Kwiaty")


def test_III_2_search_finds_it_by_name_nip_number_and_mail(world: World, radek: Firm) -> None:
    register(world, radek, company_name="Żółte Kwiaty s.c.")
    nip = world.show("client", "L-0001")["nip"]
    dashed = f"{nip[:3]}-{nip[3:6]}-{nip[6:8]}-{nip[8:]}"
    for words in ("zolte", "ŻÓŁTE kwi", nip, dashed, "L-0001", "biuro@kwiaty"):
        assert radek.get(f"/panel/klienci/?q={words}").says("Żółte Kwiaty"), words
    assert not radek.get("/panel/klienci/?q=ogrody").says("Żółte Kwiaty")


def test_III_2_staff_sees_it_at_once_with_whose_it_is(world: World, radek: Firm) -> None:
    register(world, radek)
    ola = world.staff("Ola")
    assert ola.get("/konsola/leady/").says("L-0001", "Kwiaty", "Radek Doradztwo")
    page = ola.get("/konsola/leady/L-0001/")
    assert page.offers("convert")
    assert page.offers("ask")
    assert page.offers("reject")
    shown = world.show("client", "L-0001")
    assert (shown["state"], shown["reseller"]) == ("lead", radek.number)
    assert shown["registered_at"].startswith("2026-01-05T09:00")


def test_III_2_a_dropped_lead_says_so(world: World, radek: Firm) -> None:
    register(world, radek)
    world.staff("Ola").get("/konsola/leady/L-0001/").do(
        "reject", reason="not_interested", note="Mają już integrację."
    )
    page = radek.get("/panel/klienci/L-0001/")
    assert page.shows_state("client", "rejected")
    assert world.mailbox(radek.email)[-1].says("Mają już integrację.")


def test_III_2_protection_is_shown_extended_and_ends(world: World, radek: Firm) -> None:
    register(world, radek)
    until = world.today.replace(month=7, day=1)
    world.staff("Ola").get("/konsola/leady/L-0001/").do("extend", until=until)
    world.travel(until)
    assert world.show("client", "L-0001")["state"] == "lead"
    world.travel(days=1)
    assert world.show("client", "L-0001")["state"] == "expired"
    assert radek.get("/panel/klienci/L-0001/").shows_state("client", "expired")
