import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.privacy.predicates import (
    Condition,
    Predicate,
    Sorted,
    guessed_predicates,
    rare_value_predicates,
    row_predicates,
)
from tests.synth.metrics.privacy.people import features, people


def counted(values: np.ndarray, predicate: Predicate) -> int:
    """Row by row."""
    meets = np.ones(len(values), bool)
    for place, low, high in ((c.place, c.low, c.high) for c in predicate):
        column = values[:, place]
        meets &= np.isnan(column) if np.isnan(low) else (column >= low) & (column <= high)
    return int(meets.sum())


@pytest.mark.parametrize("width", [1, 2, 4])
def test_matches_are_those_counted_row_by_row(width: int) -> None:
    rows, others = features(people(300)), features(people(300, 8), people(300))
    rng = np.random.default_rng(0)
    made = guessed_predicates(rows, 100, width, rng) + row_predicates(rows, 100, width, rng)
    for table in (rows, others):
        found = [Sorted(table.values).matches(predicate) for predicate in made]
        assert found == [counted(table.values, predicate) for predicate in made]
        assert len(set(found)) > 5


@pytest.mark.parametrize("width", [1, 3])
def test_matches_by_entity_are_the_entities_of_the_rows_that_match(width: int) -> None:
    rows, rng = features(people(300)), np.random.default_rng(1)
    whose = rng.integers(0, 90, 300)
    made = guessed_predicates(rows, 60, width, rng) + row_predicates(rows, 60, width, rng)
    for predicate in made:
        entities = {
            int(whose[row]) for row in range(300) if counted(rows.values[row : row + 1], predicate)
        }
        assert Sorted(rows.values, whose).matches(predicate) == len(entities)


def test_rare_values_checked_by_hand() -> None:
    rows = features(pa.table({"n": [3.0, 3.0, 5.0, None], "t": ["a", "a", "b", "b"]}))
    null = [c for (c,) in rare_value_predicates(rows) if np.isnan(c.low)]
    assert [c.place for c in null] == [0]
    rest = {c for (c,) in rare_value_predicates(rows) if not np.isnan(c.low)}
    assert rest == {Condition(0, 5, 5), Condition(0, -np.inf, 3), Condition(0, 5, np.inf)}


def test_a_predicate_of_a_row_holds_for_that_row_and_looks_to_the_nearer_end() -> None:
    rows = features(people(200))
    medians = np.nanmedian(rows.values, axis=0)
    table = Sorted(rows.values)
    for predicate in row_predicates(rows, 200, 3, np.random.default_rng(0)):
        assert table.matches(predicate) >= 1
        assert len({c.place for c in predicate}) == 3
        for c in predicate:
            if rows.columns[c.place].ordinal and not np.isnan(c.low):
                above = np.isinf(c.high)
                assert above or np.isinf(c.low)
                assert (c.low if above else -c.high) >= (1 if above else -1) * medians[c.place]


def test_a_guess_takes_rare_values_as_often_as_frequent_ones() -> None:
    rows = features(pa.table({"t": ["a"] * 99 + ["b"]}))
    drawn = guessed_predicates(rows, 400, 1, np.random.default_rng(0))
    assert 150 < sum(c.low == 1 for (c,) in drawn) < 250


def test_columns_of_nulls_alone_make_predicates_too() -> None:
    rows = features(pa.table({"n": pa.array([None] * 30, pa.float64()), "a": [1.0] * 30}))
    rng = np.random.default_rng(0)
    made = row_predicates(rows, 20, 2, rng) + guessed_predicates(rows, 20, 2, rng)
    found = {Sorted(rows.values).matches(predicate) for predicate in made}
    assert found == {30}
