"""Invented people and firms: none exists; NIPs begin with 999, addresses end in .example."""

from random import Random
from typing import Any

from ogniwo.kernel.text import fold

FIRST = (
    "Anna", "Tomasz", "Radek", "Zenon", "Halina", "Bartosz", "Celina", "Damian", "Edyta", "Filip",
    "Gabriela", "Hubert", "Iga", "Jeremi", "Kalina", "Leon", "Łucja", "Marek", "Nina", "Oskar",
    "Paulina", "Remigiusz", "Sylwia", "Tadeusz", "Urszula", "Wiktor", "Żaneta", "Borys", "Dorota",
    "Emil", "Jagoda", "Kacper", "Lidia", "Mikołaj", "Natalia", "Olgierd",
)  # fmt: skip
LAST = (
    "Kowalska", "Górski", "Wrzos", "Bielik", "Żak-Nowak", "Sosnowa", "Dębek", "Malinka", "Brzoza",
    "Śliwka", "Jarzębski", "Ćwik", "Leszczyna", "Olchowy", "Wierzba", "Modrzew", "Świerk", "Głóg",
)  # fmt: skip
SHOP_HEADS = (
    "Kwiaty", "Bukiet", "Rowery", "Zabawki", "Ceramika", "Herbaty", "Świece", "Meble", "Lampy",
    "Tkaniny", "Zegary", "Narzędzia", "Ramki", "Miody", "Pościel", "Namioty", "Książki", "Mydła",
    "Kawy", "Dywany", "Torby", "Okulary", "Nasiona", "Puzzle",
)  # fmt: skip
SHOP_TAILS = (
    "Pod Lipą", "Online", "Zza Rogu", "Jutrzenka", "Na Skarpie", "i Spółka", "Wędrowiec", "Czajka",
    "Północ", "Marzanna", "Złota Rybka", "Trzy Koty",
)  # fmt: skip
FORMS = ("sp. z o.o.", "s.c.", "sp.j.", "")
TRADES = ("Doradztwo", "Digital", "Studio", "E-commerce", "Wdrożenia", "Sklepy")
STREETS = ("Długa", "Różana", "Lipowa", "Krótka", "Zielona", "Młyńska", "Piaskowa", "Wąska")
TOWNS = (
    ("58-500", "Jelenia Góra"),
    ("50-001", "Wrocław"),
    ("90-001", "Łódź"),
    ("80-001", "Gdańsk"),
    ("30-001", "Kraków"),
    ("60-001", "Poznań"),
    ("15-001", "Białystok"),
    ("35-001", "Rzeszów"),
)
PLATFORMS = ("shoper", "woocommerce", "prestashop", "idosell", "magento", "other")
WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)
NO_CHECK_DIGIT = 10


class Names:
    """Draws names that do not repeat, from one seed."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._nip = 100_000
        heads = [(head, tail) for head in SHOP_HEADS for tail in SHOP_TAILS]
        rng.shuffle(heads)
        self._shops = heads
        self._turn = 0

    def nip(self) -> str:
        """The next number with a true check digit."""
        while True:
            self._nip += 7
            digits = f"999{self._nip:06}"
            check = sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11
            if check < NO_CHECK_DIGIT:
                return f"{digits}{check}"

    def phone(self) -> str:
        return f"+48600{self.rng.randrange(100_000, 999_999)}"

    def place(self) -> dict[str, str]:
        postcode, city = self.rng.choice(TOWNS)
        street = f"ul. {self.rng.choice(STREETS)} {self.rng.randrange(1, 90)}"
        return {"street": street, "postcode": postcode, "city": city}

    def applicant(self, number: int) -> dict[str, Any]:
        """What an applicant types."""
        first, last = FIRST[number % len(FIRST)], LAST[number % len(LAST)]
        trade = TRADES[number % len(TRADES)]
        domain = f"{fold(last).replace('-', '')}{number}.example"
        return self.place() | {
            "company_name": f"{last} {trade}",
            "nip": self.nip(),
            "first_name": first,
            "last_name": last,
            "email": f"{fold(first)}@{domain}",
            "phone": self.phone(),
            "website": f"https://{domain}",
            "activity": self.rng.choice(["agency", "integrator", "freelancer", "shop"]),
            "expected_clients": self.rng.choice(["1-10", "11-50"]),
            "message": "Prowadzę sklepy internetowe klientów z okolicy.",
        }

    def client(self) -> dict[str, Any]:
        """What a reseller types into his FRK."""
        head, tail = self._shops[self._turn % len(self._shops)]
        again = self._turn // len(self._shops)
        self._turn += 1
        name = f"{head} {tail}" + (f" {again + 1}" if again else "")
        domain = f"{fold(name).replace(' ', '')}.example"
        form = self.rng.choice(FORMS)
        first, last = self.rng.choice(FIRST), self.rng.choice(LAST)
        return self.place() | {
            "company_name": f"{name} {form}".strip(),
            "nip": self.nip(),
            "contact_person": f"{first} {last}",
            "phone": self.phone(),
            "email": f"biuro@{domain}",
            "platform": self.rng.choice(PLATFORMS),
            "shop_url": f"https://{domain}",
            "statement_how": self.rng.choice(["phone", "email", "meeting"]),
            "notes": "",
        }
