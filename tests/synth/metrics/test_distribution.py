"""Values of a column, read off its state, against the rows themselves."""

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.distribution import Distribution
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import NumberState


def distribution(values: np.ndarray | list[float | None]) -> Distribution:
    state = TableProfile.of(pa.table({"x": pa.array(values, pa.float64())}))["x"]
    assert isinstance(state, NumberState)
    return Distribution.of(state)


def test_few_values_are_exact_and_those_without_a_number_left_out() -> None:
    own = distribution([2.0, 1.0, None, 2.0, float("nan"), float("inf")])
    assert own.values.tolist() == [1, 2] and own.weights.tolist() == [1, 2]
    assert own.exact and own.rows == 3
    assert (own.rows_below(2.0), own.rows_above(1.0), own.rows_above(2.0)) == (1, 2, 0)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.08, 0.25, 0.5, 0.99, 1.0])
def test_quantiles_are_those_of_numpy(share: float) -> None:
    values = np.random.default_rng(0).integers(0, 50, 100).astype(float)
    expected = np.quantile(values, share, method="inverted_cdf")
    assert distribution(values).quantile(share) == expected


def test_rounding_takes_no_row_too_many() -> None:
    assert distribution(np.arange(1.0, 101.0)).quantile(0.07) == 7  # 0.07 * 100 > 7 in floats


def test_many_values_keep_their_ranks_within_the_bound_of_the_summary() -> None:
    values = np.random.default_rng(1).normal(size=40_000)
    own = distribution(values)
    assert not own.exact and own.rows == 40_000
    for share in (0.01, 0.5, 0.99):
        assert abs(np.mean(values <= own.quantile(share)) - share) < 4 / (2 * 4096)


def test_a_column_without_a_value_has_no_quantile() -> None:
    with pytest.raises(ValueError, match="no quantile"):
        distribution([None, None]).quantile(0.5)
