"""Letters of every kind, built in code; people and firms of the cast, in .example domains."""

from collections.abc import Mapping
from email.message import EmailMessage
from functools import cache
from typing import Final

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CONTACT: Final = "kontakt@meridian.example"
RADEK: Final = "radek@radkowe-sklepy.example"
AUTHSERV: Final = "mx.meridian.example"
TOKEN: Final = "k3j9x2m7qaabcdef".replace("9", "p")
SELECTOR: Final = "s2026"


def eml(
    text: str = "Akceptuję",
    *,
    sender: str = f"Radek Zieliński <{RADEK}>",
    to: str = CONTACT,
    subject: str = "Odp: Regulamin programu",
    **headers: str,
) -> EmailMessage:
    """An ordinary letter; header names are given with _ for -."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = "Tue, 3 Nov 2026 10:16:00 +0100"
    mail["Message-ID"] = "<abc@radkowe-sklepy.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def raw(*head: str, body: str | bytes = "Akceptuję", encoding: str = "utf-8") -> bytes:
    """A message line by line, for what no decent program writes."""
    content = body.encode(encoding) if isinstance(body, str) else body
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content


def results(verdicts: str, server: str = AUTHSERV) -> dict[str, str]:
    return {"Authentication_Results": f"{server}; {verdicts}"}


def signed(message: bytes, domain: str) -> bytes:
    """The same message with the signature of a domain."""
    key = _key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    line: bytes = dkim.sign(message, SELECTOR.encode(), domain.encode(), key)
    return line + message


def names(domain: str) -> Mapping[str, bytes]:
    """What DNS answers about the signer."""
    public = _key().public_key()
    body = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    key = b"".join(body.splitlines()[1:-1])
    return {f"{SELECTOR}._domainkey.{domain}": b"v=DKIM1; k=rsa; p=" + key}


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


DSN: Final = """\
This is a MIME message.

--bb
Content-Type: text/plain; charset=utf-8

Nie udało się doręczyć.

--bb
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.poczta.example

Final-Recipient: rfc822; nikt@nigdzie.example
Action: failed
Status: 5.1.1

--bb
Content-Type: message/rfc822

From: kontakt@meridian.example
To: nikt@nigdzie.example
Message-ID: <listnr7@ogniwo>
Subject: Pakiet

tekst
--bb--
"""


def bounce(action: str = "failed", status: str = "5.1.1") -> bytes:
    body = DSN.replace("Action: failed", f"Action: {action}").replace("5.1.1", status)
    return raw(
        "From: MAILER-DAEMON@mx.poczta.example",
        f"To: {CONTACT}",
        "Subject: Undelivered Mail Returned to Sender",
        "Message-ID: <dsn1@mx.poczta.example>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="bb"',
        body=body.replace("\n", "\r\n"),
    )


def nested(depth: int) -> bytes:
    """Parts inside parts inside parts."""
    lines = [f"From: {RADEK}", f"To: {CONTACT}", "Subject: matrioszka", "MIME-Version: 1.0"]
    for level in range(depth):
        lines += [f'Content-Type: multipart/mixed; boundary="b{level}"', "", f"--b{level}"]
    lines += ["Content-Type: text/plain", "", "na dnie"]
    lines += [f"--b{level}--" for level in reversed(range(depth))]
    return "\r\n".join(lines).encode()
