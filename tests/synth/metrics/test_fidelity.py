"""Fidelity: what identical, disjoint and resampled tables must score."""

import numpy as np
import pytest

from synth.metrics.fidelity import correlation_matrix, measure_fidelity
from synth.metrics.histograms import CodeHistograms
from tests.synth.metrics.columns import categories, numbers

AGE, SEX, HOURS = numbers("age", 50, coarse=5), categories("sex", "f", "m"), numbers("hours", 8)
BINS = (AGE, SEX, HOURS)


def _draw(rows: int, seed: int) -> np.ndarray:
    """Ages with 4 % nulls, sexes at 1:2, hours that go with the age."""
    rng = np.random.default_rng(seed)
    age = np.where(rng.random(rows) < 0.04, 50, rng.binomial(49, 0.4, rows))
    hours = np.where(rng.random(rows) < 0.7, np.minimum(age // 5, 7), rng.integers(0, 8, rows))
    return np.stack([age, (rng.random(rows) < 2 / 3).astype(int), hours], axis=1)


def _count(rows: np.ndarray) -> CodeHistograms:
    histograms = CodeHistograms(BINS)
    histograms.update_bins(rows)
    return histograms


def _measure(synthetic, train, holdout, seed=0):
    metrics = measure_fidelity(synthetic=synthetic, train=train, holdout=holdout, seed=seed)
    return {(metric.name, metric.scope, metric.columns): metric for metric in metrics}


def test_every_figure_is_there_once():
    tables = [_count(_draw(500, seed)) for seed in range(3)]
    metrics = _measure(tables[0], tables[1], tables[2])
    assert len(metrics) == 3 + (4 + 3 + 4) + 3 * 2
    assert ("kolmogorov_smirnov", "column", ("sex",)) not in metrics
    assert all(metric.reference is not None for metric in metrics.values())


def test_synthetic_equal_to_holdout_is_perfect():
    train, holdout = _count(_draw(3000, 1)), _count(_draw(1000, 2))
    for (name, scope, _), metric in _measure(holdout, train, holdout).items():
        perfect = 1.0 if name.endswith("similarity") else 0.0
        assert metric.value == pytest.approx(perfect, abs=1e-12)
        if scope == "table":  # train is another sample, and no sample is perfect
            assert abs(metric.reference - perfect) > 1e-3


def test_disjoint_tables_score_zero():
    real, made = _count(np.array([[0, 0, 0]] * 9)), _count(np.array([[49, 1, 7]] * 5))
    metrics = _measure(made, real, real)
    for (name, _, _), metric in metrics.items():
        if name.endswith("similarity"):
            assert metric.value == pytest.approx(0.0)
        elif name != "correlation_difference":
            assert metric.value == pytest.approx(1.0)


def test_reference_is_train_against_holdout():
    train, holdout, made = (_count(_draw(rows, rows)) for rows in (3000, 1000, 500))
    of_made = _measure(made, train, holdout)
    of_train = _measure(train, made, holdout)
    for key, metric in of_made.items():
        assert metric.reference == pytest.approx(of_train[key].value)


@pytest.mark.parametrize("rows", [None, 0])
def test_without_a_holdout_train_is_the_measure_and_there_is_no_reference(rows):
    train, made = _count(_draw(1000, 1)), _count(_draw(1000, 2))
    without = _measure(made, train, None if rows is None else _count(_draw(0, 0)))
    against_train = _measure(made, made, train)
    for key, metric in without.items():
        assert metric.reference is None
        assert metric.value == pytest.approx(against_train[key].value)


def test_columns_by_hand():
    real = _count(np.array([[10, 0, 0], [20, 0, 0], [30, 1, 0], [50, 1, 0]]))
    made = _count(np.array([[10, 0, 0], [20, 0, 0], [50, 0, 0], [50, 0, 0]]))
    metrics = _measure(made, real, None)
    # age: one of four became null; present values are 10 20 30 against 10 20
    assert metrics["column_similarity", "column", ("age",)].value == pytest.approx(0.75)
    assert metrics["kolmogorov_smirnov", "column", ("age",)].value == pytest.approx(1 / 3)
    assert metrics["total_variation", "column", ("age",)].value == pytest.approx(0.25)
    assert metrics["column_similarity", "column", ("sex",)].value == pytest.approx(0.5)
    assert metrics["pair_similarity", "pair", ("age", "sex")].value == pytest.approx(0.5)
    assert metrics["column_similarity", "table", ()].value == pytest.approx((0.75 + 0.5 + 1) / 3)


def test_intervals_are_seeded():
    real, made = _count(_draw(300, 1)), _count(_draw(300, 2))
    assert _measure(made, real, None, 7) == _measure(made, real, None, 7)
    assert _measure(made, real, None, 7) != _measure(made, real, None, 8)


def test_correlation_leaves_out_rows_without_a_value():
    rows = _draw(2000, 3)
    present = rows[rows[:, 0] < 50]
    whole, without_nulls = _count(rows), _count(present)
    matrix = np.array(correlation_matrix(whole))
    assert matrix[0, 2] == pytest.approx(correlation_matrix(without_nulls)[0][2])
    assert np.array_equal(matrix, matrix.T) and (np.diag(matrix) == 1).all()
    assert 0.5 < matrix[0, 2] < 0.9


def test_one_column_has_no_pair_figures():
    one = CodeHistograms([SEX])
    one.update_bins(np.array([[0], [1]]))
    metrics = measure_fidelity(synthetic=one, train=one, holdout=None, seed=0)
    assert [metric.name for metric in metrics if metric.scope == "table"] == ["column_similarity"]


def test_an_empty_table_is_refused_by_name():
    with pytest.raises(ValueError, match="synthetic table has no rows"):
        _measure(_count(_draw(0, 0)), _count(_draw(5, 0)), None)


def test_other_bins_are_refused_by_name():
    with pytest.raises(ValueError, match="train was counted over other bins"):
        _measure(_count(_draw(5, 0)), CodeHistograms([SEX]), None)
