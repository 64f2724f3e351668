"""The bars: what is measured, against what, and how much must come of it."""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from ogniwo.bench.places import POSTGRESQL, SQLITE, Place

N: Final = 10_000
LARGE: Final = 100_000
ROUNDS: Final = 5
FEW: Final = 3  # rounds of what takes minutes
Measure = Callable[["Bench"], list[float]]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the specification; `at_most` when less is better."""

    name: str
    says: str
    must: float
    aim: float
    at_most: bool
    needs: str
    measure: Measure


@dataclass(slots=True)
class Result:
    """The rounds of a bar, their median, and what it is worth."""

    name: str
    says: str
    values: list[float]
    must: float
    aim: float
    at_most: bool
    verdict: str = ""
    median: float = 0.0

    def __post_init__(self) -> None:
        self.median = statistics.median(self.values)
        self.verdict = (
            "aim" if self._meets(self.aim) else "must" if self._meets(self.must) else "missed"
        )

    def _meets(self, line: float) -> bool:
        """Missed when the median misses it and no round reaches it."""
        best = min(self.values) if self.at_most else max(self.values)
        return any(one <= line if self.at_most else one >= line for one in (self.median, best))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Bench:
    """What the measurements share: sizes, places, the peers' rates, and rates already measured."""

    places: Mapping[str, Place]
    peers: Mapping[str, Any]
    n: int = N
    large: int = LARGE
    rounds: int = ROUNDS
    tell: Callable[[str], None] = lambda _line: None
    seen: dict[str, Any] = field(default_factory=dict)

    def run(self, vendor: str, *, clients: int, each: int = 1, **options: Any) -> dict[str, Any]:
        """One billing run over fresh data; what it measured."""
        place = self.places[vendor]
        old = options.pop("old", 0)
        name = place.filled_with(clients=clients, each=each, old=old)
        found = place.do("bill", name, **options)
        place.drop(name)
        self.tell(f"  {vendor}, {clients} × {each}: {found['issued'] / found['seconds']:.0f}/s")
        return found

    def bare(self, vendor: str) -> dict[str, Any]:
        place = self.places[vendor]
        name = place.filled_with(clients=self.n, bare=True)
        found = place.do("bill_bare", name, invoices=self.n)
        place.drop(name)
        self.tell(f"  {vendor}, bare: {found['issued'] / found['seconds']:.0f}/s")
        return found

    def rate_of(self, peer: str) -> float:
        return float(self.peers[peer])

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """Measured once for all bars that need it."""
        if key not in self.seen:
            self.seen[key] = make()
        return self.seen[key]


def rate(found: Mapping[str, Any]) -> float:
    return float(found["issued"]) / float(found["seconds"])


def _rounds(bench: Bench, one: Callable[[], float]) -> list[float]:
    return [one() for _round in range(bench.rounds)]


def _against_peer(peer: str) -> Measure:
    def measure(bench: Bench) -> list[float]:
        rates: list[float] = bench.once(
            "one line", lambda: _rounds(bench, lambda: rate(bench.run(POSTGRESQL, clients=bench.n)))
        )
        return [one / bench.rate_of(peer) for one in rates]

    return measure


def _against_bare(vendor: str) -> Measure:
    """Interleaved: ours, the bare one, ours, the bare one."""

    def one(bench: Bench) -> float:
        ours = rate(bench.run(vendor, clients=bench.n, each=2))
        return ours / rate(bench.bare(vendor))

    return lambda bench: _rounds(bench, lambda: one(bench))


