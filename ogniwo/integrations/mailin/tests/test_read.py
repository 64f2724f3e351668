"""Whatever arrives is read, or refused with a sentence; it never breaks anything."""

import contextlib
import random
import time
from email.message import EmailMessage

import pytest

from ogniwo.integrations.mailin.attachments import LARGEST, MEGABYTE
from ogniwo.integrations.mailin.read import ReplyTag, Unreadable, read
from ogniwo.integrations.mailin.tests.eml import CONTACT, RADEK, TOKEN, bounce, eml, nested, raw


def refusal(message: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read(message)
    assert str(refused.value)
    return refused.value.code


def test_an_ordinary_letter_is_read() -> None:
    letter = read(eml("Dzień dobry,\n\nakceptuję regulamin.\n").as_bytes())
    assert letter.from_address == RADEK
    assert letter.from_name == "Radek Zieliński"
    assert letter.from_count == 1
    assert letter.to == (CONTACT,)
    assert letter.subject == "Odp: Regulamin programu"
    assert letter.message_id == "<abc@radkowe-sklepy.example>"
    assert letter.text == "Dzień dobry,\n\nakceptuję regulamin."
    assert len(letter.sha256) == 64
    assert letter.sent_at is not None
    assert letter.sent_at.isoformat() == "2026-11-03T09:16:00+00:00"
    assert not letter.is_automatic
    assert letter.bounce is None
    assert letter.reply_tag is None


@pytest.mark.parametrize("header", ["To", "Cc", "Delivered-To", "X-Original-To"])
def test_the_secret_is_found_in_the_address_it_was_sent_to(header: str) -> None:
    letter = read(
        raw(f"From: {RADEK}", f"{header}: Meridian <kontakt+Z0217.{TOKEN}@meridian.example>")
    )
    assert letter.reply_tag == ReplyTag("z", 217, TOKEN)


@pytest.mark.parametrize(
    "address",
    [
        "kontakt+z0217@meridian.example",
        "kontakt+z0217.krotki@meridian.example",
        "kontakt+z0217.k3j9x2m7qa!!!@meridian.example",
        "z0217.k3jpx2m7qaabcdef@meridian.example",
    ],
)
def test_an_address_without_a_whole_secret_has_none(address: str) -> None:
    assert read(raw(f"From: {RADEK}", f"To: {address}")).reply_tag is None


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-2", "cp1250"])
@pytest.mark.parametrize("transfer", ["base64", "quoted-printable", "8bit"])
def test_polish_letters_in_every_alphabet(charset: str, transfer: str) -> None:
    mail = EmailMessage()
    mail["From"] = RADEK
    mail.set_content("Zażółć gęślą jaźń, akceptuję.", charset=charset, cte=transfer)
    assert read(mail.as_bytes()).text == "Zażółć gęślą jaźń, akceptuję."


@pytest.mark.parametrize("declared", ["utf-8", "us-ascii", "x-nieznany", '"'])
def test_a_wrongly_declared_alphabet_is_guessed(declared: str) -> None:
    letter = read(
        raw(
            f"From: {RADEK}",
            f"Content-Type: text/plain; charset={declared}",
            body="akceptuję, żółć",
            encoding="cp1250",
        )
    )
    assert letter.text == "akceptuję, żółć"


def test_encoded_words_in_name_and_subject_are_read() -> None:
    letter = read(
        raw(
            f"From: =?iso-8859-2?Q?Micha=B3_=AFak?= <{RADEK}>",
            "Subject: =?utf-8?B?UmVndWxhbWluIOKAkyBha2NlcHR1asSZ?=",
        )
    )
    assert letter.from_name == "Michał Żak"
    assert letter.subject == "Regulamin – akceptuję"


@pytest.mark.parametrize(
    "line",
    [
        f"{RADEK}, zly@oszust.example",
        f"Radek <{RADEK}>, <zly@oszust.example>",
        f"<{RADEK}> <zly@oszust.example>",
        f"Firma: {RADEK}, zly@oszust.example;",
        f"{RADEK}>zly@oszust.example",
    ],
)
def test_a_line_of_several_senders_is_not_one(line: str) -> None:
    assert read(raw(f"From: {line}")).from_count > 1


def test_two_from_lines_are_two_senders() -> None:
    assert read(raw(f"From: {RADEK}", "From: zly@oszust.example")).from_count == 2


@pytest.mark.parametrize(
    "line",
    [
        f'"{RADEK}" <zly@oszust.example>',
        f"{RADEK} <zly@oszust.example>",
        f"=?utf-8?q?{RADEK.replace('@', '=40')}?= <zly@oszust.example>",
        f"zly@oszust.example ({RADEK})",
        f'"Radek, <{RADEK}>" <zly@oszust.example>',
    ],
)
def test_the_name_before_an_address_is_not_the_address(line: str) -> None:
    letter = read(raw(f"From: {line}"))
    assert letter.from_address == "zly@oszust.example"


def test_reply_to_is_not_the_sender() -> None:
    letter = read(raw("From: zly@oszust.example", f"Reply-To: {RADEK}", f"Sender: {RADEK}"))
    assert letter.from_address == "zly@oszust.example"


def test_html_is_shown_as_text() -> None:
    page = (
        "<html><head><style>p{color:red}</style></head><body><p>Dzień&nbsp;dobry,</p>"
        "<script>alert(1)</script><p>akceptuję <b>regulamin</b>.<br>Radek</p>"
        "<!-- ukryte -->koniec<img src=x onerror=alert(1)></body></html>"
    )
    mail = eml()
    mail.set_content(page, subtype="html")
    letter = read(mail.as_bytes())
    assert letter.text == "Dzień dobry,\n\nakceptuję regulamin.\nRadek\nkoniec"


def test_of_text_and_html_the_text_is_taken() -> None:
    mail = eml("zwykły tekst")
    mail.add_alternative("<p>strona</p>", subtype="html")
    assert read(mail.as_bytes()).text == "zwykły tekst"


def test_html_beside_an_empty_text_is_taken() -> None:
    mail = eml(" \n")
    mail.add_alternative("<p>strona</p>", subtype="html")
    assert read(mail.as_bytes()).text == "strona"


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
    ],
)
def test_what_no_person_wrote_is_known(header: dict[str, str]) -> None:
    assert read(eml(**header).as_bytes()).is_automatic


