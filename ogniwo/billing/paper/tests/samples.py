"""Frozen copies of invoices to be set: an ordinary one, changed where a test says so."""

from typing import Any, cast

from ogniwo.billing.snapshot import Line, Snapshot


def line(no: int = 1, **changed: Any) -> Line:
    plain = {
        "no": no,
        "detail": no,
        "name": "Integrator Plus",
        "unit": "mies.",
        "period_no": 1,
        "from": "2026-11-01",
        "to": "2026-11-30",
        "part": None,
        "quantity": "1",
        "unit_grosze": 32_900,
        "rate": "23",
        "amount_grosze": 32_900,
        "tax_point_on": "2026-11-30",
    }
    return cast("Line", plain | changed)


SELLER = {
    "name": "Meridian Integracje sp. z o.o.",
    "nip": "9990554333",
    "street": "ul. Przykładowa 1",
    "postcode": "00-001",
    "city": "Warszawa",
    "country": "PL",
    "email": "partnerzy@meridian.example",
    "account": "40999900040000003317395804",
    "bank": "Bank Przykładowy SA",
}
BUYER = {
    "name": "Bukiet Online sp. z o.o.",
    "nip": "9997998197",
    "vat_ue": "",
    "street": "ul. Różana 11",
    "postcode": "58-560",
    "city": "Jelenia Góra",
    "country": "PL",
    "number": "K-0142",
    "email": "kwiaty@bukiet.example",
}


def snapshot(**changed: Any) -> Snapshot:
    """Bukiet Online pays for November; `seller` and `buyer` are changed key by key."""
    plain = {
        "kind": "FV",
        "number": "FV/2026/11/0142",
        "issued_on": "2026-11-03",
        "sale_from": "2026-11-01",
        "sale_to": "2026-11-30",
        "due_on": "2026-11-17",
        "currency": "PLN",
        "basis": "net",
        "lines": [line()],
        "vat": [vat_row("23", 32_900, 7_567)],
        "net_grosze": 32_900,
        "vat_grosze": 7_567,
        "gross_grosze": 40_467,
        "in_words": "czterysta cztery złote 67/100",
        "mpp": False,
        "fx": None,
        "notes": [],
        "corrects": None,
    }
    parties = {
        "seller": SELLER | changed.pop("seller", {}),
        "buyer": BUYER | changed.pop("buyer", {}),
    }
    return cast("Snapshot", plain | parties | changed)


def vat_row(rate: str, net: int, vat: int) -> dict[str, Any]:
    return {"rate": rate, "net_grosze": net, "vat_grosze": vat, "gross_grosze": net + vat}
