"""Where an object named in the journal or on a letter has its page in the Console."""

from typing import Final

# The kind of an object → the address before its number, which is its label in the journal.
BY_NUMBER: Final = {
    "programme.application": "/konsola/wnioski/",
    "programme.reseller": "/konsola/resellerzy/",
    "programme.case": "/konsola/zgloszenia/",
    "billing.invoice": "/konsola/faktury/",
}
BY_KEY: Final = {
    "billing.billingrun": "/konsola/fakturowanie/przebieg/",
    "billing.payment": "/konsola/platnosci/",
    "outbox.message": "/konsola/ustawienia/listy/",
    "programme.inboundletter": "/konsola/zgloszenia/skrzynka/",
}
FIXED: Final = {
    "programme.vendor": "/konsola/ustawienia/firma/",
    "programme.termsversion": "/konsola/ustawienia/regulamin/",
    "programme.material": "/konsola/ustawienia/materialy/",
    "people.user": "/konsola/ustawienia/ludzie/",
}


def address_of(kind: str, key: int | None, label: str) -> str:
    """The page of the object; empty for what has none."""
    if kind == "programme.client" and label:
        folder = "leady" if label.startswith("L-") else "klienci"
        return f"/konsola/{folder}/{label}/"
    if kind in BY_NUMBER and label:
        return f"{BY_NUMBER[kind]}{label.replace('/', '-')}/"
    if kind in BY_KEY and key is not None:
        return f"{BY_KEY[kind]}{key}/"
    return FIXED.get(kind, "")
