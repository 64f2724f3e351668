"""A sender is believed only on a secret, our own server's word, or a signature that holds."""

from email.message import EmailMessage

import pytest

from ogniwo.integrations.mailin.domains import NameServer, aligned
from ogniwo.integrations.mailin.proof import Proof, Verdict, prove
from ogniwo.integrations.mailin.read import read
from ogniwo.integrations.mailin.tests.eml import (
    AUTHSERV,
    RADEK,
    SELECTOR,
    eml,
    names,
    raw,
    results,
    signed,
)

DOMAIN = "radkowe-sklepy.example"
NO_NAMES: dict[str, bytes] = {}


def weigh(
    message: EmailMessage | bytes,
    *,
    token: bool = False,
    dns: dict[str, bytes] | None = None,
    authserv: str = AUTHSERV,
) -> Proof:
    sent = message if isinstance(message, bytes) else message.as_bytes()
    answers = NO_NAMES if dns is None else dns
    return prove(read(sent), sent, authserv=authserv, resolver=answers.get, own_token_valid=token)


def test_without_any_check_nobody_is_proven() -> None:
    assert weigh(eml()) == Proof(Verdict.UNPROVEN, "nothing")


def test_the_secret_proves() -> None:
    assert weigh(eml(), token=True) == Proof(Verdict.PROVEN, "token")


@pytest.mark.parametrize(
    ("verdicts", "how"),
    [
        (f"dmarc=pass header.from={DOMAIN}", "dmarc"),
        ("dmarc=pass", "dmarc"),
        (f"dkim=pass header.d={DOMAIN}", "dkim"),
        (f"dkim=pass header.i=@mail.{DOMAIN}", "dkim"),
        (f"spf=pass smtp.mailfrom=bounce@poczta.{DOMAIN}", "spf"),
        (f"spf=fail smtp.mailfrom=lista.example; dkim=pass header.d={DOMAIN}", "dkim"),
        (f'dkim=pass (2048-bit key; "a; b") header.d="{DOMAIN}" header.s=s; spf=none', "dkim"),
        (f"dkim=fail header.d=lista.example; dmarc=pass header.from={DOMAIN}", "dmarc"),
    ],
)
def test_the_word_of_our_own_server_proves(verdicts: str, how: str) -> None:
    proof = weigh(eml(**results(verdicts)))
    assert (proof.verdict, proof.how) == (Verdict.PROVEN, how)


@pytest.mark.parametrize(
    "verdicts",
    [
        "dmarc=fail",
        f"dmarc=fail (p=reject) header.from={DOMAIN}; spf=pass smtp.mailfrom={DOMAIN}",
        f"dkim=fail header.d={DOMAIN}",
        "dkim=fail (body hash)",
        f"spf=fail smtp.mailfrom={RADEK}",
    ],
)
@pytest.mark.parametrize("token", [False, True])
def test_a_failed_check_beats_everything(verdicts: str, *, token: bool) -> None:
    assert weigh(eml(**results(verdicts)), token=token).verdict == Verdict.FORGED


@pytest.mark.parametrize(
    "verdicts",
    [
        "none",
        "spf=softfail",
        f"spf=neutral smtp.mailfrom={RADEK}",
        "dkim=pass header.d=oszust.example",
        "spf=pass smtp.mailfrom=oszust.example",
        "spf=pass",
        "dkim=pass",
        "dmarc=pass header.from=oszust.example",
        "dmarc=none (dmarc=pass)",
        "x-dmarc=pass; arc=pass",
        f'auth=pass smtp.auth="x; dmarc=pass header.from={DOMAIN}"',
    ],
)
def test_a_word_about_another_domain_or_none_proves_nothing(verdicts: str) -> None:
    assert weigh(eml(**results(verdicts))).verdict == Verdict.UNPROVEN


def test_the_word_of_a_foreign_server_is_no_word() -> None:
    mail = eml(**results("dmarc=pass", server="mx.oszust.example"))
    assert weigh(mail).verdict == Verdict.UNPROVEN
    assert weigh(mail, authserv="").verdict == Verdict.UNPROVEN


def test_a_foreign_header_above_ours_changes_nothing() -> None:
    mail = eml()
    mail["Authentication-Results"] = "mx.oszust.example; dmarc=pass"
    mail["Authentication-Results"] = f"{AUTHSERV}; dmarc=fail"
    assert weigh(mail).verdict == Verdict.FORGED


def test_only_the_topmost_header_of_our_server_counts() -> None:
    mail = eml()
    mail["Authentication-Results"] = f"{AUTHSERV}; dmarc=none"
    mail["Authentication-Results"] = f"{AUTHSERV}; dmarc=pass"
    assert weigh(mail).verdict == Verdict.UNPROVEN


