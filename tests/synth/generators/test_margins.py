"""Margins: counts, but of intervals those of a smooth density."""

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from synth import Synthesizer
from synth.encode import CodeStatistics
from synth.generators.margins import margins
from synth.table.sub_column import SubColumn


def test_counts_of_categories_are_the_margin() -> None:
    codes = np.array([[0, 1], [0, 0], [1, 1]])
    subs = (SubColumn("a", 0, 2), SubColumn("b", 0, 2, (0.3, 0.8)))
    found = margins(subs, CodeStatistics.of(codes, subs))
    np.testing.assert_array_equal(found, [[2, 1], [1, 2]])


def test_a_code_beside_the_intervals_keeps_its_count() -> None:
    rng = np.random.default_rng(0)
    intervals = tuple((place, 1.0) for place in range(40))
    sub = SubColumn("a", 0, 41, (*np.linspace(0, 1, 40), None), (*intervals, None))
    codes = np.append(rng.integers(0, 40, 800), [40] * 333)[:, None]
    statistics = CodeStatistics.of(codes, (sub,))
    (found,) = margins((sub,), statistics)
    assert found[40] == 333 and found.sum() == pytest.approx(1133)
    assert found[:40].std() < statistics.counts[0][:40].std() / 3  # they are even


def test_runs_are_smoothed_by_themselves_in_the_order_of_their_values() -> None:
    """Even codes lie below a gap with 10 rows each, odd ones above it with 60 rows each."""
    place = np.arange(80)
    intervals = tuple((int(p // 2 + (41 if p % 2 else 0)), 1.0) for p in place)
    sub = SubColumn("a", 0, 80, tuple(place / 80), intervals)
    counts = np.where(place % 2, 60, 10)
    codes = np.repeat(place, counts)[:, None]
    (found,) = margins((sub,), CodeStatistics.of(codes, (sub,)))
    np.testing.assert_allclose(found, counts, rtol=1e-4)


def test_groups_have_what_their_places_have_together() -> None:
    rng = np.random.default_rng(1)
    intervals = tuple((place, 1.0) for place in range(60))
    first, second = SubColumn("a", 0, 21), SubColumn("a", 1, 3, (0.2, 0.5, 0.8), intervals)
    cells = rng.integers(0, 60, 1200)
    codes = np.concatenate([np.stack([cells // 3, cells % 3], 1), [[20, 0]] * 50])
    groups, places = margins((first, second), CodeStatistics.of(codes, (first, second)))
    np.testing.assert_allclose(groups, places.sum(1))
    assert groups[20] == 50 and places[20].tolist() == [50, 0, 0]
    assert np.abs(places[:20] - 20).max() < 5


def test_a_fitted_column_is_nearer_to_its_law_than_its_rows_histogram() -> None:
    """3,000 rows, of which every code has a dozen: drawn rows do not show their chance."""
    rng = np.random.default_rng(3)
    value = rng.normal(size=3000)
    model = Synthesizer(progress=False).fit(
        pa.table({"value": value, "other": value > rng.normal()})
    )
    made = model.sample(100_000)["value"].to_numpy()
    edges = np.quantile(value, np.linspace(0.02, 0.98, 193))
    law, rows, drawn = (
        np.diff(stats.norm.cdf(edges)),
        np.histogram(value, edges)[0] / len(value),
        np.histogram(made, edges)[0] / len(made),
    )
    assert np.abs(drawn - law).sum() < 0.65 * np.abs(rows - law).sum()
