"""The uncertainty coefficient, by hand and by chance."""

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import mutual_info_score

from synth.metrics.utility.dependence import (
    coarse_codes,
    quantile_edges,
    uncertainty_coefficient,
)
from tests.synth.metrics.utility.tables import features


def test_it_is_mutual_information_by_entropy():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 4, 500)
    y = (x + rng.integers(0, 2, 500)) % 4
    shares = np.bincount(x) / 500
    entropy = -(shares * np.log(shares)).sum()
    plain, corrected = uncertainty_coefficient((x, 4), (y, 4))
    assert plain == pytest.approx(mutual_info_score(x, y) / entropy)
    assert corrected == pytest.approx(plain - 9 / 1000 / entropy)


def test_independent_columns_have_next_to_none():
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 10, 2000), rng.integers(0, 20, 2000)
    plain, corrected = uncertainty_coefficient((x, 10), (y, 20))
    assert plain > 0.01 and corrected < 0.01


def test_a_function_of_another_has_none_left():
    x = np.arange(300) % 6
    assert uncertainty_coefficient((x // 2, 3), (x, 6))[0] == pytest.approx(1)
    assert uncertainty_coefficient((x, 6), (x // 2, 3))[0] < 0.7


def test_a_constant_target_has_no_uncertainty():
    assert uncertainty_coefficient((np.zeros(5, int), 1), (np.arange(5), 5)) == (0.0, 0.0)


def test_null_is_a_code_of_its_own():
    table = pa.table({"x": pa.array([1.0, 2.0, None, 1.0]), "s": ["a", "b", None, "a"]})
    rows = features(table)[0]
    for place in (0, 1):
        codes, number = coarse_codes(rows, place)
        assert codes[2] == number - 1 and len(set(codes.tolist())) == 3
        assert codes[0] == codes[3]


def test_edges_cut_into_bins_of_about_as_many_rows():
    values = np.random.default_rng(2).lognormal(size=10_000)
    edges = quantile_edges(values, 10)
    rows = np.bincount(np.searchsorted(edges, values, side="right"))
    assert len(rows) == 10 and rows.min() > 900 and rows.max() < 1100


def test_few_values_have_a_bin_each():
    values = np.array([5.0, 5, 5, 5, 1, 3, np.nan])
    edges = quantile_edges(values, 10)
    assert np.searchsorted(edges, [1.0, 3.0, 5.0], side="right").tolist() == [0, 1, 2]
    assert len(quantile_edges(np.full(3, np.nan), 10)) == 0