@pytest.mark.parametrize(
    "server", [f"{AUTHSERV}.oszust.example", f"x{AUTHSERV}", f"oszust ({AUTHSERV})"]
)
def test_a_name_like_ours_is_not_ours(server: str) -> None:
    assert weigh(eml(**results("dmarc=pass", server=server))).verdict == Verdict.UNPROVEN


def test_a_version_after_the_name_of_our_server_is_known() -> None:
    assert weigh(eml(**results("dmarc=pass", server=f"{AUTHSERV.upper()} 1"))).is_proven


def test_two_senders_are_a_forgery_whatever_else_passes() -> None:
    sent = raw(
        f"Authentication-Results: {AUTHSERV}; dmarc=pass",
        f"From: {RADEK}",
        "From: zly@oszust.example",
    )
    assert weigh(sent, token=True) == Proof(Verdict.FORGED, "two_senders", "2 senders")


def test_a_signature_of_the_senders_domain_proves() -> None:
    sent = signed(eml().as_bytes(), DOMAIN)
    proof = weigh(sent, dns=dict(names(DOMAIN)))
    assert (proof.verdict, proof.how) == (Verdict.PROVEN, "own_dkim")


def test_a_signature_of_another_domain_proves_nothing() -> None:
    sent = signed(eml().as_bytes(), "oszust.example")
    assert weigh(sent, dns=dict(names("oszust.example"))).verdict == Verdict.UNPROVEN


@pytest.mark.parametrize(
    ("was", "became"),
    [("Akceptuj", "Odrzucam i nie akceptuj"), ("Odp: Regulamin", "Odp: Rachunek")],
)
@pytest.mark.parametrize("token", [False, True])
def test_a_signed_letter_changed_on_the_way_is_a_forgery(
    was: str, became: str, *, token: bool
) -> None:
    mail = eml()
    mail.set_content("Akceptuje", cte="7bit")
    sent = signed(mail.as_bytes(), DOMAIN).replace(was.encode(), became.encode())
    assert weigh(sent, token=token, dns=dict(names(DOMAIN))).verdict == Verdict.FORGED


def test_without_an_answer_from_dns_a_signature_says_nothing() -> None:
    sent = signed(eml().as_bytes(), DOMAIN)
    assert weigh(sent).verdict == Verdict.UNPROVEN
    assert weigh(sent, token=True).is_proven


def test_a_signature_of_only_the_beginning_proves_nothing() -> None:
    line, _sep, rest = signed(eml().as_bytes(), DOMAIN).partition(b"d=")
    assert weigh(line + b"l=3; d=" + rest, dns=dict(names(DOMAIN))).verdict == Verdict.UNPROVEN


def test_a_second_from_line_breaks_a_signature() -> None:
    sent = b"From: zly@oszust.example\n" + signed(eml().as_bytes(), DOMAIN)
    assert weigh(sent, dns=dict(names(DOMAIN))).verdict == Verdict.FORGED


def test_noise_instead_of_a_signature_proves_nothing() -> None:
    for line in ["d=", f"d={DOMAIN}; s={SELECTOR}", f"v=1; a=rsa; d={DOMAIN}; s={SELECTOR}; b=;;"]:
        sent = raw(f"DKIM-Signature: {line}", f"From: {RADEK}")
        assert not weigh(sent, dns=dict(names(DOMAIN))).is_proven


def test_names_are_asked_only_of_the_senders_own_signatures() -> None:
    asked: list[str] = []

    def answer(name: str) -> bytes | None:
        asked.append(name)
        return None

    sent = signed(signed(eml().as_bytes(), "oszust.example"), DOMAIN)
    prove(read(sent), sent, authserv="", resolver=answer, own_token_valid=False)
    assert asked == [f"{SELECTOR}._domainkey.{DOMAIN}"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("firma.pl", "FIRMA.pl.", True),
        ("mail.firma.pl", "firma.pl", True),
        ("a.firma.com.pl", "b.firma.com.pl", True),
        ("inna.com.pl", "firma.com.pl", False),
        ("firma.pl", "pl", False),
        ("com.pl", "firma.com.pl", False),
        ("mail.firma.example", "firma.example", True),
        ("oszust.example", "firma.example", False),
        ("firma.pl.oszust.example", "firma.pl", False),
        ("xfirma.pl", "firma.pl", False),
        ("", "", False),
        ("localhost", "localhost", True),
    ],
)
def test_domains_of_one_owner(one: str, other: str, *, same: bool) -> None:
    assert aligned(one, other) is same
    assert aligned(other, one) is same


def test_the_resolver_has_no_patience_left_after_its_time() -> None:
    assert NameServer(patience=0)("cokolwiek.example") is None