def test_an_answer_of_outlook_on_holiday_is_known_by_its_subject() -> None:
    assert read(eml(subject="Automatyczna odpowiedź: Regulamin").as_bytes()).is_automatic


def test_what_says_it_is_not_automatic_is_a_letter() -> None:
    assert not read(eml(Auto_Submitted="no").as_bytes()).is_automatic


def test_a_returned_letter_names_whom_it_did_not_reach() -> None:
    letter = read(bounce())
    assert letter.bounce is not None
    assert letter.bounce.recipients == ("nikt@nigdzie.example",)
    assert letter.bounce.status == "5.1.1"
    assert letter.bounce.original_id == "<listnr7@ogniwo>"
    assert letter.attachments == ()


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_delay_or_a_receipt_is_no_returned_letter(action: str) -> None:
    letter = read(bounce(action, "4.4.1"))
    assert letter.bounce is None
    assert letter.is_automatic


def test_a_letter_without_message_id_or_date_is_read() -> None:
    letter = read(raw(f"From: {RADEK}", body="bez niczego"))
    assert letter.message_id == ""
    assert letter.sent_at is None
    assert letter.text == "bez niczego"


@pytest.mark.parametrize("date", ["wczoraj", "", "Tue, 99 Foo 99999 99:99:99 +9999", "0" * 5000])
def test_a_senseless_date_is_no_date(date: str) -> None:
    assert read(raw(f"From: {RADEK}", f"Date: {date}")).sent_at is None


def test_nul_and_invisible_characters_vanish() -> None:
    letter = read(
        raw(f"From: Ra\x00dek\x07 <{RADEK}>", "Subject: a\x00b\u202ec", body=b"ak\x00cept")
    )
    assert "\x00" not in letter.text + letter.subject + letter.from_name
    assert letter.subject == "abc"


def test_line_breaks_hidden_in_a_subject_make_no_header() -> None:
    letter = read(raw(f"From: {RADEK}", "Subject: =?utf-8?q?a=0D=0ABcc:_x=40y.example?="))
    assert letter.subject == "a Bcc: x@y.example"


