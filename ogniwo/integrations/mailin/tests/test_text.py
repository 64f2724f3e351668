"""What the writer wrote himself is told from what he only sends back."""

import pytest

from ogniwo.integrations.mailin.read import read
from ogniwo.integrations.mailin.tests.eml import eml
from ogniwo.integrations.mailin.text import own_words

GMAIL = """\
Akceptuję

wt., 3 lis 2026 o 10:16 Meridian Integracje <kontakt+r0014.abc@meridian.example>
napisał(a):

> Odpowiedz słowem „Akceptuję” albo użyj przycisku.
> Regulamin programu, wersja 1
"""
THUNDERBIRD = """\
W dniu 3.11.2026 o 10:16, Meridian Integracje pisze:
> Odpowiedz słowem „Akceptuję”.

Tak, akceptuję.
"""
OUTLOOK = """\
Akceptuję

Od: Meridian Integracje <kontakt@meridian.example>
Wysłano: wtorek, 3 listopada 2026 10:16
Do: Radek Zieliński <radek@radkowe-sklepy.example>
Temat: Regulamin programu

Odpowiedz słowem „Akceptuję” albo użyj przycisku.
"""
OUTLOOK_OLD = """\
Akceptuję
-----Oryginalna wiadomość-----
From: Meridian
Sent: Tuesday
Odpowiedz słowem Akceptuję
"""
PHONE = """\
Akceptuję

Wysłane z iPhone'a

> Wiadomość napisana przez Meridian <kontakt@meridian.example> w dniu 03.11.2026, o godz. 10:16:
>
> Odpowiedz słowem „Akceptuję”.
"""
ENGLISH = """\
I accept

On Tue, Nov 3, 2026 at 10:16 AM Meridian Integracje <kontakt@meridian.example> wrote:

> Reply with the words "I accept".
"""
RULED = """\
Akceptuję
________________________________
Od: Meridian
Odpowiedz słowem Akceptuję
"""
ONLY_QUOTED = """\
W dniu wt., 3 lis 2026 o 10:16 Meridian <kontakt@meridian.example> napisał(a):

> Odpowiedz słowem „Akceptuję”.
"""
WRAPPED = """\
Dzień dobry,
proszę o kontakt

W dniu wt., 3 lis 2026 o 10:16 Meridian Integracje
spółka z ograniczoną odpowiedzialnością
<kontakt@meridian.example> napisał(a):

> Odpowiedz słowem „Akceptuję”.
"""


@pytest.mark.parametrize(
    ("whole", "own"),
    [
        (GMAIL, "Akceptuję"),
        (THUNDERBIRD, "Tak, akceptuję."),
        (OUTLOOK, "Akceptuję"),
        (OUTLOOK_OLD, "Akceptuję"),
        (PHONE, "Akceptuję\n\nWysłane z iPhone'a"),
        (ENGLISH, "I accept"),
        (RULED, "Akceptuję"),
        (ONLY_QUOTED, ""),
        (WRAPPED, "Dzień dobry,\nproszę o kontakt"),
        ("Sklep otwarty od: 9\nZamówienia: 5\n", "Sklep otwarty od: 9\nZamówienia: 5"),
        ("Tekst\n-- \nRadek\nakceptuję wszystko", "Tekst"),
        ("W dniu 3.11 klient zamówił drugi sklep.", "W dniu 3.11 klient zamówił drugi sklep."),
    ],
)
def test_own_words_are_told_from_the_quoted_letter(whole: str, own: str) -> None:
    assert own_words(whole) == own


def test_a_quotation_of_gmail_in_html_is_not_his() -> None:
    mail = eml()
    mail.set_content(
        '<div dir="ltr">W sprawie sklepu</div><br><div class="gmail_quote"><div class="gmail_attr">'
        "wt., 3 lis 2026 o 10:16 Meridian &lt;kontakt@meridian.example&gt; napisał(a):<br></div>"
        "<blockquote><p>Odpowiedz słowem</p><p>Akceptuję</p></blockquote></div>",
        subtype="html",
    )
    assert read(mail.as_bytes()).own_words == "W sprawie sklepu"


def test_a_quotation_of_outlook_in_html_is_not_his() -> None:
    mail = eml()
    mail.set_content(
        "<p>Proszę o telefon</p><div id=divRplyFwdMsg><b>Od:</b> Meridian<br><b>Wysłano:</b> wtorek"
        "<br><b>Do:</b> Radek<br><b>Temat:</b> Regulamin</div><p>Odpowiedz słowem Akceptuję</p>",
        subtype="html",
    )
    assert read(mail.as_bytes()).own_words == "Proszę o telefon"
