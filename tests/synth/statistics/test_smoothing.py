"""Smooth counts lie nearer to the law than counts do, and leave alone what is no chance."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from synth.statistics.smoothing import smoothed

Cumulated = Callable[[np.ndarray], np.ndarray]
NARROW, WIDE = stats.norm(0, 0.02), stats.norm(0, 1)
LAWS: dict[str, tuple[Callable[..., np.ndarray], Cumulated]] = {
    "normal": (stats.norm.rvs, stats.norm.cdf),
    "uniform": (stats.uniform.rvs, stats.uniform.cdf),
    "exponential": (stats.expon.rvs, stats.expon.cdf),
    "both ends high": (stats.beta(0.5, 0.5).rvs, stats.beta(0.5, 0.5).cdf),
    "narrow amid wide": (
        lambda size, random_state: np.concatenate(
            [law.rvs(size // 2, random_state=random_state) for law in (NARROW, WIDE)]
        ),
        lambda x: (NARROW.cdf(x) + WIDE.cdf(x)) / 2,
    ),
}


def counted(values: np.ndarray, each: int) -> tuple[np.ndarray, np.ndarray]:
    """Edges amid about so many values, and how many lie between."""
    ordered = np.sort(values)
    inner = (ordered[each:-each:each] + ordered[each - 1 : -each - 1 : each]) / 2
    edges = np.concatenate([ordered[:1], inner, ordered[-1:]])
    return edges, np.histogram(values, edges)[0]


def off(counts: np.ndarray, shares: np.ndarray) -> float:
    """Total variation."""
    return float(np.abs(counts / counts.sum() - shares / shares.sum()).sum() / 2)


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("rows", [500, 4000, 60_000])
def test_smooth_counts_lie_nearer_to_the_law(name: str, rows: int) -> None:
    draw, cumulated = LAWS[name]
    edges, counts = counted(draw(size=rows, random_state=1), 15)
    found, law = smoothed(counts, np.diff(edges)), np.diff(cumulated(edges))
    assert found.sum() == pytest.approx(counts.sum())
    assert (found > 0).all()
    gain = 0.98 if name == "narrow amid wide" and rows == 500 else 0.65
    assert off(found, law) < gain * off(counts, law)


def test_a_step_and_separate_clusters_stay() -> None:
    rng = np.random.default_rng(0)
    step = np.where(rng.random(20_000) < 0.9, rng.random(20_000), 1 + 9 * rng.random(20_000))
    clusters = rng.integers(0, 5, 20_000) + rng.normal(0, 0.1, 20_000)
    for values in (step, clusters):
        edges, counts = counted(values, 20)
        middle = (edges[1:] + edges[:-1]) / 2
        found = smoothed(counts, np.diff(edges))
        for low, high in ((0.0, 0.9), (0.9, 1.1), (1.1, 1.5), (1.5, 2.5), (2.5, 10)):
            here = (middle >= low) & (middle < high)
            error = 4 * np.sqrt(counts[here].sum()) + 20
            assert abs(found[here].sum() - counts[here].sum()) < error


def test_what_is_no_chance_is_not_smoothed() -> None:
    """Every second interval has twice the rows: no smooth density has that."""
    counts = np.tile([200, 400], 40)
    np.testing.assert_allclose(smoothed(counts, np.ones(80)), counts, rtol=0.02)


def test_one_interval_of_many_rows_keeps_them() -> None:
    counts = np.full(200, 20)
    counts[77] = 400
    found = smoothed(counts, np.ones(200))
    assert found[77] > 350
    assert found[70:85].sum() == pytest.approx(counts[70:85].sum(), rel=0.15)


def test_few_intervals_and_empty_ones() -> None:
    few = np.arange(1, 16)
    np.testing.assert_array_equal(smoothed(few, np.ones(15)), few)
    none = smoothed(np.array([0] * 10 + [30] * 20), np.ones(30))
    assert np.isfinite(none).all() and none.sum() == pytest.approx(600)
    assert none[:8].sum() < 10


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e307])
def test_the_unit_of_the_widths_says_nothing(scale: float) -> None:
    counts, widths = np.random.default_rng(0).poisson(20, 300), np.linspace(1, 2, 300)
    found = smoothed(counts, widths * scale)
    np.testing.assert_allclose(found, smoothed(counts, widths), rtol=1e-6)
