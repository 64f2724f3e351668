"""The square code a banking app reads: Polish banks' 2D code for złoty, EPC for euro."""

from typing import Final

from ogniwo.billing.snapshot import Snapshot
from ogniwo.kernel.money import EUR, PLN, plain_amount
from ogniwo.kernel.text import plain_letters

RECIPIENT: Final = 20
TITLE: Final = 32
EPC_NAME: Final = 70
EPC_TITLE: Final = 140
NRB: Final = 26


def transfer_code(snapshot: Snapshot) -> str | None:
    """What to put into the code, or nothing where there is nothing to pay this way."""
    seller = snapshot["seller"]
    account = seller["account"]
    if snapshot["kind"] == "KOR" or snapshot["gross_grosze"] <= 0 or len(account) != NRB:
        return None
    write = {PLN: _polish, EUR: _european}.get(snapshot["currency"])
    return write(snapshot, account) if write else None


def _polish(snapshot: Snapshot, account: str) -> str:
    seller = snapshot["seller"]
    fields = [
        seller["nip"],
        "PL",
        account,
        f"{snapshot['gross_grosze']:06d}",
        _plain(seller["name"], RECIPIENT),
        _plain(snapshot["number"], TITLE),
        "",
        "",
        "",
    ]
    return "|".join(fields)


def _european(snapshot: Snapshot, account: str) -> str:
    fields = [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        _plain(snapshot["seller"]["name"], EPC_NAME),
        f"PL{account}",
        f"EUR{plain_amount(snapshot['gross_grosze'])}",
        "",
        "",
        _plain(snapshot["number"], EPC_TITLE),
    ]
    return "\n".join(fields)


def _plain(text: str, longest: int) -> str:
    # Apps differ in which letters they read: plain ones always pass, the separator never.
    letters = plain_letters(text).replace("|", " ")
    seen = "".join(sign if " " <= sign <= "~" else " " for sign in letters)
    return " ".join(seen.split())[:longest].strip()
