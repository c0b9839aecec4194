"""What is measured, in the units it is shown in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from rich.table import Table

T = TypeVar("T")

_WARM_UP = 0.2
"""Share of the records that come before the measured stretch: connections, caches, the first batch."""


@dataclass(frozen=True)
class Figure:
    """One line of the outcome.

    Attributes:
        what: what was measured.
        per_second: requests brought to their end in a second.
        ceiling: the same for the least work that keeps the same promise; None where there is none.
        latencies_ms: how long each request took, in milliseconds.
    """

    what: str
    per_second: float
    ceiling: float | None = None
    latencies_ms: Sequence[float] = ()


def table(title: str, figures: Iterable[Figure]) -> Table:
    """Return the figures side by side."""
    shown = Table("", "per second", "of ceiling", "p50", "p99", title=title, title_justify="left")
    for figure in figures:
        share = f"{figure.per_second / figure.ceiling:.0%}" if figure.ceiling else ""
        tail = (
            f"{percentile(figure.latencies_ms, p):,.0f} ms" if figure.latencies_ms else "" for p in (50, 99)
        )
        shown.add_row(figure.what, f"{figure.per_second:,.0f}", share, *tail)
    return shown


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that so many percent of ``values`` do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]


def middle(rounds: Sequence[T], by: Callable[[T], float]) -> T:
    """Return the round that is the middle one by a figure of each.

    A machine that others use, too, is faster in one minute than in the next, but seldom within a round.
    """
    return sorted(rounds, key=by)[len(rounds) // 2]


def middle_stretch(latencies_ms: Sequence[float], stretches: int) -> Sequence[float]:
    """Return the one of so many equal stretches, cut in the given order, whose 99th percentile is the middle.

    A neighbour on the same host may stop this machine for a moment; it should not decide about a figure.
    """
    length = len(latencies_ms) // stretches
    cut = [latencies_ms[n * length : (n + 1) * length] for n in range(stretches)]
    return middle(cut, lambda stretch: percentile(stretch, 99))


def steady_rate(timestamps_ms: Iterable[int]) -> float:
    """Return records per second, from the moments they were produced, the warm-up left out."""
    moments = sorted(timestamps_ms)
    first = int(len(moments) * _WARM_UP)
    return (len(moments) - first) / max(moments[-1] - moments[first], 1) * 1000


def peak_memory_mb(pid: int) -> float:
    """Return the most memory a process had resident so far, as Linux counts it."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} has no memory of its own")
