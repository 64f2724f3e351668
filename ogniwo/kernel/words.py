"""An amount in Polish words, as it stands on an invoice."""

from typing import Final, NamedTuple

from ogniwo.kernel.money import EUR, PLN, Grosze

UNITS: Final = (
    "zero",
    "jeden",
    "dwa",
    "trzy",
    "cztery",
    "pięć",
    "sześć",
    "siedem",
    "osiem",
    "dziewięć",
    "dziesięć",
    "jedenaście",
    "dwanaście",
    "trzynaście",
    "czternaście",
    "piętnaście",
    "szesnaście",
    "siedemnaście",
    "osiemnaście",
    "dziewiętnaście",
)
TENS: Final = (
    "",
    "",
    "dwadzieścia",
    "trzydzieści",
    "czterdzieści",
    "pięćdziesiąt",
    "sześćdziesiąt",
    "siedemdziesiąt",
    "osiemdziesiąt",
    "dziewięćdziesiąt",
)
HUNDREDS: Final = (
    "",
    "sto",
    "dwieście",
    "trzysta",
    "czterysta",
    "pięćset",
    "sześćset",
    "siedemset",
    "osiemset",
    "dziewięćset",
)


class Forms(NamedTuple):
    """A noun after 1, after 2–4 (not 12–14) and after any other number."""

    one: str
    few: str
    many: str

    def after(self, number: int) -> str:
        """The form that the number asks for."""
        if number == 1:
            return self.one
        if number % 10 in {2, 3, 4} and number % 100 not in {12, 13, 14}:
            return self.few
        return self.many


THOUSANDS: Final = (
    Forms("tysiąc", "tysiące", "tysięcy"),
    Forms("milion", "miliony", "milionów"),
    Forms("miliard", "miliardy", "miliardów"),
    Forms("bilion", "biliony", "bilionów"),
    Forms("biliard", "biliardy", "biliardów"),
)
CURRENCIES: Final = {
    PLN: Forms("złoty", "złote", "złotych"),
    EUR: Forms("euro", "euro", "euro"),
}


def amount_in_words(grosze: Grosze, currency: str = PLN) -> str:
    """Tysiąc dwieście trzydzieści cztery złote 56/100; what is below zero begins with minus."""
    whole, part = divmod(abs(grosze), 100)
    sign = "minus " if grosze < 0 else ""
    return f"{sign}{number_in_words(whole)} {CURRENCIES[currency].after(whole)} {part:02d}/100"


def number_in_words(number: int) -> str:
    """A whole number from zero up; a thousand alone is tysiąc, not jeden tysiąc."""
    if number == 0:
        return UNITS[0]
    number, lowest = divmod(number, 1000)
    groups = [_below_thousand(lowest)]
    for forms in THOUSANDS:
        number, group = divmod(number, 1000)
        if group:
            words = [] if group == 1 else _below_thousand(group)
            groups.append([*words, forms.after(group)])
    if number:
        raise ValueError("the number is too big to be an amount")
    return " ".join(word for group in reversed(groups) for word in group)


def _below_thousand(number: int) -> list[str]:
    hundreds, rest = divmod(number, 100)
    words = [HUNDREDS[hundreds]] if hundreds else []
    if rest >= len(UNITS):
        tens, rest = divmod(rest, 10)
        words.append(TENS[tens])
    return [*words, UNITS[rest]] if rest else words
