"""The addresses: what visitors, scripts and other tests lean on, over http as it is served."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest

from tests import cast
from tests.installation import Answer, Done, Installation, Site, fields_of, hidden_of

pytestmark = pytest.mark.xdist_group("contract")
APPLICATION = (
    "company_name nip street postcode city first_name last_name email phone website activity"
    " expected_clients message consent_information consent_terms"
)
FRK = (
    "company_name nip street postcode city contact_person phone email platform shop_url services"
    " statement_on statement_how notes invoice_email regon krs"
)
VALUES = {
    "activity": ["agency", "integrator", "freelancer", "shop", "other"],
    "expected_clients": ["0", "1-10", "11-50", "51+"],
    "platform": ["shoper", "woocommerce", "prestashop", "magento", "idosell", "other", "none"],
    "statement_how": ["phone", "email", "meeting", "other"],
}


@pytest.fixture(scope="module")
def place(
    demo_made: tuple[Installation, Done], tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    return demo_made[0].copied_to(tmp_path_factory.mktemp("web"), OGNIWO_LIMITS="off")


@pytest.fixture(scope="module")
def logins(demo_made: tuple[Installation, Done]) -> dict[str, dict[str, str]]:
    """The first person of each role."""
    found: dict[str, dict[str, str]] = {}
    for row in json.loads(demo_made[1].stdout):
        found.setdefault(row["role"], row)
    return found


@pytest.fixture(scope="module")
def served(place: Installation, logins: dict[str, dict[str, str]]) -> Iterator[Site]:
    with place.served() as site:
        yield site


@pytest.fixture
def site(served: Site) -> Site:
    """A visitor who comes for the first time."""
    return Site(served.port)


def signed_in(served: Site, login: dict[str, str]) -> Site:
    site = Site(served.port)
    answer = site.send("/logowanie/", login=login["email"], password=login["password"])
    assert answer.status == 302
    assert answer.headers["Location"] == urlsplit(login["url"]).path
    return site


def shown(place: Installation, kind: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(place.ogniwo("show", kind, "--json").stdout)["items"]
    return found


@pytest.fixture(scope="module")
def clients(place: Installation, logins: object) -> list[dict[str, str]]:
    return shown(place, "client")


@pytest.fixture(scope="module")
def form(place: Installation, logins: object) -> str:
    """The path of an active reseller's form."""
    rows = shown(place, "reseller")
    return urlsplit(next(row["frk_url"] for row in rows if row["state"] == "active")).path


# -- machines that watch --------------------------------------------------------------------------


def test_health_and_readiness(site: Site) -> None:
    assert site.get("/healthz").status == 200
    ready = site.get("/readyz")
    assert (ready.status, json.loads(ready.text)) == (200, {"failing": []})
    assert ready.headers.get("Server", "ogniwo") == "ogniwo"


# -- public addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/zostan-resellerem/", "/regulamin/", "/logowanie/", "/prywatnosc/", "/haslo/"]
)
def test_public_addresses_answer(site: Site, path: str) -> None:
    assert site.get(path).status == 200


def test_the_old_address_leads_to_the_form(site: Site) -> None:
    answer = site.get("/reseller-verosoft/")
    assert (answer.status, answer.headers["Location"]) == (301, "/zostan-resellerem/")