def growth(bench: Bench) -> list[float]:
    small = bench.run(POSTGRESQL, clients=bench.large // 10)["seconds"]
    large = _whole(bench)["seconds"]
    return [large / small]


def _whole(bench: Bench) -> dict[str, Any]:
    """The largest run, undisturbed."""
    found: dict[str, Any] = bench.once("whole", lambda: bench.run(POSTGRESQL, clients=bench.large))
    return found


def beside_old(bench: Bench) -> list[float]:
    """Interleaved: with a single old invoice, with ten times as many as the largest run makes.

    The one stands for none: it makes the run find the same periods made ahead.
    """

    def one() -> float:
        fresh = bench.run(POSTGRESQL, clients=bench.n, old=1)["seconds"]
        old = bench.run(POSTGRESQL, clients=bench.n, old=bench.large * 10)["seconds"]
        return float(old / fresh)

    return _rounds(bench, one)


def memory_growth(bench: Bench) -> list[float]:
    small = bench.run(POSTGRESQL, clients=max(bench.large // 100, 100))["memory"]
    return [_whole(bench)["memory"] / small]


def memory(bench: Bench) -> list[float]:
    return [_whole(bench)["memory"]]


def _statements(vendor: str) -> Measure:
    def measure(bench: Bench) -> list[float]:
        found = bench.run(vendor, clients=bench.n)
        return [found["statements"] / found["issued"]]

    return measure


def again(bench: Bench) -> list[float]:
    """A second run over the same day; it issues nothing."""
    place = bench.places[POSTGRESQL]

    def one() -> float:
        name = place.filled_with(clients=bench.n)
        first, second = place.do("bill", name), place.do("bill", name)
        place.drop(name)
        if second["issued"]:
            raise AssertionError(f"the second run issued {second['issued']}")
        return float(second["seconds"] / first["seconds"])

    return _rounds(bench, one)


def killed(bench: Bench) -> list[float]:
    """Killed at a random moment and started again: the same documents; both times together.

    Beside each an undisturbed run, so that a machine that slows down does so for both.
    """
    place = bench.places[POSTGRESQL]

    def one() -> float:
        whole = bench.run(POSTGRESQL, clients=bench.large)
        name = place.filled_with(clients=bench.large)
        process = place.start("bill", name)
        begin = place.do("wait_for_first", name)
        moment = random.uniform(0.1, 0.8) * whole["seconds"]  # noqa: S311 - no secret
        time.sleep(moment)
        process.kill()
        process.communicate()
        rest = place.do("bill", name)
        place.drop(name)
        took = begin["seconds"] + moment + rest["seconds"]
        bench.tell(
            f"  killed after {moment:.0f} s: {took:.1f} s, undisturbed {whole['seconds']:.1f}"
        )
        wanted = {key: whole[key] for key in ("invoices", "lines", "last")}
        if {key: rest[key] for key in wanted} != wanted:
            raise AssertionError(f"after the kill {rest}, undisturbed {wanted}")
        return float(took / whole["seconds"])

    return [one() for _round in range(FEW)]


def broken(bench: Bench) -> list[float]:
    """One detail cannot be computed; all others are issued."""
    found = bench.run(POSTGRESQL, clients=bench.large, broken=True)
    if found["invoices"] != bench.large - 1:
        raise AssertionError(f"{found['invoices']} issued beside the broken one")
    return [found["seconds"] / _whole(bench)["seconds"]]


def statement(bench: Bench) -> list[float]:
    """A large statement of the bank against ten times as many open invoices, and plain SQL."""
    place, n, invoices = bench.places[POSTGRESQL], bench.large, bench.large * 10

    def one(*, bare: bool) -> float:
        name = place.filled_with(debts=invoices)
        found = place.do("read_statement", name, n=n, invoices=invoices, bare=bare)
        place.drop(name)
        bench.tell(f"  {'plain SQL' if bare else 'ours'}: {n / found['seconds']:.0f} rows/s")
        return float(n / found["seconds"])

    return [one(bare=False) / one(bare=True) for _round in range(FEW)]


def papers(bench: Bench) -> list[float]:
    """CPU of a PDF against the same sheet by WeasyPrint, measured beside the peers."""
    place = bench.places[SQLITE]
    name = place.filled_with(clients=10)
    place.do("bill", name)

    def one() -> float:
        found = place.do("print_papers", name, number=20)
        return float(found["cpu"] / 20 * 1000 / bench.rate_of("weasyprint_ms"))

    values = _rounds(bench, one)
    place.drop(name)
    return values


def _least(name: str, says: str, must: float, aim: float, needs: str, how: Measure) -> Bar:
    return Bar(name, says, must, aim, at_most=False, needs=needs, measure=how)


def _most(name: str, says: str, must: float, aim: float, needs: str, how: Measure) -> Bar:
    return Bar(name, says, must, aim, at_most=True, needs=needs, measure=how)


PG: Final = POSTGRESQL
BARS: Final = (
    _least("B1", "rate of a run, against Tryton", 100, 200, "tryton", _against_peer("tryton")),
    _least("B3", "the same, against django-silver", 12, 25, "silver", _against_peer("silver")),
    _least("B4", "with two lines, against bulk_create", 0.16, 0.32, PG, _against_bare(PG)),
    _least("B6", "the same on SQLite", 0.15, 0.30, SQLITE, _against_bare(SQLITE)),
    _most("B7", "growth of time, tenfold data", 11, 10.5, PG, growth),
    _most("B8", "time beside old invoices / without them", 1.2, 1.1, PG, beside_old),
    _most("B9", "growth of memory, hundredfold data", 1.2, 1.1, PG, memory_growth),
    _most("B9 MB", "memory of the largest run, MB", 200, 150, PG, memory),
    _most("B10", "statements an invoice, PostgreSQL", 0.2, 0.05, PG, _statements(PG)),
    _most("B10 SQLite", "statements an invoice, SQLite", 0.2, 0.05, SQLITE, _statements(SQLITE)),
    _most("B11", "time of a second run / of the first", 0.02, 0.005, PG, again),
    _most("B12", "time with a SIGKILL / undisturbed", 1.1, 1.05, PG, killed),
    _most("B13", "time with a broken detail / without", 1.1, 1.05, PG, broken),
    _least("N1", "rows of a bank statement, against plain SQL", 0.1, 0.3, PG, statement),
    _most("B15", "CPU of a PDF / WeasyPrint's", 0.5, 0.25, "weasyprint_ms", papers),
)


def results(bench: Bench, names: set[str]) -> Iterator[Result]:
    """The bars of these names (all when there is none) that can be measured here."""
    for bar in BARS:
        if names and bar.name.split()[0] not in names:
            continue
        if bar.needs not in bench.places and bar.needs not in bench.peers:
            bench.tell(f"{bar.name}: left out, {bar.needs} is not there")
            continue
        bench.tell(f"{bar.name}: {bar.says}")
        yield Result(bar.name, bar.says, bar.measure(bench), bar.must, bar.aim, bar.at_most)
