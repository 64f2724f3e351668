"""The bench measures real runs in databases of its own, and judges them by the bars."""

from pathlib import Path

import pytest

from ogniwo.bench import bars
from ogniwo.bench.places import SQLITE, place


def result(*values: float, at_most: bool) -> bars.Result:
    must, aim = (1.2, 1.1) if at_most else (12.0, 25.0)
    return bars.Result("B0", "a bar", list(values), must, aim, at_most)


@pytest.mark.parametrize(
    ("values", "at_most", "verdict"),
    [
        ((26.0, 27.0, 28.0), False, "aim"),
        ((13.0, 14.0, 15.0), False, "must"),
        ((9.0, 10.0, 11.0), False, "missed"),
        ((10.0, 11.0, 13.0), False, "must"),  # the median misses it, one round reaches it
        ((1.0, 1.05, 1.3), True, "aim"),
        ((1.3, 1.4, 1.5), True, "missed"),
    ],
)
def test_a_bar_is_missed_when_the_median_misses_it_and_no_round_reaches_it(
    *, values: tuple[float, ...], at_most: bool, verdict: str
) -> None:
    assert result(*values, at_most=at_most).verdict == verdict


def test_a_bar_whose_peer_was_not_measured_is_left_out() -> None:
    told: list[str] = []
    bench = bars.Bench({}, {}, tell=told.append)
    assert list(bars.results(bench, {"B1"})) == []
    assert told == ["B1: left out, tryton is not there"]


def test_a_small_run_beside_bare_rows_is_measured_and_leaves_nothing_behind() -> None:
    with place(SQLITE) as here:
        bench = bars.Bench({SQLITE: here}, {}, n=20, rounds=1)
        ours = bench.run(SQLITE, clients=20, each=2)
        bare = bench.bare(SQLITE)
        folder = here.folder
    assert (ours["invoices"], ours["lines"], ours["last"]) == (20, 40, 20)
    assert bare["issued"] == 20
    assert 0 < bars.rate(ours) < bars.rate(bare)
    assert not Path(folder).exists()
