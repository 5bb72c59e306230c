"""Coefficients of association, by hand and against scipy."""

import doctest

import numpy as np
import pytest
from scipy import stats

from synth.metrics import association
from synth.metrics.association import correlation, correlation_ratio, cramers_v, spearman


def _table(x, y):
    table = np.zeros((x.max() + 1, y.max() + 1), np.int64)
    np.add.at(table, (x, y), 1)
    return table


def test_spearman_agrees_with_scipy_on_ties():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 6, 500)
    y = np.minimum(x + rng.integers(0, 4, 500), 7)
    assert spearman(_table(x, y)) == pytest.approx(stats.spearmanr(x, y).statistic)
    assert spearman(_table(x, y.max() - y)) == pytest.approx(-stats.spearmanr(x, y).statistic)


def test_rank_eta_squared_agrees_with_kruskal_wallis():
    rng = np.random.default_rng(1)
    group = rng.integers(0, 3, 400)
    y = np.minimum(rng.integers(0, 8, 400) + group, 9)
    h = stats.kruskal(*(y[group == g] for g in range(3))).statistic
    n, k = 400, 3
    eta_squared = h / (n - 1)  # the textbook identity
    expected = 1 - (1 - eta_squared) * (n - 1) / (n - k)
    assert correlation_ratio(_table(group, y)) ** 2 == pytest.approx(expected)


def test_cramers_v_agrees_with_scipy_before_its_correction():
    table = np.array([[30, 10, 5], [5, 25, 10], [2, 8, 40]])
    plain = stats.contingency.association(table, method="cramer")
    corrected = cramers_v(table)
    assert plain - 0.02 < corrected < plain
    assert cramers_v(table * 10_000) == pytest.approx(plain, abs=1e-4)


def test_independent_columns_score_near_zero_at_any_size():
    rng = np.random.default_rng(2)
    for rows in (200, 20_000):
        x, y = rng.integers(0, 20, rows), rng.integers(0, 15, rows)
        table = _table(x, y)
        assert np.mean([cramers_v(_table(rng.permutation(x), y)) for _ in range(10)]) < 0.1
        assert correlation_ratio(table) < 0.2
        assert abs(spearman(table)) < 0.2


def test_perfect_association_is_one():
    diagonal = np.diag([10, 20, 30])
    assert spearman(diagonal) == pytest.approx(1.0)
    assert spearman(np.fliplr(diagonal)) == pytest.approx(-1.0)
    assert cramers_v(diagonal) == pytest.approx(1.0)
    assert correlation_ratio(diagonal) == pytest.approx(1.0)


@pytest.mark.parametrize("rows_ordinal", [True, False])
@pytest.mark.parametrize("columns_ordinal", [True, False])
def test_a_column_that_does_not_vary_has_no_correlation(rows_ordinal, columns_ordinal):
    for table in (np.array([[3, 4, 5]]), np.zeros((2, 2)), np.zeros((0, 3)), np.array([[1, 0]])):
        assert correlation(
            table, rows_ordinal=rows_ordinal, columns_ordinal=columns_ordinal
        ) == pytest.approx(0.0)


def test_mixed_pairs_do_not_depend_on_the_side():
    table = np.array([[9, 4, 1], [2, 6, 7]])
    assert correlation(table, rows_ordinal=False, columns_ordinal=True) == pytest.approx(
        correlation(table.T, rows_ordinal=True, columns_ordinal=False)
    )


def test_the_examples_hold():
    done = doctest.testmod(association)
    assert done.attempted and not done.failed