@pytest.mark.parametrize("path", ["/panel/", "/konsola/", "/panel/klienci/", "/konsola/wnioski/"])
def test_the_faces_ask_to_sign_in(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 302
    assert answer.headers["Location"] == f"/logowanie/?{urlencode({'next': path})}"


def test_unknown_links_are_410_and_unknown_pages_404(site: Site) -> None:
    for path in ("/wniosek/nic/", "/zaproszenie/nic/", "/regulamin/akceptacja/nic/", "/f/nic/"):
        assert site.get(path).status == 410
    for path in ("/nie-ma/", "/reseller_klient_NiktTaki.html", "/start/nic/"):
        assert site.get(path).status == 404


# -- field names ----------------------------------------------------------------------------------


def test_the_application_has_its_fields_and_values(site: Site) -> None:
    page = site.get("/zostan-resellerem/").text
    assert fields_of(page) >= set(APPLICATION.split())
    for name in ("activity", "expected_clients"):
        assert [value for value in VALUES[name] if f'value="{value}"' not in page] == []


def test_the_client_form_has_its_fields_and_values(site: Site, form: str) -> None:
    answer = site.get(form)
    assert answer.status == 200
    page = answer.text
    assert fields_of(page) >= set(FRK.split())
    for name in ("platform", "statement_how"):
        assert [value for value in VALUES[name] if f'value="{value}"' not in page] == []


def test_an_application_is_sent_and_one_with_mistakes_is_422(site: Site) -> None:
    fields = cast.application_fields("Nowy") | {"consent_information": "on", "consent_terms": "on"}
    wrong = site.send("/zostan-resellerem/", **{**fields, "nip": "1234567890"})
    assert wrong.status == 422
    assert fields["street"] in wrong.text
    sent = site.send("/zostan-resellerem/", **fields)
    assert (sent.status, sent.headers["Location"]) == (302, "/zostan-resellerem/wyslano/")


def test_sign_in_asks_for_login_and_password_and_refuses_with_422(site: Site) -> None:
    assert fields_of(site.get("/logowanie/").text) >= {"login", "password"}
    assert site.send("/logowanie/", login="x@y.example", password="nie").status == 422


# -- registering ----------------------------------------------------------------------------------


def test_a_reseller_registers_at_once_and_a_taken_nip_is_409(
    served: Site, logins: dict[str, dict[str, str]], clients: list[dict[str, str]], form: str
) -> None:
    reseller = signed_in(served, logins["reseller_owner"])
    path = reseller.get("/panel/rejestracja/").headers["Location"]
    fields = {name: str(value) for name, value in cast.client_fields().items()}
    code = next(
        part.partition('"')[0]
        for part in reseller.get(path).text.split('name="services" value="')[1:]
    )
    sent = reseller.send(path, **{**fields, "services": code})
    assert sent.status == 302
    assert sent.headers["Location"].startswith("/panel/klienci/L-")
    again = reseller.send(path, **{**fields, "services": code})
    assert again.status == 409
    stranger = Site(served.port)
    kept = stranger.send(form, **{**fields, "services": code, "nip": cast.nip(91_000)})
    assert kept.status == 302
    assert kept.headers["Location"].startswith("/rejestracja/")


# -- moves ----------------------------------------------------------------------------------------


def test_moves_are_posts_beside_the_object(
    served: Site,
    place: Installation,
    logins: dict[str, dict[str, str]],
    clients: list[dict[str, str]],
) -> None:
    staff = signed_in(served, logins["staff"])
    asked = next(row for row in shown(place, "application") if row["state"] == "submitted")
    here = f"/konsola/wnioski/{asked['number']}/"
    assert staff.get(f"{here}take/").status == 405
    assert staff.get(f"{here}accept/").status == 409
    assert staff.get(here).status == 200
    assert post(staff, here, "take").status == 302
    refused = post(staff, here, "take")
    assert refused.status == 409
    assert "<h1" in refused.text
    assert staff.get(f"{here}accept/").status == 200
    assert post(staff, here, "reject").status == 422
    assert post(staff, here, "dance").status == 404
    account = next(row for row in clients if row["state"] == "account")
    lead = f"/konsola/leady/{account['lead_number']}/"
    assert post(staff, lead, "convert").status == 409
    reader = signed_in(served, logins["reader"])
    assert post(reader, here, "take").status == 403
    assert staff.post(f"{here}take/").status == 403  # without the secret of the form


def post(site: Site, here: str, verb: str) -> Answer:
    """Press the button of a move."""
    secret = hidden_of(site.get("/konsola/").text)["csrfmiddlewaretoken"]
    return site.post(f"{here}{verb}/", csrfmiddlewaretoken=secret)
