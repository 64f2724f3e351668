"""How each client of the demo came in, and what was agreed with him."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from ogniwo.billing import accounts
from ogniwo.billing.agreeing import Agreement
from ogniwo.demo.cast import CATALOGUE, Cast
from ogniwo.programme import cases, registering
from ogniwo.programme.models import Case, Client, Reseller, Service

Put = Callable[[date, Callable[[datetime], None]], None]

# Of a hundred clients so many meet each fate.
FATES = {"convert": 78, "lead": 8, "question": 4, "reject": 5, "withdraw": 2, "expire": 3}
# A Lead waits no longer than this for its decision, bar one or two.
UNDECIDED_DAYS = 10
UNFINISHED_DAYS = 20
FIRST_DAYS = 14
TALKS_EACH = (0, 0, 0, 1, 1, 2)
TALKS: tuple[tuple[str, str, str], ...] = (
    ("further_service", "Kopie zapasowe", "Klient chce też kopie zapasowe co 12 miesięcy."),
    ("further_shop", "Drugi sklep do integracji", "Klient otwiera drugi sklep, na WooCommerce."),
    ("change_of_data", "Nowy telefon", ""),
    ("cancellation", "Rezygnacja z opieki", "Klient rezygnuje z opieki od nowego roku."),
    ("other", "Pytanie o fakturę", "Czy na fakturze może być numer zamówienia?"),
)


class ClientLife:
    """Spreads the clients over the resellers and the year."""

    def __init__(self, cast: Cast, put: Put, *, total: int, begin: date, today: date) -> None:
        self.cast, self.put, self.today = cast, put, today
        self.left, self.begin = total, begin
        self.active: list[tuple[Reseller, date]] = []
        for turn in range(total):
            share = (turn + 1) / (total + 1)
            span = (today - begin).days - FIRST_DAYS
            day = begin + timedelta(days=FIRST_DAYS + int(share * span))
            put(day, partial(self._register, day))

    def begin_with(self, reseller: Reseller, day: date) -> None:
        """From this day on the reseller may register."""
        self.active.append((reseller, day))

    def _register(self, day: date, at: datetime) -> None:
        ready = [firm for firm, start in self.active if start <= day]
        for firm in ready:
            firm.refresh_from_db()
        writers = [firm for firm in ready if firm.may_write]
        if not writers:
            return
        weights = [1 / (1 + n / 3) for n in range(len(writers))]
        reseller = self.cast.rng.choices(writers, weights)[0]
        values = self.cast.names.client() | {"statement_on": day}
        wanted = list(Service.objects.offered()[: self.cast.rng.randrange(1, 4)])
        owner = self.cast.owner_of(reseller)
        client = registering.register(reseller, values, wanted, by=owner, at=at)
        self._plan_fate(client, day)

    def _plan_fate(self, client: Client, day: date) -> None:
        rng = self.cast.rng
        fate = rng.choices(list(FATES), list(FATES.values()))[0]
        age = (self.today - day).days
        if age < UNDECIDED_DAYS and fate == "convert":
            fate = "lead"
        elif age > UNDECIDED_DAYS and fate in {"lead", "question"}:
            fate = "convert"
        then = day + timedelta(days=rng.randrange(2, 9))
        deeds: dict[str, Callable[[datetime], None]] = {
            "convert": lambda at: self._convert(client, then, at),
            "question": lambda at: self._ask(client, at),
            "reject": lambda at: client.reject(reason="not_interested", by=self.cast.staff, at=at),
            "withdraw": lambda at: client.withdraw(by=self.cast.owner_of(_reseller(client)), at=at),
        }
        if fate in deeds:
            self.put(then, deeds[fate])

    def _ask(self, client: Client, at: datetime) -> None:
        question = "Pod tym numerem nikt nie odbiera. Podaj inny telefon."
        client.ask(fields=["phone"], question=question, by=self.cast.staff, at=at)

    def _convert(self, client: Client, day: date, at: datetime) -> None:
        agreed = [self._agreement(*row, day=day) for row in self._wishes()]
        accounts.convert(
            client,
            reseller=client.reseller,
            unverified_because="Sprawdzono w wykazie podatników VAT ręcznie.",
            details=agreed,
            by=self.cast.staff,
            at=at,
        )
        for _turn in range(self.cast.rng.choice(TALKS_EACH)):
            talk = day + timedelta(days=self.cast.rng.randrange(4, 160))
            self.put(talk, partial(self._talk, client, talk))

    def _wishes(self) -> list[tuple[str, int, int]]:
        """One subscription, and sometimes more: (code, months, net price)."""
        rows = [(code, months, grosze) for code, _name, prices in CATALOGUE
                for months, grosze in prices.items()]  # fmt: skip
        main = self.cast.rng.choice(rows[:4])
        further = self.cast.rng.sample(rows[4:], self.cast.rng.choice([0, 1, 1, 2, 2]))
        return [main, *further]

    def _agreement(self, code: str, months: int, grosze: int, *, day: date) -> Agreement:
        start = day + timedelta(days=self.cast.rng.randrange(1, 12))
        service = Service.objects.get(code=code)
        kind = "recurring" if months else "one_off"
        return Agreement(service=service, kind=kind, months=months or None, price_grosze=grosze,
                         start_on=start)  # fmt: skip

    def _talk(self, client: Client, day: date, at: datetime) -> None:
        """A case by its reseller; most are done by now."""
        client.refresh_from_db()
        kind, subject, text = self.cast.rng.choice(TALKS)
        changes = {"phone": self.cast.names.phone()} if kind == "change_of_data" else None
        reseller = _reseller(client)
        reseller.refresh_from_db()
        if not reseller.may_write:
            return
        case = cases.open_case(
            reseller, kind=kind, subject=subject, text=text, client=client, changes=changes,
            by=self.cast.owner_of(reseller), at=at,
        )  # fmt: skip
        recent = (self.today - day).days < UNFINISHED_DAYS
        end = self.cast.rng.choice(["open", "take", "answer"] if recent else ["apply", "refuse"])
        if end != "open":
            self.put(day + timedelta(days=2), lambda at: self._answer(case, end, at))

    def _answer(self, case: Case, end: str, at: datetime) -> None:
        case.refresh_from_db()
        words: dict[str, dict[str, Any]] = {
            "take": {},
            "answer": {"text": "Od kiedy ma obowiązywać zmiana?"},
            "apply": {"text": "Zrobione.", "confirmed": True},
            "refuse": {"reason": "Klient odwołał tę prośbę telefonicznie."},
        }
        getattr(case, end)(**words[end], by=self.cast.staff, at=at)


def _reseller(client: Client) -> Reseller:
    if client.reseller is None:
        raise AssertionError("a client of the demo has a reseller")
    return client.reseller
