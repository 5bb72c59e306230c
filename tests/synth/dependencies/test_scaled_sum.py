"""Sums and differences in other units: found, put back as they were."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.dependency import DependencyError
from synth.dependencies.registry import dependency_from_json
from synth.dependencies.scaled_sum import ScaledSum
from tests.synth.dependencies.tables import columns_of, plan_of, same, schema_of

ROWS = 2_000


RNG = np.random.default_rng(12)


START = RNG.integers(1_650_000_000_000, 1_700_000_000_000, ROWS)


END = START + RNG.integers(200, 90_000, ROWS)


def test_missing_values_and_types() -> None:
    absent = RNG.random(ROWS) < 0.1
    seconds = pa.array(((END - START) / 1000).round(2), mask=absent).cast(pa.decimal128(9, 2))
    table = pa.table({"a": START, "b": pa.array(END, mask=absent), "c": seconds})
    rule = next(s.found.dependency for s in plan_of(table).steps if s.target == "c")
    assert rule.describe() == "c is 0.001 times (b - a)"
    assert dependency_from_json(rule.to_json(), schema_of(table)) == rule
    assert rule.holds(columns_of(table)).all()
    same(table)


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
