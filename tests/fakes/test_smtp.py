"""The false mail server behaves as a true one does."""

import smtplib
from email.message import EmailMessage

import pytest

from tests.fakes.smtp import HANG_UP, NO_SUCH_PERSON, MailServer, mail_server, smtp

__all__ = ["smtp"]


def send(server: MailServer, to: str = "radek@doradztwo.example") -> None:
    mail = EmailMessage()
    mail["From"] = "partnerzy@meridian.example"
    mail["To"] = to
    mail["Subject"] = "Pakiet"
    mail.set_content("Dzień dobry")
    with smtplib.SMTP(server.host, server.port, timeout=5) as client:
        if server.login:
            client.login(*server.login)
        client.send_message(mail)


def test_it_keeps_what_it_gets(smtp: MailServer) -> None:
    send(smtp)
    (received,) = smtp.letters
    assert received.recipients == ("radek@doradztwo.example",)
    assert received.message["Subject"] == "Pakiet"
    assert received.message.get_content().strip() == "Dzień dobry"


def test_it_refuses_one_person_and_takes_the_others(smtp: MailServer) -> None:
    smtp.refuse("nikt@nigdzie.example", with_answer=NO_SUCH_PERSON)
    send(smtp)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp, "nikt@nigdzie.example")
    assert len(smtp.letters) == 1


def test_it_refuses_for_a_while(smtp: MailServer) -> None:
    smtp.refuse(at="DATA")
    with pytest.raises(smtplib.SMTPDataError):
        send(smtp)
    smtp.accept()
    send(smtp)
    assert len(smtp.letters) == 1


def test_it_takes_a_letter_and_hangs_up_before_it_says_so(smtp: MailServer) -> None:
    smtp.refuse(with_answer=HANG_UP, at="DATA")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp)
    assert len(smtp.letters) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_it_wants_the_right_password() -> None:
    with mail_server(login=("ogniwo", "tajne")) as server:
        send(server)
        assert server.letters[0].login == "ogniwo"
        server.login = ("ogniwo", "inne")
        with pytest.raises(smtplib.SMTPException):
            send(server)
