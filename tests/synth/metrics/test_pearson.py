"""Differences of correlations, their intervals, and what is said of columns without any."""

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from synth.metrics.pearson import KINDS, correlation_difference_interval, measure
from tests.synth.metrics.features_of import evidence_of, people, shuffled


def test_intervals_are_zous_from_fishers_of_scipy() -> None:
    rng = np.random.default_rng(0)
    x, u = rng.normal(size=145), rng.normal(size=87)
    a = stats.pearsonr(x, x + 2 * rng.normal(size=145))
    b = stats.pearsonr(u, u + 3 * rng.normal(size=87))
    own, other = a.confidence_interval(), b.confidence_interval()
    gap = a.statistic - b.statistic
    down = ((a.statistic - own.low) ** 2 + (other.high - b.statistic) ** 2) ** 0.5
    up = ((own.high - a.statistic) ** 2 + (b.statistic - other.low) ** 2) ** 0.5
    found = correlation_difference_interval(a.statistic, 145, b.statistic, 87)
    assert found == pytest.approx((gap - down, gap + up), abs=1e-6)
    assert correlation_difference_interval(0.1, 3, 0.2, 90) == (-2.0, 2.0)


def test_intervals_cover_a_known_difference() -> None:
    covered = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        x, u = rng.normal(size=100), rng.normal(size=80)
        y, v = x + rng.normal(size=100), rng.normal(size=80)
        r = np.corrcoef(x, y)[0, 1], np.corrcoef(u, v)[0, 1]
        low, high = correlation_difference_interval(r[0], 100, r[1], 80)
        covered.append(low <= 0.5**0.5 <= high)
    assert 0.92 <= np.mean(covered) <= 0.98


def test_cut_ties_show_and_real_rows_pass() -> None:
    train, holdout = people(800, 0), people(700, 1)
    table, pair = measure(evidence_of(people(800, 2), train, holdout)).metrics
    assert table.scope == "table" and pair.columns == ("age", "pay")
    assert table.value == pair.value < 0.05 and pair.interval is not None
    assert pair.reference is not None and pair.interval[0] <= pair.reference
    _, cut = measure(evidence_of(shuffled(people(800, 2)), train, holdout)).metrics
    assert cut.value > 0.7 and cut.interval is not None and cut.interval[0] > 0.6
    (kind,) = KINDS
    assert (kind.name, kind.higher_is_better) == (cut.name, cut.higher_is_better)


def test_columns_that_do_not_vary_are_said() -> None:
    measured = measure(evidence_of(people(50, 0), people(50, 1)))
    assert measured.metrics[1].reference is None
    assert "real table (2 pairs: 'age and none', 'pay and none')" in measured.notes[0]
    flat = people(50, 0).set_column(2, "pay", pa.array([1.0] * 50))
    measured = measure(evidence_of(flat, people(50, 1)))
    assert "taken to be 0" in " ".join(measured.notes)
    real = np.corrcoef(*_complete(people(50, 1)))[0, 1]
    assert measured.metrics[1].value == pytest.approx(real)


def _complete(table: pa.Table) -> np.ndarray:
    kept = table.filter(table["age"].is_valid())
    return np.stack([kept["age"].to_numpy(), kept["pay"].to_numpy()])


def test_a_table_without_numbers_has_no_figure() -> None:
    table = people(50, 0).select(["sex", "city"])
    measured = measure(evidence_of(table, table))
    assert measured.metrics == [] and "no two numeric columns" in measured.notes[0]
