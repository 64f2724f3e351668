"""A bar chart as plain SVG attributes: at most twelve bars, one series, the last one lit."""

from collections.abc import Sequence
from typing import NamedTuple

from ogniwo.web.components.formats import axis

RIGHT, TOP, BOTTOM = 620, 20, 160
WIDTH = 32
LETTER, GAP = 7, 8  # of the figures on the left
STEPS = (1, 2, 2.5, 5, 10)


class Bar(NamedTuple):
    label: str
    amount: str
    x: str
    y: str
    height: str
    middle: str
    end: str
    last: bool
    secondary: bool


class Line(NamedTuple):
    y: str
    text_y: str
    label: str


class Chart(NamedTuple):
    bars: list[Bar]
    lines: list[Line]
    left: int  # where the lines begin
    figures: int  # where the figures before them end
    above: str  # where the figure of the last bar stands


def chart_of(rows: Sequence[tuple[str, int]]) -> Chart:
    """Rows of (label, grosze) as bars with two or three lines behind them."""
    rows = list(rows)[-12:]
    top = _top(max((amount for _label, amount in rows), default=0))
    lines = [_line(top * part / 2, top) for part in range(3)]
    figures = LETTER * max(len(line.label) for line in lines)
    left = figures + GAP
    pitch = (RIGHT - left) / max(len(rows), 1)
    bars = []
    for place, (label, amount) in enumerate(rows):
        height = (BOTTOM - TOP) * max(amount, 0) / top
        x = left + pitch * place + (pitch - WIDTH) / 2
        last = place == len(rows) - 1
        bars.append(
            Bar(
                label,
                axis(amount),
                f"{x:.1f}",
                f"{BOTTOM - height:.1f}",
                f"{height:.1f}",
                f"{x + WIDTH / 2:.1f}",
                f"{x + WIDTH:.1f}",
                last,
                (len(rows) - 1 - place) % 2 == 1,
            )
        )
    above = f"{float(bars[-1].y) - 9:.1f}" if bars else "0"
    return Chart(bars, lines, left, figures, above)


def _top(largest: int) -> int:
    """The next round figure above the largest bar, in grosze."""
    power = 100
    while True:
        for step in STEPS:
            if largest <= step * power * 2:
                return int(step * power * 2)
        power *= 10


def _line(amount: float, top: int) -> Line:
    y = BOTTOM - (BOTTOM - TOP) * amount / top
    return Line(f"{y:.1f}", f"{y + 4:.1f}", axis(int(amount)))
