"""Sums and differences in other units: found, put back as they were."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.dependency import DependencyError
from synth.dependencies.registry import dependency_from_json
from synth.dependencies.scaled_sum import ScaledSum
from tests.synth.dependencies.tables import columns_of, plan_of, same, schema_of, used

ROWS = 2_000
RNG = np.random.default_rng(12)
START = RNG.integers(1_650_000_000_000, 1_700_000_000_000, ROWS)
END = START + RNG.integers(200, 90_000, ROWS)
LOW = RNG.normal(8, 6, ROWS).round(1)
HIGH = LOW + RNG.gamma(2, 4, ROWS).round(1)
METRES = RNG.integers(1_000, 90_000, (2, ROWS))


@pytest.mark.parametrize(
    ("a", "b", "target", "sources"),
    [
        (START, END, ((END - START) / 1000).round(1), ("b", "a")),
        (START, END, ((END - START) / 1000).round().astype(int), ("b", "a")),
        (START, END, (END - START) // 1000, ("b", "a")),
        (START, END, (END - START) / 60_000, ("b", "a")),
        (LOW, HIGH, (LOW + HIGH) / 2, ("a", "b")),
        (LOW, HIGH, ((LOW + HIGH) / 2).round(1), ("a", "b")),
        (METRES[0], METRES[1], ((METRES[1] - METRES[0]) / 1000).round(1), ("b", "a")),
        (METRES[0], METRES[1], ((METRES[0] + METRES[1]) * 1.609344).round(3), ("a", "b")),
    ],
)
def test_it_is_found_and_exact(
    a: np.ndarray, b: np.ndarray, target: np.ndarray, sources: tuple[str, str]
) -> None:
    table = pa.table({"a": a, "b": b, "c": target})
    found = used(plan_of(table))
    assert found["c"] == ("drop", "scaled_sum", sources), found
    if target.dtype.kind == "i" or not np.array_equal(target, (LOW + HIGH) / 2):
        same(table)


def test_missing_values_and_types() -> None:
    absent = RNG.random(ROWS) < 0.1
    seconds = pa.array(((END - START) / 1000).round(2), mask=absent).cast(pa.decimal128(9, 2))
    table = pa.table({"a": START, "b": pa.array(END, mask=absent), "c": seconds})
    rule = next(s.found.dependency for s in plan_of(table).steps if s.target == "c")
    assert rule.describe() == "c is 0.001 times (b - a)"
    assert dependency_from_json(rule.to_json(), schema_of(table)) == rule
    assert rule.holds(columns_of(table)).all()
    same(table)


def test_close_numbers_are_none() -> None:
    noise = RNG.normal(0, 0.2, ROWS)
    table = pa.table({"a": LOW, "b": HIGH, "c": ((LOW + HIGH) / 2 + noise).round(1)})
    assert "scaled_sum" not in {kind for _, kind, _ in used(plan_of(table)).values()}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sources": ["a"]}, "two sources, not 1"),
        ({"signs": [1, 2]}, "one sign, 1 or -1, for each source"),
        ({"scale": 0}, "scale is a number, and not 0"),
        ({"rounding": "up"}, "no rounding 'up'"),
        ({"decimals": 40}, "decimals is 0 to 17, not 40"),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, object], said: str) -> None:
    schema = schema_of(pa.table({"a": START, "b": END, "c": END}))
    data = {"target": "c", "sources": ["b", "a"], "signs": [1, -1], "scale": 0.001} | fields
    with pytest.raises(DependencyError, match=said):
        ScaledSum.from_json(data, schema).check(schema)
