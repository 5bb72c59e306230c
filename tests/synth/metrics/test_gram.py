"""Pearson's correlations from mergeable sums, against numpy on the rows."""

import json

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.features import FeatureColumn, feature_columns, read_features
from synth.metrics.gram import GramState, Standard
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema
from tests.synth.tables import batch_of, mixed_table

COLUMNS = tuple(FeatureColumn(name, "double", True) for name in "abc")


def rows(n: int = 900, seed: int = 0) -> np.ndarray:
    """Three correlated columns far from zero, with nulls in different rows."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=n)
    values = np.stack([1e9 + a, 2 * a + rng.normal(size=n), rng.gamma(2, 1, n) - a], axis=1)
    values[rng.random((n, 3)) < 0.1] = np.nan
    return values


def gram(values: np.ndarray, standard: Standard) -> GramState:
    state = GramState(standard)
    state.update_values(values)
    return state


def by_numpy(values: np.ndarray) -> np.ndarray:
    result = np.ones((3, 3))
    for i in range(3):
        for j in range(3):
            both = values[~np.isnan(values[:, [i, j]]).any(axis=1)]
            result[i, j] = np.corrcoef(both[:, i] - 1e9 * (i == 0), both[:, j] - 1e9 * (j == 0))[
                0, 1
            ]
    return result


def test_correlations_are_those_of_numpy_pair_by_pair() -> None:
    values = rows()
    found = gram(values, Standard.of(COLUMNS, values)).correlations()
    assert found == pytest.approx(by_numpy(values), abs=1e-6)


def test_they_do_not_depend_on_the_standard() -> None:
    values = rows()
    found = gram(values, Standard.of(COLUMNS, rows(50, seed=9))).correlations()
    assert found == pytest.approx(by_numpy(values), abs=1e-6)


def test_states_of_parts_add_and_survive_their_bytes() -> None:
    values = rows()
    standard = Standard.of(COLUMNS, values)
    left, right = gram(values[:300], standard), gram(values[300:], standard)
    left.merge(GramState.from_bytes(right.to_bytes(), standard))
    whole = gram(values, standard)
    assert left.rows.tolist() == whole.rows.tolist()
    assert left.correlations() == pytest.approx(whole.correlations(), abs=1e-12)
    other = Standard.of(COLUMNS, values[:5])
    with pytest.raises(ValueError, match="one standard"):
        left.merge(GramState(other))


def test_batches_are_read_by_name() -> None:
    values = rows()
    table = pa.table({n: pa.array(values[:, i], from_pandas=True) for i, n in enumerate("abc")})
    standard = Standard.of(COLUMNS, values)
    state = GramState(standard)
    state.update(batch_of(table.select(["c", "a", "b"])))
    assert state.to_bytes() == gram(values, standard).to_bytes()


@pytest.mark.parametrize("value", [np.nan, 0.0, 7.0, 1e300, np.inf])
def test_a_column_that_does_not_vary_has_no_correlation(value: float) -> None:
    values = rows()
    values[:, 1] = value
    found = gram(values, Standard.of(COLUMNS, values)).correlations()
    assert np.isnan(found[0, 1]) and np.isnan(found[1, 1]) and abs(found[0, 2]) > 0.3


def test_a_profile_of_the_whole_table_gives_a_standard() -> None:
    table = mixed_table(500, 0)
    names = ("age", "amount", "big", "day", "seen")
    schema = TableSchema.from_arrow(table.schema)
    columns = [column for column in feature_columns([table], schema) if column.name in names]
    standard = Standard.of_profile(columns, TableProfile.of(table))
    state = GramState(standard)
    state.update(batch_of(table))
    values = read_features(table, columns).values
    z, valid = standard.read(values)
    assert np.abs(z.sum(axis=0) / valid.sum(axis=0)).max() < 1e-6
    assert (z**2).sum(axis=0) / valid.sum(axis=0) == pytest.approx(np.ones(5))
    expected = gram(values, Standard.of(columns, values)).correlations()
    assert state.correlations() == pytest.approx(expected, abs=1e-9)
    labels = [column for column in feature_columns([table], schema) if not column.ordinal]
    with pytest.raises(ValueError, match="no numbers"):
        Standard.of_profile(labels, TableProfile.of(table))


def test_the_largest_floats_do_not_overflow() -> None:
    values = rows()
    values[:2, 1] = [1e308, -1e308]
    found = gram(values, Standard.of(COLUMNS, rows(50, seed=9))).correlations()
    assert np.isfinite(found).all() and found[1, 1] == 1


def test_no_columns_and_no_rows() -> None:
    empty = Standard.of((), np.zeros((3, 0)))
    assert gram(np.zeros((3, 0)), empty).correlations().shape == (0, 0)
    assert np.isnan(gram(np.zeros((0, 3)), Standard.of(COLUMNS, rows())).correlations()).all()


def test_a_standard_equals_itself_through_json() -> None:
    columns = (FeatureColumn("a", "int", True), FeatureColumn("b", "decimal(9,2)", True))
    standard = Standard(columns, (0.1 + 0.2, -1e300), (1 / 3, 5e-324))
    assert Standard.from_json(json.loads(json.dumps(standard.to_json()))) == standard