def test_a_hundred_parts_inside_one_another_are_read() -> None:
    began = time.perf_counter()
    letter = read(nested(100))
    assert letter.text == "na dnie"
    assert time.perf_counter() - began < 2


def test_a_thousand_parts_inside_one_another_are_refused() -> None:
    assert refusal(nested(1000)) == "too_many_parts"


@pytest.mark.parametrize("nothing", [b"", b"\r\n\r\n", b"   \n"])
def test_nothing_is_refused(nothing: bytes) -> None:
    assert refusal(nothing) == "empty"


def test_a_file_that_is_no_letter_is_refused() -> None:
    assert refusal(b"%PDF-1.7\n\x00\x01\x02") == "no_message"


def test_endless_headers_are_refused() -> None:
    assert refusal(b"X: " + b"a" * 1_000_000 + b"\r\n\r\ntext") == "long_headers"


def test_a_giant_is_refused() -> None:
    giant = b"From: a@b.example\r\n\r\n" + b"a" * (41 * MEGABYTE)
    assert refusal(giant) == "too_large"


def test_the_type_of_a_file_is_told_by_its_content() -> None:
    mail = eml("w załączniku")
    mail.add_attachment(b"%PDF-1.7 ...", maintype="image", subtype="png", filename="skan.png")
    mail.add_attachment(b"MZ\x00\x01", maintype="application", subtype="pdf", filename="umowa.pdf")
    mail.add_attachment("<svg onload=x>", subtype="plain", filename="logo.txt")
    mail.add_attachment("a;b\n1;2", subtype="plain", filename="../../etc/sklepy.csv")
    scan, program, drawing, table = read(mail.as_bytes()).attachments
    assert (scan.type, scan.is_kept) == ("application/pdf", True)
    assert (program.type, program.is_kept) == ("application/octet-stream", False)
    assert not drawing.is_kept
    assert (table.name, table.type, table.is_kept) == ("sklepy.csv", "text/csv", True)


def test_a_file_over_ten_megabytes_is_not_kept_and_the_letter_is_read() -> None:
    mail = eml("duży załącznik")
    big = b"%PDF-" + b"x" * LARGEST
    mail.add_attachment(big, maintype="application", subtype="pdf", filename="wielki.pdf")
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="mały.pdf")
    letter = read(mail.as_bytes())
    assert letter.text == "duży załącznik"
    assert [file.is_kept for file in letter.attachments] == [False, True]
    assert letter.attachments[1].name == "mały.pdf"


def test_noise_is_read_or_refused_and_nothing_else() -> None:
    chance = random.Random(7)  # noqa: S311  # noise that is the same each time
    whole = nested(5) + bounce() + eml().as_bytes()
    for _turn in range(300):
        noise = bytearray(whole)
        for _byte in range(chance.randrange(1, 60)):
            noise[chance.randrange(len(noise))] = chance.randrange(256)
        with contextlib.suppress(Unreadable):
            read(bytes(noise[chance.randrange(100) :]))


@pytest.mark.parametrize(
    "body",
    [
        "<" * 200_000,
        "<a " * 60_000,
        "<div>" * 40_000 + "x",
        "<!--" * 50_000,
        "> " * 100_000,
        "W dniu " * 30_000,
        "On 1 " * 30_000 + ":",
        "nie " * 50_000,
        "\n" * 200_000,
    ],
)
@pytest.mark.parametrize("subtype", ["html", "plain"])
def test_bodies_made_to_be_slow_are_read_quickly(body: str, subtype: str) -> None:
    mail = eml()
    mail.set_content(body, subtype=subtype, cte="base64")
    began = time.perf_counter()
    read(mail.as_bytes())
    assert time.perf_counter() - began < 3


@pytest.mark.parametrize(
    "line", ["(" * 7000, '"' * 7000, "<" * 7000, "a@" * 3500, "=?" * 3500, "=?utf-8?q?" * 800]
)
@pytest.mark.parametrize("header", ["From", "To", "Subject", "References", "Content-Type", "Date"])
def test_headers_made_to_be_slow_are_read_quickly(header: str, line: str) -> None:
    began = time.perf_counter()
    read(raw(f"{header}: {line}"))
    assert time.perf_counter() - began < 2
