"""The arithmetic of the benchmarks."""

import os

from tests.bench.figures import middle_stretch, peak_memory_mb, percentile, steady_rate


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 50) == 50
    assert percentile(values, 99) == 99
    assert percentile([7.0], 99) == 7.0


def test_the_middle_stretch_is_one_that_was_measured_in_a_piece() -> None:
    calm, slow, stopped = [10.0] * 100, [10.0] * 98 + [40.0] * 2, [10.0] * 90 + [400.0] * 10
    assert middle_stretch([*stopped, *calm, *slow], 3) == slow
    assert middle_stretch([*stopped, *stopped, *slow], 3) == stopped


def test_the_rate_leaves_out_the_warm_up() -> None:
    slow_start = [0, 5_000]
    steady = [10_000 + 100 * n for n in range(8)]
    assert round(steady_rate(slow_start + steady), 2) == round(8 / 0.7, 2)


def test_peak_memory_is_that_of_the_process() -> None:
    assert 5 < peak_memory_mb(os.getpid()) < 5_000
