"""Letters that came to the contact mailbox lately and wait for a person."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from ogniwo.integrations.mailin.intake import take_in

Put = Callable[[date, Callable[[datetime], None]], None]

LETTERS = (
    (
        2,
        "klient@nieznany.example",
        "Pytanie o integrację",
        "Czy Integrator obsługuje dwa magazyny?",
    ),
    (1, "anna@kowalska0.example", "Dane klienta", "Proszę o zmianę telefonu mojego klienta."),
    (0, "biuro@hurtownia.example", "Oferta współpracy", "Chcielibyśmy przedstawić naszą ofertę."),
)


def plan_letters(put: Put, *, today: date) -> None:
    """Nobody of these is proven, so each waits in the queue."""
    for ago, sender, subject, text in LETTERS:
        day = today - timedelta(days=ago)
        put(day, partial(_arrive, sender, subject, text))


def _arrive(sender: str, subject: str, text: str, at: datetime) -> None:
    raw = (
        f"From: {sender}\r\nTo: partnerzy@meridian.example\r\nSubject: {subject}\r\n"
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <{at:%Y%m%d%H%M}@demo.example>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    take_in(raw.encode(), at=at, resolver=lambda _name: None)
